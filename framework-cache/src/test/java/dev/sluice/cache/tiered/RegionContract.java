package dev.sluice.cache.tiered;

import static dev.sluice.cache.tiered.Redises.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheLoader;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.tiered.Stock.Item;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.MissingTenantException;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionOptions;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What a region promises, whatever tiers there are. */
abstract class RegionContract {

    private final Stock stock = new Stock();
    private final Heard heard = new Heard();
    private TieredCache cache;
    private CacheRegion<Item> items;
    private CacheRegion<List<Item>> lists;

    abstract CacheSettings settings();

    @BeforeEach
    void start() {
        use(settings());
        stock.put("acme", "1", 1);
        stock.put("globex", "1", 100);
    }

    @AfterEach
    void stop() {
        cache.closeGracefully().block(PATIENCE);
    }

    private void use(CacheSettings settings) {
        cache = Redises.cache(settings, heard, tier -> tier);
        items = cache.region(Stock.BY_ID);
        lists = cache.region(Stock.ALL);
    }

    private void useAgain(CacheSettings settings) {
        stop();
        use(settings);
    }

    @Test
    void eachTenantHasItsOwn() {
        for (int i = 0; i < 2; i++) {
            assertThat(read("acme")).isEqualTo(1);
            assertThat(read("globex")).isEqualTo(100);
        }
        assertThat(stock.reads).hasValue(2);
        assertThatThrownBy(() -> items.get(CacheKey.row(Stock.TABLE, "1"), stock.byId("acme", "1"))
                        .block(PATIENCE))
                .isInstanceOf(MissingTenantException.class);
    }

    @Test
    void thatThereIsNothingIsRememberedUntilSomethingIsInserted() {
        for (int i = 0; i < 3; i++) {
            assertThat(stock.find(items, "acme", "9").block(PATIENCE)).isNull();
        }
        assertThat(stock.reads).hasValue(1);
        stock.write(cache, "acme", "9", 5).block(PATIENCE);

        assertThat(stock.find(items, "acme", "9").block(PATIENCE).version()).isEqualTo(5);
    }

    @Test
    void aListEndsWithAnyWriteToItsTableAndARowOnlyWithItsOwn() {
        assertThat(stock.findAll(lists, "acme").block(PATIENCE)).hasSize(1);
        read("acme");
        read("globex");
        stock.findAll(lists, "globex").block(PATIENCE);
        stock.write(cache, "acme", "2", 7).block(PATIENCE);
        int before = stock.reads.get();

        assertThat(stock.findAll(lists, "acme").block(PATIENCE)).hasSize(2);
        assertThat(stock.reads.get()).isEqualTo(before + 1);
        read("acme");
        read("globex");
        stock.findAll(lists, "globex").block(PATIENCE);
        assertThat(stock.reads.get()).as("no other answer has ended").isEqualTo(before + 1);
    }

    @Test
    void aWriteOfUnknownRowsEndsTheRowsOfItsTenantsTable() {
        read("acme");
        read("globex");
        stock.write(cache, "acme", "1", 2, new Touched(Set.of(Stock.TABLE), Set.of()))
                .block(PATIENCE);

        assertThat(read("acme")).isEqualTo(2);
        assertThat(stock.reads).hasValue(3);
        read("globex");
        assertThat(stock.reads).as("another tenant's has not ended").hasValue(3);
    }

    @Test
    void aWriteOfVeryManyRowsIsOneOfUnknownRows() {
        read("acme");
        Set<Touched.Row> rows = new java.util.HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            rows.add(new Touched.Row(Stock.TABLE, Integer.toString(i)));
        }
        stock.write(cache, "acme", "1", 2, new Touched(Set.of(), rows)).block(PATIENCE);

        assertThat(read("acme")).isEqualTo(2);
    }

    @Test
    void aWriteAcrossTenantsEndsTheTableForAll() {
        read("acme");
        stock.findAll(lists, "globex").block(PATIENCE);
        Settlement across = cache.settlement(null, null);
        Touched touched = new Touched(Set.of(Stock.TABLE), Set.of());
        across.beforeCommit(touched)
                .then(Mono.fromRunnable(() -> {
                    stock.put("acme", "1", 2);
                    stock.put("globex", "2", 2);
                }))
                .then(across.afterCommit(null, touched))
                .block(PATIENCE);

        assertThat(read("acme")).isEqualTo(2);
        assertThat(stock.findAll(lists, "globex").block(PATIENCE)).hasSize(2);
    }

    @Test
    void aFlushEndsEverythingOfATenantAndNothingOfAnother() {
        read("acme");
        read("globex");
        stock.put("acme", "1", 2);
        stock.put("globex", "1", 101);
        cache.flush(TenantId.of("acme")).block(PATIENCE);

        assertThat(read("acme")).isEqualTo(2);
        assertThat(read("globex")).isEqualTo(100);
    }

    @Test
    void anAnswerCanDependOnARow() {
        CacheSpec<Item> spec = CacheSpec.of("Items.titled", Item.class);
        CacheRegion<Item> titled = cache.region(spec);
        CacheKey key = CacheKey.of("Items.titled", "x").dependingOn(Stock.TABLE, "1");
        Mono<Item> read = titled.get(key, stock.byId("acme", "1")).contextWrite(Access.tenant("acme"));
        read.block(PATIENCE);
        stock.write(cache, "acme", "2", 9).block(PATIENCE);
        read.block(PATIENCE);
        assertThat(stock.reads).hasValue(1);
        stock.write(cache, "acme", "1", 9).block(PATIENCE);

        assertThat(read.block(PATIENCE).version()).isEqualTo(9);
    }

    @Test
    void anAnswerIsEndedByItsKeyAtOnceOrAroundTheCommit() {
        read("acme");
        stock.put("acme", "1", 2);
        items.invalidate(CacheKey.row(Stock.TABLE, "1"))
                .contextWrite(Access.tenant("acme"))
                .block(PATIENCE);
        assertThat(read("acme")).isEqualTo(2);

        stock.put("acme", "1", 3);
        Transaction transaction = new Transaction();
        items.invalidate(CacheKey.row(Stock.TABLE, "1"))
                .contextWrite(Access.tenant("acme"))
                .contextWrite(context -> context.put(TransactionHandle.KEY, transaction))
                .block(PATIENCE);
        assertThat(read("acme")).isEqualTo(2);
        transaction.registered.get(0).afterCommit(null, Touched.NOTHING).block(PATIENCE);
        assertThat(read("acme")).isEqualTo(3);
    }

    @Test
    void transactionsPrimaryReadsAndSessionsInDoubtGoPastTheCache() {
        Mono<Item> find = items.get(CacheKey.row(Stock.TABLE, "1"), stock.byId("acme", "1"));
        List<Mono<Item>> past = List.of(
                find.contextWrite(Access.tenant("acme").consistency(ReadConsistency.primary())),
                find.contextWrite(context -> context.put(TransactionHandle.KEY, new Transaction()))
                        .contextWrite(Access.tenant("acme")),
                find.contextWrite(Access.tenant("acme")
                        .session(SessionPosition.none()
                                .avoidCachesUntil(Instant.now().plusSeconds(600)))));
        past.forEach(read -> assertThat(read.block(PATIENCE).version()).isEqualTo(1));
        past.forEach(read -> read.block(PATIENCE));
        assertThat(stock.reads).hasValue(6);
        read("acme");
        assertThat(stock.reads).as("nothing was filled").hasValue(7);

        find.contextWrite(Access.tenant("acme")
                        .session(SessionPosition.none()
                                .avoidCachesUntil(Instant.now().minusSeconds(1))))
                .block(PATIENCE);
        assertThat(stock.reads).as("the doubt is over").hasValue(7);
    }

    @Test
    void aBoundedReadIsServedWhatIsFreshEnough() {
        Mono<Item> find = items.get(CacheKey.row(Stock.TABLE, "1"), stock.byId("acme", "1"));
        AccessChange acme = Access.tenant("acme");
        find.contextWrite(acme).block(PATIENCE);
        find.contextWrite(acme.consistency(ReadConsistency.bounded(Duration.ofMinutes(1))))
                .block(PATIENCE);
        assertThat(heard.count(CacheObserver.Tier.NEAR, CacheObserver.Result.HIT))
                .isEqualTo(1);
        find.contextWrite(acme.consistency(ReadConsistency.bounded(Duration.ofNanos(1))))
                .block(PATIENCE);
        assertThat(heard.count(CacheObserver.Tier.NEAR, CacheObserver.Result.BEHIND))
                .isEqualTo(1);
    }

    @Test
    void whileTheDatabaseIsOutOfReachAnAnswerOutlivesItsLife() {
        useAgain(settings().withLives(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofHours(1)));
        read("acme");
        stock.fail(new R2dbcNonTransientResourceException("connection lost", "08006"));
        Await.until(PATIENCE, () -> read("acme") == 1 && heard.stale() > 0, "the answer's life ends");

        stock.fail(new IllegalStateException("a bug"));
        assertThatThrownBy(() -> read("acme")).hasMessageContaining("a bug");
        stock.fail(new R2dbcNonTransientResourceException("connection lost", "08006"));
        stock.write(cache, "acme", "1", 2).block(PATIENCE);
        assertThatThrownBy(() -> read("acme")).as("outdated is never served").hasMessageContaining("connection lost");
    }

    @Test
    void withoutGraceAnErrorIsAnError() {
        useAgain(settings().withLives(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO));
        read("acme");
        stock.fail(new R2dbcNonTransientResourceException("connection lost", "08006"));

        Await.until(
                PATIENCE,
                () -> {
                    assertThatThrownBy(() -> read("acme")).hasMessageContaining("connection lost");
                    return true;
                },
                "the answer's life ends");
    }

    @Test
    void anAnswerNearItsEndIsRenewedBeforeIt() {
        Duration rebuild = Duration.ofMillis(200);
        useAgain(settings().withLives(Duration.ofMillis(800), Duration.ofMillis(1), Duration.ZERO));
        CacheLoader<Item> slow = () -> Mono.deferContextual(context -> {
            stock.reads.incrementAndGet();
            return Mono.delay(rebuild)
                    .thenReturn(stock.put(String.valueOf(Access.from(context).workload()), "1", stock.reads.get()));
        });
        Mono<Item> find = items.get(CacheKey.row(Stock.TABLE, "1"), slow).contextWrite(Access.tenant("acme"));
        find.block(PATIENCE);

        Await.until(
                PATIENCE, () -> find.block(PATIENCE).tenant().equals("background"), "a background read has renewed it");
    }

    @Test
    void whatCannotBeStoredIsServedAndMetered() {
        CacheRegion<Object> odd = cache.region(CacheSpec.of("Odd.get", Object.class));
        AtomicInteger loads = new AtomicInteger();
        Object unencodable = new Object() {
            @SuppressWarnings("unused")
            public Object getSelf() {
                throw new IllegalStateException("not for you");
            }
        };
        CacheLoader<Object> loader = () -> Mono.fromSupplier(() -> {
            loads.incrementAndGet();
            return unencodable;
        });
        for (int i = 0; i < 2; i++) {
            assertThat(odd.get(CacheKey.of("Odd.get"), loader)
                            .contextWrite(Access.tenant("acme"))
                            .block(PATIENCE))
                    .isSameAs(unencodable);
        }
        assertThat(loads).hasValue(2);
        assertThat(heard.notStored).containsEntry(CacheObserver.NotStored.UNENCODABLE, 2);
    }

    @Test
    void aValueOfTenMegabytesIsServedAndMetered() {
        CacheRegion<String> large = cache.region(CacheSpec.of("Large.get", String.class));
        String text = "x".repeat(10 << 20);
        for (int i = 0; i < 2; i++) {
            assertThat(large.get(CacheKey.of("Large.get"), () -> Mono.just(text))
                            .contextWrite(Access.tenant("acme"))
                            .block(PATIENCE))
                    .hasSize(text.length());
        }
        assertThat(heard.notStored).containsEntry(CacheObserver.NotStored.TOO_LARGE, 2);
    }

    @Test
    void aClosedCacheReadsTheDatabase() {
        read("acme");
        cache.closeGracefully().block(PATIENCE);

        assertThat(read("acme")).isEqualTo(1);
        assertThat(stock.reads).hasValue(2);
    }

    private long read(String tenant) {
        return stock.find(items, tenant, "1").block(PATIENCE).version();
    }

    private static final class Transaction implements TransactionHandle {

        final List<Settlement> registered = new ArrayList<>();

        @Override
        public TenantId tenant() {
            return TenantId.of("acme");
        }

        @Override
        public TransactionOptions options() {
            return TransactionOptions.DEFAULT;
        }

        @Override
        public boolean isActive() {
            return true;
        }

        @Override
        public void register(Settlement settlement) {
            registered.add(settlement);
        }

        @Override
        public void externalIo(String io) {}
    }
}
