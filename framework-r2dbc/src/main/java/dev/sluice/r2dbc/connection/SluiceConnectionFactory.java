package dev.sluice.r2dbc.connection;

import dev.sluice.Isolation;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.transaction.Transactions;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The plain R2DBC view of a Sluice. Its connections are lazy: until the first statement, or the begin of a transaction,
 * nothing is asked of the database, and outside of a transaction nothing is held between two statements. Tenant, workload
 * and deadline come from the Context of the statement, or else from that of {@link #create()}; so does the transaction
 * that is joined. Thread-safe.
 *
 * <p>Results are read whole, at most {@code repositories.max-rows} rows; a fetch size is accepted and has no effect.
 * Statements whose effect would outlive them on the connection are refused: see
 * {@link dev.sluice.r2dbc.sql.PositionalSql}.
 */
public final class SluiceConnectionFactory implements ConnectionFactory {

    private static final ConnectionFactoryMetadata METADATA = () -> "PostgreSQL";

    private final Calls calls;
    private final ContextView given;

    private SluiceConnectionFactory(Calls calls, ContextView given) {
        this.calls = calls;
        this.given = given;
    }

    /**
     * Makes the view.
     *
     * @param transactions runs its statements and transactions
     * @param settings the most rows of a result, and the isolation
     * @return the view; it holds nothing that would have to be closed
     * @throws IllegalStateException without row-level security: nothing would keep foreign SQL within its tenant
     */
    public static SluiceConnectionFactory over(Transactions transactions, SluiceSettings settings) {
        if (settings.isolation() != Isolation.RLS) {
            throw new IllegalStateException(
                    "isolation: predicate (expected: rls for the plain ConnectionFactory, because nothing else keeps foreign SQL within its tenant)");
        }
        return new SluiceConnectionFactory(new Calls(transactions, settings.maxRows()), Context.empty());
    }

    /**
     * The same view, for libraries that do not pass on the Context of their subscriber.
     *
     * @param context what the Context of its calls lacks comes from this one
     * @return the view
     */
    public SluiceConnectionFactory within(ContextView context) {
        return new SluiceConnectionFactory(calls, context);
    }

    @Override
    public Mono<Connection> create() {
        return Mono.deferContextual(context ->
                Mono.just(new SluiceConnection(calls, Context.of(given).putAll(context))));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return METADATA;
    }
}
