package dev.sluice.r2dbc.transaction;

import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.transaction.TransactionRolledBackException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A transaction that was begun inside another one: it commits with the outer one, and rolls back all of it. */
final class Joined implements RunningTransaction {

    private final Scope outer;
    private volatile boolean ended;

    Joined(Scope outer) {
        this.outer = outer;
    }

    Scope outer() {
        return outer;
    }

    @Override
    public Mono<Void> commit() {
        return Mono.fromRunnable(() -> {
            ended = true;
            Throwable cause = outer.rollbackCause();
            if (cause != null) {
                throw new TransactionRolledBackException(cause);
            }
        });
    }

    @Override
    public Mono<Void> rollback() {
        return Mono.fromRunnable(() -> {
            if (!ended) {
                ended = true;
                outer.setRollbackOnly(new CancellationException("a transaction inside it was rolled back"));
            }
        });
    }

    @Override
    public void setRollbackOnly(Throwable cause) {
        outer.setRollbackOnly(cause);
    }

    @Override
    public boolean isRollbackOnly() {
        return outer.isRollbackOnly();
    }

    @Override
    public Mono<RunningTransaction> savepoint() {
        return outer.savepoint();
    }

    @Override
    public @Nullable TenantId tenant() {
        return outer.tenant();
    }

    @Override
    public TransactionOptions options() {
        return outer.options();
    }

    @Override
    public boolean isActive() {
        return !ended && outer.isActive();
    }

    @Override
    public void register(Settlement settlement) {
        outer.register(settlement);
    }

    @Override
    public void externalIo(String io) {
        outer.externalIo(io);
    }
}
