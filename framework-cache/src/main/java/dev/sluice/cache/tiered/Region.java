package dev.sluice.cache.tiered;

import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheLoader;
import dev.sluice.cache.CacheObserver.Result;
import dev.sluice.cache.CacheObserver.Tier;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.near.NearEntry;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.TransactionHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Reads of one method. */
final class Region<T> implements CacheRegion<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Region.class);

    private final TieredCache cache;
    private final Tiers tiers;
    private final CacheSpec<T> spec;
    private final Values<T> values;

    Region(TieredCache cache, Tiers tiers, CacheSpec<T> spec) {
        this.cache = cache;
        this.tiers = tiers;
        this.spec = spec;
        this.values = new Values<>(tiers, spec);
    }

    Duration longestLife() {
        return values.longestLife();
    }

    @Override
    public Mono<T> get(CacheKey key, CacheLoader<T> loader) {
        return Mono.deferContextual(context -> get(key, loader, context));
    }

    private Mono<T> get(CacheKey key, CacheLoader<T> loader, ContextView context) {
        Access access = Access.from(context);
        TenantId tenant = access.requireTenant(spec.name());
        if (cache.isClosed()
                || access.consistency() == ReadConsistency.primary()
                || TransactionHandle.from(context).isPresent()) {
            return loader.asRouted();
        }
        if (Wanted.nothingCached(access)) {
            return loader.fromPrimary().contextWrite(Access.consistency(ReadConsistency.primary()));
        }
        String base = tiers.keys().value(tenant, key);
        Wanted wanted = Wanted.of(access);
        Request<T> request = new Request<>(tenant, key, base, wanted, access, context, loader);
        Answer<T> near = near(request);
        if (near != null) {
            return Mono.justOrEmpty(near.tell(access.session()));
        }
        return within(
                        access.deadline(),
                        tiers.flights().join(base, values.variant(), wanted, Mono.defer(() -> new Filling<>(
                                        tiers, values, request)
                                .answer())))
                .flatMap(answer -> Mono.justOrEmpty(answer.tell(access.session())));
    }

    private @Nullable Answer<T> near(Request<T> request) {
        NearEntry entry = tiers.isNearTrusted() ? tiers.near().find(request.key(), values.variant()) : null;
        long now = System.nanoTime();
        if (entry == null || !entry.isFresh(now)) {
            tiers.counters().requested(Tier.NEAR, Result.MISS);
            return null;
        }
        if (!request.wanted().isServedBy(entry, now)) {
            tiers.counters().requested(Tier.NEAR, Result.BEHIND);
            return null;
        }
        try {
            Answer<T> answer = values.answer(entry);
            tiers.counters().requested(Tier.NEAR, Result.HIT);
            tiers.refreshes()
                    .consider(request.key(), entry, now, () -> new Filling<>(tiers, values, request).refresh());
            return answer;
        } catch (RuntimeException unreadable) {
            LOG.debug("a value of {} cannot be decoded", spec.name(), unreadable);
            tiers.near().drop(request.key());
            tiers.counters().requested(Tier.NEAR, Result.UNREADABLE);
            return null;
        }
    }

    private <V> Mono<V> within(@Nullable Deadline deadline, Mono<V> answer) {
        if (deadline == null) {
            return answer;
        }
        Duration left = deadline.remaining();
        Duration most = left.isNegative() ? Duration.ZERO : left;
        return answer.timeout(most, Mono.error(() -> new DeadlineExceededException(spec.name(), "loading", most)));
    }

    @Override
    public Mono<Void> invalidate(CacheKey key) {
        return Mono.deferContextual(context -> {
            Access access = Access.from(context);
            TenantId tenant = access.requireTenant(spec.name());
            Set<String> keys = Set.of(tiers.keys().value(tenant, key));
            WriteSettlement settlement = cache.settlement(tenant, access.session(), touched -> keys);
            Optional<TransactionHandle> transaction = TransactionHandle.from(context);
            if (transaction.isPresent()) {
                transaction.get().register(settlement);
                return Mono.empty();
            }
            return settlement.end(keys);
        });
    }
}
