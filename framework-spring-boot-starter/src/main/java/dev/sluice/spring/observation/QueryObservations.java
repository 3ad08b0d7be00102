package dev.sluice.spring.observation;

import dev.sluice.ReplicaSettings;
import dev.sluice.repository.QueryObserver;
import dev.sluice.spring.RedactedException;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Makes an observation of each call, inside the one of the caller's Context. With a tracer on the registry each is a span; a
 * registry that nobody listens to is never asked.
 */
final class QueryObservations implements QueryObserver {

    // ObservationThreadLocalAccessor.KEY, without the library that its class needs.
    private static final String PARENT = "micrometer.observation";

    private final ObservationRegistry registry;

    QueryObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    @Override
    public @Nullable Observation observe(Query query, ContextView context) {
        if (registry.isNoop()) {
            return null;
        }
        CallContext call = new CallContext(query);
        if (context.getOrDefault(PARENT, null) instanceof io.micrometer.observation.Observation parent) {
            call.setParentObservation(parent);
        }
        io.micrometer.observation.Observation observation =
                io.micrometer.observation.Observation.createNotStarted(new CallConvention(), () -> call, registry);
        return observation.isNoop() ? null : new Observed(call, observation.start());
    }

    private record Observed(CallContext call, io.micrometer.observation.Observation observation)
            implements Observation {

        @Override
        public void routed(String node, boolean replica) {
            call.routed(node, replica);
        }

        @Override
        public void started() {
            if (!call.isRouted()) {
                call.routed(ReplicaSettings.MAIN, false);
            }
            call.sent();
        }

        @Override
        public void ended(@Nullable Throwable error) {
            call.over(error == null ? "done" : "failed");
            if (error != null) {
                observation.error(RedactedException.of(error));
            }
            observation.stop();
        }

        @Override
        public void cancelled() {
            call.over("cancelled");
            observation.stop();
        }
    }
}
