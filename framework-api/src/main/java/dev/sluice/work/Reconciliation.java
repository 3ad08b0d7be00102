package dev.sluice.work;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Brings what is there to what is wanted: one query finds what may need action, memory decides, few connections act.
 *
 * <pre>{@code
 * Mono<ReconciliationReport<Shortage>> cycle = sluice.reconciliation()
 *         .candidates(prebuilds::shortages)                    // filtered in the database
 *         .decide(shortage -> Optional.of(plan(shortage)))     // concurrent, without a connection
 *         .act(plan -> prebuilds.insertMissing(plan))          // idempotent
 *         .cycle();
 * }</pre>
 */
public interface Reconciliation {

    /**
     * What may need action.
     *
     * @param query answers only that; read whole before anything is decided
     * @param <C> a candidate
     * @return the next step
     */
    <C> Deciding<C> candidates(Supplier<? extends Publisher<C>> query);

    /**
     * After the candidates.
     *
     * @param <C> a candidate
     */
    interface Deciding<C> {

        /**
         * What to do about one.
         *
         * @param decision computes it, on a processor thread; must not block; empty means that nothing is to be done
         * @param <A> an action
         * @return the next step
         */
        <A> Acting<A> decide(Function<? super C, Optional<A>> decision);
    }

    /**
     * After the decisions.
     *
     * @param <A> an action
     */
    interface Acting<A> {

        /**
         * How to do it.
         *
         * @param action idempotent: it may be repeated after an error whose outcome is unknown
         * @return what can be run
         */
        Cycle<A> act(Function<? super A, ? extends Mono<?>> action);
    }

    /**
     * All that a cycle does.
     *
     * @param <A> an action
     */
    interface Cycle<A> {

        /**
         * Bounds the actions; the workload's limit bounds them too.
         *
         * @param actions how many at once; at least 1, default 2
         * @return the changed cycle
         */
        Cycle<A> atOnce(int actions);

        /**
         * Repeats what failed.
         *
         * @param times how often, 0 means never; default 3
         * @param first the wait before the first time, doubled for each further one; default 100 ms
         * @return the changed cycle
         */
        Cycle<A> retry(int times, Duration first);

        /**
         * Runs one cycle.
         *
         * @return what was done, an action that failed does not hold up the others; an error if the candidates could not be
         *     read or decided, or the lease was lost. Cancelling ends it. {@link IllegalStateException} inside a transaction.
         */
        Mono<ReconciliationReport<A>> cycle();
    }
}
