package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheObserver.NotStored;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.near.Generation;
import dev.sluice.cache.near.NearEntry;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.consistency.Position;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the answers of one region are written, read, and how long they live.
 *
 * @param <T> their type
 */
final class Values<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Values.class);
    private static final double JITTER = 0.1;
    private static final long MARKED_LIFE = TimeUnit.MILLISECONDS.toNanos(SharedTier.MARKED_LIFE_MILLIS);

    private final Tiers tiers;
    private final CacheSpec<T> spec;
    private final String variant;
    private final Duration ttl;
    private final Duration negativeTtl;

    Values(Tiers tiers, CacheSpec<T> spec) {
        this.tiers = tiers;
        this.spec = spec;
        this.variant = Shape.variant(spec, tiers.codec());
        this.ttl = spec.ttl() != null ? spec.ttl() : tiers.settings().ttl();
        this.negativeTtl = spec.negativeTtl() != null
                ? spec.negativeTtl()
                : tiers.settings().negativeTtl();
    }

    String name() {
        return spec.name();
    }

    String variant() {
        return variant;
    }

    /** @return the longest time that a value of it can be anywhere */
    Duration longestLife() {
        Duration longer = ttl.compareTo(negativeTtl) > 0 ? ttl : negativeTtl;
        return Duration.ofMillis((long) (longer.toMillis() * (1 + JITTER)))
                .plus(tiers.settings().staleIfError());
    }

    /** @return the keys of the generations that a key depends on */
    List<String> dependencies(TenantId tenant, CacheKey key) {
        List<String> dependencies =
                new ArrayList<>(3 + 2 * spec.tables().size() + key.rows().size());
        dependencies.add(tiers.keys().tenant(tenant));
        if (key.kind() == CacheKey.Kind.ROW) {
            dependencies.add(tiers.keys().rows(tenant, key.name()));
            dependencies.add(tiers.keys().everyTenant(key.name()));
        }
        for (String table : spec.tables()) {
            dependencies.add(tiers.keys().answers(tenant, table));
            dependencies.add(tiers.keys().everyTenant(table));
        }
        for (Touched.Row row : key.rows()) {
            dependencies.add(tiers.keys().row(tenant, row));
            dependencies.add(tiers.keys().rows(tenant, row.table()));
            dependencies.add(tiers.keys().everyTenant(row.table()));
        }
        return dependencies;
    }

    /** @return an answer as it is stored; null if it is not to be */
    @Nullable
    Envelope envelope(Request<T> request, Answer<T> answer, List<Generation> generations, long began) {
        byte[] payload = null;
        if (answer.value() != null) {
            try {
                payload = tiers.codec().encode(answer.value(), spec.type());
            } catch (RuntimeException | StackOverflowError unencodable) {
                LOG.debug("an answer of {} cannot be encoded", name(), unencodable);
                tiers.counters().notStored(name(), NotStored.UNENCODABLE);
                return null;
            }
        }
        if (payload != null && payload.length > tiers.settings().maxValueSize()) {
            tiers.counters().notStored(name(), NotStored.TOO_LARGE);
            return null;
        }
        double jitter = 1 - JITTER + 2 * JITTER * ThreadLocalRandom.current().nextDouble();
        long fresh = Math.max(1, (long) ((payload == null ? negativeTtl : ttl).toMillis() * jitter));
        return new Envelope(
                request.tenant().value(),
                request.key(),
                generations.stream().mapToLong(Generation::stamp).toArray(),
                answer.shows(),
                System.nanoTime() - began,
                System.currentTimeMillis() + fresh,
                payload);
    }

    /** @return how long to store it: its life, and the time that it may be used beyond */
    long lifeMillis(Envelope envelope, long now) {
        long grace =
                envelope.payload() == null ? 0 : tiers.settings().staleIfError().toMillis();
        return Math.max(1, envelope.freshUntilMillis() - now + grace);
    }

    /** @return whether it was read under these generations */
    boolean isOf(Envelope envelope, List<Generation> generations) {
        long[] stamps = envelope.stamps();
        if (stamps.length != generations.size()) {
            return false;
        }
        for (int i = 0; i < stamps.length; i++) {
            if (stamps[i] != generations.get(i).stamp()) {
                return false;
            }
        }
        return true;
    }

    NearEntry entry(
            Envelope envelope,
            List<Generation> generations,
            @Nullable Position validFor,
            long asked,
            long lifeMillis,
            boolean marked) {
        long fresh = Math.min(lifeMillis, envelope.freshUntilMillis() - System.currentTimeMillis());
        return new NearEntry(
                variant,
                envelope.payload(),
                generations,
                envelope.shows(),
                validFor,
                marked ? asked - MARKED_LIFE : asked,
                asked + TimeUnit.MILLISECONDS.toNanos(fresh),
                asked + TimeUnit.MILLISECONDS.toNanos(lifeMillis),
                envelope.rebuildNanos());
    }

    /** @throws RuntimeException if it cannot be decoded */
    Answer<T> answer(Envelope envelope, boolean settled) {
        return new Answer<>(decode(envelope.payload()), envelope.shows(), settled);
    }

    /** @throws RuntimeException if it cannot be decoded */
    Answer<T> answer(NearEntry entry) {
        return new Answer<>(decode(entry.payload()), entry.shows(), true);
    }

    // The variant under which it was stored is made of this type.
    @SuppressWarnings("unchecked")
    private @Nullable T decode(byte @Nullable [] payload) {
        return payload == null ? null : (T) tiers.codec().decode(payload, spec.type());
    }
}
