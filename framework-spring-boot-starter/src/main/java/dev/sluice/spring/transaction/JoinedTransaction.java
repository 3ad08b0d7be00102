package dev.sluice.spring.transaction;

import dev.sluice.r2dbc.transaction.RunningTransaction;
import org.springframework.transaction.ReactiveTransaction;

/** A part of a transaction that {@code sluice.inTransaction} began, and ends. */
final class JoinedTransaction implements ReactiveTransaction {

    private final RunningTransaction outer;
    private volatile boolean completed;

    JoinedTransaction(RunningTransaction outer) {
        this.outer = outer;
    }

    void complete() {
        completed = true;
    }

    @Override
    public void setRollbackOnly() {
        outer.setRollbackOnly(Refusals.innerFailed());
    }

    @Override
    public boolean isRollbackOnly() {
        return outer.isRollbackOnly();
    }

    @Override
    public boolean isCompleted() {
        return completed;
    }
}
