package dev.sluice.r2dbc.admission;

import org.jspecify.annotations.Nullable;

/** The waiters of one principal in a tenant's queue, in the order of their arrival. */
final class PrincipalQueue extends IndexedHeap.Element {

    final TenantQueue tenantQueue;
    /** Whose they are; null for nobody in particular, whom no limit of a principal holds back. */
    final @Nullable PrincipalState principal;

    private @Nullable QueuedRequest first;
    private @Nullable QueuedRequest last;

    PrincipalQueue(TenantQueue tenantQueue, @Nullable PrincipalState principal) {
        this.tenantQueue = tenantQueue;
        this.principal = principal;
    }

    @Nullable
    QueuedRequest first() {
        return first;
    }

    boolean isEmpty() {
        return first == null;
    }

    void add(QueuedRequest waiter) {
        waiter.queue = this;
        waiter.before = last;
        if (last == null) {
            first = waiter;
        } else {
            last.after = waiter;
        }
        last = waiter;
    }

    void remove(QueuedRequest waiter) {
        QueuedRequest before = waiter.before;
        QueuedRequest after = waiter.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        waiter.before = null;
        waiter.after = null;
        waiter.queue = null;
    }

    boolean mayBeServed(int limit) {
        return first != null && (limit == 0 || principal == null || principal.inFlight < limit);
    }

    long arrival() {
        return first == null ? Long.MAX_VALUE : first.arrival;
    }
}
