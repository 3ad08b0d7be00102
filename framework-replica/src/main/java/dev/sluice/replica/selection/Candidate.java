package dev.sluice.replica.selection;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What the calls of this process have shown of one node: how many are in flight, how long they take, whether it can be reached.
 * Each call says that it has {@link #begun()}, and then, once, how it ended. Thread-safe.
 */
public final class Candidate {

    private final String name;
    private final LongSupplier nanoTime;
    private final Latency latency = new Latency();
    private final NodeHealth health;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile long waitsAgainAt;

    /**
     * A node of which nothing is known.
     *
     * @param name its name
     * @param nanoTime the clock
     */
    public Candidate(String name, LongSupplier nanoTime) {
        this.name = name;
        this.nanoTime = nanoTime;
        this.health = new NodeHealth(name, nanoTime);
        this.waitsAgainAt = nanoTime.getAsLong();
    }

    /** @return the node */
    public String name() {
        return name;
    }

    /** A call begins: it waits for a connection. */
    public void begun() {
        inFlight.incrementAndGet();
    }

    /** @return when a call has got its connection, to be handed back at its end: waiting is counted as being in flight */
    public long connected() {
        return nanoTime.getAsLong();
    }

    /**
     * A call was answered.
     *
     * @param connected what {@link #connected()} said
     */
    public void succeeded(long connected) {
        inFlight.decrementAndGet();
        long now = nanoTime.getAsLong();
        latency.observe(now - connected, now);
        health.succeeded();
    }

    /**
     * A call met a node that cannot be reached.
     *
     * @param error what it met
     */
    public void failed(Throwable error) {
        inFlight.decrementAndGet();
        health.failed(error);
    }

    /** A call was answered, and how long it took was up to its caller: it has streamed, or held a transaction open. */
    public void answered() {
        inFlight.decrementAndGet();
        health.succeeded();
    }

    /** A call ended in a way that says nothing of the node: it was rejected, too late, cancelled or wrong. */
    public void ended() {
        inFlight.decrementAndGet();
        health.neither();
    }

    /** The node is there again after it did not answer: it begins with a small share of the calls. */
    public void returned() {
        latency.forget();
        health.returned();
    }

    /**
     * A read waited for it in vain: none waits for a while.
     *
     * @param pause how long
     */
    public void waitedInVain(Duration pause) {
        waitsAgainAt = nanoTime.getAsLong() + pause.toNanos();
    }

    /** @return whether it is banned at the moment */
    public boolean isBanned() {
        return health.isBanned();
    }

    /** @return whether it has less than its share of the calls, because it was away until a moment ago */
    public boolean isRamping() {
        return health.isRamping();
    }

    NodeHealth health() {
        return health;
    }

    int inFlight() {
        return inFlight.get();
    }

    float latencyNanos(long now) {
        return latency.nanos(now);
    }

    boolean isWorthWaitingFor(long now) {
        return health.isClosed() && now - waitsAgainAt >= 0;
    }
}
