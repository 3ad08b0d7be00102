package dev.sluice.transaction;

import dev.sluice.consistency.Lsn;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What must happen around the commit of a transaction. Settlements run in the order they were registered, one after
 * another; each is bounded by the transaction's timeout.
 */
public interface Settlement {

    /**
     * Before COMMIT is sent.
     *
     * @param touched what the transaction wrote
     * @return completes when the commit may go on; an error rolls the transaction back
     */
    default Mono<Void> beforeCommit(Touched touched) {
        return Mono.empty();
    }

    /**
     * After the commit was acknowledged. The caller waits for it; an error does not undo the commit.
     *
     * @param lsn a position at or beyond the commit; null if it was not sampled
     * @param touched what the transaction wrote
     * @return completes when the caller may go on
     */
    default Mono<Void> afterCommit(@Nullable Lsn lsn, Touched touched) {
        return Mono.empty();
    }

    /**
     * After a rollback, and when the outcome of a commit is unknown.
     *
     * @return completes when the caller may go on
     */
    default Mono<Void> afterRollback() {
        return Mono.empty();
    }
}
