package dev.sluice.benchmarks.race;

import dev.sluice.benchmarks.database.Product;
import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.load.Options;
import dev.sluice.benchmarks.load.PairedRounds;
import dev.sluice.benchmarks.load.Report;
import dev.sluice.benchmarks.load.Zipf;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Sluice beside its peers: the same five calls, the same database, the same number of connections. */
public final class Race {

    /** The options, with their values unless told otherwise. */
    public static final Map<String, String> DEFAULTS = options();

    private static final int CONNECTIONS = 16;
    private static final int TENANTS = 100;
    private static final int BATCH = 1_000;
    private static final Zipf HOT = new Zipf(TENANTS, 0.99);

    private final AtomicLong ids = new AtomicLong(ProductDatabase.IDS);
    private final Options options;

    private Race(Options options) {
        this.options = options;
    }

    private static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("calls", "find,find-hot,page,insert,transaction,insert-all");
        options.put("rounds", "10");
        options.put("slice", "1000");
        options.put("warmup", "25000");
        return options;
    }

    /** Runs all calls that were asked for, one table each. */
    public static Report run(Options options) {
        try (ProductDatabase database = new ProductDatabase()) {
            Report report = new Report("Race", database.version(), options);
            Race race = new Race(options);
            Map<String, Peer> peers = Peers.of(database, CONNECTIONS);
            Arrays.stream(options.text("calls").split(",", -1))
                    .map(Calls::named)
                    .forEach(calls -> report.paragraph("**%s**\n\n%s", calls.title, race.table(calls, peers)));
            Flux.fromIterable(peers.values()).flatMap(Peer::close).blockLast(ProductDatabase.PATIENCE);
            return report;
        }
    }

    private String table(Calls calls, Map<String, Peer> peers) {
        Map.Entry<String, Peer> first = peers.entrySet().iterator().next();
        PairedRounds rounds = new PairedRounds(
                calls.callers,
                options.number("rounds"),
                options.millis("slice"),
                options.millis("warmup"),
                first.getKey(),
                () -> calls.call.apply(first.getValue(), this));
        peers.entrySet().stream().skip(1).forEach(next -> {
            Peer peer = next.getValue();
            if (peer.blocks()) {
                rounds.blockingWay(next.getKey(), () -> calls.call.apply(peer, this));
            } else {
                rounds.way(next.getKey(), () -> calls.call.apply(peer, this));
            }
        });
        return rounds.run();
    }

    private static String tenant() {
        return ProductDatabase.tenant(ThreadLocalRandom.current().nextInt(TENANTS));
    }

    private static String hotTenant() {
        return ProductDatabase.tenant(HOT.next());
    }

    private static long id() {
        return ThreadLocalRandom.current().nextInt(ProductDatabase.IDS);
    }

    private Product product() {
        long id = ids.getAndIncrement();
        return new Product(id, "name " + id, id);
    }

    private List<Product> batch() {
        return LongStream.range(0, BATCH).mapToObj(i -> product()).toList();
    }

    /**
     * What all do.
     *
     * @param option names it on the command line
     * @param title of its table
     * @param callers how many call at once
     * @param call begins one
     */
    private record Calls(String option, String title, int callers, BiFunction<Peer, Race, Publisher<?>> call) {

        private static final List<Calls> ALL = List.of(
                new Calls("find", "findById, 64 callers", 64, (peer, race) -> peer.find(tenant(), id())),
                new Calls(
                        "find-hot",
                        "findById, 256 callers, tenants by Zipf's law",
                        256,
                        (peer, race) -> peer.find(hotTenant(), id())),
                new Calls("page", "Page of 50, 64 callers", 64, (peer, race) -> peer.page(tenant())),
                new Calls("insert", "Insert, 64 callers", 64, (peer, race) -> peer.insert(tenant(), race.product())),
                new Calls(
                        "transaction",
                        "Transaction of 3 statements, 64 callers",
                        64,
                        (peer, race) -> peer.transaction(tenant(), id(), race.product())),
                new Calls(
                        "insert-all",
                        "1,000 rows at once, 8 callers",
                        8,
                        (peer, race) -> peer.insertAll(tenant(), race.batch())));

        static Calls named(String name) {
            return ALL.stream()
                    .filter(calls -> calls.option.equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "--calls %s (expected: some of %s)".formatted(name, DEFAULTS.get("calls"))));
        }
    }
}
