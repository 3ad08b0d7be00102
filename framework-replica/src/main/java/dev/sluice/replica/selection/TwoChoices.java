package dev.sluice.replica.selection;

import dev.sluice.replica.selection.Selector.Random;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * The power of two choices (Mitzenmacher 1996): of two nodes drawn at random the one takes the call that costs less, latency ×
 * (in flight + 1). Latencies that differ by less than a factor of two, or a millisecond, count as equal: else the node that
 * happens to be a little faster would take everything while there is little to do. Of equals it is whose turn it is: who has
 * had fewer calls, though not by more than a few, or one that was away would take all.
 */
final class TwoChoices {

    private static final float SAME = 2;
    private static final float SAME_NANOS = 1_000_000;
    private static final int MOST_TURNS = 32;

    private final List<Candidate> candidates;
    private final LongSupplier nanoTime;
    private final Random random;
    private final AtomicLongArray turns;

    TwoChoices(List<Candidate> candidates, LongSupplier nanoTime, Random random) {
        this.candidates = candidates;
        this.nanoTime = nanoTime;
        this.random = random;
        this.turns = new AtomicLongArray(candidates.size());
    }

    /** @return a node that lets the call in; -1 if none does */
    int among(long nodes) {
        long left = nodes;
        int held = -1;
        while (left != 0) {
            int winner = cheaperOfTwo(left);
            if (left == nodes) {
                // Also of one that is held back: it has had its turn, and who stands in for it has not.
                turns.incrementAndGet(winner);
            }
            left &= ~(1L << winner);
            NodeHealth health = candidates.get(winner).health();
            double share = health.share();
            if (share < 1 && left != 0 && random.next() >= share) {
                // Not its turn yet; but better it than nobody.
                held = held < 0 ? winner : held;
            } else if (health.mayEnter()) {
                return winner;
            }
        }
        return held >= 0 && candidates.get(held).health().mayEnter() ? held : -1;
    }

    /** @return one of them, by lot */
    int anyOf(long nodes) {
        return nth(nodes, draw(Long.bitCount(nodes)));
    }

    private int cheaperOfTwo(long nodes) {
        int first = anyOf(nodes);
        long others = nodes & ~(1L << first);
        if (others == 0) {
            return first;
        }
        int second = anyOf(others);
        float more = costMore(candidates.get(first), candidates.get(second));
        return more > 0 || more == 0 && hasHadMore(first, second) ? second : first;
    }

    private boolean hasHadMore(int one, int other) {
        long had = turns.get(one);
        long otherHad = turns.get(other);
        if (had - otherHad > MOST_TURNS) {
            turns.lazySet(other, had - MOST_TURNS);
        } else if (otherHad - had > MOST_TURNS) {
            turns.lazySet(one, otherHad - MOST_TURNS);
        }
        return had > otherHad;
    }

    private float costMore(Candidate one, Candidate other) {
        long now = nanoTime.getAsLong();
        int ahead = one.inFlight() + 1;
        int otherAhead = other.inFlight() + 1;
        float latency = one.latencyNanos(now);
        float otherLatency = other.latencyNanos(now);
        boolean known = latency > 0 && otherLatency > 0;
        boolean same = Math.abs(latency - otherLatency) < SAME_NANOS
                || latency < SAME * otherLatency && otherLatency < SAME * latency;
        return !known || same ? ahead - otherAhead : latency * ahead - otherLatency * otherAhead;
    }

    private int draw(int bound) {
        return bound == 1 ? 0 : (int) (random.next() * bound);
    }

    private static int nth(long nodes, int n) {
        long left = nodes;
        for (int i = 0; i < n; i++) {
            left &= left - 1;
        }
        return Long.numberOfTrailingZeros(left);
    }
}
