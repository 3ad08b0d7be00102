package dev.sluice.cache.tiered;

import static dev.sluice.cache.tiered.Redises.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.tiered.Stock.Item;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.embedded.EmbeddedSentinel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances on a Redis that Sentinel replaces by another. */
class SentinelTest {

    private final Stock stock = new Stock();
    private EmbeddedSentinel redis;
    private CacheSettings settings;
    private TieredCache one;
    private TieredCache other;
    private CacheRegion<Item> oneItems;
    private CacheRegion<Item> otherItems;
    private int asked;

    @BeforeEach
    void start() {
        redis = EmbeddedSentinel.start();
        settings = at(redis.url());
        one = Redises.cache(settings);
        other = Redises.cache(settings);
        oneItems = one.region(Stock.BY_ID);
        otherItems = other.region(Stock.BY_ID);
        stock.put("acme", "1", 1);
        Await.until(PATIENCE, () -> isUsed(one) && isUsed(other), "both are connected");
        assertThat(read(oneItems)).isEqualTo(1);
        assertThat(read(otherItems)).isEqualTo(1);
        assertThat(stock.reads).hasValue(1);
    }

    // A command that comes late fails and asks the database: let no pause of the machine do that.
    private static CacheSettings at(String url) {
        return Redises.settings(url)
                .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(4), PATIENCE);
    }

    @AfterEach
    void stop() {
        one.closeGracefully().then(other.closeGracefully()).block(PATIENCE);
        redis.close();
    }

    @Test
    void afterAFailoverNothingFromBeforeIsServed() {
        redis.first().kill();
        Await.until(PATIENCE, () -> !one.status().tracking() && !other.status().tracking(), "the loss is noticed");
        stock.write(one, "acme", "1", 2).block(PATIENCE);
        awaitSecond();

        assertThat(read(oneItems)).isEqualTo(2);
        assertThat(read(otherItems)).isEqualTo(2);
        servesAgain();
    }

    @Test
    void aFrozenPrimaryThatComesBackIsNotBelieved() {
        redis.first().freeze();
        Await.until(PATIENCE, () -> !one.status().tracking() && !other.status().tracking(), "the silence is noticed");
        stock.write(one, "acme", "1", 2).block(PATIENCE);
        awaitSecond();
        redis.first().thaw();

        assertThat(read(oneItems)).isEqualTo(2);
        assertThat(read(otherItems)).isEqualTo(2);
        servesAgain();
    }

    @Test
    void whoStillTalksToAReplacedPrimaryLeavesIt() {
        redis.first().freeze();
        Await.until(PATIENCE, () -> redis.primary().equals(redis.second()), "the second takes over");
        redis.first().thaw();
        try (Elsewhere elsewhere = new Elsewhere(settings)) {
            Position token = stock.write(elsewhere.cache, "acme", "1", 2).block(PATIENCE);

            assertThat(stock.find(oneItems, "acme", "1", SessionPosition.at(token))
                            .block(PATIENCE)
                            .version())
                    .isEqualTo(2);
            assertThat(read(oneItems)).isEqualTo(2);
            assertThat(read(otherItems)).isEqualTo(2);
        }
        awaitSecond();
        servesAgain();
    }

    // The negative control: who asks no Sentinel stays with what was replaced. Here nobody can make that a replica.
    @Test
    void whoDoesNotAskSentinelServesWhatIsNotTrueAnyMore() {
        CacheSettings blind = at(redis.first().url()).withNamespace(settings.namespace());
        assertThat(Redises.command(redis.first(), "ACL SETUSER default -replicaof -slaveof"))
                .isEqualTo("+OK");
        try (Elsewhere left = new Elsewhere(blind)) {
            CacheRegion<Item> leftItems = left.cache.region(Stock.BY_ID);
            redis.first().freeze();
            Await.until(PATIENCE, () -> !left.cache.status().tracking(), "the silence is noticed");
            Await.until(PATIENCE, () -> redis.primary().equals(redis.second()), "the second takes over");
            redis.first().thaw();
            awaitUse(left.cache, leftItems);
            try (Elsewhere elsewhere = new Elsewhere(settings)) {
                stock.write(elsewhere.cache, "acme", "1", 2).block(PATIENCE);

                assertThat(read(leftItems)).isEqualTo(1);
            }
        }
    }

    /** One more instance. */
    private static final class Elsewhere implements AutoCloseable {

        private final TieredCache cache;

        Elsewhere(CacheSettings settings) {
            cache = Redises.cache(settings);
            Await.until(PATIENCE, () -> isUsed(cache), "it is connected");
        }

        @Override
        public void close() {
            cache.closeGracefully().block(PATIENCE);
        }
    }

    private void awaitSecond() {
        Await.until(
                PATIENCE,
                () -> {
                    // The breaker tries again only when it is asked.
                    String id = "asked" + asked++;
                    stock.find(oneItems, "acme", id).block(PATIENCE);
                    stock.find(otherItems, "acme", id).block(PATIENCE);
                    assertThat(read(oneItems)).isEqualTo(2);
                    assertThat(read(otherItems)).isEqualTo(2);
                    return redis.primary().equals(redis.second()) && isUsed(one) && isUsed(other);
                },
                "both use the second");
    }

    private void awaitUse(TieredCache cache, CacheRegion<Item> region) {
        Await.until(
                PATIENCE,
                () -> {
                    stock.find(region, "acme", "asked" + asked++).block(PATIENCE);
                    return isUsed(cache);
                },
                "it is connected again");
    }

    private void servesAgain() {
        // What was read before both were used may not have been stored.
        read(oneItems);
        read(otherItems);
        int before = stock.reads.get();
        read(oneItems);
        read(otherItems);
        assertThat(stock.reads.get() - before).as("reads of the database").isZero();
        stock.write(other, "acme", "1", 3).block(PATIENCE);
        Await.until(PATIENCE, () -> read(oneItems) == 3, "it was told");
        assertThat(read(otherItems)).isEqualTo(3);
    }

    private static boolean isUsed(TieredCache cache) {
        return cache.status().tracking() && cache.status().sharedState() == SharedState.CLOSED;
    }

    private long read(CacheRegion<Item> region) {
        return stock.find(region, "acme", "1").block(PATIENCE).version();
    }
}
