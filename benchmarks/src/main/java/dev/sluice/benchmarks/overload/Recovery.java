package dev.sluice.benchmarks.overload;

import dev.sluice.benchmarks.load.ClosedLoop;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Throughput;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;

/** How long a way takes to be itself again, from the end of the load. */
final class Recovery {

    private static final Duration WINDOW = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final double FULL = 0.95;

    private Recovery() {}

    /**
     * Keeps the way busy and looks at windows of 250 ms.
     *
     * @param callers how many keep it busy
     * @param call what they do
     * @param capacity the answers per second of full speed
     * @param since the end of the load, as {@link System#nanoTime()} tells time
     * @return milliseconds from then to the end of the first window at 95 % of full speed; NaN if there is none within 10 s
     */
    static double millis(int callers, Supplier<? extends Publisher<?>> call, double capacity, long since)
            throws TimeoutException {
        ClosedLoop loop = ClosedLoop.start(callers, call);
        Throughput throughput = new Throughput(loop);
        double millis = Double.NaN;
        while (Double.isNaN(millis) && System.nanoTime() - since < PATIENCE.toNanos()) {
            Pause.of(WINDOW);
            if (throughput.perSecond() >= FULL * capacity) {
                millis = (System.nanoTime() - since) / 1e6;
            }
        }
        loop.stop(PATIENCE);
        return millis;
    }
}
