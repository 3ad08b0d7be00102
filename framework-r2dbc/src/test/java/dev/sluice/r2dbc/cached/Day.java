package dev.sluice.r2dbc.cached;

import dev.sluice.repository.Cached;
import dev.sluice.repository.Id;
import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.Query;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Version;
import dev.sluice.repository.Where;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@TenantOwned("days")
record Day(
        @Id UUID id,
        UUID planId,
        BigDecimal amount,
        Instant madeAt,
        @Version long version) {

    private static final Instant BEGINNING = Instant.parse("2026-11-20T08:15:30.123456Z");

    static Day of(UUID plan, String amount) {
        return new Day(UUID.randomUUID(), plan, new BigDecimal(amount), BEGINNING, 0);
    }

    Day costing(String other) {
        return new Day(id, planId, new BigDecimal(other), madeAt, version);
    }

    /** Everything that reads is cached. */
    interface Days extends TenantRepository<Day, UUID> {

        @Override
        @Cached(ttl = "10m", negativeTtl = "5m")
        Mono<Day> findById(UUID id);

        @Override
        @Cached
        Mono<Boolean> existsById(UUID id);

        @Override
        @Cached
        Mono<Long> count();

        @Override
        @Cached
        Flux<Day> findAll();

        @Override
        @Cached
        Mono<Page<Day>> findPage(PageRequest request);

        @Cached
        @Where("plan_id = :plan order by amount")
        Flux<Day> ofPlan(UUID plan);

        @Cached
        @Where("plan_id = :plan order by amount")
        Mono<List<Day>> listOfPlan(UUID plan);

        @Cached
        @Query("select d.id, r.words from days d join remarks r on r.day_id = d.id order by r.words")
        Flux<Remarked> remarked();

        @Cached
        @Query("select amount from totals where plan_id = :plan")
        Mono<BigDecimal> totalOf(UUID plan);

        @Cached
        @Query("select factor from rates where id = :id")
        Mono<BigDecimal> rate(String id);

        @Query("update days set amount = amount + 1 where plan_id = :plan")
        Mono<Long> raise(UUID plan);

        @Query("update rates set factor = :factor where id = :id")
        Mono<Long> rerate(String id, BigDecimal factor);
    }

    record Remarked(UUID id, String words) {}
}
