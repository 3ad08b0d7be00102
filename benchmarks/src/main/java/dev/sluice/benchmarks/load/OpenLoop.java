package dev.sluice.benchmarks.load;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Flux;

/**
 * Begins calls at instants that were drawn beforehand, in one thread. The latency of a call is counted from
 * its instant, so that a stall of whatever kind, the generator's own included, is seen by all whom it would
 * have hit (coordinated omission). For one run; used by one thread.
 */
public final class OpenLoop {

    private final Random random;
    private final AtomicLong open = new AtomicLong();
    private long begun;

    /** @param seed of the instants */
    public OpenLoop(long seed) {
        this.random = new Random(seed);
    }

    /**
     * Runs in the calling thread and returns when every call has ended.
     *
     * @param sources who calls
     * @param length calls begin within this time
     * @param patience most time from the last call's begin until all have ended
     * @return the calls that were begun
     * @throws TimeoutException if some have not ended by then
     */
    public long run(List<Source> sources, Duration length, Duration patience) throws TimeoutException {
        begin(sources, length);
        return awaitEnd(patience);
    }

    /**
     * Begins all calls in the calling thread, and waits for none.
     *
     * @param sources who calls
     * @param length calls begin within this time
     */
    public void begin(List<Source> sources, Duration length) {
        PriorityQueue<Arrival> arrivals = new PriorityQueue<>(Comparator.comparingLong(Arrival::offset));
        sources.forEach(source -> arrivals.add(after(0, source)));
        long start = System.nanoTime();
        for (Arrival next = arrivals.remove(); next.offset() < length.toNanos(); next = arrivals.remove()) {
            long due = start + next.offset();
            awaitInstant(due);
            begin(next.source(), due);
            begun++;
            arrivals.add(after(next.offset(), next.source()));
        }
    }

    /**
     * Waits until every call has ended.
     *
     * @param patience for how long
     * @return the calls that were begun
     * @throws TimeoutException if some have not ended by then
     */
    public long awaitEnd(Duration patience) throws TimeoutException {
        long until = System.nanoTime() + patience.toNanos();
        while (open.get() > 0) {
            if (System.nanoTime() - until > 0) {
                throw new TimeoutException(
                        "%d of %d calls have not ended in %s".formatted(open.get(), begun, patience));
            }
            LockSupport.parkNanos(1_000_000);
        }
        return begun;
    }

    private Arrival after(long offset, Source source) {
        double nanos = -Math.log(1 - random.nextDouble()) * 1e9 / source.perSecond();
        return new Arrival(offset + (long) nanos, source);
    }

    private void begin(Source source, long due) {
        open.incrementAndGet();
        Flux.from(source.call().get())
                .doFinally(end -> open.decrementAndGet())
                .subscribe(
                        value -> {},
                        error -> source.outcomes().failed(System.nanoTime() - due, error),
                        () -> source.outcomes().succeeded(System.nanoTime() - due));
    }

    private static void awaitInstant(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private record Arrival(long offset, Source source) {}
}
