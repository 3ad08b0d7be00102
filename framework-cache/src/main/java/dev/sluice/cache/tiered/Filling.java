package dev.sluice.cache.tiered;

import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.cache.CacheObserver.NotStored;
import dev.sluice.cache.CacheObserver.Result;
import dev.sluice.cache.CacheObserver.Tier;
import dev.sluice.cache.near.Generation;
import dev.sluice.cache.near.NearEntry;
import dev.sluice.cache.shared.Lookup;
import dev.sluice.cache.shared.OutOfReachException;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.consistency.SessionPosition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

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
    private final Deadline deadline;
    private final String lease = Long.toHexString(ThreadLocalRandom.current().nextLong());
    private Duration pause = FIRST_PAUSE;
    private @Nullable Answer<T> stale;

    Filling(Tiers tiers, Values<T> values, Request<T> request) {
        this.tiers = tiers;
        this.values = values;
        this.request = request;
        this.deadline = Deadline.after(tiers.settings().loadTimeout());
    }

    /** @return the answer, from wherever it is found */
    Mono<Answer<T>> answer() {
        SharedTier shared = tiers.usable();
        if (shared != null) {
            return look(shared);
        }
        if (tiers.shared() == null) {
            return loadAlone(request.ofPrimary(SessionPosition.none(), deadline));
        }
        tiers.counters().requested(Tier.SHARED, Result.UNAVAILABLE);
        return loadRouted();
    }

    /** @return completes when there is a new value, or somebody else makes one */
    Mono<Void> refresh() {
        SharedTier shared = tiers.usable();
        SessionPosition learns = SessionPosition.none();
        Context context = request.inBackground(learns, deadline);
        if (shared == null) {
            return tiers.shared() == null ? loadAlone(context).then() : Mono.empty();
        }
        long ticket = tiers.near().ticket(request.key());
        return tiers.generations(shared, request.dependencies(), false).flatMap(generations -> shared.lease(
                        request.key(), values.variant(), lease)
                .flatMap(taken -> taken
                        ? load(shared, generations, ticket, context, learns).then()
                        : Mono.<Void>empty()));
    }

    private Mono<Answer<T>> look(SharedTier shared) {
        return Mono.defer(() -> {
            long ticket = tiers.near().ticket(request.key());
            long asked = System.nanoTime();
            return Mono.zip(
                            tiers.generations(
                                    shared,
                                    request.dependencies(),
                                    request.wanted().isStrict()),
                            shared.fetch(request.key(), values.variant(), lease))
                    .map(both -> new Found(both.getT1(), both.getT2(), ticket, asked))
                    .onErrorResume(error -> {
                        failed(shared, error);
                        return Mono.empty();
                    })
                    .map(found -> decide(shared, found))
                    .defaultIfEmpty(Mono.defer(this::loadRouted))
                    .flatMap(next -> next);
        });
    }

    private Mono<Answer<T>> decide(SharedTier shared, Found found) {
        return switch (found.lookup.outcome()) {
            case VALUE -> take(shared, found);
            case LEASED -> {
                count(Result.MISS);
                SessionPosition learns = SessionPosition.none();
                yield load(shared, found.generations, found.ticket, request.ofPrimary(learns, deadline), learns);
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
            answer = values.answer(envelope);
        } catch (RuntimeException unreadable) {
            LOG.debug("a value of {} cannot be decoded", values.name(), unreadable);
            return replaceUnreadable(shared);
        }
        boolean marked = found.lookup.marked() || found.generations.stream().anyMatch(Generation::isMarked);
        if (marked && request.wanted().isStrict()) {
            count(Result.BEHIND);
            return loadUnstored();
        }
        NearEntry entry = values.entry(
                envelope, found.generations, request.wanted().seen(), found.asked, found.lookup.lifeMillis(), marked);
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
                .flatMap(removed -> removed ? look(shared) : loadRouted());
    }

    private Mono<Answer<T>> leaseAndLoad(SharedTier shared, Found found) {
        return shared.lease(request.key(), values.variant(), lease)
                .onErrorResume(error -> {
                    failed(shared, error);
                    return Mono.empty();
                })
                .map(taken -> {
                    if (!taken) {
                        return waitFor(shared);
                    }
                    SessionPosition learns = SessionPosition.none();
                    return load(shared, found.generations, found.ticket, request.ofPrimary(learns, deadline), learns);
                })
                .defaultIfEmpty(Mono.defer(this::loadRouted))
                .flatMap(next -> next);
    }

    // Somebody else makes it, perhaps in another process.
    private Mono<Answer<T>> waitFor(SharedTier shared) {
        // Half of the time is for the others; a lease whose holder has died is not waited for any longer.
        if (deadline.remaining().compareTo(tiers.settings().loadTimeout().dividedBy(2)) <= 0) {
            return loadUnstored();
        }
        Duration now = pause;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        return Mono.delay(now).then(Mono.defer(() -> look(shared)));
    }

    private Mono<Answer<T>> load(
            SharedTier shared, List<Generation> generations, long ticket, Context context, SessionPosition learns) {
        long began = System.nanoTime();
        return primary(context)
                .map(found -> new Answer<>(found.value(), learns.seen()))
                .flatMap(answer -> store(shared, answer, generations, ticket, began))
                .onErrorResume(error -> shared.release(request.key(), values.variant(), lease)
                        .onErrorComplete()
                        .then(Mono.defer(() -> insteadOf(error))));
    }

    private Mono<Answer<T>> store(
            SharedTier shared, Answer<T> answer, List<Generation> generations, long ticket, long began) {
        Envelope envelope = values.envelope(request, answer, generations, began);
        if (envelope == null) {
            return shared.release(request.key(), values.variant(), lease)
                    .onErrorComplete()
                    .thenReturn(answer);
        }
        return shared.store(
                        request.key(),
                        values.variant(),
                        lease,
                        envelope.toBytes(),
                        values.lifeMillis(envelope, System.currentTimeMillis()))
                .doOnNext(granted -> {
                    NearEntry entry =
                            values.entry(envelope, generations, request.wanted().seen(), began, granted, false);
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

    private Mono<Answer<T>> loadAlone(Context context) {
        List<Generation> generations =
                request.dependencies().stream().map(tiers.generations()::local).toList();
        long ticket = tiers.near().ticket(request.key());
        long began = System.nanoTime();
        return primary(context)
                .doOnNext(answer -> {
                    Envelope envelope = values.envelope(request, answer, generations, began);
                    if (envelope != null) {
                        long life = values.lifeMillis(envelope, System.currentTimeMillis());
                        NearEntry entry = values.entry(
                                envelope, generations, request.wanted().seen(), began, life, false);
                        if (!tiers.near().put(request.key(), entry, ticket)) {
                            tiers.counters().notStored(values.name(), NotStored.OUTDATED);
                        }
                    }
                })
                .onErrorResume(this::insteadOf);
    }

    /** Reads the primary for this answer alone. */
    private Mono<Answer<T>> loadUnstored() {
        SessionPosition learns = SessionPosition.none();
        return primary(request.ofPrimary(learns, Deadline.after(tiers.settings().loadTimeout())))
                .map(answer -> new Answer<>(answer.value(), learns.seen()));
    }

    private Mono<Answer<T>> loadRouted() {
        SessionPosition session = request.access().session();
        SessionPosition learns = session == null ? null : session.copy();
        return timed(request.loader()::asRouted)
                .map(answer -> new Answer<>(answer.value(), learns == null ? null : learns.seen()))
                .contextWrite(context -> request.routed(learns, deadline));
    }

    private Mono<Answer<T>> primary(Context context) {
        return timed(request.loader()::fromPrimary).contextWrite(outer -> context);
    }

    private Mono<Answer<T>> timed(Supplier<Mono<T>> read) {
        return Mono.defer(() -> {
            long began = System.nanoTime();
            Duration most = tiers.settings().loadTimeout();
            return Mono.defer(read)
                    .map(value -> new Answer<T>(value, null))
                    .defaultIfEmpty(new Answer<>(null, null))
                    .timeout(most, Mono.error(() -> new DeadlineExceededException(values.name(), "loading", most)))
                    .doOnSuccess(answer -> tiers.counters().loaded(values.name(), System.nanoTime() - began, false))
                    .doOnError(error -> tiers.counters().loaded(values.name(), System.nanoTime() - began, true));
        });
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

    private record Found(List<Generation> generations, Lookup lookup, long ticket, long asked) {}
}
