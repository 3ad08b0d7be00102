package dev.sluice.benchmarks.replica;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.benchmarks.load.OpenLoop;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.Outcomes;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.benchmarks.load.Source;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.network.FaultyLink;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;

/** The latency of reads while one of two standbys is frozen, gone, unreachable or slow, against the time before. */
public final class NodeFaults {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CONNECTIONS = 8;
    private static final int SOURCES = 20;
    private static final double SECONDS = 0.005;
    private static final Duration SLOW = Duration.ofMillis(200);

    private NodeFaults() {}

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("rate", "300");
        options.put("normal", "8000");
        options.put("reaction", "2000");
        options.put("fault", "8000");
        options.put("settle", "12000");
        options.put("warmup", "20000");
        options.put("seed", "20261121");
        return options;
    }

    private record Fault(String name, Runnable begin, Runnable end) {}

    /** Injects each fault in turn. */
    public static Report run(Options options) throws TimeoutException {
        try (ReplicatedDatabase database = new ReplicatedDatabase()) {
            Sluice sluice = database.connectOverLinks(CONNECTIONS);
            Reads reads = sluice.repository(Reads.class);
            Report report = new Report("Reads while a standby is ill", database.version(), options);
            report.paragraph(
                    "%s reads/s, open loop, each of which holds a connection for %.0f ms; %d connections a node; one of"
                            + " the two standbys is ill. Latency from the intended begin.",
                    options.text("rate"), SECONDS * 1000, CONNECTIONS);
            report.columns(
                    "fault",
                    "normal: p50 / p99 ms",
                    "first %s ms: p99, most, errors".formatted(options.text("reaction")),
                    "then: p50 / p99 ms",
                    "p99, ratio to normal",
                    "errors");
            measure(reads, options, "warmup");
            for (Fault fault : faults(database)) {
                Outcomes normal = measure(reads, options, "normal");
                fault.begin().run();
                Outcomes first = measure(reads, options, "reaction");
                Outcomes then = measure(reads, options, "fault");
                fault.end().run();
                measure(reads, options, "settle");
                report.row(
                        fault.name(),
                        "%.1f / %.1f".formatted(normal.millisAt(50), normal.millisAt(99)),
                        "%.1f, %.1f, %d".formatted(first.millisAt(99), first.millisAt(100), first.failures()),
                        "%.1f / %.1f".formatted(then.millisAt(50), then.millisAt(99)),
                        then.millisAt(99) / normal.millisAt(99),
                        then.failures() + " " + then.reasons());
            }
            sluice.closeGracefully().block(ReplicatedDatabase.PATIENCE);
            return report;
        }
    }

    private static List<Fault> faults(ReplicatedDatabase database) {
        ClusterNode node = database.standbys().get(0);
        FaultyLink link = database.links().get(0);
        return List.of(
                new Fault("none", () -> {}, () -> {}),
                new Fault("frozen (SIGSTOP)", node::freeze, node::thaw),
                new Fault("connections refused", link::refuse, link::heal),
                new Fault("packets dropped", link::drop, link::heal),
                new Fault("200 ms later in each direction", () -> link.delay(SLOW), link::heal),
                new Fault("killed", node::kill, node::start));
    }

    private static Outcomes measure(Reads reads, Options options, String length) throws TimeoutException {
        Outcomes outcomes = new Outcomes();
        double each = (double) options.number("rate") / SOURCES;
        List<Source> sources = IntStream.range(0, SOURCES)
                .mapToObj(i -> new Source(each, () -> read(reads), outcomes))
                .toList();
        new OpenLoop(options.seed()).run(sources, options.millis(length), ReplicatedDatabase.PATIENCE);
        return outcomes;
    }

    private static Publisher<?> read(Reads reads) {
        int tenant = ThreadLocalRandom.current().nextInt(ReplicatedDatabase.TENANTS);
        return reads.hold(SECONDS).contextWrite(Access.tenant("tenant-" + tenant));
    }
}
