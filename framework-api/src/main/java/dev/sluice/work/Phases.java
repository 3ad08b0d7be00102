package dev.sluice.work;

import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Work that needs another service's answer: read in a short transaction, ask without any connection, write in short
 * transactions.
 *
 * <pre>{@code
 * sluice.phases()
 *         .read(() -> signals.due(200))                                     // a bounded batch
 *         .call(candidate -> client.signalOf(candidate.industry()))         // no transaction, no connection
 *         .write((candidate, signal) -> signals.store(candidate.id(), candidate.version(), signal))
 *         .run();
 * }</pre>
 *
 * <p>What is to be done is in the candidates' own rows, so a crash drops nothing: who was not written is read again. What was
 * read may have changed meanwhile, or been done by somebody else: a write names the version that was read, and answers 0 when
 * that is gone, which leaves the row as it is. So a candidate may be asked for twice, and is written once.
 */
public interface Phases {

    /**
     * The first phase.
     *
     * @param candidates a bounded batch of what is to be done, read in one transaction
     * @param <C> a candidate
     * @return the next phase
     */
    <C> Reading<C> read(Supplier<? extends Publisher<C>> candidates);

    /**
     * After the first phase.
     *
     * @param <C> a candidate
     */
    interface Reading<C> {

        /**
         * The second phase.
         *
         * @param io asks for one candidate; empty means that there is nothing to write for it now
         * @param <R> the answer
         * @return the next phase
         */
        <R> Calling<C, R> call(Function<? super C, ? extends Mono<R>> io);
    }

    /**
     * After the second phase.
     *
     * @param <C> a candidate
     * @param <R> the answer
     */
    interface Calling<C, R> {

        /**
         * Bounds the calls.
         *
         * @param calls how many at once; at least 1, default 8
         * @param timeout most time of one; default 10 s
         * @return the changed phase
         */
        Calling<C, R> atOnce(int calls, Duration timeout);

        /**
         * The third phase.
         *
         * @param write writes one answer, naming the version that was read; answers the number of rows, 0 if it was
         *     changed meanwhile. A {@link dev.sluice.repository.VersionConflictException} says the same.
         * @return what can be run
         */
        Writing<C> write(BiFunction<? super C, ? super R, ? extends Mono<Long>> write);
    }

    /**
     * After the third phase.
     *
     * @param <C> a candidate
     */
    interface Writing<C> {

        /**
         * Bounds the transactions.
         *
         * @param items how many writes share one; at least 1, default 20
         * @return the changed phase
         */
        Writing<C> perTransaction(int items);

        /**
         * What to write for a candidate whose call failed, so that it is not read again at once: a time before which it is not due.
         *
         * @param write writes that, in the same transactions as the answers
         * @return the changed phase
         */
        Writing<C> onFailure(BiFunction<? super C, ? super Throwable, ? extends Mono<Long>> write);

        /**
         * Runs the phases for one batch.
         *
         * @return what became of each; an error if nothing could be read, or the lease was lost. Cancelling ends the calls
         *     and rolls back the transaction that is open. {@link IllegalStateException} inside a transaction, which would be
         *     held open across the calls.
         */
        Mono<PhasesReport<C>> run();
    }
}
