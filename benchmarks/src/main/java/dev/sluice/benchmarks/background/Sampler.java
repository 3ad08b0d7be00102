package dev.sluice.benchmarks.background;

import dev.sluice.access.Workload;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/** Looks about every 2 ms at the workload's connections, and about every 50 at what the server's sessions do. */
final class Sampler implements AutoCloseable {

    private static final long PERIOD_NANOS = 2_000_000;
    private static final int SERVER_EACH = 25;

    private static final String IDLE = """
            select count(*) from pg_stat_activity where datname = current_database()
              and state in ('idle in transaction', 'idle in transaction (aborted)')
              and state_change < clock_timestamp() - interval '500 ms'""";

    private final R2dbcSluice sluice;
    private final Workload workload;
    private final TestDatabase database;
    private final Thread thread = new Thread(this::look, "sampler");
    private volatile boolean stopping;
    private volatile long samples;
    private volatile int mostInUse;
    private volatile int mostIdle;
    private volatile boolean failed;

    Sampler(R2dbcSluice sluice, Workload workload, TestDatabase database) {
        this.sluice = sluice;
        this.workload = workload;
        this.database = database;
        thread.start();
    }

    /** @return the most connections of the workload that were in use at once */
    int mostInUse() {
        return mostInUse;
    }

    /** @return the most sessions at once that had been idle in a transaction for more than 500 ms */
    int mostIdleInTransaction() {
        return mostIdle;
    }

    long samples() {
        return samples;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failed) {
            throw new IllegalStateException("the sampler failed: the figures are incomplete");
        }
    }

    private void look() {
        try (Connection connection = database.connect(Role.SUPERUSER);
                PreparedStatement idle = connection.prepareStatement(IDLE)) {
            for (int i = 0; !stopping; i++) {
                mostInUse = Math.max(mostInUse, inUse());
                samples = i + 1L;
                if (i % SERVER_EACH == 0) {
                    try (ResultSet rows = idle.executeQuery()) {
                        rows.next();
                        mostIdle = Math.max(mostIdle, rows.getInt(1));
                    }
                }
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        } catch (SQLException | RuntimeException e) {
            failed = true;
        }
    }

    private int inUse() {
        return Objects.requireNonNull(sluice.admission(0)
                .flatMapIterable(node -> node.use().workloads())
                .filter(use -> use.workload().equals(workload))
                .map(use -> use.inUse())
                .reduce(0, Integer::sum)
                .block());
    }
}
