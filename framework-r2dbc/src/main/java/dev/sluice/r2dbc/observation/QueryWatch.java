package dev.sluice.r2dbc.observation;

import dev.sluice.access.Workload;
import dev.sluice.r2dbc.session.RouteListener;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.repository.QueryObserver;
import dev.sluice.repository.QueryObserver.Observation;
import dev.sluice.repository.QueryObserver.Query;
import dev.sluice.tenant.TenantId;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** One call that is observed: passes on where it goes, when it is sent, and once how it ended. Thread-safe. */
public final class QueryWatch implements RouteListener {

    private final Observation observation;
    private final AtomicBoolean over = new AtomicBoolean();

    private QueryWatch(Observation observation) {
        this.observation = observation;
    }

    /**
     * Asks the observer whether it wants to know of a call. Makes no object for {@link QueryObserver#NONE}.
     *
     * @param observer who observes
     * @param statement the statement's name
     * @param tenant for whom; null across tenants
     * @param workload which kind of work
     * @param stream whether its rows are emitted as they come
     * @param context the caller's
     * @return null if nobody wants to know
     */
    public static @Nullable QueryWatch begin(
            QueryObserver observer,
            String statement,
            @Nullable TenantId tenant,
            Workload workload,
            boolean stream,
            ContextView context) {
        if (observer == QueryObserver.NONE) {
            return null;
        }
        Observation observation = observer.observe(new Query(statement, tenant, workload, stream), context);
        return observation == null ? null : new QueryWatch(observation);
    }

    /**
     * Watches work on a session.
     *
     * @param watch who watches; null leaves the work as it is
     * @param work what is done with the session
     * @param <P> what the work results in
     * @return the work, which says when it is sent and where
     */
    public static <P> Function<Session, P> on(@Nullable QueryWatch watch, Function<Session, P> work) {
        return watch == null ? work : new Work<>(watch, work);
    }

    /** It is sent. */
    public void started() {
        observation.started();
    }

    @Override
    public void routed(String node, boolean replica) {
        observation.routed(node, replica);
    }

    /**
     * Watches how a call ends.
     *
     * @param call the call
     * @param <T> the type of its result
     * @return the same
     */
    public <T> Mono<T> until(Mono<T> call) {
        return call.doOnSuccess(value -> ended(null)).doOnError(this::ended).doOnCancel(this::cancelled);
    }

    /**
     * Watches how a stream ends.
     *
     * @param call the stream
     * @param <T> the type of its rows
     * @return the same
     */
    public <T> Flux<T> until(Flux<T> call) {
        return call.doOnComplete(() -> ended(null)).doOnError(this::ended).doOnCancel(this::cancelled);
    }

    private void ended(@Nullable Throwable error) {
        if (over.compareAndSet(false, true)) {
            observation.ended(error);
        }
    }

    private void cancelled() {
        if (over.compareAndSet(false, true)) {
            observation.cancelled();
        }
    }

    private record Work<P>(QueryWatch watch, Function<Session, P> work) implements Function<Session, P>, RouteListener {

        @Override
        public P apply(Session session) {
            watch.started();
            return work.apply(session);
        }

        @Override
        public void routed(String node, boolean replica) {
            watch.routed(node, replica);
        }
    }
}
