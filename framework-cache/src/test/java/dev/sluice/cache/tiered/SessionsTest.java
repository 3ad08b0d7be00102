package dev.sluice.cache.tiered;

import static dev.sluice.cache.tiered.Redises.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.cache.tiered.Stock.Item;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Random reads on two instances while one writer per key writes rising versions, with pauses where it hurts. */
class SessionsTest {

    private static final int KEYS = 8;
    private static final int READS = 6_000;

    /** What a session has seen of a key, by its own write or by a read past the cache. */
    private record Seen(long version, Position position) {}

    private final Stock stock = new Stock();
    private final long seed = new Random().nextLong();
    private final AtomicReferenceArray<Seen> tokens = new AtomicReferenceArray<>(KEYS);
    private final AtomicInteger stale = new AtomicInteger();

    @Test
    void noSessionIsEverServedLessThanItHasSeen() {
        TieredCache[] fleet = run(tier -> tier);

        assertThat(stale).as("seed %d", seed).hasValue(0);
        long hits = 0;
        for (TieredCache cache : fleet) {
            hits += cache.status().near().hits() + cache.status().shared().hits();
        }
        assertThat(hits).as("seed %d", seed).isGreaterThan(READS / 3);
    }

    @Test
    void withoutMarkersASessionThatHasSeenACommitIsServedLess() {
        run(tier -> new BrokenTier(tier) {
            @Override
            public Mono<Void> mark(String key, String writer) {
                return Mono.empty();
            }
        });

        assertThat(stale).as("seed %d", seed).hasPositiveValue();
    }

    private TieredCache[] run(UnaryOperator<SharedTier> changed) {
        CacheSettings settings = Redises.settings(Redises.shared().url());
        TieredCache[] fleet = {
            Redises.cache(settings, CacheObserver.NONE, changed), Redises.cache(settings, CacheObserver.NONE, changed)
        };
        List<CacheRegion<Item>> regions = List.of(fleet[0].region(Stock.BY_ID), fleet[1].region(Stock.BY_ID));
        for (int key = 0; key < KEYS; key++) {
            stock.put("acme", Integer.toString(key), 1);
            tokens.set(key, new Seen(1, stock.position()));
        }
        Mono<Void> reads = Flux.range(0, READS)
                .flatMap(n -> read(regions, new Random(seed + n)), 16)
                .then();
        Flux.range(0, KEYS)
                .flatMap(
                        key -> write(fleet[key % 2], key, new Random(seed - key))
                                .repeat(),
                        KEYS)
                .takeUntilOther(reads)
                .then()
                .block(PATIENCE);
        for (TieredCache cache : fleet) {
            cache.closeGracefully().block(PATIENCE);
        }
        return fleet;
    }

    private Mono<Void> write(TieredCache cache, int key, Random random) {
        Settlement settlement = cache.settlement(TenantId.of("acme"), null);
        String id = Integer.toString(key);
        Touched touched = new Touched(Set.of(), Set.of(new Touched.Row(Stock.TABLE, id)));
        return Mono.defer(() -> {
            long version = stock.versionOf("acme", id) + 1;
            return pause(random, 20)
                    .then(settlement.beforeCommit(touched))
                    .then(Mono.fromSupplier(stock::flush))
                    .delayUntil(flushed -> pause(random, 5))
                    .doOnNext(flushed -> stock.show("acme", id, version))
                    .delayUntil(shown -> pause(random, 10))
                    .delayUntil(shown -> settlement.afterCommit(null, touched))
                    .doOnNext(committed -> tokens.set(key, new Seen(version, committed)))
                    .then();
        });
    }

    private Mono<Void> read(List<CacheRegion<Item>> regions, Random random) {
        return Mono.defer(() -> {
            int key = random.nextInt(KEYS);
            String id = Integer.toString(key);
            Seen seen =
                    random.nextInt(4) == 0 ? new Seen(stock.versionOf("acme", id), stock.position()) : tokens.get(key);
            return pause(random, 3)
                    .then(stock.find(regions.get(random.nextInt(2)), "acme", id, SessionPosition.at(seen.position())))
                    .doOnNext(item -> {
                        if (item.version() < seen.version()) {
                            stale.incrementAndGet();
                        }
                    })
                    .then();
        });
    }

    private static Mono<Void> pause(Random random, int mostMillis) {
        int millis = random.nextInt(mostMillis + 1);
        return millis == 0
                ? Mono.empty()
                : Mono.delay(Duration.ofMillis(millis)).then();
    }
}
