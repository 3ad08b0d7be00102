package dev.sluice.cache.tiered;

import dev.sluice.access.Access;
import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheLoader;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.TenantCache;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A table without a database: its reads can be stopped between the snapshot and the answer, and its commits have positions. */
final class Stock {

    static final String TABLE = "public.items";
    static final CacheSpec<Item> BY_ID = CacheSpec.of("Items.findById", Item.class);
    static final CacheSpec<List<Item>> ALL =
            CacheSpec.<Item>listOf("Items.all", Item.class).dependingOn(Set.of(TABLE));

    record Item(String id, String tenant, long version, BigDecimal value, LocalDate day) {}

    final AtomicInteger reads = new AtomicInteger();
    private final Map<String, Item> rows = new ConcurrentHashMap<>();
    private final AtomicLong lsn = new AtomicLong(1_000);
    private volatile Sinks.@Nullable Empty<Void> gate;
    private volatile @Nullable Throwable trouble;

    /** Every read that begins from now on has its snapshot, and waits with it. */
    Sinks.Empty<Void> stopReads() {
        Sinks.Empty<Void> stopped = Sinks.empty();
        gate = stopped;
        return stopped;
    }

    void letReadsGoOn() {
        gate = null;
    }

    void fail(@Nullable Throwable error) {
        trouble = error;
    }

    Item put(String tenant, String id, long version) {
        Item item = item(tenant, id, version);
        flush();
        rows.put(tenant + '/' + id, item);
        return item;
    }

    /** A commit is flushed, and nobody sees it yet: as long as it waits for a synchronous standby, that may take long. */
    Position flush() {
        return new Position(1, new Lsn(lsn.incrementAndGet()));
    }

    /** What was flushed is seen. */
    void show(String tenant, String id, long version) {
        rows.put(tenant + '/' + id, item(tenant, id, version));
    }

    private static Item item(String tenant, String id, long version) {
        return new Item(id, tenant, version, new BigDecimal("12.50").add(BigDecimal.valueOf(version)), LocalDate.EPOCH);
    }

    /** A read past all caches. */
    long versionOf(String tenant, String id) {
        return rows.get(tenant + '/' + id).version();
    }

    Position position() {
        return new Position(1, new Lsn(lsn.get()));
    }

    CacheLoader<Item> byId(String tenant, String id) {
        return () -> read(() -> rows.get(tenant + '/' + id));
    }

    CacheLoader<List<Item>> all(String tenant) {
        return () -> read(() -> rows.values().stream()
                .filter(item -> item.tenant().equals(tenant))
                .sorted(java.util.Comparator.comparing(Item::id))
                .toList());
    }

    private <V> Mono<V> read(java.util.function.Supplier<@Nullable V> snapshot) {
        return Mono.deferContextual(context -> {
            if (trouble != null) {
                reads.incrementAndGet();
                return Mono.error(trouble);
            }
            V seen = snapshot.get();
            SessionPosition session = Access.from(context).session();
            if (session != null) {
                session.raise(position(), "primary");
            }
            Sinks.Empty<Void> stopped = gate;
            reads.incrementAndGet(); // last: who waits for this read changes the row and the gate then
            return stopped == null ? Mono.justOrEmpty(seen) : stopped.asMono().then(Mono.justOrEmpty(seen));
        });
    }

    Mono<Item> find(CacheRegion<Item> region, String tenant, String id) {
        return region.get(CacheKey.row(TABLE, id), byId(tenant, id)).contextWrite(Access.tenant(tenant));
    }

    Mono<Item> find(CacheRegion<Item> region, String tenant, String id, SessionPosition session) {
        return region.get(CacheKey.row(TABLE, id), byId(tenant, id))
                .contextWrite(Access.tenant(tenant).session(session));
    }

    Mono<List<Item>> findAll(CacheRegion<List<Item>> region, String tenant) {
        return region.get(CacheKey.of("Items.all"), all(tenant)).contextWrite(Access.tenant(tenant));
    }

    /** @return the position of the commit, told when the settlement is done, as a token is */
    Mono<Position> write(TenantCache cache, String tenant, String id, long version) {
        return write(cache, tenant, id, version, new Touched(Set.of(), Set.of(new Touched.Row(TABLE, id))));
    }

    Mono<Position> write(TenantCache cache, String tenant, String id, long version, Touched touched) {
        Settlement settlement = cache.settlement(TenantId.of(tenant), null);
        return settlement
                .beforeCommit(touched)
                .then(Mono.fromSupplier(() -> {
                    put(tenant, id, version);
                    return position();
                }))
                .flatMap(position ->
                        settlement.afterCommit(position.lsn(), touched).thenReturn(position));
    }
}
