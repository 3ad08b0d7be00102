package dev.sluice.cache.tiered;

import static dev.sluice.cache.tiered.Redises.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.redis.RedisTier;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.cache.tiered.Stock.Item;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A commit that is flushed and not yet seen, while others sample positions beyond it: what they read then is old, and the positions
 * do not tell. Pushes do not arrive at all here, so that nothing rests on their being quick.
 */
class LimboTest {

    private static final Touched ITEM = new Touched(Set.of(), Set.of(new Touched.Row(Stock.TABLE, "1")));

    private final CacheSettings settings = Redises.settings(Redises.shared().url());
    private final Stock stock = new Stock();
    private final TieredCache writers = Redises.cache(settings);
    private final TieredCache readers = TieredCache.connect(
                    settings, new CborCodec(), CacheObserver.NONE, listener -> RedisTier.connect(settings, deaf()))
            .block(PATIENCE);
    private final CacheRegion<Item> items = readers.region(Stock.BY_ID);
    private final Settlement settlement = writers.settlement(TenantId.of("acme"), null);

    private static SharedTier.Listener deaf() {
        return new SharedTier.Listener() {
            @Override
            public void changed(String key) {}

            @Override
            public void lost() {}
        };
    }

    @BeforeEach
    void put() {
        stock.put("acme", "1", 1);
    }

    @AfterEach
    void stop() {
        writers.closeGracefully().then(readers.closeGracefully()).block(PATIENCE);
    }

    @Test
    void whatWasReadMeanwhileIsNotKeptForWhoHasTheWritersToken() {
        settlement.beforeCommit(ITEM).block(PATIENCE);
        Position flushed = stock.flush();
        assertThat(read(flushed)).isEqualTo(1);
        stock.show("acme", "1", 2);
        settlement.afterCommit(null, ITEM).block(PATIENCE);

        assertThat(read(flushed)).as("with the writer's token").isEqualTo(2);
    }

    @Test
    void aReadThatBeganMeanwhileIsNotSharedWithWhoHasTheWritersToken() {
        settlement.beforeCommit(ITEM).block(PATIENCE);
        Position flushed = stock.flush();
        Sinks.Empty<Void> stopped = stock.stopReads();
        Mono<Item> early =
                stock.find(items, "acme", "1", SessionPosition.at(flushed)).cache();
        early.subscribe(item -> {}, error -> {});
        Await.until(PATIENCE, () -> stock.reads.get() == 1, "it has its snapshot");
        stock.letReadsGoOn();
        stock.show("acme", "1", 2);
        settlement.afterCommit(null, ITEM).block(PATIENCE);
        Mono<Item> late =
                stock.find(items, "acme", "1", SessionPosition.at(flushed)).cache();
        late.subscribe(item -> {}, error -> {});
        stopped.tryEmitEmpty();

        assertThat(early.block(PATIENCE).version()).isEqualTo(1);
        assertThat(late.block(PATIENCE).version()).as("with the writer's token").isEqualTo(2);
    }

    private long read(Position seen) {
        return stock.find(items, "acme", "1", SessionPosition.at(seen))
                .block(PATIENCE)
                .version();
    }
}
