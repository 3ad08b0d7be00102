package dev.sluice.r2dbc.pool;

import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.Session;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** Acquires a session for a transaction. From its emission on, the lease is its subscriber's to release. */
final class AcquireCall extends LeaseCall<Lease> {

    private final DefaultLeases leases;

    AcquireCall(
            DefaultLeases leases, CoreSubscriber<? super Lease> actual, String operation, AdmissionRequest request) {
        super(leases, actual, operation, request);
        this.leases = leases;
    }

    @Override
    void use(PooledSession session, Permit granted) {
        HeldLease lease = new HeldLease(session, leases.recovery.recover(session, granted));
        // A cancel that wins gives the session to somebody else, who then is its holder.
        if (finish()) {
            session.heldBy(lease);
            actual.onNext(lease);
            actual.onComplete();
        }
    }

    @Override
    void abandon() {}

    /** Whoever asks first has the session recovered, and nobody can stop that; the others wait for the same end. */
    private static final class HeldLease implements Lease, PooledSession.Holder {

        private final Session session;
        private final Mono<Void> release;

        HeldLease(PooledSession held, Mono<Void> recover) {
            this.session = held.session;
            this.release = recover.cache();
        }

        @Override
        public Session session() {
            return session;
        }

        @Override
        public Mono<Void> release() {
            return release;
        }

        // A transaction's deadline is kept by who runs it: it alone knows what to do about one half done.
        @Override
        public void checkDeadline() {}
    }
}
