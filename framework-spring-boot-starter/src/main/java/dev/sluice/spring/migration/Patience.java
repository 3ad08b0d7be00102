package dev.sluice.spring.migration;

import java.time.Duration;

/** How long one start may wait for its schema, counted from its creation. */
final class Patience {

    private final Duration total;
    private final long start = System.nanoTime();

    Patience(Duration total) {
        this.total = total;
    }

    Duration total() {
        return total;
    }

    Duration spent() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    Duration left() {
        Duration left = total.minus(spent());
        return left.isNegative() ? Duration.ZERO : left;
    }

    boolean isOver() {
        return left().isZero();
    }
}
