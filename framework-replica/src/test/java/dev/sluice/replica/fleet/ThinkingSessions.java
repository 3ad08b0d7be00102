package dev.sluice.replica.fleet;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.consistency.RouteObserver;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sessions of one tenant that call, think 50 ms and call again until they are closed; who served their reads, and what failed. */
final class ThinkingSessions implements RouteObserver, AutoCloseable {

    static final String TABLE = "notes";
    static final String DEFINITION = """
            create table notes (tenant_id text not null, id int not null, version bigint not null,
              primary key (tenant_id, id));
            insert into notes select 'acme', i, 0 from generate_series(0, 39) i;
            """;

    static final int COUNT = 40;
    private static final Duration THINKING = Duration.ofMillis(50);
    private static final int WRITE_PERCENT = 5;
    private static final long SEED = 20_261_121;

    private final Map<String, Integer> reads = new ConcurrentHashMap<>();
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Calls calls = new Calls(COUNT);
    private final AtomicLongArray begun = new AtomicLongArray(COUNT);
    private final AtomicLong longest = new AtomicLong();
    private volatile boolean closed;
    private Shares before = new Shares(Map.of());

    /** How many reads each node has served. */
    record Shares(Map<String, Integer> byNode) {

        int of(String node) {
            return byNode.getOrDefault(node, 0);
        }

        int all() {
            return byNode.values().stream().mapToInt(Integer::intValue).sum();
        }

        double part(String node) {
            return (double) of(node) / Math.max(1, all());
        }

        private Shares since(Shares before) {
            Map<String, Integer> more = new ConcurrentHashMap<>(byNode);
            before.byNode.forEach((node, count) -> more.merge(node, -count, Integer::sum));
            return new Shares(more);
        }
    }

    /** What failed, and when. */
    record Failure(Throwable error, long at) {}

    @Override
    public void routed(String node, boolean replica, Reason reason) {
        if (reason != Reason.WRITE) {
            reads.merge(node, 1, Integer::sum);
        }
    }

    void start(Sluice app) {
        Flux.range(0, COUNT)
                .flatMap(i -> session(app, i, new Random(SEED + i)), COUNT)
                .then()
                .subscribe(never -> {}, done::completeExceptionally, () -> done.complete(null));
    }

    private Mono<Void> session(Sluice app, int own, Random random) {
        SessionPosition position = SessionPosition.none();
        return Mono.defer(() -> {
                    begun.set(own, System.nanoTime());
                    boolean writes = random.nextInt(100) < WRITE_PERCENT;
                    String sql = writes
                            ? "update notes set version = version + 1 where id = :id returning version"
                            : "select version from notes where id = :id";
                    return app.sql(sql)
                            .bind("id", writes ? own : random.nextInt(COUNT))
                            .as(Long.class)
                            .one();
                })
                .onErrorResume(error -> {
                    failures.add(new Failure(error, System.nanoTime()));
                    return Mono.just(0L);
                })
                .doOnTerminate(() -> {
                    longest.accumulateAndGet(System.nanoTime() - begun.getAndSet(own, 0), Math::max);
                    calls.ended(own);
                })
                .contextWrite(Access.tenant("acme").session(position))
                .delayElement(THINKING)
                .repeat(() -> !closed)
                .then();
    }

    Calls calls() {
        return calls;
    }

    /** The longest that a call took, or takes, since the last reads that were waited for began. */
    Duration longestCall() {
        long now = System.nanoTime();
        long current = IntStream.range(0, COUNT)
                .mapToLong(begun::get)
                .filter(since -> since != 0)
                .map(since -> now - since)
                .max()
                .orElse(0);
        return Duration.ofNanos(Math.max(current, longest.get()));
    }

    /** Waits for so many more reads, and says who served them. */
    Shares next(int count) {
        longest.set(0);
        before = new Shares(Map.copyOf(reads));
        Await.until(Fleet.PATIENCE, () -> soFar().all() >= count, count + " more reads");
        return soFar();
    }

    private Shares soFar() {
        return new Shares(Map.copyOf(reads)).since(before);
    }

    List<Failure> failures() {
        return failures;
    }

    List<Failure> failuresAfter(long instant) {
        return failures.stream().filter(failure -> failure.at() - instant > 0).toList();
    }

    @Override
    public void close() {
        closed = true;
        done.join();
    }
}
