package dev.sluice.r2dbc.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session that several calls use at once. What changes is guarded by the lock of {@link Pipelines}. */
final class Pipeline implements PooledSession.Holder {

    final PooledSession session;
    private final Object lock;
    private final List<PipelinedCall<?>> members;
    private final List<PipelinedCall<?>> unwanted = new ArrayList<>(1);
    private long answeredNanos;
    private @Nullable PipelinedCall<?> recoverer;

    Pipeline(PooledSession session, int depth, Object lock, long nowNanos) {
        this.session = session;
        this.lock = lock;
        this.members = new ArrayList<>(depth);
        this.answeredNanos = nowNanos;
    }

    int size() {
        return members.size();
    }

    /** When the call at the head came to be there. */
    long answeredNanos() {
        return answeredNanos;
    }

    void add(PipelinedCall<?> call) {
        members.add(call);
    }

    void remove(PipelinedCall<?> call, long nowNanos) {
        // Answers come in order; who leaves from behind has sent nothing.
        if (!members.isEmpty() && members.get(0) == call) {
            answeredNanos = nowNanos;
        }
        members.remove(call);
        unwanted.remove(call);
    }

    /** Notes that nobody wants the answer of a call, unless it has left. */
    void abandon(PipelinedCall<?> call) {
        if (members.contains(call)) {
            unwanted.add(call);
        }
    }

    /** A call with whose permit the session is to be recovered, once nobody wants an answer any more; null before and again. */
    @Nullable
    PipelinedCall<?> beginRecovery() {
        if (recoverer != null || unwanted.isEmpty() || unwanted.size() < members.size()) {
            return null;
        }
        recoverer = unwanted.get(0);
        return recoverer;
    }

    boolean isRecovered() {
        return recoverer != null;
    }

    boolean isRecoveredWith(PipelinedCall<?> call) {
        return recoverer == call;
    }

    @Override
    public void checkDeadline() {
        List<PipelinedCall<?>> now;
        synchronized (lock) {
            now = List.copyOf(members);
        }
        now.forEach(PipelinedCall::checkDeadline);
    }
}
