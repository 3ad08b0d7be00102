package dev.sluice.replica;

import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.Session;
import reactor.core.publisher.Mono;

/** The lease of a transaction on the only node. */
final class SampledLease implements Lease, TransactionSession.Carrier {

    private final Lease lease;
    private final Trace trace;
    private final Session session = new TransactionSession(this);

    SampledLease(Lease lease, Trace trace) {
        this.lease = lease;
        this.trace = trace;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public Mono<Void> release() {
        return Mono.defer(() -> {
            trace.left();
            return lease.release();
        });
    }

    @Override
    public Session current() {
        return lease.session();
    }

    @Override
    public Trace trace() {
        return trace;
    }

    // There is no other node to compare this one with.
    @Override
    public void check(String operation) {}

    @Override
    public void checkWrite(String operation) {}

    @Override
    public Mono<Void> move(String begin, Throwable error) {
        return Mono.error(error);
    }

    @Override
    public <T> Mono<T> again(Mono<T> call) {
        return call;
    }
}
