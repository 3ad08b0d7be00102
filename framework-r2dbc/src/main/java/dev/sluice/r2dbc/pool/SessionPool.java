package dev.sluice.r2dbc.pool;

import dev.sluice.ConnectionObserver.Reason;
import dev.sluice.PoolSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.r2dbc.session.SessionFactory;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.pool.PooledRefMetadata;

/**
 * The sessions of a node. r2dbc-pool opens, validates and closes connections; those in use are parked here between two
 * calls, the last used on top, because its acquire and release cost more than everything else on the way of a call. What
 * idles here for longer than the reap interval goes back to r2dbc-pool, which closes what idles there.
 */
final class SessionPool {

    private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_VALIDATION = Duration.ofSeconds(1);

    private final PoolSettings settings;
    private final Consumer<Reason> failures;
    private final ConnectionPool connections;
    private final Map<Connection, PooledSession> sessions = new ConcurrentHashMap<>();
    private final Deque<PooledSession> parked = new ConcurrentLinkedDeque<>();

    SessionPool(
            ConnectionFactory driver,
            SessionFactory factory,
            PoolSettings settings,
            TimeoutSettings timeouts,
            Consumer<Reason> failures) {
        this.settings = settings;
        this.failures = failures;
        this.connections =
                new ConnectionPool(configuration(new Opening(driver, factory, timeouts, failures, sessions)));
    }

    // P3 to P6, P13: every wait has an end, nothing is retried behind the deadline's back, and what is closed is closed
    // in bounded time.
    private ConnectionPoolConfiguration configuration(ConnectionFactory opening) {
        Duration acquire = settings.acquireTimeout();
        return ConnectionPoolConfiguration.builder(opening)
                .initialSize(settings.min())
                .minIdle(settings.min())
                .maxSize(settings.max())
                .acquireRetry(0)
                .maxAcquireTime(acquire)
                .maxCreateConnectionTime(acquire)
                .maxValidationTime(shorter(LONGEST_VALIDATION, acquire.dividedBy(2)))
                .maxIdleTime(settings.idleTimeout())
                .maxLifeTime(settings.maxLifeTime())
                .backgroundEvictionInterval(settings.reapInterval())
                .validationDepth(ValidationDepth.LOCAL)
                .customizer(pool -> pool.destroyHandler(this::destroy).evictionPredicate(this::mustGo))
                .build();
    }

    // In place of r2dbc-pool's own, which finds a lost connection only when it validates one for a caller: without a
    // retry
    // each connection that a restart of the server has cost would fail one more call.
    private boolean mustGo(Connection connection, PooledRefMetadata use) {
        PooledSession session = sessions.get(connection);
        return use.idleTime() >= settings.idleTimeout().toMillis()
                || use.lifeTime() >= settings.maxLifeTime().toMillis()
                || (session != null
                        && (session.isRetired() || session.session.status().isGone()));
    }

    private Mono<Void> destroy(Connection connection) {
        PooledSession session = sessions.remove(connection);
        // What was retired was closed here.
        if (session != null && !session.isRetired() && session.session.status().isGone()) {
            failures.accept(Reason.LOST);
        }
        // One that the server has cut cannot say goodbye any more: that is no reason for closing the pool to fail.
        return Mono.from(connection.close())
                .timeout(LONGEST_CLOSE, Mono.empty())
                .onErrorComplete();
    }

    /** A session that was in use a moment ago; null if there is none. */
    @Nullable
    PooledSession takeParked() {
        PooledSession next = parked.pollFirst();
        while (next != null && !next.isIdle()) {
            giveUp(next);
            next = parked.pollFirst();
        }
        return next;
    }

    /** A session from r2dbc-pool. Must not be cancelled: whoever loses interest gives back what arrives. */
    Mono<PooledSession> take() {
        return connections
                .create()
                .map(this::sessionOf)
                .doOnError(R2dbcTimeoutException.class, error -> failures.accept(Reason.TIMEOUT));
    }

    /** What r2dbc-pool says of itself; sessions that are parked here are acquired to it. */
    PoolMetrics metrics() {
        return connections.getMetrics().orElseThrow();
    }

    private PooledSession sessionOf(Connection borrowed) {
        Connection connection = borrowed instanceof Wrapped<?> wrapped ? (Connection) wrapped.unwrap() : borrowed;
        PooledSession session = sessions.get(connection);
        if (session == null) {
            throw new IllegalStateException("the pool handed out a connection that it did not open");
        }
        session.borrowed(borrowed);
        return session;
    }

    /** Takes back an idle session. */
    void park(PooledSession session) {
        session.heldBy(null);
        long now = System.nanoTime();
        if (!isKept(session, now)) {
            giveUp(session);
            return;
        }
        session.parked(now);
        parked.addFirst(session);
        // Else one that is parked while the others are drained would stay.
        if (session.isRetired() && parked.remove(session)) {
            giveUp(session);
        }
    }

    /** Whether a session may be used again. */
    boolean isKept(PooledSession session, long nowNanos) {
        return !session.isRetired()
                && nowNanos - session.connectedNanos < settings.maxLifeTime().toNanos();
    }

    /** Gives r2dbc-pool back what idles here, from the least recently used on. */
    void reap() {
        long idle = System.nanoTime() - settings.reapInterval().toNanos();
        PooledSession last = parked.peekLast();
        while (last != null && last.parkedNanos() - idle <= 0 && parked.removeLastOccurrence(last)) {
            giveUp(last);
            last = parked.peekLast();
        }
    }

    /** Lets nobody use what is open now once it is idle; r2dbc-pool closes it when it sees it next. */
    void drain() {
        sessions.values().forEach(PooledSession::retire);
        giveUpParked();
    }

    /** Closes what is open now; who uses it meets a lost connection. */
    void disconnect() {
        drain();
        sessions.values().forEach(this::hangUp);
    }

    // Nobody waits for the end of a connection that is of no use any more, and it is bounded.
    private void hangUp(PooledSession session) {
        session.session.close().timeout(LONGEST_CLOSE, Mono.empty()).subscribe();
    }

    private void giveUpParked() {
        for (PooledSession next = parked.pollFirst(); next != null; next = parked.pollFirst()) {
            giveUp(next);
        }
    }

    /** Closes a session that cannot be handed on. */
    Mono<Void> discard(PooledSession session) {
        session.heldBy(null);
        if (!session.session.status().isGone()) {
            session.retire();
        }
        return session.session.close().timeout(LONGEST_CLOSE, Mono.empty()).then(giveBack(session));
    }

    // The one place that lets go of a connection without anybody to wait for it: r2dbc-pool bounds the release, and
    // closes
    // what it cannot release.
    private void giveUp(PooledSession session) {
        giveBack(session).subscribe();
    }

    private Mono<Void> giveBack(PooledSession session) {
        Connection borrowed = session.takeBorrowed();
        if (borrowed == null) {
            return Mono.empty();
        }
        return Mono.from(borrowed.close()).onErrorResume(e -> {
            LOG.warn("A connection could not be given back to the pool, which forgets it", e);
            return Mono.empty();
        });
    }

    Iterable<PooledSession> all() {
        return sessions.values();
    }

    Mono<Void> close() {
        giveUpParked();
        return connections.disposeLater().timeout(LONGEST_CLOSE.plus(LONGEST_CLOSE), Mono.empty());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** Opens connections and makes their sessions, which live as long as they do. */
    private record Opening(
            ConnectionFactory driver,
            SessionFactory factory,
            TimeoutSettings timeouts,
            Consumer<Reason> failures,
            Map<Connection, PooledSession> sessions)
            implements ConnectionFactory {

        // Also when r2dbc-pool gives up waiting in the middle: what was opened until then is closed.
        @Override
        public Publisher<? extends Connection> create() {
            return Mono.usingWhen(
                            driver.create(),
                            this::prepare,
                            opened -> Mono.empty(),
                            (opened, error) -> close(opened),
                            this::close)
                    .doOnError(error -> failures.accept(ConnectFailures.reason(error)));
        }

        private Mono<Connection> prepare(Connection connection) {
            return DriverFactory.afterConnect(connection, timeouts).then(Mono.fromCallable(() -> adapt(connection)));
        }

        private Mono<Void> close(Connection connection) {
            sessions.remove(connection);
            return Mono.from(connection.close()).timeout(LONGEST_CLOSE, Mono.empty());
        }

        private Connection adapt(Connection connection) {
            sessions.put(connection, new PooledSession(factory.adapt(connection), System.nanoTime()));
            return connection;
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return driver.getMetadata();
        }
    }
}
