package dev.sluice.replica.topology;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How often nodes are asked: at the configured interval, and often for a while after trouble. Thread-safe. */
final class Pace {

    static final Duration FAST = Duration.ofMillis(50);
    static final Duration FAST_FOR = Duration.ofSeconds(30);
    /** Between two questions to a node, however much trouble there is. */
    static final Duration LEAST = Duration.ofMillis(20);
    /** A login that was refused is tried again: some servers lock accounts, and all of them write a line in their log. */
    static final Duration AFTER_REFUSED_LOGIN = Duration.ofSeconds(5);
    /** Between two questions for a position that somebody waits for. */
    static final Duration POLL = Duration.ofMillis(2);

    private final long interval;
    private volatile long fastUntil;

    Pace(Duration interval, long now) {
        this.interval = interval.toNanos();
        this.fastUntil = now;
    }

    /** Nodes are asked often from now on, for a while. */
    void hurry(long now) {
        fastUntil = now + FAST_FOR.toNanos();
    }

    /** From one question to the next; a tenth more or less, so that many processes do not ask together. */
    long nanos(long now) {
        long nanos = now - fastUntil < 0 ? Math.min(interval, FAST.toNanos()) : interval;
        return nanos + ThreadLocalRandom.current().nextLong(-nanos / 10, nanos / 10 + 1);
    }
}
