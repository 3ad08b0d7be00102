package dev.sluice.r2dbc.pool;

import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.session.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that short reads share: {@linkplain dev.sluice.PoolSettings#pipelineDepth() so many} are under way on one
 * connection at once. That costs a call nothing that it would not wait for anyway, and saves the system calls and the
 * switches between server processes that each connection costs. Every call has a permit of its own, as if it had the
 * connection alone: limits, order and deadlines are those of admission. Thread-safe.
 *
 * <p>The first calls have a session each, a share of the pool that has room for all calls; only those beyond go where the
 * fewest are, and never to a session whose head has waited for its answer for longer than a short read takes.
 */
final class Pipelines {

    private static final long LONG_NANOS = Duration.ofMillis(5).toNanos();

    private final SessionPool pool;
    private final BiConsumer<PooledSession, Permit> recover;
    private final int depth;
    private final int unshared;
    private final List<Pipeline> open = new ArrayList<>();

    /**
     * @param recover gets a session back that is not idle, and then its permit
     * @param depth most calls on one session
     * @param connections of the pool
     */
    Pipelines(SessionPool pool, BiConsumer<PooledSession, Permit> recover, int depth, int connections) {
        this.pool = pool;
        this.recover = recover;
        this.depth = depth;
        this.unshared = (connections + depth - 1) / depth;
    }

    boolean areShared() {
        return depth > 1;
    }

    /** A session for the call, on which others may be under way; null if one must be connected. */
    @Nullable
    Pipeline join(PipelinedCall<?> call) {
        Pipeline shared = share(call);
        if (shared != null) {
            return shared;
        }
        PooledSession parked = pool.takeParked();
        return parked == null ? null : open(parked, call);
    }

    private @Nullable Pipeline share(PipelinedCall<?> call) {
        long now = System.nanoTime();
        synchronized (open) {
            if (open.size() < unshared) {
                return null;
            }
            Pipeline best = null;
            for (Pipeline next : open) {
                if ((best == null || next.size() < best.size()) && isShareable(next, now)) {
                    best = next;
                }
            }
            if (best != null) {
                best.add(call);
            }
            return best;
        }
    }

    private boolean isShareable(Pipeline pipeline, long now) {
        return pipeline.size() < depth
                && !pipeline.isRecovered()
                && now - pipeline.answeredNanos() < LONG_NANOS
                && pool.isKept(pipeline.session, now)
                && isAlive(pipeline.session.session.status())
                && pipeline.session.session.pipelined() != null;
    }

    // One whose connection is lost is here until all on it have been told.
    private static boolean isAlive(Session.Status status) {
        return status == Session.Status.BUSY || status == Session.Status.IDLE;
    }

    /** Begins to use a session that nobody else has. */
    Pipeline open(PooledSession session, PipelinedCall<?> first) {
        Pipeline pipeline = new Pipeline(session, depth, open, System.nanoTime());
        pipeline.add(first);
        session.heldBy(pipeline);
        synchronized (open) {
            open.add(pipeline);
        }
        return pipeline;
    }

    /** Ends the use of a session by a call whose answer is there, or that sent nothing. */
    void leave(Pipeline pipeline, PipelinedCall<?> call) {
        boolean last;
        boolean permitIsOwn;
        @Nullable PipelinedCall<?> recoverer;
        synchronized (open) {
            pipeline.remove(call, System.nanoTime());
            last = pipeline.size() == 0;
            if (last) {
                open.remove(pipeline);
            }
            last &= !pipeline.isRecovered();
            permitIsOwn = !pipeline.isRecoveredWith(call);
            recoverer = pipeline.beginRecovery();
        }
        if (permitIsOwn) {
            giveBack(pipeline.session, last, call.permit());
        }
        recover(pipeline.session, recoverer);
    }

    private void giveBack(PooledSession session, boolean last, Permit granted) {
        if (session.session.status().isGone() || (last && !session.isIdle())) {
            recover.accept(session, granted);
            return;
        }
        if (last) {
            pool.park(session);
        }
        granted.release();
    }

    /** Notes that nobody wants the answer of a call. */
    void abandon(Pipeline pipeline, PipelinedCall<?> call) {
        @Nullable PipelinedCall<?> recoverer;
        synchronized (open) {
            pipeline.abandon(call);
            recoverer = pipeline.beginRecovery();
        }
        recover(pipeline.session, recoverer);
    }

    private void recover(PooledSession session, @Nullable PipelinedCall<?> recoverer) {
        if (recoverer != null) {
            recover.accept(session, recoverer.permit());
        }
    }
}
