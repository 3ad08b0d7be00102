package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.transaction.TransactionRolledBackException;
import dev.sluice.transaction.UnknownCommitOutcomeException;
import dev.sluice.work.Fence;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One transaction from BEGIN to its settlements. It exists before its lease does: whoever ends it, however early, ends
 * a lease that arrives later too (P3). COMMIT and rollback run once, whoever asks, and go on when their subscriber has
 * left; a timer rolls back what is open when its time is over. BEGIN goes with the first statement: a transaction without one
 * sends nothing.
 */
final class Transaction extends Scope {

    private enum State {
        NEW,
        ACTIVE,
        COMMITTING,
        ENDED
    }

    private static final String OWN_TIMEOUT =
            "select set_config('transaction_timeout', '0', true), set_config('transaction_timeout', $1, true)"
                    + " where current_setting('transaction_timeout', true) is not null";

    /** COMMIT may take this long even if the transaction's time is nearly over: giving up leaves it unknown. */
    private static final Duration LEAST_FOR_COMMIT = Duration.ofSeconds(1);

    private final Transactions owner;
    private final TenantId tenant;
    private final TransactionOptions options;
    private final Duration timeout;
    private final Lifetime lifetime;
    private final Settlements settlements;
    private final IdleTime idleTime;
    private final HeldSession session;
    private final TouchedSoFar touched = new TouchedSoFar();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final AtomicInteger savepoints = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Mono<Void> commit = Mono.defer(this::settleAndCommit).cache();
    private final Mono<Void> rollback = Mono.defer(this::abort).cache();
    private final @Nullable SessionPosition sessionPosition;
    private volatile boolean commitSent;
    private volatile long openedNanos;

    Transaction(
            Transactions owner,
            TenantId tenant,
            TransactionOptions options,
            Access access,
            Place openedAt,
            @Nullable Fence fence) {
        this.owner = owner;
        this.tenant = tenant;
        this.options = options;
        this.timeout =
                options.timeout() != null ? options.timeout() : owner.timeouts().transaction();
        this.lifetime = new Lifetime(tenant, timeout, access.deadline());
        this.sessionPosition = access.session();
        this.settlements = new Settlements(
                timeout, options.readOnly() ? null : owner.invalidation().settlement(tenant, sessionPosition));
        this.idleTime = new IdleTime(owner.open(), tenant, openedAt, this::idledForTheLimit);
        Fence checked = options.readOnly() ? null : fence;
        Begin begin = Begin.of(
                options,
                millis -> Fencing.after(owner.beginSettings(tenant, lifetime.deadline(), millis), checked),
                checked);
        this.session = new HeldSession(owner.statementTimeout(), idleTime, begin);
    }

    Mono<Void> begin(LeaseRequest request) {
        return owner.leases().acquire(request).flatMap(this::beginOn);
    }

    private Mono<Void> beginOn(Lease acquired) {
        session.hold(acquired);
        if (state.get() == State.ENDED) {
            Background.run("release of a lease that came too late", acquired.release());
            return Mono.error(new IllegalStateException("the transaction ended before it began"));
        }
        openedNanos = System.nanoTime();
        owner.open().opened(idleTime);
        lifetime.begins(this::expire);
        return allowOwnTimeout().doOnSuccess(done -> state.compareAndSet(State.NEW, State.ACTIVE));
    }

    // The server ends the session when transaction_timeout (17 and newer) is over: after our own rollback, or never.
    // Its timer keeps the value that it started with, unless it is switched off in between.
    private Mono<Void> allowOwnTimeout() {
        if (timeout.equals(owner.timeouts().transaction())) {
            return Mono.empty();
        }
        String name = "transaction_timeout";
        Object[] most = {Long.toString(timeout.plusSeconds(1).toMillis())};
        return execute(
                        name,
                        deadline(),
                        (now, settings) -> now.rows(new Group(name, settings, OWN_TIMEOUT, most), row -> true, 1))
                .then();
    }

    @Override
    Transaction root() {
        return this;
    }

    Transactions owner() {
        return owner;
    }

    TenantId tenantId() {
        return tenant;
    }

    Deadline deadline() {
        return lifetime.deadline();
    }

    Settlements settlements() {
        return settlements;
    }

    TouchedSoFar touched() {
        return touched;
    }

    Lifetime lifetime() {
        return lifetime;
    }

    void externalIoBegins(String io) {
        if (isActive()) {
            Duration openFor = Duration.ofNanos(System.nanoTime() - openedNanos);
            owner.externalIo().begins(io, tenant, idleTime.openedAt(), openFor);
        }
    }

    /** @return the first error that made the server refuse everything but a rollback */
    Throwable failure() {
        Throwable first = failure.get();
        return first != null ? first : new IllegalStateException("a statement failed");
    }

    String nextSavepointName() {
        return "sluice_" + savepoints.incrementAndGet();
    }

    HeldSession session() {
        return session;
    }

    @Override
    public TransactionOptions options() {
        return options;
    }

    @Override
    public boolean isActive() {
        return state.get() == State.ACTIVE;
    }

    @Override
    public Mono<Void> commit() {
        return commit;
    }

    @Override
    public Mono<Void> rollback() {
        return rollback;
    }

    /** Runs a call; the caller has the turn. */
    <T> Mono<T> execute(String operation, Deadline callDeadline, BiFunction<Session, List<Setting>, Mono<T>> work) {
        long millis = owner.statementTimeout().millis(callDeadline);
        return session.use(operation, millis, work).onErrorMap(error -> {
            if (session.status() == Session.Status.FAILED) {
                failure.compareAndSet(null, error);
            } else if (error instanceof R2dbcException && !session.hasBegun()) {
                setRollbackOnly(error);
            }
            R2dbcException cut = lifetime.cut();
            return cut != null ? cut : StatementTimeout.explain(error, operation, callDeadline, millis);
        });
    }

    <T> Mono<T> untilExpiry(Mono<T> work) {
        return lifetime.until(work);
    }

    private Mono<Void> expire() {
        if (state.get() == State.COMMITTING) {
            return Mono.empty();
        }
        lifetime.expire();
        return rollback;
    }

    // The server's own limit counts from the first statement on; before that only we know that a connection is held.
    private void idledForTheLimit() {
        if (isActive() && !session.hasBegun()) {
            lifetime.cut(idleTime.tooLong());
            Background.run("rollback of a transaction that has idled from its begin on", rollback);
        }
    }

    private Mono<Void> settleAndCommit() {
        Throwable cause = rollbackCause();
        if (cause != null) {
            return rollback.then(Mono.error(() -> new TransactionRolledBackException(cause)));
        }
        requireActive("COMMIT");
        return untilExpiry(settlements.beforeCommit(touched::snapshot))
                .contextWrite(context -> context.put(TransactionHandle.KEY, this))
                .then(turns().inTurn(this::sendCommit, Mono::empty))
                .onErrorResume(error -> commitSent ? Mono.error(error) : rollback.then(Mono.error(error)))
                .then(Mono.defer(() -> settlements.afterCommit(committedAt(), touched.snapshot())));
    }

    // The lease has raised it by what it sampled after the commit.
    private @Nullable Lsn committedAt() {
        if (sessionPosition == null || sessionPosition.unknownWrites() > 0) {
            return null;
        }
        Position seen = sessionPosition.seen();
        return seen == null ? null : seen.lsn();
    }

    private Mono<Void> sendCommit() {
        requireActive("COMMIT");
        if (!state.compareAndSet(State.ACTIVE, State.COMMITTING)) {
            return Mono.error(new IllegalStateException("COMMIT came after the transaction was rolled back"));
        }
        commitSent = true;
        Duration left = deadline().remaining();
        Duration most = left.compareTo(LEAST_FOR_COMMIT) < 0 ? LEAST_FOR_COMMIT : left;
        return session.commit()
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("COMMIT was not answered")))
                .timeout(most)
                .onErrorMap(CommitAnswer::explain)
                .flatMap(tag -> tag.equals("COMMIT") ? Mono.empty() : Mono.error(rolledBack()))
                .doOnError(
                        UnknownCommitOutcomeException.class,
                        error -> settlements.afterUnknownOutcome(touched.snapshot()))
                .onErrorResume(
                        error -> ended().then(settlements.afterRollback()).then(Mono.error(error)))
                .then(Mono.defer(this::ended));
    }

    private TransactionRolledBackException rolledBack() {
        return new TransactionRolledBackException(failure());
    }

    private Mono<Void> abort() {
        State before = state.getAndUpdate(now -> now == State.COMMITTING ? now : State.ENDED);
        if (before == State.COMMITTING || before == State.ENDED) {
            return Mono.empty();
        }
        return ended().then(settlements.afterRollback());
    }

    private Mono<Void> ended() {
        return Mono.defer(() -> {
            state.set(State.ENDED);
            lifetime.ends();
            owner.open().ended(idleTime);
            return session.release();
        });
    }
}
