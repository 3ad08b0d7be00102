package dev.sluice.benchmarks.storm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.SignalType;

/**
 * Threads that begin handfuls of calls and cancel each at a random moment: before it is sent, while it waits,
 * while it runs, while it commits, after it has ended. Used once.
 */
final class Storm {

    private static final int THREADS = 4;
    private static final int AT_ONCE = 8;
    private static final int MOST_NANOS_BETWEEN = 1_500_000;

    private final Doomed calls;
    private final AtomicInteger left;
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger unexpected = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> firstUnexpected = new AtomicReference<>();

    Storm(Doomed calls, int count) {
        this.calls = calls;
        this.left = new AtomicInteger(count);
    }

    void rage(long seed, Duration patience) throws TimeoutException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        Random seeds = new Random(seed);
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seeds.nextLong());
            threads.execute(() -> handfuls(random));
        }
        threads.shutdown();
        try {
            if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException("%d calls have not begun after %s".formatted(left.get(), patience));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void handfuls(Random random) {
        List<Disposable> running = new ArrayList<>();
        while (left.getAndAdd(-AT_ONCE) > 0) {
            for (int i = 0; i < AT_ONCE; i++) {
                running.add(begin(random));
            }
            Collections.shuffle(running, random);
            for (Disposable call : running) {
                LockSupport.parkNanos(random.nextInt(MOST_NANOS_BETWEEN));
                call.dispose();
            }
            running.clear();
        }
    }

    private Disposable begin(Random random) {
        return calls.next(random).doFinally(this::count).subscribe(value -> {}, this::failed);
    }

    private void count(SignalType end) {
        if (end == SignalType.CANCEL) {
            cancelled.incrementAndGet();
        } else if (end == SignalType.ON_COMPLETE) {
            completed.incrementAndGet();
        }
    }

    private void failed(Throwable error) {
        if (error instanceof Doomed.Regret) {
            failed.incrementAndGet();
        } else {
            unexpected.incrementAndGet();
            firstUnexpected.compareAndSet(null, error);
        }
    }

    int cancelled() {
        return cancelled.get();
    }

    int completed() {
        return completed.get();
    }

    /** Calls that were to fail, and did. */
    int failed() {
        return failed.get();
    }

    /** Calls that failed for another reason. */
    int unexpected() {
        return unexpected.get();
    }

    String firstUnexpected() {
        Throwable error = firstUnexpected.get();
        return error == null ? "" : error.toString();
    }
}
