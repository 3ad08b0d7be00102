package dev.sluice.benchmarks.neighbour;

import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Way;
import dev.sluice.benchmarks.database.Work;
import dev.sluice.benchmarks.load.ClosedLoop;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Throughput;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * What max-min fairness leaves to the aggressors: the victims want less than a fair share and get all of it,
 * the rest belongs to the aggressors together. For work that sleeps, that is the connections that the victims
 * leave over, divided by the time of one call alone; for work that computes, what the same work does alone
 * on as many connections, less what the victims' calls take of the processors.
 */
final class Entitlement {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration ALONE = Duration.ofSeconds(2);

    private final int connections;
    private final double findSeconds;
    private final Way raw;

    Entitlement(int connections, Way raw) throws TimeoutException {
        this.connections = connections;
        this.raw = raw;
        this.findSeconds = 1 / rate(ClosedLoop.start(1, () -> raw.find(ProductDatabase.tenant(0))));
    }

    /** Calls per second that the aggressors may claim together. */
    double of(Work work) throws TimeoutException {
        String tenant = ProductDatabase.tenant(50);
        double victims = Slice.VICTIMS * Slice.VICTIM_RATE * findSeconds;
        if (work instanceof Work.Compute) {
            double alone = rate(ClosedLoop.start(connections, () -> raw.work(tenant, work)));
            int processors = Runtime.getRuntime().availableProcessors();
            return alone * (1 - Math.min(1, victims / processors));
        }
        double one = rate(ClosedLoop.start(1, () -> raw.work(tenant, work)));
        return (connections - victims) * one;
    }

    private static double rate(ClosedLoop loop) throws TimeoutException {
        Pause.of(ALONE.dividedBy(2));
        Throughput throughput = new Throughput(loop);
        Pause.of(ALONE);
        double perSecond = throughput.perSecond();
        loop.stop(PATIENCE);
        return perSecond;
    }
}
