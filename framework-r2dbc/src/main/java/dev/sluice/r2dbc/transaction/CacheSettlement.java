package dev.sluice.r2dbc.transaction;

import dev.sluice.consistency.Lsn;
import dev.sluice.r2dbc.schema.WriteEffects;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What the cache has done around one commit. What belongs to no tenant changes for all of them, whoever writes it. */
final class CacheSettlement implements Settlement {

    private final Settlement own;
    private final @Nullable Settlement all;
    private final WriteEffects effects;
    private final Duration surelyOver;

    /**
     * @param own of what is the writer's
     * @param all of what is all tenants'; null if the writer's is
     * @param surelyOver after which time no write of which nothing is known is still on its way
     */
    CacheSettlement(Settlement own, @Nullable Settlement all, WriteEffects effects, Duration surelyOver) {
        this.own = own;
        this.all = all;
        this.effects = effects;
        this.surelyOver = surelyOver;
    }

    @Override
    public Mono<Void> beforeCommit(Touched touched) {
        return each(touched, Settlement::beforeCommit);
    }

    @Override
    public Mono<Void> afterCommit(@Nullable Lsn lsn, Touched touched) {
        return each(touched, (settlement, part) -> settlement.afterCommit(lsn, part));
    }

    /**
     * Nobody knows whether it was committed, or will be. Told at once the cache could take the old row once more, and without the marker
     * that says so; until then the marker bounds it.
     */
    void afterUnknownOutcome(Touched touched) {
        Background.run(
                "telling the cache of a write whose outcome is unknown",
                Mono.delay(surelyOver).then(Mono.defer(() -> afterCommit(null, touched))));
    }

    private Mono<Void> each(Touched touched, BiFunction<Settlement, Touched, Mono<Void>> step) {
        Set<String> shared = all == null ? Set.of() : effects.shared(touched.tables());
        if (all == null || shared.isEmpty()) {
            return step.apply(own, touched);
        }
        Set<String> tables = new HashSet<>(touched.tables());
        tables.removeAll(shared);
        return step.apply(all, new Touched(shared, Set.of()))
                .then(Mono.defer(() -> step.apply(own, new Touched(tables, touched.rows()))));
    }
}
