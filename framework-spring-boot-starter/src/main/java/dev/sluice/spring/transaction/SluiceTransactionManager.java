package dev.sluice.spring.transaction;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.transaction.RunningTransaction;
import dev.sluice.transaction.TransactionHandle;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSuspensionNotSupportedException;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

/**
 * {@code @Transactional} on Sluice: repositories, {@code sluice.sql} and the plain {@code ConnectionFactory}
 * inside share its connection, and inside {@code sluice.inTransaction} it joins. Read-only, isolation and
 * timeout take effect; NESTED is a savepoint. REQUIRES_NEW and NOT_SUPPORTED are refused inside a
 * transaction: they would need a second connection.
 */
public final class SluiceTransactionManager implements ReactiveTransactionManager {

    private final SpringTransactions own;

    /** @param sluice whose transactions are begun */
    public SluiceTransactionManager(R2dbcSluice sluice) {
        this.own = new SpringTransactions(sluice);
    }

    @Override
    public Mono<ReactiveTransaction> getReactiveTransaction(@Nullable TransactionDefinition definition) {
        TransactionDefinition wanted = definition == null ? TransactionDefinition.withDefaults() : definition;
        return Mono.deferContextual(
                context -> context.getOrDefault(TransactionHandle.KEY, null) instanceof RunningTransaction outer
                        ? join(outer, wanted)
                        : beginOrJoin(wanted));
    }

    @Override
    public Mono<Void> commit(ReactiveTransaction transaction) {
        return transaction instanceof JoinedTransaction joined
                ? Mono.fromRunnable(joined::complete)
                : own.commit(transaction);
    }

    @Override
    public Mono<Void> rollback(ReactiveTransaction transaction) {
        return transaction instanceof JoinedTransaction joined
                ? Mono.fromRunnable(() -> {
                    joined.setRollbackOnly();
                    joined.complete();
                })
                : own.rollback(transaction);
    }

    // Asked here, because Spring's base class drops the error of a suspension, and with it the whole call.
    private Mono<ReactiveTransaction> beginOrJoin(TransactionDefinition wanted) {
        int propagation = wanted.getPropagationBehavior();
        boolean suspends = propagation == TransactionDefinition.PROPAGATION_REQUIRES_NEW
                || propagation == TransactionDefinition.PROPAGATION_NOT_SUPPORTED;
        return TransactionSynchronizationManager.forCurrentTransaction()
                .flatMap(current -> suspends && current.hasResource(TransactionHandle.KEY)
                        ? Mono.error(new TransactionSuspensionNotSupportedException(Refusals.SECOND_CONNECTION))
                        : own.getReactiveTransaction(wanted));
    }

    private static Mono<ReactiveTransaction> join(RunningTransaction outer, TransactionDefinition wanted) {
        return switch (wanted.getPropagationBehavior()) {
            case TransactionDefinition.PROPAGATION_REQUIRED,
                    TransactionDefinition.PROPAGATION_SUPPORTS,
                    TransactionDefinition.PROPAGATION_MANDATORY -> Mono.just(new JoinedTransaction(outer));
            case TransactionDefinition.PROPAGATION_NESTED ->
                Mono.error(new NestedTransactionNotSupportedException(Refusals.NESTED_IN_SLUICE));
            case TransactionDefinition.PROPAGATION_NEVER ->
                Mono.error(new IllegalTransactionStateException(Refusals.NEVER));
            default -> Mono.error(new TransactionSuspensionNotSupportedException(Refusals.SECOND_CONNECTION));
        };
    }
}
