package dev.sluice.replica;

import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Session;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The sessions of the only node. Reads go straight there; writes of a session ask where they ended. */
final class SampledLeases implements Leases {

    private final String name;
    private final Leases leases;

    SampledLeases(Node node) {
        this.name = node.name();
        this.leases = node.leases();
    }

    @Override
    public <T> Mono<T> use(LeaseRequest request, Function<Session, Mono<T>> work) {
        SessionPosition session = request.session();
        if (session == null) {
            return leases.use(request, work);
        }
        return !request.writes()
                ? leases.use(request, work).doOnSuccess(value -> session.servedBy(name))
                : Mono.defer(() -> {
                    Trace trace = Trace.ofWrite(name, null, session, null);
                    return leases.use(request, now -> work.apply(new TracedSession(now, trace)))
                            .doOnSuccess(value -> trace.answered())
                            .doOnError(trace::failed)
                            .doOnCancel(() -> trace.cancelled(false));
                });
    }

    @Override
    public <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work) {
        SessionPosition session = request.session();
        if (session == null) {
            return leases.stream(request, work);
        }
        return !request.writes()
                ? leases.stream(request, work).doOnComplete(() -> session.servedBy(name))
                : Flux.defer(() -> {
                    Trace trace = Trace.ofWrite(name, null, session, null);
                    return leases.stream(request, now -> work.apply(new TracedSession(now, trace)))
                            .doOnComplete(trace::answered)
                            .doOnError(trace::failed)
                            .doOnCancel(() -> trace.cancelled(true));
                });
    }

    @Override
    public Mono<Lease> acquire(LeaseRequest request) {
        SessionPosition session = request.session();
        if (session == null) {
            return leases.acquire(request);
        }
        return !request.writes()
                ? leases.acquire(request).doOnNext(lease -> session.servedBy(name))
                : leases.acquire(request)
                        .map(lease -> new SampledLease(lease, Trace.ofWrite(name, null, session, null)));
    }

    @Override
    public int inUse() {
        return leases.inUse();
    }

    @Override
    public void drain() {
        leases.drain();
    }

    @Override
    public void disconnect() {
        leases.disconnect();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return leases.closeGracefully();
    }
}
