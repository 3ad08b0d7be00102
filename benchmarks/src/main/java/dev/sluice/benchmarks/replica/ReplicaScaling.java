package dev.sluice.benchmarks.replica;

import dev.sluice.RoutingSettings.PrimaryReads;
import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.benchmarks.load.ClosedLoop;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.PairedRounds;
import dev.sluice.benchmarks.load.Pause;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.benchmarks.load.Throughput;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * How many reads more two standbys serve than one node, where a node's capacity is so many connections times a fixed service
 * time; and what routing costs a read that takes no time.
 */
public final class ReplicaScaling {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CONNECTIONS = 5;
    private static final double SECONDS = 0.02;
    private static final int CALLERS = 100;
    private static final int FAST_CONNECTIONS = 16;
    private static final int FAST_CALLERS = 64;
    private static final List<AccessChange> ACCESS = IntStream.range(0, ReplicatedDatabase.TENANTS)
            .mapToObj(number -> Access.tenant("tenant-" + number))
            .toList();

    private ReplicaScaling() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("rounds", "5");
        options.put("slice", "5000");
        options.put("cost-rounds", "20");
        options.put("cost-slice", "1000");
        options.put("warmup", "20000");
        return options;
    }

    /** Measures capacity, then cost. */
    public static Report run(Options options) throws TimeoutException {
        try (ReplicatedDatabase database = new ReplicatedDatabase()) {
            Report report = new Report("Reads on replicas", database.version(), options);
            capacity(database, options, report);
            cost(database, options, report);
            return report;
        }
    }

    private static void capacity(ReplicatedDatabase database, Options options, Report report) throws TimeoutException {
        report.paragraph(
                "Capacity: %d connections a node, each read holds one for %.0f ms; %d callers of %d tenants in a closed"
                        + " loop, the ways in turn, %s rounds of %s ms.",
                CONNECTIONS,
                SECONDS * 1000,
                CALLERS,
                ReplicatedDatabase.TENANTS,
                options.text("rounds"),
                options.text("slice"));
        Map<String, Sluice> ways = new LinkedHashMap<>();
        ways.put("one node", database.connectAlone(CONNECTIONS));
        ways.put("and two standbys", database.connect(CONNECTIONS, PrimaryReads.AVOID));
        ways.put("and two standbys, primary-reads: share", database.connect(CONNECTIONS, PrimaryReads.SHARE));
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int round = 0; round < options.number("rounds"); round++) {
            for (Map.Entry<String, Sluice> way : ways.entrySet()) {
                rates.computeIfAbsent(way.getKey(), x -> new ArrayList<>()).add(rate(way.getValue(), options));
            }
        }
        Mono.when(ways.values().stream().map(Sluice::closeGracefully).toList()).block(ReplicatedDatabase.PATIENCE);
        List<Double> alone = rates.values().iterator().next();
        report.columns("nodes", "reads/s, median", "ratio, median", "ratio, least and most");
        rates.forEach((name, values) -> {
            List<Double> ratios = IntStream.range(0, values.size())
                    .mapToObj(i -> values.get(i) / alone.get(i))
                    .sorted()
                    .toList();
            report.row(
                    name,
                    values.stream().sorted().toList().get(values.size() / 2),
                    ratios.get(ratios.size() / 2),
                    String.format(Locale.ROOT, "%.2f, %.2f", ratios.get(0), ratios.get(ratios.size() - 1)));
        });
    }

    private static double rate(Sluice sluice, Options options) throws TimeoutException {
        Reads reads = sluice.repository(Reads.class);
        ClosedLoop loop = ClosedLoop.start(CALLERS, () -> reads.hold(SECONDS).contextWrite(anybody()));
        Pause.of(options.millis("slice").dividedBy(5));
        Throughput throughput = new Throughput(loop);
        Pause.of(options.millis("slice"));
        double rate = throughput.perSecond();
        loop.stop(ReplicatedDatabase.PATIENCE);
        return rate;
    }

    private static void cost(ReplicatedDatabase database, Options options, Report report) {
        Sluice alone = database.connectAlone(FAST_CONNECTIONS);
        Sluice routed = database.connect(FAST_CONNECTIONS, PrimaryReads.AVOID);
        Reads onAlone = alone.repository(Reads.class);
        Reads onRouted = routed.repository(Reads.class);
        SessionPosition session = SessionPosition.none();
        String table = new PairedRounds(
                        FAST_CALLERS,
                        options.number("cost-rounds"),
                        options.millis("cost-slice"),
                        options.millis("warmup"),
                        "one node, no routing",
                        find(onAlone, Function.identity()))
                .way("routed, primary", find(onRouted, access -> access.consistency(ReadConsistency.primary())))
                .way("routed, standbys, no session", find(onRouted, Function.identity()))
                .way("routed, standbys, session", find(onRouted, access -> access.session(session)))
                .run();
        Mono.when(alone.closeGracefully(), routed.closeGracefully()).block(ReplicatedDatabase.PATIENCE);
        report.paragraph(
                "Cost: findById, %d callers, %d connections a node, all nodes and the callers on the same machine.",
                FAST_CALLERS, FAST_CONNECTIONS);
        report.paragraph("%s", table);
    }

    private static Supplier<Publisher<?>> find(Reads reads, Function<AccessChange, AccessChange> change) {
        return () -> reads.findById((long) ThreadLocalRandom.current().nextInt(ReplicatedDatabase.IDS))
                .contextWrite(change.apply(anybody()));
    }

    private static AccessChange anybody() {
        return ACCESS.get(ThreadLocalRandom.current().nextInt(ACCESS.size()));
    }
}
