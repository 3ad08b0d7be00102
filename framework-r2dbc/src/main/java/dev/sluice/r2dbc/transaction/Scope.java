package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.tenant.TenantChangedException;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.TransactionOptions;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What calls run in: a transaction, or a savepoint inside one. Its calls go one after another on the one session; an
 * error that is not let through, and a call that was cancelled while it ran, leave nothing but a rollback.
 */
abstract class Scope implements RunningTransaction {

    /** The calls that may wait for one connection; twice as many as flatMap subscribes to, twice nested. */
    private static final int MAX_WAITING = 1024;

    private final Turns turns =
            new Turns(MAX_WAITING, Mono.defer(() -> root().lifetime().over()));
    private final AtomicReference<@Nullable Throwable> rollbackOnly = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> interrupted = new AtomicReference<>();

    /** @return the transaction that this is, or is inside of */
    abstract Transaction root();

    final Turns turns() {
        return turns;
    }

    @Override
    public final @Nullable TenantId tenant() {
        return root().tenantId();
    }

    @Override
    public final void register(Settlement settlement) {
        requireActive("a settlement");
        root().settlements().register(settlement);
    }

    @Override
    public final void externalIo(String io) {
        root().externalIoBegins(io);
    }

    @Override
    public final void setRollbackOnly(Throwable cause) {
        rollbackOnly.compareAndSet(null, cause);
    }

    @Override
    public final boolean isRollbackOnly() {
        return rollbackOnly.get() != null;
    }

    final @Nullable Throwable rollbackCause() {
        return rollbackOnly.get();
    }

    @Override
    public final Mono<RunningTransaction> savepoint() {
        return Mono.defer(() -> {
            Savepoint savepoint = new Savepoint(this);
            return Ending.byHolder(savepoint, savepoint.begin());
        });
    }

    /**
     * Runs one call on the session, when it is its turn. One that is cancelled while it runs goes on in the server, and the
     * next begins after it; if it writes, what it did must not be committed, because the work does not know of it.
     *
     * @param operation what is called, for messages
     * @param wanted the call's own deadline
     * @param writes whether it writes
     * @param work what to do, with the settings to make first
     */
    final <T> Mono<T> call(
            String operation, Deadline wanted, boolean writes, BiFunction<Session, List<Setting>, Mono<T>> work) {
        return Mono.defer(() -> {
            requireActive(operation);
            Deadline deadline = wanted.earlier(root().deadline());
            Duration left = deadline.remaining();
            return turns.inTurn(() -> callNow(operation, deadline, left, work), () -> leave(operation, writes));
        });
    }

    private <T> Mono<T> callNow(
            String operation, Deadline deadline, Duration left, BiFunction<Session, List<Setting>, Mono<T>> work) {
        requireActive(operation);
        return deadline.hasPassed()
                ? Mono.error(new DeadlineExceededException(operation, "queueing", left))
                : root().execute(operation, deadline, work);
    }

    private Mono<Void> leave(String operation, boolean writes) {
        if (writes) {
            Throwable cause = new CancellationException(operation + " was cancelled while it ran");
            interrupted.compareAndSet(null, cause);
            setRollbackOnly(cause);
        }
        return root().session().idle();
    }

    /** Runs work as a part of this scope. */
    final <T> Mono<T> join(TransactionOptions inner, Supplier<? extends Mono<T>> work) {
        requireJoinable(inner);
        Mono<T> limited = limited(inner, Mono.defer(work));
        return switch (inner.nested()) {
            case JOIN -> unlessCancelled(limited).doOnError(this::setRollbackOnly);
            case SAVEPOINT -> Ending.after(new Savepoint(this), Savepoint::begin, limited);
        };
    }

    /** Begins a part of this scope that its holder ends. */
    final Mono<RunningTransaction> begin(TransactionOptions inner) {
        requireJoinable(inner);
        return switch (inner.nested()) {
            case JOIN -> Mono.just(new Joined(this));
            case SAVEPOINT -> savepoint();
        };
    }

    /** @throws TenantChangedException if the call is for another tenant */
    final void requireTenant(TenantId tenant) {
        TenantId own = root().tenantId();
        if (!own.equals(tenant)) {
            throw new TenantChangedException(own, tenant);
        }
    }

    /** @throws IllegalStateException if this takes no more statements */
    final void requireActive(String operation) {
        R2dbcException cut = root().lifetime().cut();
        if (cut != null) {
            throw cut;
        }
        if (!isActive()) {
            throw new IllegalStateException(
                    "%s came after the end of its transaction; let the work's Mono complete only when all that it started has"
                            .formatted(operation));
        }
        Throwable cancelled = interrupted.get();
        if (cancelled != null) {
            setRollbackOnly(cancelled);
            throw new IllegalStateException(
                    "%s refused: its transaction can only be rolled back (%s)"
                            .formatted(operation, cancelled.getMessage()),
                    cancelled);
        }
    }

    private <T> Mono<T> unlessCancelled(Mono<T> work) {
        AtomicBoolean settled = new AtomicBoolean();
        return work.doOnTerminate(() -> settled.set(true)).doOnCancel(() -> {
            if (!settled.get()) {
                setRollbackOnly(new CancellationException("a transaction inside it was cancelled while it ran"));
            }
        });
    }

    private static <T> Mono<T> limited(TransactionOptions inner, Mono<T> work) {
        Duration timeout = inner.timeout();
        return timeout == null
                ? work
                : work.timeout(
                        timeout,
                        Mono.error(() -> new DeadlineExceededException("an inner transaction", "executing", timeout)));
    }

    private void requireJoinable(TransactionOptions inner) {
        requireActive("an inner transaction");
        TransactionOptions outer = options();
        if (outer.readOnly() && !inner.readOnly()) {
            throw new IllegalStateException(
                    "an inner transaction wants to write, but the outer one is read-only; make the outer one read-write, or the inner one asReadOnly()");
        }
        if (inner.isolation().compareTo(outer.isolation()) > 0) {
            throw new IllegalStateException(
                    "an inner transaction wants isolation %s, but the outer one has %s; an inner one cannot raise it"
                            .formatted(inner.isolation(), outer.isolation()));
        }
    }
}
