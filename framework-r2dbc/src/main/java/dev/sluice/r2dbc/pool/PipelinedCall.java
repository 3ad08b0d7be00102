package dev.sluice.r2dbc.pool;

import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * Uses a session for one result, together with others: a member of a {@link Pipeline}. Who loses interest in the answer of
 * a member cannot stop it without stopping others; so it stays a member, and keeps its permit, until the answer is there.
 */
final class PipelinedCall<T> extends UseCall<T> {

    private final DefaultLeases leases;
    private volatile @Nullable Pipeline pipeline;

    PipelinedCall(
            DefaultLeases leases,
            CoreSubscriber<? super T> actual,
            LeaseRequest lease,
            Function<Session, Mono<T>> work) {
        super(leases, actual, lease, work);
        this.leases = leases;
    }

    @Override
    @Nullable
    PooledSession ready() {
        Pipeline joined = leases.pipelines.join(this);
        pipeline = joined;
        return joined == null ? null : joined.session;
    }

    @Override
    void hold(PooledSession session) {
        if (pipeline == null) {
            pipeline = leases.pipelines.open(session, this);
        }
    }

    @Override
    Session sessionOf(PooledSession session) {
        Session pipelined = session.session.pipelined();
        return pipelined == null ? session.session : pipelined;
    }

    // Who shares another one's statement is in no pipeline.
    @Override
    void abandon() {
        if (pipeline == null) {
            super.abandon();
        }
    }

    @Override
    void giveBack(PooledSession session, Permit granted) {
        leases.pipelines.leave(member(), this);
    }

    @Override
    void settle(PooledSession session, Permit granted) {
        leases.pipelines.abandon(member(), this);
    }

    @Override
    void answered(boolean wanted) {
        Pipeline joined = pipeline;
        if (joined != null) {
            leases.pipelines.leave(joined, this);
        }
    }

    private Pipeline member() {
        Pipeline joined = pipeline;
        if (joined == null) {
            throw new IllegalStateException("a call without a pipeline");
        }
        return joined;
    }
}
