package dev.sluice.benchmarks.neighbour;

import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Way;
import dev.sluice.benchmarks.database.Work;
import dev.sluice.benchmarks.load.ClosedLoop;
import dev.sluice.benchmarks.load.OpenLoop;
import dev.sluice.benchmarks.load.Outcomes;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Source;
import dev.sluice.benchmarks.load.Throughput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * What came of one way under one scene for a few seconds.
 *
 * @param first the calls of the first victim
 * @param others the calls of the other victims
 * @param aggressors how the aggressors' calls ended
 * @param workPerSecond the work that the aggressors got done while the victims called
 */
record Slice(Outcomes first, Outcomes others, Outcomes aggressors, double workPerSecond) {

    static final int VICTIMS = 9;
    static final double VICTIM_RATE = 20;
    static final int IN_FLIGHT = 100;

    /** Aggressors begin this much earlier, so that nobody measures an empty queue. */
    private static final Duration AHEAD = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static Slice empty() {
        return new Slice(new Outcomes(), new Outcomes(), new Outcomes(), 0);
    }

    static Slice run(Way way, Scene scene, Duration length, long seed) throws TimeoutException {
        Outcomes first = new Outcomes();
        Outcomes others = new Outcomes();
        List<Source> victims = new ArrayList<>();
        for (int i = 0; i < VICTIMS; i++) {
            String tenant = ProductDatabase.tenant(i);
            victims.add(new Source(VICTIM_RATE, () -> way.find(tenant), i == 0 ? first : others));
        }
        Work work = scene.work();
        if (work == null) {
            new OpenLoop(seed).run(victims, length, PATIENCE);
            return new Slice(first, others, new Outcomes(), 0);
        }
        List<ClosedLoop> loops = scene.aggressors().stream()
                .map(tenant -> ClosedLoop.start(IN_FLIGHT, () -> way.work(tenant, work)))
                .toList();
        Pause.of(AHEAD);
        List<Throughput> throughputs = loops.stream().map(Throughput::new).toList();
        OpenLoop victimCalls = new OpenLoop(seed);
        victimCalls.run(victims, length, PATIENCE);
        double perSecond =
                throughputs.stream().mapToDouble(Throughput::perSecond).sum();
        Outcomes aggressors = new Outcomes();
        for (ClosedLoop loop : loops) {
            aggressors.add(loop.stop(PATIENCE));
        }
        return new Slice(first, others, aggressors, perSecond);
    }

    Outcomes victims() {
        Outcomes all = new Outcomes();
        all.add(first);
        all.add(others);
        return all;
    }
}
