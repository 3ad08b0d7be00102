package dev.sluice.cache.tiered;

import static dev.sluice.cache.tiered.Redises.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Access;
import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.redis.RedisTier;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.cache.tiered.Stock.Item;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.embedded.EmbeddedRedis;
import dev.sluice.testkit.network.FaultyLink;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a Redis of its own goes through, and what two instances then serve. */
class OutageTest {

    private static final Touched ITEM = new Touched(Set.of(), Set.of(new Touched.Row(Stock.TABLE, "1")));
    /** Of a command, where nothing waits for a server that does not answer: no pause of the machine is its silence. */
    private static final Duration LONG = Duration.ofSeconds(5);

    private static final Duration SHORT = Duration.ofMillis(300);
    private static EmbeddedRedis redis;

    private final Stock stock = new Stock();
    private FaultyLink way;
    private CacheSettings settings;
    private TieredCache one;
    private TieredCache other;
    private CacheRegion<Item> oneItems;
    private CacheRegion<Item> otherItems;
    private int asked;

    @BeforeAll
    static void startRedis() {
        redis = EmbeddedRedis.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    /** One reaches Redis directly, the other on a way that can break. */
    @BeforeEach
    void start() {
        way = new FaultyLink(redis.node().host(), redis.node().port());
        stock.put("acme", "1", 1);
        connect(LONG);
    }

    private void connect(Duration command) {
        settings = Redises.settings(redis.node().url())
                .withTimeouts(command, Duration.ofSeconds(2), Duration.ofSeconds(4), PATIENCE);
        one = Redises.cache(settings);
        other = Redises.cache(settings.withUrl("redis://127.0.0.1:" + way.port()));
        oneItems = one.region(Stock.BY_ID);
        otherItems = other.region(Stock.BY_ID);
        settled();
    }

    @AfterEach
    void stop() {
        redis.node().thaw();
        redis.node().start();
        disconnect();
        way.close();
    }

    private void disconnect() {
        one.closeGracefully().then(other.closeGracefully()).block(PATIENCE);
    }

    private void reconnect(Duration command) {
        disconnect();
        connect(command);
    }

    @Test
    void whatChangedWhileAConnectionWasAwayIsNotServedAfterIt() {
        read(otherItems);
        way.refuse();
        Await.until(PATIENCE, () -> !other.status().tracking(), "the loss is noticed");
        assertThat(read(otherItems)).as("from the database").isEqualTo(1);
        stock.write(one, "acme", "1", 2).block(PATIENCE);
        assertThat(read(otherItems)).isEqualTo(2);
        way.heal();
        Await.until(PATIENCE, () -> other.status().tracking(), "there is a new connection");

        assertThat(read(otherItems)).isEqualTo(2);
    }

    @Test
    void withoutClearingOnReconnectTheOldValueWouldBeServed() {
        TieredCache deaf = TieredCache.connect(
                        settings.withUrl("redis://127.0.0.1:" + way.port()),
                        new CborCodec(),
                        CacheObserver.NONE,
                        listener -> RedisTier.connect(
                                settings.withUrl("redis://127.0.0.1:" + way.port()), new SharedTier.Listener() {
                                    @Override
                                    public void changed(String key) {
                                        listener.changed(key);
                                    }

                                    @Override
                                    public void lost() {}
                                }))
                .block(PATIENCE);
        CacheRegion<Item> items = deaf.region(Stock.BY_ID);
        read(items);
        way.refuse();
        Await.until(PATIENCE, () -> !deaf.status().tracking(), "the loss is noticed");
        stock.write(one, "acme", "1", 2).block(PATIENCE);
        way.heal();
        Await.until(PATIENCE, () -> deaf.status().tracking(), "there is a new connection");

        assertThat(read(items)).as("stale").isEqualTo(1);
        deaf.closeGracefully().block(PATIENCE);
    }

    @Test
    void nothingNearIsServedOnceRedisHasFallenSilent() {
        reconnect(SHORT);
        read(otherItems);
        way.drop();
        stock.write(one, "acme", "1", 2).block(PATIENCE);

        Await.until(PATIENCE, () -> read(otherItems) == 2, "the silence is noticed");
        way.heal();
        settled();
        assertThat(read(otherItems)).isEqualTo(2);
    }

    @Test
    void aFrozenRedisCostsNoAnswerAndNoFreshness() {
        reconnect(SHORT);
        read(oneItems);
        read(otherItems);
        redis.node().freeze();
        SessionPosition writer = SessionPosition.none();
        Settlement settlement = one.settlement(TenantId.of("acme"), writer);
        settlement.beforeCommit(ITEM).block(PATIENCE);
        stock.put("acme", "1", 2);
        settlement.afterCommit(null, ITEM).block(PATIENCE);

        assertThat(writer.avoidsCachesUntil())
                .as("its token")
                .isAfter(Instant.now().plusSeconds(3_000));
        assertThat(read(oneItems)).as("in the writer's process").isEqualTo(2);
        assertThat(stock.find(otherItems, "acme", "1", writer).block(PATIENCE).version())
                .as("with its token")
                .isEqualTo(2);
        assertThat(one.status().sharedState()).isEqualTo(SharedState.OPEN);
        assertThat(one.status().pendingInvalidations()).isPositive();
        Await.until(PATIENCE, () -> read(otherItems) == 2, "the silence is noticed");

        redis.node().thaw();
        settled();
        Await.until(PATIENCE, () -> read(otherItems) == 2, "Redis has been told");
        assertThat(read(oneItems)).isEqualTo(2);
    }

    @Test
    void whoIsBackFirstDoesNotServeWhatTheOthersHaveYetToEnd() {
        read(otherItems);
        redis.node().freeze();
        Await.until(
                PATIENCE,
                () -> !one.status().tracking() && one.status().sharedState() == SharedState.OPEN,
                "the connection is given up");
        stock.write(one, "acme", "1", 2).block(PATIENCE);
        Await.until(PATIENCE, () -> read(otherItems) == 2, "the silence is noticed");

        redis.node().thaw();
        Await.until(
                PATIENCE,
                () -> {
                    assertThat(read(otherItems)).isEqualTo(2);
                    return areUsed();
                },
                "both use Redis again");
        assertThat(read(otherItems)).isEqualTo(2);
    }

    @Test
    void theBreakerOpensAndReadsGoOn() {
        reconnect(SHORT);
        redis.node().freeze();
        Long read = Flux.range(0, 200)
                .flatMap(id -> oneItems.get(CacheKey.row(Stock.TABLE, "n" + id), stock.byId("acme", "1"))
                        .contextWrite(Access.tenant("acme")))
                .count()
                .block(PATIENCE);

        assertThat(read).isEqualTo(200);
        Await.until(PATIENCE, () -> one.status().sharedState() == SharedState.OPEN, "the breaker is open");
        redis.node().thaw();
        settled();
    }

    @Test
    void aRestartThatEmptiesRedisLosesValuesAndNothingElse() {
        read(oneItems);
        redis.node().kill();
        Await.until(PATIENCE, () -> !one.status().tracking(), "the loss is noticed");
        stock.write(one, "acme", "1", 2).block(PATIENCE);
        assertThat(read(oneItems)).isEqualTo(2);
        redis.node().start();
        settled();

        assertThat(read(otherItems)).isEqualTo(2);
        int before = stock.reads.get();
        assertThat(read(oneItems)).isEqualTo(2);
        assertThat(stock.reads.get()).as("served by the shared tier again").isEqualTo(before);
    }

    @Test
    void withoutRedisAReadHasTheDeadlineOfWhoAsks() {
        redis.node().kill();
        Await.until(PATIENCE, () -> !one.status().tracking(), "the loss is noticed");
        Duration deadline = Duration.ofSeconds(3);
        AtomicReference<Duration> left = new AtomicReference<>();

        oneItems.get(
                        CacheKey.row(Stock.TABLE, "1"),
                        () -> Mono.deferContextual(context -> {
                            left.set(Access.from(context).deadline().remaining());
                            return stock.byId("acme", "1").fromPrimary();
                        }))
                .contextWrite(Access.tenant("acme").deadline(deadline))
                .block(PATIENCE);

        assertThat(left.get()).isLessThanOrEqualTo(deadline);
    }

    @Test
    void whatIsNearGoesWhenRedisIsEmptied() {
        read(oneItems);
        assertThat(Redises.command(redis.node(), "FLUSHALL")).isEqualTo("+OK");
        stock.put("acme", "1", 2);

        Await.until(PATIENCE, () -> read(oneItems) == 2, "the push has come");
    }

    @Test
    void scriptsThatTheServerHasForgottenAreSentAgain() {
        assertThat(Redises.command(redis.node(), "SCRIPT FLUSH")).isEqualTo("+OK");
        read(oneItems);
        read(otherItems);

        assertThat(stock.reads).hasValue(1);
    }

    private void settled() {
        Await.until(PATIENCE, this::areUsed, "both are connected, and Redis has been told everything");
        stock.reads.set(0);
    }

    // The breaker tries again only when it is asked, and what is near asks nobody.
    private boolean areUsed() {
        String id = "asked" + asked++;
        stock.find(oneItems, "acme", id).block(PATIENCE);
        stock.find(otherItems, "acme", id).block(PATIENCE);
        return isUsed(one) && isUsed(other);
    }

    private static boolean isUsed(TieredCache cache) {
        return cache.status().tracking() && cache.status().sharedState() == SharedState.CLOSED;
    }

    private long read(CacheRegion<Item> region) {
        return stock.find(region, "acme", "1").block(PATIENCE).version();
    }
}
