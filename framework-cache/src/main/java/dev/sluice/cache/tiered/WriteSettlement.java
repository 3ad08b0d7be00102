package dev.sluice.cache.tiered;

import dev.sluice.cache.shared.SharedTier;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What one write has done around its commit. This process forgets what it knows after the shared tier has been told, not before: what is
 * read in between is still the old value, and nobody would tell of it again.
 */
final class WriteSettlement implements Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(WriteSettlement.class);
    private static final int AT_ONCE = 64;

    private final Tiers tiers;
    private final Changes changes;
    private final Function<Touched, Set<String>> keys;
    private final @Nullable SessionPosition session;
    private final Supplier<Duration> longestLife;
    private final String writer = Long.toHexString(ThreadLocalRandom.current().nextLong());

    WriteSettlement(
            Tiers tiers,
            Changes changes,
            Function<Touched, Set<String>> keys,
            @Nullable SessionPosition session,
            Supplier<Duration> longestLife) {
        this.tiers = tiers;
        this.changes = changes;
        this.keys = keys;
        this.session = session;
        this.longestLife = longestLife;
    }

    @Override
    public Mono<Void> beforeCommit(Touched touched) {
        return Mono.defer(() -> {
            SharedTier shared = tiers.usable();
            if (shared == null) {
                return Mono.empty();
            }
            Set<String> marked = keys.apply(touched);
            return Flux.fromIterable(marked)
                    .flatMapDelayError(key -> shared.mark(key, writer), AT_ONCE, 1)
                    .then()
                    .onErrorResume(error -> {
                        LOG.debug("a write could not be marked; a crash now would leave old values in Redis", error);
                        return Mono.empty();
                    })
                    .doOnTerminate(() -> marked.forEach(tiers::forget))
                    .doOnCancel(() -> marked.forEach(tiers::forget));
        });
    }

    @Override
    public Mono<Void> afterCommit(@Nullable Lsn lsn, Touched touched) {
        return Mono.defer(() -> end(keys.apply(touched)));
    }

    /** Ends keys at once, outside of any transaction. */
    Mono<Void> end(Set<String> ended) {
        SharedTier shared = tiers.shared();
        Mono<Boolean> told =
                shared == null ? Mono.just(true) : tiers.repairs().tell(shared, ended, writer, changes.instead(ended));
        return told.doOnNext(inTime -> {
                    if (!inTime && session != null) {
                        session.avoidCachesUntil(Instant.now().plus(longestLife.get()));
                    }
                })
                .doOnTerminate(() -> ended.forEach(tiers::forget))
                .doOnCancel(() -> ended.forEach(tiers::forget))
                .then();
    }
}
