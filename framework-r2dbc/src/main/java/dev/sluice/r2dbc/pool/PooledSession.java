package dev.sluice.r2dbc.pool;

import dev.sluice.r2dbc.session.Session;
import io.r2dbc.spi.Connection;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A session and where it is in the pool. It belongs to one holder at a time; handing over is the pool's. */
final class PooledSession {

    final Session session;
    final long connectedNanos;
    /** What r2dbc-pool takes back. */
    private final AtomicReference<@Nullable Connection> borrowed = new AtomicReference<>();
    /** Who has it; null when nobody. */
    private volatile @Nullable Holder holder;

    private volatile long parkedNanos;
    private volatile boolean retired;

    PooledSession(Session session, long nowNanos) {
        this.session = session;
        this.connectedNanos = nowNanos;
    }

    void borrowed(Connection connection) {
        borrowed.set(connection);
    }

    /** What r2dbc-pool takes back; only the first who asks gets it. */
    @Nullable
    Connection takeBorrowed() {
        return borrowed.getAndSet(null);
    }

    boolean isGivenBack() {
        return borrowed.get() == null;
    }

    void heldBy(@Nullable Holder now) {
        holder = now;
    }

    @Nullable
    Holder holder() {
        return holder;
    }

    void parked(long nowNanos) {
        parkedNanos = nowNanos;
    }

    long parkedNanos() {
        return parkedNanos;
    }

    /** Lets nobody use it again. */
    void retire() {
        retired = true;
    }

    boolean isRetired() {
        return retired;
    }

    boolean isIdle() {
        return session.status() == Session.Status.IDLE;
    }

    /** Whoever has a session. */
    interface Holder {

        /** Gives up if the deadline has passed. Called again and again while it has the session. */
        void checkDeadline();
    }
}
