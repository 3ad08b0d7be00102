package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheStatus.Requests;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts for the status what it passes on. */
final class Counters implements CacheObserver {

    private final CacheObserver next;
    private final Map<Tier, LongAdder> hits = adders();
    private final Map<Tier, LongAdder> misses = adders();

    Counters(CacheObserver next) {
        this.next = next;
    }

    Requests requests(Tier tier) {
        return new Requests(adder(hits, tier).sum(), adder(misses, tier).sum());
    }

    @Override
    public void requested(Tier tier, Result result) {
        boolean answered = result == Result.HIT || result == Result.STALE;
        adder(answered ? hits : misses, tier).increment();
        next.requested(tier, result);
    }

    @Override
    public void loaded(String region, long nanos, boolean failed) {
        next.loaded(region, nanos, failed);
    }

    @Override
    public void notStored(String region, NotStored reason) {
        next.notStored(region, reason);
    }

    @Override
    public void invalidationFailed(int attempts) {
        next.invalidationFailed(attempts);
    }

    @Override
    public void nearDropped() {
        next.nearDropped();
    }

    private static Map<Tier, LongAdder> adders() {
        Map<Tier, LongAdder> adders = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            adders.put(tier, new LongAdder());
        }
        return adders;
    }

    private static LongAdder adder(Map<Tier, LongAdder> adders, Tier tier) {
        return Objects.requireNonNull(adders.get(tier));
    }
}
