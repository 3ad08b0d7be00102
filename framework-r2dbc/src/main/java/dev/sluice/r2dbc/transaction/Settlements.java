package dev.sluice.r2dbc.transaction;

import dev.sluice.consistency.Lsn;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is to be done around one commit: in order, one after another, each bounded. */
final class Settlements {

    private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);

    private final List<Settlement> registered = new CopyOnWriteArrayList<>();
    private final Duration timeout;
    private final @Nullable CacheSettlement nearest;

    /**
     * @param timeout the most that each step may take
     * @param nearest the last to run before the commit and the first after it, when all is written that will be; null if there is none
     */
    Settlements(Duration timeout, @Nullable CacheSettlement nearest) {
        this.timeout = timeout;
        this.nearest = nearest;
    }

    void register(Settlement settlement) {
        registered.add(settlement);
    }

    /** @return completes when the commit may go on; one that registers another settlement has it run too */
    Mono<Void> beforeCommit(Supplier<Touched> touched) {
        CacheSettlement last = nearest;
        Mono<Void> others = othersBeforeCommit(touched);
        return last == null
                ? others
                : others.then(Mono.defer(() -> last.beforeCommit(touched.get()).timeout(timeout)));
    }

    private Mono<Void> othersBeforeCommit(Supplier<Touched> touched) {
        return Mono.defer(() -> {
            if (registered.isEmpty()) {
                return Mono.empty();
            }
            AtomicInteger next = new AtomicInteger();
            return Mono.defer(() -> registered
                            .get(next.getAndIncrement())
                            .beforeCommit(touched.get())
                            .timeout(timeout))
                    .repeat(() -> next.get() < registered.size())
                    .then();
        });
    }

    /** @return completes when all have had their turn; never an error, because the commit stands */
    Mono<Void> afterCommit(@Nullable Lsn lsn, Touched touched) {
        return forgiving("after commit", settlement -> settlement.afterCommit(lsn, touched));
    }

    /** @return completes when all have had their turn; never an error */
    Mono<Void> afterRollback() {
        return forgiving("after rollback", Settlement::afterRollback);
    }

    /** Has the cache told when the commit is surely over, if it is not known what became of it. */
    void afterUnknownOutcome(Touched touched) {
        if (nearest != null) {
            nearest.afterUnknownOutcome(touched);
        }
    }

    private Mono<Void> forgiving(String when, Function<Settlement, Mono<Void>> action) {
        return Mono.<Settlement>justOrEmpty(nearest)
                .concatWith(Flux.fromIterable(registered))
                .concatMap(settlement -> Mono.defer(() -> action.apply(settlement))
                        .timeout(timeout)
                        .onErrorResume(error -> {
                            LOG.warn(
                                    "settlement {} failed {}",
                                    settlement.getClass().getName(),
                                    when,
                                    error);
                            return Mono.empty();
                        }))
                .then();
    }
}
