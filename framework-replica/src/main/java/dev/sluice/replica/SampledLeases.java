package dev.sluice.replica;

import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Session;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
        SessionPosition session = sampled(request);
        return session == null
                ? leases.use(request, work)
                : Mono.defer(() -> {
                    Trace trace = Trace.ofWrite(name, session, null);
                    return leases.use(request, now -> work.apply(new TracedSession(now, trace)))
                            .doOnSuccess(value -> trace.answered())
                            .doOnError(trace::failed)
                            .doOnCancel(() -> trace.cancelled(false));
                });
    }

    @Override
    public <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work) {
        SessionPosition session = sampled(request);
        return session == null
                ? leases.stream(request, work)
                : Flux.defer(() -> {
                    Trace trace = Trace.ofWrite(name, session, null);
                    return leases.stream(request, now -> work.apply(new TracedSession(now, trace)))
                            .doOnComplete(trace::answered)
                            .doOnError(trace::failed)
                            .doOnCancel(() -> trace.cancelled(true));
                });
    }

    @Override
    public Mono<Lease> acquire(LeaseRequest request) {
        SessionPosition session = sampled(request);
        return session == null
                ? leases.acquire(request)
                : leases.acquire(request).map(lease -> new SampledLease(lease, Trace.ofWrite(name, session, null)));
    }

    private static @Nullable SessionPosition sampled(LeaseRequest request) {
        return request.writes() ? request.session() : null;
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
