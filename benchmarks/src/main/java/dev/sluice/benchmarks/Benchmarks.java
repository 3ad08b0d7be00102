package dev.sluice.benchmarks;

import dev.sluice.benchmarks.background.Enriching;
import dev.sluice.benchmarks.background.Reconciling;
import dev.sluice.benchmarks.cache.CacheLoad;
import dev.sluice.benchmarks.cache.RedisOutage;
import dev.sluice.benchmarks.cost.AdmissionCost;
import dev.sluice.benchmarks.cost.FindById;
import dev.sluice.benchmarks.cost.ObservationCost;
import dev.sluice.benchmarks.cost.PositionCost;
import dev.sluice.benchmarks.cost.RoutingCost;
import dev.sluice.benchmarks.cost.SharedReads;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.neighbour.NoisyNeighbour;
import dev.sluice.benchmarks.overload.Overload;
import dev.sluice.benchmarks.plots.Plots;
import dev.sluice.benchmarks.race.Race;
import dev.sluice.benchmarks.replica.NodeFaults;
import dev.sluice.benchmarks.replica.ReplicaScaling;
import dev.sluice.benchmarks.storm.CancelStorm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a benchmark by its name, with its options, and prints its report; or draws the plots of the reports that are kept. */
public final class Benchmarks {

    private static final Map<String, Entry> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("noisy-neighbour", new Entry(NoisyNeighbour.DEFAULTS, NoisyNeighbour::run));
        BY_NAME.put("overload", new Entry(Overload.DEFAULTS, Overload::run));
        BY_NAME.put("cancel-storm", new Entry(CancelStorm.DEFAULTS, CancelStorm::run));
        BY_NAME.put("admission-cost", new Entry(AdmissionCost.DEFAULTS, AdmissionCost::run));
        BY_NAME.put("routing-cost", new Entry(RoutingCost.DEFAULTS, RoutingCost::run));
        BY_NAME.put("observation-cost", new Entry(ObservationCost.DEFAULTS, ObservationCost::run));
        BY_NAME.put("replica-scaling", new Entry(ReplicaScaling.DEFAULTS, ReplicaScaling::run));
        BY_NAME.put("node-faults", new Entry(NodeFaults.DEFAULTS, NodeFaults::run));
        BY_NAME.put("cache", new Entry(CacheLoad.DEFAULTS, CacheLoad::run));
        BY_NAME.put("redis-outage", new Entry(RedisOutage.DEFAULTS, RedisOutage::run));
        BY_NAME.put("find-by-id", new Entry(FindById.DEFAULTS, FindById::run));
        BY_NAME.put("shared-reads", new Entry(SharedReads.DEFAULTS, SharedReads::run));
        BY_NAME.put("race", new Entry(Race.DEFAULTS, Race::run));
        BY_NAME.put("position-cost", new Entry(PositionCost.DEFAULTS, PositionCost::run));
        BY_NAME.put("reconciliation", new Entry(Reconciling.DEFAULTS, Reconciling::run));
        BY_NAME.put("enricher", new Entry(Enriching.DEFAULTS, Enriching::run));
        BY_NAME.put("plots", new Entry(Plots.DEFAULTS, Plots::run));
    }

    private Benchmarks() {}

    /** @param arguments the name of a benchmark, and its options as {@code --name value} */
    public static void main(String[] arguments) throws Exception {
        @Nullable Entry entry = arguments.length == 0 ? null : BY_NAME.get(arguments[0]);
        if (entry == null) {
            System.out.println("expected the name of a benchmark, and options as --name value:");
            BY_NAME.forEach((name, known) -> System.out.println("  " + name + " " + known.defaults()));
            System.exit(arguments.length > 0 && arguments[0].equals("help") ? 0 : 2);
            return;
        }
        Options options = Options.parse(entry.defaults(), Arrays.copyOfRange(arguments, 1, arguments.length));
        System.out.println(entry.benchmark().run(options));
        // Schedulers and event loops of what was compared must not keep the process.
        System.exit(0);
    }

    @FunctionalInterface
    private interface Benchmark {
        /** @return what is printed: its report */
        Object run(Options options) throws Exception;
    }

    private record Entry(Map<String, String> defaults, Benchmark benchmark) {}
}
