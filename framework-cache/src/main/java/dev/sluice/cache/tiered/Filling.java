package dev.sluice.cache.tiered;

import dev.sluice.access.Deadline;
import dev.sluice.cache.CacheObserver.NotStored;
import dev.sluice.cache.CacheObserver.Result;
import dev.sluice.cache.CacheObserver.Tier;
import dev.sluice.cache.near.Generation;
import dev.sluice.cache.near.NearEntry;
import dev.sluice.cache.shared.Lookup;
import dev.sluice.cache.shared.OutOfReachException;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.consistency.Position;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * One read of what is not near: of the shared tier, and under a lease of the database.
 *
 * @param <T> the type of the answer
 */
final class Filling<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Filling.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    private final Tiers tiers;
    private final Values<T> values;
    private final Request<T> request;
    private final List<String> dependencies;
    private final Loading<T> loading;
    private final Deadline deadline;
    private final String lease = Long.toHexString(ThreadLocalRandom.current().nextLong());
    private Duration pause = FIRST_PAUSE;
    private @Nullable Answer<T> stale;

    Filling(Tiers tiers, Values<T> values, Request<T> request) {
        this.tiers = tiers;
        this.values = values;
        this.request = request;
        this.dependencies = values.dependencies(request.tenant(), request.asked());
        this.loading = new Loading<>(values.name(), request, tiers.settings().loadTimeout(), tiers.counters());
        this.deadline = Deadline.after(tiers.settings().loadTimeout());
    }

    /** @return the answer, from wherever it is found */
    Mono<Answer<T>> answer() {
        SharedTier shared = tiers.usable();
        if (shared != null) {
            return look(shared);
        }
        if (tiers.shared() == null) {
            return loadAlone(loading.fromPrimary(false));
        }
        tiers.counters().requested(Tier.SHARED, Result.UNAVAILABLE);
        return loading.routed();
    }

    /** @return completes when there is a new value, or somebody else makes one */
    Mono<Void> refresh() {
        SharedTier shared = tiers.usable();
        if (shared == null) {
            return tiers.shared() == null ? loadAlone(loading.inBackground()).then() : Mono.empty();
        }
        long ticket = tiers.near().ticket(request.key());
        return tiers.generations(shared, dependencies, false)
                .flatMap(generations -> shared.lease(request.key(), values.variant(), lease)
                        .flatMap(taken -> taken
                                ? load(shared, generations, ticket, loading.inBackground())
                                        .then()
                                : Mono.<Void>empty()));
    }

    private Mono<Answer<T>> look(SharedTier shared) {
        return Mono.defer(() -> {
            long ticket = tiers.near().ticket(request.key());
            long asked = System.nanoTime();
            // Both are waited for: what fails second would else be logged as an error that nobody has seen.
            return Mono.zipDelayError(
                            tiers.generations(
                                    shared, dependencies, request.wanted().isStrict()),
                            shared.fetch(request.key(), values.variant(), lease))
                    .map(both -> new Found(both.getT1(), both.getT2(), ticket, asked))
                    .onErrorResume(error -> {
                        failed(shared, Exceptions.unwrapMultiple(error).get(0));
                        return Mono.empty();
                    })
                    .map(found -> decide(shared, found))
                    .defaultIfEmpty(Mono.defer(loading::routed))
                    .flatMap(next -> next);
        });
    }

    private Mono<Answer<T>> decide(SharedTier shared, Found found) {
        return switch (found.lookup.outcome()) {
            case VALUE -> take(shared, found);
            case LEASED -> {
                count(Result.MISS);
                yield load(shared, found);
            }
            case BUSY, NONE -> waitFor(shared);
        };
    }

    private Mono<Answer<T>> take(SharedTier shared, Found found) {
        Envelope envelope = Envelope.read(found.lookup.value());
        if (envelope == null
                || !envelope.tenant().equals(request.tenant().value())
                || !envelope.key().equals(request.key())) {
            return replaceUnreadable(shared);
        }
        if (!values.isOf(envelope, found.generations)) {
            count(Result.MISS);
            return leaseAndLoad(shared, found);
        }
        Answer<T> answer;
        try {
            answer = values.answer(envelope, !found.isMarked());
        } catch (RuntimeException unreadable) {
            LOG.debug("a value of {} cannot be decoded", values.name(), unreadable);
            return replaceUnreadable(shared);
        }
        if (found.isMarked() && request.wanted().isStrict()) {
            count(Result.BEHIND);
            return loading.fromPrimary(false);
        }
        NearEntry entry = values.entry(
                envelope,
                found.generations,
                request.wanted().seen(),
                found.asked,
                found.lookup.lifeMillis(),
                found.isMarked());
        if (!entry.isFresh(System.nanoTime())) {
            stale = answer;
            count(Result.MISS);
            return leaseAndLoad(shared, found);
        }
        count(Result.HIT);
        tiers.near().put(request.key(), entry, found.ticket);
        tiers.refreshes()
                .consider(request.key(), entry, found.asked, () -> new Filling<>(tiers, values, request).refresh());
        return Mono.just(answer);
    }

    private Mono<Answer<T>> replaceUnreadable(SharedTier shared) {
        count(Result.UNREADABLE);
        return shared.remove(request.key(), values.variant())
                .thenReturn(true)
                .onErrorReturn(false)
                .flatMap(removed -> removed ? look(shared) : loading.routed());
    }

    private Mono<Answer<T>> leaseAndLoad(SharedTier shared, Found found) {
        return shared.lease(request.key(), values.variant(), lease)
                .onErrorResume(error -> {
                    failed(shared, error);
                    return Mono.empty();
                })
                .map(taken -> taken ? load(shared, found) : waitFor(shared))
                .defaultIfEmpty(Mono.defer(loading::routed))
                .flatMap(next -> next);
    }

    // Somebody else makes it, perhaps in another process.
    private Mono<Answer<T>> waitFor(SharedTier shared) {
        // Half of the time is for the others; a lease whose holder has died is not waited for any longer.
        if (deadline.remaining().compareTo(tiers.settings().loadTimeout().dividedBy(2)) <= 0) {
            return loading.fromPrimary(false);
        }
        Duration now = pause;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        return Mono.delay(now).then(Mono.defer(() -> look(shared)));
    }

    private Mono<Answer<T>> load(SharedTier shared, Found found) {
        return load(shared, found.generations, found.ticket, loading.fromPrimary(!found.isMarked()));
    }

    private Mono<Answer<T>> load(SharedTier shared, List<Generation> generations, long ticket, Mono<Answer<T>> read) {
        return Mono.defer(() -> {
            long began = System.nanoTime();
            return read.flatMap(answer -> store(shared, answer, generations, ticket, began))
                    .onErrorResume(error -> release(shared).then(Mono.defer(() -> insteadOf(error))));
        });
    }

    private Mono<Void> release(SharedTier shared) {
        return shared.release(request.key(), values.variant(), lease).onErrorResume(late -> {
            LOG.debug("a lease ends by itself, as it could not be released", late);
            return Mono.empty();
        });
    }

    private Mono<Answer<T>> store(
            SharedTier shared, Answer<T> answer, List<Generation> generations, long ticket, long began) {
        Envelope envelope = values.envelope(request, answer, generations, began);
        if (envelope == null) {
            return release(shared).thenReturn(answer);
        }
        return shared.store(
                        request.key(),
                        values.variant(),
                        lease,
                        envelope.toBytes(),
                        values.lifeMillis(envelope, System.currentTimeMillis()),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
                .doOnNext(granted -> {
                    NearEntry entry =
                            values.entry(envelope, generations, validFor(answer), began, granted, !answer.settled());
                    if (granted == 0 || !tiers.near().put(request.key(), entry, ticket)) {
                        tiers.counters().notStored(values.name(), NotStored.OUTDATED);
                    }
                })
                .thenReturn(answer)
                .onErrorResume(error -> {
                    tiers.counters().notStored(values.name(), NotStored.FAILED);
                    return Mono.just(answer);
                });
    }

    // A position that a session has seen may lie beyond a commit that nobody can see yet: what was read while its
    // writer's marker was
    // there is for nobody in particular.
    private @Nullable Position validFor(Answer<T> answer) {
        return answer.settled() ? request.wanted().seen() : null;
    }

    private Mono<Answer<T>> loadAlone(Mono<Answer<T>> read) {
        return Mono.defer(() -> {
            List<Generation> generations =
                    dependencies.stream().map(tiers.generations()::local).toList();
            long ticket = tiers.near().ticket(request.key());
            long began = System.nanoTime();
            return read.doOnNext(answer -> keepAlone(answer, generations, ticket, began))
                    .onErrorResume(this::insteadOf);
        });
    }

    private void keepAlone(Answer<T> answer, List<Generation> generations, long ticket, long began) {
        Envelope envelope = values.envelope(request, answer, generations, began);
        if (envelope == null) {
            return;
        }
        long life = values.lifeMillis(envelope, System.currentTimeMillis());
        NearEntry entry = values.entry(envelope, generations, request.wanted().seen(), began, life, false);
        if (!tiers.near().put(request.key(), entry, ticket)) {
            tiers.counters().notStored(values.name(), NotStored.OUTDATED);
        }
    }

    private Mono<Answer<T>> insteadOf(Throwable error) {
        Answer<T> old = stale != null ? stale : nearStale();
        if (old == null || request.wanted().isStrict() || !Trouble.isOutage(error)) {
            return Mono.error(error);
        }
        count(Result.STALE);
        return Mono.just(old);
    }

    private @Nullable Answer<T> nearStale() {
        NearEntry entry = tiers.near().find(request.key(), values.variant());
        if (entry == null || !tiers.isNearTrusted() || !entry.isUsable(System.nanoTime())) {
            return null;
        }
        return values.answer(entry);
    }

    // What failed may have taken the lease all the same, and nobody is going to fill it.
    private void failed(SharedTier shared, Throwable error) {
        count(error instanceof OutOfReachException ? Result.UNAVAILABLE : Result.FAILED);
        shared.release(request.key(), values.variant(), lease)
                .subscribe(done -> {}, late -> LOG.debug("a lease ends by itself, as it could not be released", late));
    }

    private void count(Result result) {
        tiers.counters().requested(Tier.SHARED, result);
    }

    private record Found(List<Generation> generations, Lookup lookup, long ticket, long asked) {

        boolean isMarked() {
            return lookup.marked() || generations.stream().anyMatch(Generation::isMarked);
        }
    }
}
