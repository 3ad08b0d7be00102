package dev.sluice.benchmarks.background;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the same scenarios need work whenever none does, while it is told to. It looks about every 400 ms in any case, over a
 * connection that it holds: to open one for each look costs the API more than all that is reconciled.
 */
final class Needs implements AutoCloseable {

    private static final long PERIOD_NANOS = 400_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ScenarioDatabase database;
    private final int each;
    private final Thread thread = new Thread(this::look, "needs");
    private volatile boolean making;
    private volatile boolean idle;
    private volatile boolean stopping;
    private volatile boolean failed;
    private final AtomicLong done = new AtomicLong();

    /** @param each how many scenarios of each tenant */
    Needs(ScenarioDatabase database, int each) {
        this.database = database;
        this.each = each;
        thread.start();
    }

    /** From now on there is work to do. */
    void begin() {
        making = true;
        LockSupport.unpark(thread);
    }

    /** Returns when all has been done. */
    void end() {
        making = false;
        idle = false;
        Await.until(PATIENCE, () -> idle || failed, "what was needed is done");
    }

    /** @return the actions that were needed and done */
    long done() {
        return done.get();
    }

    private void look() {
        try (Connection connection = database.database().connect(Role.OWNER);
                Statement statement = connection.createStatement()) {
            boolean needed = false;
            while (!stopping) {
                if (isDone(statement)) {
                    done.addAndGet(needed ? (long) each * ScenarioDatabase.TENANTS.size() : 0);
                    needed = making;
                    if (needed) {
                        statement.execute(ScenarioDatabase.needing(each));
                    } else {
                        idle = true;
                    }
                }
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        } catch (SQLException e) {
            failed = true;
        }
    }

    private static boolean isDone(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select count(*) from scenarios where ready < wanted")) {
            return row.next() && row.getLong(1) == 0;
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        thread.join();
        if (failed) {
            throw new IllegalStateException("what makes work failed: the figures are incomplete");
        }
    }
}
