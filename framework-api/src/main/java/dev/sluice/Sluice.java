package dev.sluice;

import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.work.Phases;
import dev.sluice.work.Reconciliation;
import dev.sluice.work.Workers;
import io.r2dbc.spi.ConnectionFactory;
import java.util.Iterator;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The facade: repositories, hand-written SQL and transactions for many tenants of one PostgreSQL. Thread-safe; one per
 * database and process.
 */
public interface Sluice {

    /**
     * Connects, reads the catalog and verifies it.
     *
     * @param settings the configuration
     * @return the running instance; an error that names every hole found and how to mend it; cancelling closes what was
     *     opened
     */
    static Mono<Sluice> connect(SluiceSettings settings) {
        return Mono.defer(() -> {
            Iterator<SluiceProvider> providers =
                    ServiceLoader.load(SluiceProvider.class).iterator();
            if (!providers.hasNext()) {
                return Mono.error(new IllegalStateException(
                        "no SluiceProvider on the class path; add dev.sluice:framework-r2dbc"));
            }
            // Reads the class path for whoever knows of transactions, too: calls may be on threads that may not.
            return TransactionHandle.current().then(providers.next().connect(settings));
        });
    }

    /**
     * The repository of an interface. Compiles its methods against the catalog, once; the same type answers the same
     * object.
     *
     * @param type an interface that extends {@link dev.sluice.repository.TenantRepository}
     * @param <R> the interface
     * @return the repository
     * @throws dev.sluice.repository.InvalidMappingException if the interface or its entity cannot be compiled
     * @throws dev.sluice.repository.StatementRefusedException if a method's statement cannot be scoped
     */
    <R> R repository(Class<R> type);

    /**
     * A hand-written statement.
     *
     * @param text one statement with {@code :named} parameters
     * @return the statement, not yet run
     */
    Sql sql(String text);

    /**
     * Runs work in a transaction with {@link TransactionOptions#DEFAULT}.
     *
     * @param work what to do; subscribed to once the transaction is there
     * @param <T> the type of its result
     * @return the result, emitted after the commit; an error of the work after the rollback. Cancelling rolls back,
     *     unless COMMIT was sent already.
     */
    default <T> Mono<T> inTransaction(Supplier<? extends Mono<T>> work) {
        return inTransaction(TransactionOptions.DEFAULT, work);
    }

    /**
     * Runs work in a transaction.
     *
     * @param options how it runs
     * @param work what to do; subscribed to once the transaction is there
     * @param <T> the type of its result
     * @return the result, emitted after the commit; an error of the work after the rollback;
     *     {@link dev.sluice.transaction.UnknownCommitOutcomeException} if the answer to COMMIT did not arrive;
     *     {@link io.r2dbc.spi.R2dbcTransientResourceException} (08003) if the connection was gone before, so that nothing is committed.
     *     Cancelling rolls back, unless COMMIT was sent already. Cold: each subscription is a transaction of its own, which fails
     *     like a call of {@link dev.sluice.repository.TenantRepository} if it gets no connection; threads are as there.
     */
    <T> Mono<T> inTransaction(TransactionOptions options, Supplier<? extends Mono<T>> work);

    /**
     * The door for work across tenants.
     *
     * @param reason why; logged with each use
     * @return the door
     * @throws IllegalStateException without {@link SluiceSettings#acrossTenants()}
     * @throws IllegalArgumentException if the reason is blank
     */
    AcrossTenants acrossTenants(String reason);

    /**
     * A plain R2DBC view, for libraries that want one. Its connections are lazy, take the tenant from the Context and
     * join the transaction of the Context.
     *
     * @return the view
     * @throws IllegalStateException with {@link Isolation#PREDICATE}: nothing would keep foreign SQL within its tenant
     */
    ConnectionFactory connectionFactory();

    /**
     * The same view, for libraries that do not pass on the Context of their subscriber, such as jOOQ: made for one chain, in
     * {@code Mono.deferContextual(context -> …)}. It holds nothing, and costs an object.
     *
     * @param context what the Context of a call lacks, such as its tenant, deadline and transaction, comes from this one
     * @return the view
     * @throws IllegalStateException with {@link Isolation#PREDICATE}: nothing would keep foreign SQL within its tenant
     */
    ConnectionFactory connectionFactory(ContextView context);

    /** @return work that asks other services: read, ask and write in phases, with no transaction open meanwhile */
    Phases phases();

    /** @return loops that bring what is there to what is wanted */
    Reconciliation reconciliation();

    /** @return the workers of this process; they end before the connections are closed */
    Workers workers();

    /**
     * The limits of admission.
     *
     * @return the limits in force, to be read and changed
     */
    LiveLimits limits();

    /**
     * Prepares every statement of every repository on the database.
     *
     * @return completes if all can be run; an error that names each statement that cannot, with its reason
     */
    Mono<Void> verify();

    /**
     * Takes no more work, lets running work finish, at most for {@code timeouts.transaction}, and closes all connections.
     *
     * @return completes when all is closed
     */
    Mono<Void> closeGracefully();
}
