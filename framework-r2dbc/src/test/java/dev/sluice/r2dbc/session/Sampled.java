package dev.sluice.r2dbc.session;

import dev.sluice.consistency.Lsn;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the positions that it is told. */
final class Sampled implements PositionSink {

    private final List<Integer> timelines = new CopyOnWriteArrayList<>();
    private final List<Lsn> lsns = new CopyOnWriteArrayList<>();
    private final List<TransactionSnapshot> snapshots = new CopyOnWriteArrayList<>();

    @Override
    public void position(int timeline, Lsn lsn, TransactionSnapshot shown) {
        timelines.add(timeline);
        lsns.add(lsn);
        snapshots.add(shown);
    }

    List<Integer> timelines() {
        return timelines;
    }

    List<Lsn> lsns() {
        return lsns;
    }

    List<TransactionSnapshot> snapshots() {
        return snapshots;
    }

    Lsn only() {
        if (lsns.size() != 1) {
            throw new IllegalStateException("%d positions (expected: 1)".formatted(lsns.size()));
        }
        return lsns.get(0);
    }
}
