package dev.sluice.testkit.contract;

import dev.sluice.Sluice;
import dev.sluice.repository.TenantRepository;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Shows that no tenant meets a row of another, whatever is cancelled, timed out, rolled back or refused. Extend it for a
 * repository of your own; the two tests then run for it.
 *
 * <p>Each tenant's rows hold a sentinel, a text of its own. A run sends {@link #operations()} random operations of
 * {@link #tenants()} tenants over a pool of one or two connections, 16 at a time: reads and writes, of own and of foreign
 * ids, transactions with inner ones and savepoints, rollbacks, a change of the tenant inside a transaction; three tenths
 * of them cancelled, timed out, past their deadline or without a tenant. It fails if a foreign sentinel is in a row or an
 * error, or any sentinel in a log line; if an operation that nothing disturbed fails; and if afterwards a connection is
 * not idle, cannot be had or keeps a tenant, or the next query takes longer than three times the median, not counting for
 * how long the machine itself let no thread run meanwhile.
 *
 * <p>The seed is logged, and is part of a failure's message; {@code -Dsluice.testkit.isolation-seed} repeats the choices of a
 * run, though not its timing.
 *
 * @param <T> the entity; its {@code toString} must show the sentinel, as that of a record does
 * @param <I> the type of its id
 */
public abstract class TenantIsolationContract<T, I> {

    private static final String SEED = "sluice.testkit.isolation-seed";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** For subclasses. */
    protected TenantIsolationContract() {}

    /**
     * Connects the instance under test; the contract closes it. May block.
     *
     * @param poolSize the most connections that it may have
     * @return the instance
     */
    protected abstract Sluice connect(int poolSize);

    /**
     * The repository under test.
     *
     * @param sluice the instance under test
     * @return the repository
     */
    protected abstract TenantRepository<T, I> repository(Sluice sluice);

    /** @return an id that no row has or had, of any tenant */
    protected abstract I newId();

    /**
     * Makes an entity that can be stored.
     *
     * @param id its id
     * @param sentinel a text of 24 characters, to be put into one of its components
     * @return the entity
     */
    protected abstract T entity(I id, String sentinel);

    /**
     * What the server says of the connections of the instance under test: the column {@code state} of
     * {@code pg_stat_activity}, asked for as a superuser or monitor. May block.
     *
     * @return one state for each connection, {@code idle} if all is well
     */
    protected abstract List<String> sessionStates();

    /**
     * What else the service does: hand-written statements, the plain {@code ConnectionFactory}.
     *
     * @return the operations, chosen as often as transactions are; none by default
     */
    protected List<IsolationOperation> moreOperations() {
        return List.of();
    }

    /**
     * The setting {@code sluice.tenant} of each connection, outside of any call. Only who reaches the connections
     * themselves can ask for it: every statement of a caller runs with the caller's tenant. May block.
     *
     * @param sluice the instance under test
     * @param poolSize how many connections it may have
     * @return the values, empty where nothing is set; by default none
     */
    protected List<String> settingsLeft(Sluice sluice, int poolSize) {
        return List.of();
    }

    /**
     * Begins to collect log lines. By default with Logback, if that is there, else not at all.
     *
     * @return the lines, when it is stopped
     */
    protected CapturedLogs captureLogs() {
        boolean logback =
                LoggerFactory.getILoggerFactory().getClass().getName().equals("ch.qos.logback.classic.LoggerContext");
        return logback ? LogbackLogs.begin() : CapturedLogs.NONE;
    }

    /** @return how many operations a run has; default 10,000 */
    protected int operations() {
        return 10_000;
    }

    /** @return how many tenants a run has, at least 2; default 8 */
    protected int tenants() {
        return 8;
    }

    @Test
    void onOneConnectionNoTenantMeetsARowOfAnother() {
        run(1);
    }

    @Test
    void onTwoConnectionsNoTenantMeetsARowOfAnother() {
        run(2);
    }

    /**
     * Runs the contract once.
     *
     * @param poolSize the most connections
     * @throws AssertionError if tenants are not kept apart, with what was found and the seed
     */
    protected final void run(int poolSize) {
        long seed = Long.getLong(SEED, ThreadLocalRandom.current().nextLong());
        Sluice sluice = connect(poolSize);
        try {
            new IsolationRun<>(this, sluice, poolSize, seed).run();
        } finally {
            sluice.closeGracefully().block(PATIENCE);
        }
    }
}
