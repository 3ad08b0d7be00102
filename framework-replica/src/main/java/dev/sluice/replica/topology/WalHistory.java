package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import java.util.Arrays;

/**
 * Where one primary stood when, by samples. Immutable. Lag is read from it: a standby that has replayed up to a sample has all
 * that was committed before the sample was asked for. Older samples are thinned out, which makes the answer later than it
 * could be, never earlier.
 */
final class WalHistory {

    static final int CAPACITY = 256;

    private final int node;
    private final int timeline;
    // By time; positions grow, and are all different.
    private final long[] askedAt;
    private final long[] lsns;

    private WalHistory(int node, int timeline, long[] askedAt, long[] lsns) {
        this.node = node;
        this.timeline = timeline;
        this.askedAt = askedAt;
        this.lsns = lsns;
    }

    static WalHistory none() {
        return new WalHistory(-1, 0, new long[0], new long[0]);
    }

    /** Whether it tells anything about a standby on that timeline. */
    boolean isOf(int otherTimeline) {
        return lsns.length > 0 && timeline == otherTimeline;
    }

    /** Whether it is about this primary. */
    boolean isBy(int primary, int itsTimeline) {
        return node == primary && timeline == itsTimeline;
    }

    /** What was last seen; there is something. */
    Lsn last() {
        return new Lsn(lsns[lsns.length - 1]);
    }

    /** Adds a sample. Those of another node or timeline are forgotten: nothing can be compared with them. */
    WalHistory with(int primary, int primaryTimeline, Lsn lsn, long asked) {
        if (!isBy(primary, primaryTimeline)) {
            return new WalHistory(primary, primaryTimeline, new long[] {asked}, new long[] {lsn.value()});
        }
        int compared = lsn.compareTo(last());
        if (compared < 0) {
            // Flushed positions do not shrink, but answers may overtake each other.
            return this;
        }
        return compared == 0 ? withLastAt(asked) : withNext(lsn, asked);
    }

    private WalHistory withLastAt(long asked) {
        long[] times = askedAt.clone();
        times[times.length - 1] = Math.max(times[times.length - 1], asked);
        return new WalHistory(node, timeline, times, lsns);
    }

    private WalHistory withNext(Lsn lsn, long asked) {
        WalHistory room = lsns.length < CAPACITY ? this : thinned();
        int size = room.lsns.length;
        long[] times = Arrays.copyOf(room.askedAt, size + 1);
        long[] positions = Arrays.copyOf(room.lsns, size + 1);
        times[size] = asked;
        positions[size] = lsn.value();
        return new WalHistory(node, timeline, times, positions);
    }

    private WalHistory thinned() {
        int half = lsns.length / 2;
        int quarter = half / 2;
        long[] times = new long[lsns.length - quarter];
        long[] positions = new long[times.length];
        for (int i = 0; i < quarter; i++) {
            times[i] = askedAt[2 * i];
            positions[i] = lsns[2 * i];
        }
        System.arraycopy(askedAt, half, times, quarter, lsns.length - half);
        System.arraycopy(lsns, half, positions, quarter, lsns.length - half);
        return new WalHistory(node, timeline, times, positions);
    }

    /** Whether a standby that has replayed this far has all that was seen. */
    boolean isCoveredBy(Lsn replayed) {
        return replayed.includes(last());
    }

    /** How fresh such a standby is: as the newest sample that it has; unknown if it has none. */
    Freshness freshness(Lsn replayed) {
        for (int newest = lsns.length - 1; newest >= 0; newest--) {
            if (replayed.includes(new Lsn(lsns[newest]))) {
                return Freshness.at(askedAt[newest]);
            }
        }
        return Freshness.UNKNOWN;
    }
}
