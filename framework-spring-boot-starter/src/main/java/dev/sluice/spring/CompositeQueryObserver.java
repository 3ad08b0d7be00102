package dev.sluice.spring;

import dev.sluice.repository.QueryObserver;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Tells several observers of each call. */
record CompositeQueryObserver(List<QueryObserver> observers) implements QueryObserver {

    /** @return {@link QueryObserver#NONE} for none, so that calls know that nobody observes */
    static QueryObserver of(List<QueryObserver> observers) {
        return switch (observers.size()) {
            case 0 -> NONE;
            case 1 -> observers.get(0);
            default -> new CompositeQueryObserver(List.copyOf(observers));
        };
    }

    @Override
    public @Nullable Observation observe(Query query, ContextView context) {
        List<Observation> observations = observers.stream()
                .map(observer -> observer.observe(query, context))
                .filter(Objects::nonNull)
                .toList();
        return switch (observations.size()) {
            case 0 -> null;
            case 1 -> observations.get(0);
            default -> new All(observations);
        };
    }

    private record All(List<Observation> observations) implements Observation {

        @Override
        public void routed(String node, boolean replica) {
            observations.forEach(each -> each.routed(node, replica));
        }

        @Override
        public void started() {
            observations.forEach(Observation::started);
        }

        @Override
        public void ended(@Nullable Throwable error) {
            observations.forEach(each -> each.ended(error));
        }

        @Override
        public void cancelled() {
            observations.forEach(Observation::cancelled);
        }
    }
}
