package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One transaction from BEGIN to its settlements. It exists before its lease does: whoever ends it, however early, ends
 * a lease that arrives later too (P3). COMMIT and rollback run once, whoever asks, and go on when their subscriber has
 * left; a timer rolls back what is open when its time is over.
 */
final class Transaction extends Scope {

    private enum State {
        NEW,
        ACTIVE,
        COMMITTING,
        ENDED
    }

    /** COMMIT may take this long even if the transaction's time is nearly over: giving up leaves it unknown. */
    private static final Duration LEAST_FOR_COMMIT = Duration.ofSeconds(1);

    private final Transactions owner;
    private final TenantId tenant;
    private final TransactionOptions options;
    private final @Nullable Fence fence;
    private final Duration timeout;
    private final Settlements settlements;
    private final IdleTime idleTime;
    private final HeldSession session;
    private final TouchedSoFar touched = new TouchedSoFar();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final AtomicInteger savepoints = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Sinks.Empty<Void> expiry = Sinks.empty();
    private final Sinks.Empty<Void> over = Sinks.empty();
    private final Disposable.Swap expiryTimer = Disposables.swap();
    private final Mono<Void> commit = Mono.defer(this::settleAndCommit).cache();
    private final Mono<Void> rollback = Mono.defer(this::abort).cache();
    private final @Nullable Deadline callers;
    private final @Nullable SessionPosition sessionPosition;
    private volatile Deadline deadline;
    private volatile @Nullable DeadlineExceededException expired;
    private volatile boolean commitSent;
    private volatile long openedNanos;

    Transaction(
            Transactions owner,
            TenantId tenant,
            TransactionOptions options,
            Access access,
            Place openedAt,
            @Nullable Fence fence) {
        this.fence = options.readOnly() ? null : fence;
        this.owner = owner;
        this.tenant = tenant;
        this.options = options;
        this.timeout =
                options.timeout() != null ? options.timeout() : owner.timeouts().transaction();
        this.callers = access.deadline();
        this.sessionPosition = access.session();
        this.deadline = deadlineFromNow();
        this.settlements = new Settlements(
                timeout, options.readOnly() ? null : owner.invalidation().settlement(tenant, sessionPosition));
        this.idleTime = new IdleTime(owner.open(), tenant, openedAt);
        this.session = new HeldSession(owner.statementTimeout(), idleTime);
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
        deadline = deadlineFromNow();
        openedNanos = System.nanoTime();
        owner.open().opened(idleTime);
        expiryTimer.update(Background.run(
                "rollback of a transaction whose time is over",
                Mono.delay(deadline.remaining()).then(Mono.defer(this::expire))));
        return begin(Fencing.after(owner.beginSettings(tenant, deadline), fence))
                .then(Mono.defer(this::allowOwnTimeout))
                .doOnSuccess(done -> state.compareAndSet(State.NEW, State.ACTIVE));
    }

    private Mono<Void> begin(List<Setting> settings) {
        Mono<Void> begun = session.begin(beginStatement(), settings, deadline);
        Fence checked = fence;
        return checked == null ? begun : begun.onErrorMap(error -> Fencing.explain(error, checked));
    }

    private String beginStatement() {
        return "BEGIN ISOLATION LEVEL %s %s"
                .formatted(
                        options.isolation().name().replace('_', ' '), options.readOnly() ? "READ ONLY" : "READ WRITE");
    }

    private Deadline deadlineFromNow() {
        Deadline own = Deadline.after(timeout);
        return callers == null ? own : own.earlier(callers);
    }

    // The server ends the session when transaction_timeout (17 and newer) is over: after our own rollback, or never.
    // Its timer keeps the value that it started with, unless it is switched off in between.
    private Mono<Void> allowOwnTimeout() {
        if (timeout.equals(owner.timeouts().transaction())) {
            return Mono.empty();
        }
        Group group = Group.of(
                "transaction_timeout",
                "select set_config('transaction_timeout', '0', true), set_config('transaction_timeout', $1, true)"
                        + " where current_setting('transaction_timeout', true) is not null",
                Long.toString(timeout.plusSeconds(1).toMillis()));
        return session.use(group.name(), now -> now.rows(group, row -> true, 1)).then();
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
        return deadline;
    }

    Settlements settlements() {
        return settlements;
    }

    TouchedSoFar touched() {
        return touched;
    }

    @Nullable
    DeadlineExceededException expired() {
        return expired;
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
            }
            DeadlineExceededException over = expired;
            return over != null ? over : StatementTimeout.explain(error, operation, callDeadline, millis);
        });
    }

    /** @return the work, or the transaction's timeout if that comes first */
    <T> Mono<T> untilExpiry(Mono<T> work) {
        return work.timeout(expiry.asMono(), Mono.error(this::tooLate));
    }

    /** @return completes once every further call is refused */
    Mono<Void> over() {
        return over.asMono();
    }

    private Mono<Void> expire() {
        if (state.get() == State.COMMITTING) {
            return Mono.empty();
        }
        expired = tooLate();
        Mono<Void> rolledBack = rollback;
        expiry.tryEmitEmpty();
        over.tryEmitEmpty();
        return rolledBack;
    }

    private DeadlineExceededException tooLate() {
        return new DeadlineExceededException("transaction of tenant '%s'".formatted(tenant), "executing", timeout);
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
        Duration left = deadline.remaining();
        Duration most = left.compareTo(LEAST_FOR_COMMIT) < 0 ? LEAST_FOR_COMMIT : left;
        return session.commit()
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("COMMIT was not answered")))
                .timeout(most)
                .onErrorMap(error -> CommitAnswer.isRefusal(error) ? error : new UnknownCommitOutcomeException(error))
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
            expiryTimer.dispose();
            owner.open().ended(idleTime);
            over.tryEmitEmpty();
            return session.release();
        });
    }
}
