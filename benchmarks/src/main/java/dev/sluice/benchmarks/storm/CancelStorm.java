package dev.sluice.benchmarks.storm;

import dev.sluice.AdmissionSettings;
import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Products;
import dev.sluice.benchmarks.load.Heap;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;

/** What calls that are cancelled at random moments leave behind: nothing. */
public final class CancelStorm {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CALLS_THAT_REPORT_LEAKS = 5_000;

    private CancelStorm() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("calls", "100000");
        options.put("connections", "4");
        options.put("seed", "20261120");
        return options;
    }

    /** Runs the storm and looks at what it left. */
    public static Report run(Options options) throws TimeoutException {
        BufferLeaks leaks = BufferLeaks.watch();
        try (ProductDatabase database = new ProductDatabase()) {
            Report report = new Report("Cancel storm", database.version(), options);
            Sluice sluice = database.connect(options.number("connections"), AdmissionSettings.DEFAULT);
            Storm storm = new Storm(new Doomed(sluice), options.number("calls"));
            long start = System.nanoTime();
            storm.rage(options.seed(), Duration.ofMinutes(30));
            double seconds = (System.nanoTime() - start) / 1e9;
            Aftermath aftermath = Aftermath.of(database, sluice, leaks);
            sluice.closeGracefully().block(PATIENCE);
            write(report, storm, seconds, aftermath);
            return report;
        }
    }

    /** Runs a short storm and says what it left. */
    static Aftermath small(int calls, int connections, long seed) throws TimeoutException {
        BufferLeaks leaks = BufferLeaks.watch();
        try (ProductDatabase database = new ProductDatabase()) {
            Sluice sluice = database.connect(connections, AdmissionSettings.DEFAULT);
            new Storm(new Doomed(sluice), calls).rage(seed, Duration.ofMinutes(2));
            Aftermath aftermath = Aftermath.of(database, sluice, leaks);
            sluice.closeGracefully().block(PATIENCE);
            return aftermath;
        }
    }

    private static void write(Report report, Storm storm, double seconds, Aftermath aftermath) {
        report.paragraph(
                "Point selects, sleeps, whole tables, transactions that commit and that roll back, for 20 tenants;"
                        + " cancelled in %.0f s by 4 threads, 0 to 12 ms after their begin.",
                seconds);
        report.columns("what", "number");
        report.row("cancelled before their end", storm.cancelled());
        report.row("had ended before", storm.completed() + " completed, " + storm.failed() + " rolled back");
        report.row("failed for another reason", storm.unexpected() + " " + storm.firstUnexpected());
        report.row("connections in use afterwards", aftermath.inUse());
        report.row("server sessions that are active", aftermath.active());
        report.row("server sessions idle in a transaction", aftermath.inTransaction());
        report.row("server sessions idle", aftermath.idle());
        report.row("buffers that Netty saw leak (every one tracked)", aftermath.leaks());
        report.row("next call, ms", aftermath.nextCallMillis());
    }

    /**
     * What is left.
     *
     * @param inUse connections that are handed out, by Sluice's own count
     * @param active sessions that run something, by the server's count
     * @param inTransaction sessions that idle in a transaction, by the server's count
     * @param idle sessions that idle, by the server's count
     * @param leaks buffers that were never released
     * @param nextCallMillis how long the first call after the storm took
     */
    record Aftermath(int inUse, long active, long inTransaction, long idle, int leaks, double nextCallMillis) {

        static Aftermath of(ProductDatabase database, Sluice sluice, BufferLeaks leaks) {
            Products products = sluice.repository(Products.class);
            long start = System.nanoTime();
            products.findById(1L).contextWrite(Access.tenant("tenant-1")).block(PATIENCE);
            double millis = (System.nanoTime() - start) / 1e6;
            R2dbcSluice inner = (R2dbcSluice) sluice;
            Await.until(PATIENCE, () -> inUse(inner) == 0, "no connection is in use");
            Await.until(PATIENCE, () -> sessions(database, "active") == 0, "nothing runs in the server");
            Heap.liveMegabytes();
            Flux.range(0, CALLS_THAT_REPORT_LEAKS)
                    .flatMap(i -> products.findById(1L).contextWrite(Access.tenant("tenant-1")), 2)
                    .blockLast(PATIENCE);
            return new Aftermath(
                    inUse(inner),
                    sessions(database, "active"),
                    sessions(database, "idle in transaction") + sessions(database, "idle in transaction (aborted)"),
                    sessions(database, "idle"),
                    leaks.seen(),
                    millis);
        }

        private static int inUse(R2dbcSluice sluice) {
            return sluice.nodes().stream().mapToInt(R2dbcSluice.NodeUse::inUse).sum();
        }

        private static long sessions(ProductDatabase database, String state) {
            return database.locked().sessions(Role.APP, state);
        }
    }
}
