package dev.sluice.replica.selection;

import dev.sluice.replica.selection.Selector.Random;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The power of two choices (Mitzenmacher 1996): of two nodes drawn at random the one takes the call that costs less, latency ×
 * (in flight + 1). Latencies that differ by less than a factor of two count as equal, and equals are drawn by lot: else the
 * node that happens to be a little faster would take everything while there is little to do.
 */
final class TwoChoices {

    private static final float SAME = 2;

    private final List<Candidate> candidates;
    private final LongSupplier nanoTime;
    private final Random random;

    TwoChoices(List<Candidate> candidates, LongSupplier nanoTime, Random random) {
        this.candidates = candidates;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** @return a node that lets the call in; -1 if none does */
    int among(long nodes) {
        long left = nodes;
        int held = -1;
        while (left != 0) {
            int winner = cheaperOfTwo(left);
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
        return costsMore(candidates.get(first), candidates.get(second)) ? second : first;
    }

    private boolean costsMore(Candidate one, Candidate other) {
        long now = nanoTime.getAsLong();
        int ahead = one.inFlight() + 1;
        int otherAhead = other.inFlight() + 1;
        float latency = one.latencyNanos(now);
        float otherLatency = other.latencyNanos(now);
        boolean known = latency > 0 && otherLatency > 0;
        boolean same = latency < SAME * otherLatency && otherLatency < SAME * latency;
        return !known || same ? ahead > otherAhead : latency * ahead > otherLatency * otherAhead;
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
