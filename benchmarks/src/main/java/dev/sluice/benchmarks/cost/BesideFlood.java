package dev.sluice.benchmarks.cost;

import dev.sluice.benchmarks.load.ClosedLoop;
import dev.sluice.benchmarks.load.Outcomes;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;

/** What a flood of one tenant, whose calls wait, costs the few calls of others, who need not wait. Rounds interleave the ways. */
final class BesideFlood {

    private static final int FLOOD = 64;
    private static final int QUIET = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int rounds;
    private final Duration slice;
    private final List<Way> ways = new ArrayList<>();

    BesideFlood(int rounds, Duration slice) {
        this.rounds = rounds;
        this.slice = slice;
    }

    BesideFlood way(String name, Supplier<? extends Publisher<?>> flood, Supplier<? extends Publisher<?>> quiet) {
        ways.add(new Way(name, flood, quiet, new Outcomes(), new Outcomes()));
        return this;
    }

    void run(Report report) throws TimeoutException {
        List<Way> order = new ArrayList<>(ways);
        for (int round = 0; round < rounds; round++) {
            Collections.rotate(order, 1);
            for (Way way : order) {
                measure(way);
            }
        }
        double seconds = rounds * slice.toNanos() / 1e9;
        report.columns("way", "flood, calls/s", "others, calls/s", "p50 ms", "p99 ms");
        ways.forEach(way -> report.row(
                way.name,
                way.flooded.successes() / seconds,
                way.answered.successes() / seconds,
                way.answered.millisAt(50),
                way.answered.millisAt(99)));
    }

    private void measure(Way way) throws TimeoutException {
        ClosedLoop flood = ClosedLoop.start(FLOOD, way.flood);
        ClosedLoop quiet = ClosedLoop.start(QUIET, way.quiet);
        Pause.of(slice);
        way.answered.add(quiet.stop(PATIENCE));
        way.flooded.add(flood.stop(PATIENCE));
    }

    private record Way(
            String name,
            Supplier<? extends Publisher<?>> flood,
            Supplier<? extends Publisher<?>> quiet,
            Outcomes flooded,
            Outcomes answered) {}
}
