package dev.sluice.r2dbc.pool;

import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Session.Status;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Gets a session back into a state in which it may be handed on, or closes it. A running query is cancelled in the server,
 * and the session is not used again before the CancelRequest was delivered and the server is idle: a late one would hit the
 * next query. The permit goes back last; after a forced close only when the server must have noticed.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final Duration PATIENCE = Duration.ofMillis(250);
    private static final Duration CANCEL_AGAIN = Duration.ofMillis(40);

    private final SessionPool pool;
    private final Duration serverNotices;

    Recovery(SessionPool pool, Duration statementTimeout) {
        this.pool = pool;
        this.serverNotices = statementTimeout.plusSeconds(1);
    }

    /** Never an error, and of bounded length. */
    Mono<Void> recover(PooledSession held, Permit permit) {
        return Mono.defer(() -> settle(held.session))
                .timeout(PATIENCE)
                .onErrorComplete()
                .then(Mono.defer(() -> hand(held, permit)))
                .onErrorResume(e -> {
                    LOG.warn("A session could not be recovered; its permit is given back", e);
                    permit.release();
                    return Mono.empty();
                });
    }

    private static Mono<Void> settle(Session session) {
        return stop(session).then(Mono.defer(() -> rollback(session)));
    }

    // A CancelRequest stops one statement, if it has begun: of calls sent behind each other the next one runs then.
    private static Mono<Void> stop(Session session) {
        if (session.status() != Status.BUSY) {
            return Mono.empty();
        }
        Mono<Void> idle = session.idle().timeout(CANCEL_AGAIN, Mono.defer(() -> stop(session)));
        return session.cancelRequest().then(idle);
    }

    private static Mono<Void> rollback(Session session) {
        Status status = session.status();
        return status == Status.IN_TRANSACTION || status == Status.FAILED
                ? session.command("ROLLBACK").then()
                : Mono.empty();
    }

    private Mono<Void> hand(PooledSession held, Permit permit) {
        Status status = held.session.status();
        if (status == Status.IDLE) {
            pool.park(held);
            permit.release();
            return Mono.empty();
        }
        LOG.info("A connection is closed, because its session is {} after a call was given up", status);
        boolean answered = status == Status.CLOSED || status == Status.CANCELLING;
        Duration wait = answered ? Duration.ZERO : serverNotices;
        permit.workEnded();
        return pool.discard(held)
                .then(wait.isZero() ? Mono.empty() : Mono.delay(wait).then())
                .doFinally(end -> permit.release());
    }
}
