package dev.sluice.spring.coherence;

import dev.sluice.spring.coherence.App.Written;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Readers of all keys on all instances, and one writer for each key. What a writer was answered is known to all readers, as by a message
 * of the client's: half of them bring its token.
 */
final class Load implements AutoCloseable {

    private static final int READERS = 24;
    private static final Duration BETWEEN_READS = Duration.ofMillis(4);
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(800);
    /** On a machine of whatever speed the share of writes is the same, or less. */
    private static final int READS_PER_WRITE = 25;

    private final List<App> apps;
    private final Truth truth;
    private final AtomicReferenceArray<@Nullable Written> answers = new AtomicReferenceArray<>(Key.ALL);
    private final CompletableFuture<Void> end;
    private volatile Ages ages = new Ages();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final Set<Key> unwritten = ConcurrentHashMap.newKeySet();
    private volatile List<App> writing;
    private volatile int tokenPercent = 50;
    private volatile boolean over;

    Load(List<App> apps, Truth truth) {
        this.apps = List.copyOf(apps);
        this.writing = this.apps;
        this.truth = truth;
        Flux<Void> readers =
                Flux.range(0, READERS).flatMap(reader -> repeated(Mono.defer(this::read), BETWEEN_READS), READERS);
        Flux<Void> writers = Flux.range(0, Key.ALL)
                .map(Key::new)
                .flatMap(key -> repeated(Mono.defer(() -> write(key)), BETWEEN_WRITES), Key.ALL);
        this.end = Flux.merge(readers, writers).then().toFuture();
    }

    /** @return what is counted from now on */
    Ages phase() {
        Ages next = new Ages();
        ages = next;
        return next;
    }

    void tokenPercent(int percent) {
        tokenPercent = percent;
    }

    /** Writes come from these instances from now on, at most a call later. */
    void writeOn(App... those) {
        writing = List.of(those);
    }

    /** Nothing else ends what is cached of a key. */
    void stopWriting(Key key) {
        unwritten.add(key);
    }

    void goOnWriting() {
        unwritten.clear();
    }

    private Mono<Void> repeated(Mono<Void> call, Duration pause) {
        return call.then(Mono.delay(pause)).repeat(() -> !over).then();
    }

    private Mono<Void> read() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Key key = new Key(random.nextInt(Key.ALL));
        App app = apps.get(random.nextInt(apps.size()));
        Ages counted = ages;
        reads.incrementAndGet();
        Written last = random.nextInt(100) < tokenPercent ? answers.get(key.number()) : null;
        long began = System.nanoTime();
        return (last == null ? app.read(key) : app.read(key, last.token()))
                .doOnNext(found -> {
                    counted.reads.increment();
                    if (!found.owner().equals(key.tenant()) || found.id() != key.id()) {
                        counted.foreign.increment();
                    }
                    if (last != null && found.version() < last.version()) {
                        counted.staleWithToken.increment();
                    }
                    long age = truth.staleNanos(key, found.version(), began);
                    if (age > 0) {
                        counted.stale(age);
                    }
                })
                .then()
                .onErrorResume(error -> {
                    counted.failures.increment();
                    return Mono.empty();
                });
    }

    private Mono<Void> write(Key key) {
        if (unwritten.contains(key) || reads.get() < READS_PER_WRITE * writes.get()) {
            return Mono.empty();
        }
        writes.incrementAndGet();
        List<App> now = writing;
        App app = now.get(ThreadLocalRandom.current().nextInt(now.size()));
        return app.write(key, Math.max(0, truth.version(key)))
                .doOnNext(written -> answers.accumulateAndGet(
                        key.number(),
                        written,
                        (known, next) -> known != null && known.version() > next.version() ? known : next))
                .then()
                // The next attempt begins with the version that is there then.
                .onErrorResume(error -> {
                    ages.failures.increment();
                    return Mono.empty();
                });
    }

    @Override
    public void close() throws Exception {
        over = true;
        end.get(App.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
