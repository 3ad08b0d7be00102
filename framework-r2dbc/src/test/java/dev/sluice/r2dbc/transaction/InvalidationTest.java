package dev.sluice.r2dbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.TenantColumn;
import dev.sluice.TimeoutSettings;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.CacheStatus;
import dev.sluice.cache.TenantCache;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.Relation;
import dev.sluice.r2dbc.schema.WriteEffects;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** In which order a cache is told of a write, and of which outcomes. */
class InvalidationTest {

    private static final TenantId ACME = TenantId.of("acme");
    private static final Touched ITEMS = new Touched(Set.of("public.items"), Set.of());
    private static final Duration OVER = TimeoutSettings.DEFAULT.statement().plusSeconds(1);

    private final List<String> told = new ArrayList<>();
    private final Invalidation invalidation = new Invalidation(new Told(), WriteEffects.NONE, TimeoutSettings.DEFAULT);
    private VirtualTimeScheduler time;

    @BeforeEach
    void stopTime() {
        time = VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void goOn() {
        VirtualTimeScheduler.reset();
    }

    @Test
    void aWriteIsToldBeforeAndAfterIt() {
        Mono<Long> write = Mono.fromCallable(() -> {
            told.add("write");
            return 1L;
        });

        assertThat(around(write, true).block()).isEqualTo(1);
        assertThat(told).containsExactly("acme before [public.items]", "write", "acme after [public.items]");
    }

    @Test
    void aWriteOfManySignalsIsToldBeforeItCompletes() {
        Flux<Integer> write = Flux.range(0, 2).doOnNext(row -> told.add("row " + row));
        invalidation.aroundAll(() -> ITEMS, ACME, null, write, () -> true).blockLast();

        assertThat(told).containsExactly("acme before [public.items]", "row 0", "row 1", "acme after [public.items]");
    }

    @Test
    void aWriteThatTheServerRefusedIsNotTold() {
        run(around(Mono.error(new R2dbcDataIntegrityViolationException("duplicate", "23505")), true));
        time.advanceTimeBy(OVER);

        assertThat(told).containsExactly("acme before [public.items]");
    }

    @Test
    void aWriteOfUnknownOutcomeIsToldWhenItIsSurelyOver() {
        run(around(Mono.error(new R2dbcNonTransientResourceException("lost", "08007")), true));
        time.advanceTimeBy(OVER.minusMillis(1));
        assertThat(told).containsExactly("acme before [public.items]");

        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(told).containsExactly("acme before [public.items]", "acme after [public.items]");
    }

    @Test
    void aCancelledWriteIsToldWhenItIsSurelyOver() {
        run(around(Mono.never(), true)).dispose();
        time.advanceTimeBy(OVER);

        assertThat(told).containsExactly("acme before [public.items]", "acme after [public.items]");
    }

    @Test
    void aWriteThatWasNeverSentIsNotTold() {
        run(around(Mono.never(), false)).dispose();
        run(around(Mono.error(new IllegalStateException("rejected")), false));
        time.advanceTimeBy(OVER);

        assertThat(told).containsOnly("acme before [public.items]");
    }

    @Test
    void whoLeavesWhileTheCacheIsToldStopsNothing() {
        Sinks.Empty<Void> answer = Sinks.empty();
        Invalidation slow = new Invalidation(new Told(answer.asMono()), WriteEffects.NONE, TimeoutSettings.DEFAULT);
        run(slow.around(() -> ITEMS, ACME, null, Mono.just(1L), () -> false)).dispose();

        assertThat(told).containsExactly("acme before [public.items]");
        answer.tryEmitEmpty();
        assertThat(told).containsExactly("acme before [public.items]", "acme after [public.items]");
    }

    @Test
    void whatIsSharedIsToldForAllTenants() {
        Relation shared = new Relation("public", "rates", Relation.Kind.SHARED, List.of(), List.of("id"));
        Relation own = new Relation("public", "items", Relation.Kind.TENANT_OWNED, List.of(), List.of("id"));
        WriteEffects effects = Catalog.of(TenantColumn.DEFAULT, List.of(shared, own), List.of("public"))
                .effects();
        Touched both = new Touched(Set.of("public.rates", "public.items"), Set.of());
        new Invalidation(new Told(), effects, TimeoutSettings.DEFAULT)
                .around(() -> both, ACME, null, Mono.just(1L), () -> true)
                .block();

        assertThat(told)
                .containsExactly(
                        "all before [public.rates]",
                        "acme before [public.items]",
                        "all after [public.rates]",
                        "acme after [public.items]");
    }

    @Test
    void withoutACacheAWriteIsLeftAsItIs() {
        Mono<Long> write = Mono.just(1L);
        Invalidation none = new Invalidation(TenantCache.none(), WriteEffects.NONE, TimeoutSettings.DEFAULT);

        assertThat(none.around(() -> ITEMS, ACME, null, write, () -> true)).isSameAs(write);
        assertThat(none.settlement(ACME, null)).isNull();
    }

    private Mono<Long> around(Mono<Long> write, boolean begun) {
        return invalidation.around(() -> ITEMS, ACME, null, write, () -> begun);
    }

    private static Disposable run(Mono<?> write) {
        return write.onErrorComplete().subscribe();
    }

    /** Writes down what it is told; after a commit when it may. */
    private final class Told implements TenantCache {

        private final Mono<Void> after;

        Told() {
            this(Mono.empty());
        }

        Told(Mono<Void> after) {
            this.after = after;
        }

        @Override
        public Settlement settlement(@Nullable TenantId tenant, @Nullable SessionPosition session) {
            String who = tenant == null ? "all" : tenant.value();
            return new Settlement() {
                @Override
                public Mono<Void> beforeCommit(Touched touched) {
                    return Mono.fromRunnable(() -> told.add(who + " before " + touched.tables()));
                }

                @Override
                public Mono<Void> afterCommit(@Nullable Lsn lsn, Touched touched) {
                    return after.then(Mono.fromRunnable(() -> told.add(who + " after " + touched.tables())));
                }
            };
        }

        @Override
        public <T> CacheRegion<T> region(CacheSpec<T> spec) {
            return TenantCache.none().region(spec);
        }

        @Override
        public Mono<Void> flush(TenantId tenant) {
            return Mono.empty();
        }

        @Override
        public CacheStatus status() {
            return CacheStatus.NONE;
        }

        @Override
        public Mono<Void> closeGracefully() {
            return Mono.empty();
        }
    }
}
