package dev.sluice.r2dbc.repository;

import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.Query;
import dev.sluice.repository.Read;
import dev.sluice.repository.RunsIn;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

interface Items extends TenantRepository<Item, UUID> {

    @Override
    @Read(Read.Freshness.PRIMARY)
    Mono<Item> findById(UUID id);

    @Where("name = :name")
    Flux<Item> named(String name);

    @Where("name = :name")
    Mono<Item> theOneNamed(String name);

    @Where("mood = :mood and rank is not null order by rank desc, name")
    Mono<List<Item>> inMood(Mood mood);

    @Where("name like :pattern or note like :pattern order by rank desc, name")
    Mono<Page<Item>> matching(String pattern, PageRequest page);

    @Where("name like :pattern or rank = :rank")
    Mono<Long> countMatching(String pattern, @Nullable Integer rank);

    @Where("name = :name or id = any(:ids)")
    Mono<Boolean> existsNamed(String name, List<UUID> ids);

    @Where("name = :name or name = :other")
    Mono<Long> deleteNamed(String name, String other);

    @Query("select name, count(*) as how_many, max(amount) as greatest from items group by name order by name")
    @RunsIn("reporting")
    Flux<NameCount> names();

    @Query(
            "select i.* from items i where i.id in (select p.item_id from parts p where p.label = :label) order by i.name")
    Flux<Item> withPart(String label);

    @Query("select count(*) from items")
    Mono<Long> howMany();

    @Query("select max(amount) from items where name = :name")
    Mono<BigDecimal> greatest(String name);

    @Query("select note from items order by name")
    Flux<String> notes();

    @Query("update items set note = :note where name = :name")
    Mono<Long> annotate(String name, @Nullable String note);

    @Query("update items set rank = coalesce(rank, 0) + 1 where name = :name returning rank")
    Mono<Long> raise(String name);

    @Query("delete from items where name = :name")
    Mono<Void> forget(String name);

    default Mono<Item> findOrInsert(Item item) {
        return findById(item.id()).switchIfEmpty(insert(item));
    }

    record NameCount(String name, long howMany, @Nullable BigDecimal greatest) {}
}
