package dev.sluice.replica.selection;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a node can be reached, by what its calls met: a circuit breaker that hears of failed connections alone. What is banned
 * is tried again after a wait that grows, by two calls; then its share of the calls grows over ten seconds. Thread-safe.
 */
final class NodeHealth {

    private static final Logger LOG = LoggerFactory.getLogger(NodeHealth.class);
    private static final Duration FIRST_BAN = Duration.ofSeconds(1);
    private static final Duration LONGEST_BAN = Duration.ofSeconds(60);
    private static final double GROWTH = 2;
    private static final double LEAST_SHARE = 0.1;
    private static final long RAMP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String name;
    private final CircuitBreaker breaker;
    private final LongSupplier nanoTime;
    private final AtomicBoolean entering = new AtomicBoolean();
    /** Whether the breaker remembers a failure: while it does not, an answer is nothing new to it. */
    private volatile boolean suspected;

    private volatile boolean ramping;
    private volatile long returnedAt;

    NodeHealth(String name, LongSupplier nanoTime) {
        this.name = name;
        this.nanoTime = nanoTime;
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                10, 5, SlidingWindowType.COUNT_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE)
                        .failureRateThreshold(50)
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .waitIntervalFunctionInOpenState(
                                IntervalFunction.ofExponentialBackoff(FIRST_BAN, GROWTH, LONGEST_BAN))
                        .clock(new NanoClock(nanoTime))
                        .build());
    }

    /** Whether it gets calls without being asked for permission. */
    boolean isClosed() {
        return breaker.getState() == State.CLOSED;
    }

    boolean isBanned() {
        return breaker.getState() == State.OPEN;
    }

    boolean isRamping() {
        return breaker.getState() == State.HALF_OPEN || share() < 1;
    }

    /** @return the part of the calls that it would get, which it should get: 1 for a node that is well */
    double share() {
        if (!ramping) {
            return isClosed() ? 1 : LEAST_SHARE;
        }
        double done = (double) (nanoTime.getAsLong() - returnedAt) / RAMP_NANOS;
        if (done >= 1) {
            ramping = false;
        }
        return isClosed() ? Math.min(1, LEAST_SHARE + done * (1 - LEAST_SHARE)) : LEAST_SHARE;
    }

    /** Asks whether a call may try; whoever may says afterwards what it met. */
    boolean mayEnter() {
        return isClosed() || tryToEnter();
    }

    // The breaker waits for a lock where it lets the first one in; event loops must not.
    private boolean tryToEnter() {
        if (!entering.compareAndSet(false, true)) {
            return false;
        }
        try {
            return breaker.tryAcquirePermission();
        } finally {
            entering.set(false);
        }
    }

    void succeeded() {
        if (!suspected) {
            return;
        }
        boolean tried = !isClosed();
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        if (tried && isClosed()) {
            LOG.info("node '{}' answers again, and gets more and more calls over 10 s", name);
            returned();
        }
        suspected = !isClosed() || breaker.getMetrics().getNumberOfFailedCalls() > 0;
    }

    void failed(Throwable error) {
        suspected = true;
        boolean before = isBanned();
        breaker.onError(0, TimeUnit.NANOSECONDS, error);
        if (!before && isBanned()) {
            LOG.warn("node '{}' is banned for a while: its connections fail ({})", name, error.toString());
        }
    }

    /** What a call met says nothing of the node. */
    void neither() {
        if (!isClosed()) {
            breaker.releasePermission();
        }
    }

    /** Lets its share grow from the least one on. */
    void returned() {
        returnedAt = nanoTime.getAsLong();
        ramping = true;
    }

    /** The breaker's waits are measured by it: time that nobody sets back. */
    private static final class NanoClock extends Clock {

        private final LongSupplier nanoTime;

        NanoClock(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(0, nanoTime.getAsLong());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
