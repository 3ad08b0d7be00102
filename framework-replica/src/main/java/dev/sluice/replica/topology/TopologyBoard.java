package dev.sluice.replica.topology;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** The snapshot that is in force, and who is told of the next. Published by one thread at a time; else thread-safe. */
final class TopologyBoard {

    private final Scheduler scheduler;
    private final List<Consumer<Topology>> listeners = new CopyOnWriteArrayList<>();
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private volatile Topology current;
    private volatile boolean closed;

    TopologyBoard(Topology first, Scheduler scheduler) {
        this.current = first;
        this.scheduler = scheduler;
    }

    Topology current() {
        return current;
    }

    void listen(Consumer<Topology> listener) {
        listeners.add(listener);
    }

    void publish(Topology next) {
        current = next;
        listeners.forEach(listener -> listener.accept(next));
        waiters.forEach(waiter -> waiter.look(next));
    }

    // A waiter is among the others before it looks, and the snapshot is in force before they are looked at: one of them
    // sees the other.
    Mono<Topology> await(Predicate<Topology> wanted, Duration most) {
        return Mono.defer(() -> {
            Topology now = current;
            if (wanted.test(now)) {
                return Mono.just(now);
            }
            if (most.isZero() || closed) {
                return Mono.empty();
            }
            Waiter waiter = new Waiter(wanted);
            waiters.add(waiter);
            waiter.look(current);
            if (closed) {
                waiter.found.tryEmitEmpty();
            }
            return waiter.found
                    .asMono()
                    .publishOn(scheduler)
                    .timeout(most, Mono.empty(), scheduler)
                    .doFinally(end -> waiters.remove(waiter));
        });
    }

    /** Nobody waits any more. */
    void close() {
        closed = true;
        waiters.forEach(waiter -> waiter.found.tryEmitEmpty());
    }

    private static final class Waiter {

        private final Predicate<Topology> wanted;
        private final Sinks.One<Topology> found = Sinks.one();

        private Waiter(Predicate<Topology> wanted) {
            this.wanted = wanted;
        }

        private void look(Topology topology) {
            if (wanted.test(topology)) {
                found.tryEmitValue(topology);
            }
        }
    }
}
