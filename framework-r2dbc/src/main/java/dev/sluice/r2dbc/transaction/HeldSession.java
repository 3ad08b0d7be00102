package dev.sluice.r2dbc.transaction;

import dev.sluice.r2dbc.session.Gate;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.RouteListener;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The session that a transaction holds: usable from its arrival to its release, and not a moment longer. BEGIN goes with
 * whatever is sent first.
 */
final class HeldSession {

    private static final Duration LONGEST_WAIT_FOR_CANCEL = Duration.ofSeconds(1);

    /** A connection that had to be closed keeps its permit until the server has noticed; nobody needs to wait for that. */
    private static final Duration LONGEST_WAIT_FOR_RELEASE = Duration.ofMillis(500);

    private final Gate gate = new Gate();
    private final StatementTimeout timeout;
    private final IdleTime idleTime;
    private final Begin begin;
    private volatile @Nullable Lease lease;
    private volatile boolean begun;
    // What the server has. Of who has the turn.
    private long statementMillis = -1;

    HeldSession(StatementTimeout timeout, IdleTime idleTime, Begin begin) {
        this.timeout = timeout;
        this.idleTime = idleTime;
        this.begin = begin;
    }

    void hold(Lease acquired) {
        lease = acquired;
        idleTime.begins();
    }

    /**
     * Whether the server has a transaction open, which is not so before the first statement, nor where that one's BEGIN has
     * failed or a cancel was faster. What has begun stays so.
     */
    boolean hasBegun() {
        if (!begun) {
            Session.Status now = status();
            begun = now == Session.Status.IN_TRANSACTION || now == Session.Status.FAILED;
        }
        return begun;
    }

    /** @return completes when all is given back, or after a bounded time; never an error */
    Mono<Void> release() {
        return gate.close().then(Mono.defer(() -> {
            Lease held = lease;
            return held == null ? Mono.empty() : held.release().timeout(LONGEST_WAIT_FOR_RELEASE, Mono.empty());
        }));
    }

    void tellRoute(RouteListener listener) {
        Lease held = lease;
        if (held != null) {
            held.tellRoute(listener);
        }
    }

    Session.Status status() {
        return session().status();
    }

    /** Completes when what was cancelled has been answered. */
    Mono<Void> idle() {
        return session().idle().doOnTerminate(() -> {
            hasBegun();
            idleTime.begins();
        });
    }

    /** Runs a command. Only who has the turn comes here. */
    <T> Mono<T> use(String operation, Function<Session, Mono<T>> work) {
        return guarded(
                operation,
                session -> {
                    if (hasBegun()) {
                        return work.apply(session);
                    }
                    statementMillis = timeout.configuredMillis();
                    return first(work.apply(begin.on(session, begin.settings().apply(statementMillis))));
                },
                idleTime::begins);
    }

    /** Runs a statement under its own timeout. Only who has the turn comes here. */
    <T> Mono<T> use(String operation, long millis, BiFunction<Session, List<Setting>, Mono<T>> work) {
        return guarded(
                operation,
                session -> {
                    if (hasBegun()) {
                        return work.apply(session, settings(millis));
                    }
                    statementMillis = millis;
                    return first(work.apply(
                            begin.on(session, List.of()), begin.settings().apply(millis)));
                },
                idleTime::begins);
    }

    /**
     * Commits. After its answer nothing idles; where nothing has begun there is nothing to commit, and nothing is sent.
     *
     * @return the command tag
     */
    Mono<String> commit() {
        return Mono.defer(() -> hasBegun() || status() != Session.Status.IDLE
                ? guarded("COMMIT", HeldSession::commit, () -> {})
                : Mono.just("COMMIT"));
    }

    private static Mono<String> commit(Session session) {
        return session.status().isGone() ? Mono.error(UnsentCommitException::new) : session.command("COMMIT");
    }

    private <T> Mono<T> guarded(String operation, Function<Session, Mono<T>> work, Runnable answered) {
        Mono<T> call = Mono.defer(() -> {
            Session session = session();
            idleTime.statementBegins(operation, session::status);
            return work.apply(session).doOnTerminate(answered).onErrorMap(idleTime::explain);
        });
        return gate.guard(
                call,
                () -> new IllegalStateException(
                        "a call came after the end of its transaction, whose connection was given back"));
    }

    /** After a rollback to a savepoint the server has an older value again. */
    void forgetStatementTimeout() {
        statementMillis = -1;
    }

    /**
     * Stops a cancelled statement that still runs. The session is not given back before the CancelRequest was delivered: a
     * late one would hit the statement of its next holder.
     *
     * @return completes when the server is idle
     */
    Mono<Void> stop() {
        Session session = session();
        return session.status() == Session.Status.BUSY
                ? gate.whileOpen(session.cancelRequest().timeout(LONGEST_WAIT_FOR_CANCEL))
                        .then(Mono.defer(this::idle))
                : Mono.empty();
    }

    private <T> Mono<T> first(Mono<T> work) {
        // A connection that is lost later could not tell any more that a statement which failed, or its mapping, had
        // begun it.
        return work.doOnSuccess(done -> begun = true).doOnError(error -> hasBegun());
    }

    // A local setting lasts to the end of the transaction.
    private List<Setting> settings(long millis) {
        if (millis == statementMillis) {
            return List.of();
        }
        statementMillis = millis;
        return List.of(StatementTimeout.setting(millis));
    }

    private Session session() {
        Lease held = lease;
        if (held == null) {
            throw new IllegalStateException("the transaction has not begun");
        }
        return held.session();
    }
}
