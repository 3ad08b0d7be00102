package dev.sluice.spring.transaction;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.transaction.RunningTransaction;
import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionRolledBackException;
import dev.sluice.transaction.UnknownCommitOutcomeException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;

/** Transactions that Spring begins and ends. The innermost one is bound in Spring's part of the Context. */
final class SpringTransactions extends AbstractReactiveTransactionManager {

    private static final long serialVersionUID = 1L;

    private final transient R2dbcSluice sluice;

    SpringTransactions(R2dbcSluice sluice) {
        this.sluice = sluice;
    }

    @Override
    protected Object doGetTransaction(TransactionSynchronizationManager current) {
        return new Participation((RunningTransaction) current.getResource(TransactionHandle.KEY));
    }

    // Also one whose time is over: beginning another one beside it would store half of the work.
    @Override
    protected boolean isExistingTransaction(Object transaction) {
        return ((Participation) transaction).outer != null;
    }

    @Override
    protected Mono<Void> doBegin(
            TransactionSynchronizationManager current, Object transaction, TransactionDefinition definition) {
        Participation participation = (Participation) transaction;
        RunningTransaction outer = participation.outer;
        return Mono.defer(() -> outer == null ? begin(definition) : outer.savepoint())
                .doOnNext(begun -> {
                    participation.begun = begun;
                    current.unbindResourceIfPossible(TransactionHandle.KEY);
                    current.bindResource(TransactionHandle.KEY, begun);
                })
                .then();
    }

    // By the method's name: when this is called, the stack holds Spring's and Reactor's frames only.
    private Mono<RunningTransaction> begin(TransactionDefinition definition) {
        String method = definition.getName();
        return method == null
                ? sluice.begin(Definitions.options(definition))
                : sluice.begin(Definitions.options(definition), method);
    }

    @Override
    protected Mono<Void> doCommit(TransactionSynchronizationManager current, GenericReactiveTransaction status) {
        return begun(status)
                .commit()
                .onErrorMap(
                        TransactionRolledBackException.class,
                        e -> new UnexpectedRollbackException(Objects.toString(e.getMessage()), e))
                // Of other errors Spring tells its synchronizations that the transaction was rolled back.
                .onErrorMap(
                        UnknownCommitOutcomeException.class,
                        e -> new TransactionSystemException(Objects.toString(e.getMessage()), e));
    }

    @Override
    protected Mono<Void> doRollback(TransactionSynchronizationManager current, GenericReactiveTransaction status) {
        return begun(status).rollback();
    }

    @Override
    protected Mono<Void> doSetRollbackOnly(
            TransactionSynchronizationManager current, GenericReactiveTransaction status) {
        return Mono.fromRunnable(() -> participation(status).inForce().setRollbackOnly(Refusals.innerFailed()));
    }

    @Override
    protected Mono<Void> doCleanupAfterCompletion(TransactionSynchronizationManager current, Object transaction) {
        return Mono.fromRunnable(() -> {
            RunningTransaction outer = ((Participation) transaction).outer;
            current.unbindResourceIfPossible(TransactionHandle.KEY);
            if (outer != null) {
                current.bindResource(TransactionHandle.KEY, outer);
            }
        });
    }

    private static RunningTransaction begun(GenericReactiveTransaction status) {
        return participation(status).inForce();
    }

    private static Participation participation(GenericReactiveTransaction status) {
        return (Participation) status.getTransaction();
    }

    /** The transaction that a method found, and the one that was begun for it. */
    private static final class Participation {

        private final @Nullable RunningTransaction outer;
        private volatile @Nullable RunningTransaction begun;

        private Participation(@Nullable RunningTransaction outer) {
            this.outer = outer;
        }

        private RunningTransaction inForce() {
            RunningTransaction own = begun;
            return Objects.requireNonNull(own == null ? outer : own, "no transaction was begun");
        }
    }
}
