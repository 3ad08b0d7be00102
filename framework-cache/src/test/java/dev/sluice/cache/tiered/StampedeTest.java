package dev.sluice.cache.tiered;

import static dev.sluice.cache.tiered.Redises.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.Access;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.tiered.Stock.Item;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class StampedeTest {

    private static final int CALLERS = 1_000;

    private final CacheSettings settings = Redises.settings(Redises.shared().url());
    private final TieredCache one = Redises.cache(settings);
    private final TieredCache other = Redises.cache(settings);
    private final CacheRegion<Item> oneItems = one.region(Stock.BY_ID);
    private final CacheRegion<Item> otherItems = other.region(Stock.BY_ID);
    private final Stock stock = new Stock();

    @BeforeEach
    void fill() {
        stock.put("acme", "1", 1);
    }

    @AfterEach
    void stop() {
        one.closeGracefully().then(other.closeGracefully()).block(PATIENCE);
    }

    @Test
    void aThousandCallersOnTwoInstancesMakeOneQuery() {
        Sinks.Empty<Void> stopped = stock.stopReads();
        Mono<List<Item>> all = Flux.range(0, CALLERS)
                .flatMap(
                        n -> stock.find(n % 2 == 0 ? oneItems : otherItems, "acme", "1")
                                .subscribeOn(Schedulers.parallel()),
                        CALLERS)
                .collectList()
                .cache();
        all.subscribe(found -> {}, error -> {});
        Await.until(
                PATIENCE,
                () -> one.status().loading() == 1 && other.status().loading() == 1 && stock.reads.get() == 1,
                "both instances wait for one read");
        stopped.tryEmitEmpty();

        assertThat(all.block(PATIENCE)).hasSize(CALLERS).allMatch(item -> item.version() == 1);
        assertThat(stock.reads).hasValue(1);
    }

    @Test
    void whoAskedFirstMayLeave() {
        Sinks.Empty<Void> stopped = stock.stopReads();
        Disposable first = stock.find(oneItems, "acme", "1").subscribe();
        Mono<Item> second = stock.find(oneItems, "acme", "1").cache();
        second.subscribe(item -> {}, error -> {});
        Await.until(PATIENCE, () -> stock.reads.get() == 1, "the read is on its way");
        first.dispose();
        stopped.tryEmitEmpty();

        assertThat(second.block(PATIENCE).version()).isEqualTo(1);
        assertThat(stock.reads).hasValue(1);
    }

    @Test
    void everyCallerHasADeadlineOfItsOwn() {
        Sinks.Empty<Void> stopped = stock.stopReads();
        Mono<Item> patient = stock.find(oneItems, "acme", "1").cache();
        patient.subscribe(item -> {}, error -> {});
        Mono<Item> hasty = oneItems.get(CacheKey.row(Stock.TABLE, "1"), stock.byId("acme", "1"))
                .contextWrite(Access.tenant("acme").deadline(Duration.ofMillis(20)));

        assertThatThrownBy(() -> hasty.block(PATIENCE))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("Items.findById");
        stopped.tryEmitEmpty();
        assertThat(patient.block(PATIENCE).version()).isEqualTo(1);
    }

    @Test
    void aReadThatFailsLetsTheNextOneTry() {
        stock.fail(new IllegalStateException("a bug"));
        assertThatThrownBy(() -> stock.find(oneItems, "acme", "1").block(PATIENCE))
                .hasMessage("a bug");
        stock.fail(null);

        assertThat(stock.find(otherItems, "acme", "1").block(PATIENCE).version())
                .isEqualTo(1);
        assertThat(stock.reads).hasValue(2);
    }
}
