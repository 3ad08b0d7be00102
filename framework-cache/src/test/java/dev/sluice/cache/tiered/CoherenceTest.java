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
import dev.sluice.testkit.Await;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Two instances on one Redis, and one table behind them. */
class CoherenceTest {

    private static final Touched ITEM = new Touched(Set.of(), Set.of(new Touched.Row(Stock.TABLE, "1")));

    private final CacheSettings settings = Redises.settings(Redises.shared().url());
    private final Stock stock = new Stock();
    private TieredCache one;
    private TieredCache other;
    private CacheRegion<Item> oneItems;
    private CacheRegion<Item> otherItems;

    @BeforeEach
    void start() {
        start(tier -> tier);
    }

    private void start(UnaryOperator<SharedTier> changed) {
        one = Redises.cache(settings, CacheObserver.NONE, changed);
        other = Redises.cache(settings, CacheObserver.NONE, changed);
        oneItems = one.region(Stock.BY_ID);
        otherItems = other.region(Stock.BY_ID);
        stock.put("acme", "1", 1);
    }

    @AfterEach
    void stop() {
        one.closeGracefully().then(other.closeGracefully()).block(PATIENCE);
    }

    private void restart(UnaryOperator<SharedTier> changed) {
        stop();
        start(changed);
    }

    @Test
    void oneReadOfTheDatabaseServesTheFleet() {
        assertThat(read(oneItems)).isEqualTo(1);
        assertThat(read(otherItems)).isEqualTo(1);
        assertThat(read(oneItems)).isEqualTo(1);

        assertThat(stock.reads).hasValue(1);
        assertThat(one.status().near().hits()).isEqualTo(1);
        assertThat(other.status().shared().hits()).isEqualTo(1);
    }

    @Test
    void aReadWithTheWritersTokenSeesTheWriteOnEveryInstance() {
        for (long version = 2; version <= 200; version++) {
            read(oneItems);
            read(otherItems);
            Position written = stock.write(one, "acme", "1", version).block(PATIENCE);

            assertThat(read(otherItems, SessionPosition.at(written))).isEqualTo(version);
            assertThat(read(oneItems))
                    .as("in the writer's process, without a token")
                    .isEqualTo(version);
        }
    }

    @Test
    void aSessionThatHasSeenNothingNewIsServedNear() {
        SessionPosition session = SessionPosition.at(stock.position());
        read(otherItems, session);
        long before = other.status().near().hits();

        assertThat(read(otherItems, session)).isEqualTo(1);
        assertThat(other.status().near().hits()).isEqualTo(before + 1);
    }

    @Test
    void aTokenNewerThanTheNearEntryIsServedByTheSharedTier() {
        read(otherItems);
        for (int i = 0; i < 20; i++) {
            stock.write(one, "acme", "2", i).block(PATIENCE);
            assertThat(read(otherItems, SessionPosition.at(stock.position()))).isEqualTo(1);
        }
        assertThat(stock.reads).hasValue(1);
        assertThat(other.status().shared().hits()).isEqualTo(20);
    }

    @Test
    void theOtherInstanceHearsOfAWriteByItself() {
        read(otherItems);
        stock.write(one, "acme", "1", 2).block(PATIENCE);

        Await.until(PATIENCE, () -> read(otherItems) == 2, "the write is seen");
    }

    @Test
    void theInstanceThatFilledHearsOfAWriteByItself() {
        read(oneItems);
        stock.write(other, "acme", "1", 2).block(PATIENCE);

        Await.until(PATIENCE, () -> read(oneItems) == 2, "the write is seen");
    }

    @Test
    void aSessionNeverGoesBackBehindWhatTheCacheHasShownIt() {
        Position shown = stock.position();
        read(oneItems);
        SessionPosition session = SessionPosition.none();
        read(otherItems, session);

        assertThat(session.seen()).isEqualTo(shown);
    }

    @Test
    void whatWasReadBeforeAWriteIsNotStoredAfterIt() {
        assertThat(versionAfterASlowFill()).isEqualTo(2);
    }

    @Test
    void withoutLeasesWhatWasReadBeforeAWriteIsStoredAfterIt() {
        restart(tier -> new BrokenTier(tier) {
            @Override
            public Mono<Long> store(
                    String key, String variant, String lease, byte[] value, long lifeMillis, long ageMillis) {
                return tier.lease(key, variant, lease)
                        .then(tier.store(key, variant, lease, value, lifeMillis, ageMillis));
            }
        });
        assertThat(versionAfterASlowFill()).as("stale").isEqualTo(1);
    }

    /** A read that has its snapshot from before a write, and is stored after it. What do others see then? */
    private long versionAfterASlowFill() {
        Sinks.Empty<Void> stopped = stock.stopReads();
        Mono<Item> slow = stock.find(oneItems, "acme", "1").cache();
        slow.subscribe(item -> {}, error -> {});
        Await.until(PATIENCE, () -> stock.reads.get() == 1, "the read has its snapshot");
        stock.letReadsGoOn();
        stock.write(other, "acme", "1", 2).block(PATIENCE);
        stopped.tryEmitEmpty();
        assertThat(slow.block(PATIENCE).version()).isEqualTo(1);
        return read(otherItems);
    }

    @Test
    void invalidationBeforeTheCommitLeavesTheOldValue() {
        Settlement settlement = one.settlement(TenantId.of("acme"), null);
        settlement.beforeCommit(ITEM).then(settlement.afterCommit(null, ITEM)).block(PATIENCE);
        read(otherItems);
        stock.put("acme", "1", 2);

        assertThat(read(otherItems)).as("the wrong order: stale").isEqualTo(1);
    }

    @Test
    void aWriterThatDiesAfterItsCommitLeavesOldValuesForFiveSecondsAtMost() {
        read(oneItems);
        read(otherItems);
        assertThat(lifeOfTheValue()).isGreaterThan(SharedTier.MARKED_LIFE_MILLIS);
        one.settlement(TenantId.of("acme"), null).beforeCommit(ITEM).block(PATIENCE);
        stock.put("acme", "1", 2);

        assertThat(lifeOfTheValue()).isBetween(-2L, SharedTier.MARKED_LIFE_MILLIS);
        assertThat(read(otherItems, SessionPosition.at(stock.position())))
                .as("with a token never stale")
                .isEqualTo(2);
        Await.until(PATIENCE, () -> read(oneItems) == 2 && read(otherItems) == 2, "the old value ends");
        assertThat(lifeOfTheValue()).as("filled under the marker").isLessThanOrEqualTo(5_000);
    }

    @Test
    void whatWasReadBeforeTheCommitOfADeadWriterLivesForFiveSecondsFromItsReadOn() {
        Sinks.Empty<Void> stopped = stock.stopReads();
        Mono<Item> slow = stock.find(oneItems, "acme", "1").cache();
        slow.subscribe(item -> {}, error -> {});
        Await.until(PATIENCE, () -> stock.reads.get() == 1, "the read has its snapshot");
        long read = System.nanoTime();
        stock.letReadsGoOn();
        other.settlement(TenantId.of("acme"), null).beforeCommit(ITEM).block(PATIENCE);
        stock.put("acme", "1", 2);
        Await.until(PATIENCE, () -> System.nanoTime() - read > 500_000_000, "the answer takes its time");
        stopped.tryEmitEmpty();
        slow.block(PATIENCE);

        assertThat(lifeOfTheValue()).isLessThanOrEqualTo(SharedTier.MARKED_LIFE_MILLIS - 500);
    }

    /** Redis, or this process, may pause when the value is about to be stored. */
    @Test
    void howLongTheStoreTakesIsNotAddedToTheFiveSeconds() {
        Sinks.Empty<Void> paused = Sinks.empty();
        AtomicInteger stores = new AtomicInteger();
        restart(tier -> new BrokenTier(tier) {
            @Override
            public Mono<Long> store(
                    String key, String variant, String lease, byte[] value, long lifeMillis, long ageMillis) {
                stores.incrementAndGet();
                return paused.asMono().then(tier.store(key, variant, lease, value, lifeMillis, ageMillis));
            }
        });
        Mono<Item> slow = stock.find(oneItems, "acme", "1").cache();
        slow.subscribe(item -> {}, error -> {});
        Await.until(PATIENCE, () -> stores.get() == 1, "the value is about to be stored");
        long read = System.nanoTime();
        other.settlement(TenantId.of("acme"), null).beforeCommit(ITEM).block(PATIENCE);
        stock.put("acme", "1", 2);
        Await.until(PATIENCE, () -> System.nanoTime() - read > 500_000_000, "the pause");
        paused.tryEmitEmpty();
        slow.block(PATIENCE);

        assertThat(lifeOfTheValue()).isPositive().isLessThanOrEqualTo(SharedTier.MARKED_LIFE_MILLIS - 500);
    }

    @Test
    void withoutAMarkerADeadWritersOldValueLivesOn() {
        restart(tier -> new BrokenTier(tier) {
            @Override
            public Mono<Void> mark(String key, String writer) {
                return Mono.empty();
            }
        });
        read(oneItems);
        one.settlement(TenantId.of("acme"), null).beforeCommit(ITEM).block(PATIENCE);
        stock.put("acme", "1", 2);

        assertThat(lifeOfTheValue()).isGreaterThan(SharedTier.MARKED_LIFE_MILLIS);
        assertThat(read(otherItems)).as("stale").isEqualTo(1);
    }

    @Test
    void aWriteMarksNothingForLongerThanItTakes() {
        read(oneItems);
        stock.write(one, "acme", "1", 2).block(PATIENCE);
        read(otherItems);

        assertThat(lifeOfTheValue()).isGreaterThan(60_000);
    }

    @Test
    void aRollbackEndsNothing() {
        read(oneItems);
        Settlement settlement = one.settlement(TenantId.of("acme"), null);
        settlement.afterRollback().block(PATIENCE);

        assertThat(read(oneItems)).isEqualTo(1);
        assertThat(stock.reads).hasValue(1);
    }

    private long lifeOfTheValue() {
        String key = new Keys(settings.namespace()).row(TenantId.of("acme"), new Touched.Row(Stock.TABLE, "1"));
        return Long.parseLong(
                Redises.command(Redises.shared(), "PTTL \"" + key + ":v\"").substring(1));
    }

    private long read(CacheRegion<Item> region) {
        return stock.find(region, "acme", "1").block(PATIENCE).version();
    }

    private long read(CacheRegion<Item> region, SessionPosition session) {
        return stock.find(region, "acme", "1", session).block(PATIENCE).version();
    }
}
