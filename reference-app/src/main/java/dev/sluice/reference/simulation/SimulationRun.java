package dev.sluice.reference.simulation;

import java.time.LocalDate;

/** A claimed simulation under way. One step after another, by one caller at a time: not thread-safe. */
final class SimulationRun {

    /** Small enough that progress shows and a lease is prolonged in time, large enough that few writes are needed. */
    private static final int LEAST_CHUNK = 1_000;

    private static final int MOST_CHUNKS = 50;

    private final Claim claim;
    private final MonteCarlo model;
    private final Tally tally;
    private int done;

    private SimulationRun(Claim claim, MonteCarlo model, Tally tally) {
        this.claim = claim;
        this.model = model;
        this.tally = tally;
        this.done = claim.runsDone();
    }

    /** Goes on where the claim says that the last chunk ended. */
    static SimulationRun of(Claim claim, double[] history, int[][] counted) {
        Tally tally = counted.length == 0 ? Tally.empty(claim.horizon()) : Tally.unpacked(counted);
        return new SimulationRun(claim, MonteCarlo.of(history, claim.seed()), tally);
    }

    Claim claim() {
        return claim;
    }

    int done() {
        return done;
    }

    boolean isComplete() {
        return done == claim.runs();
    }

    /** Draws the next chunk: some milliseconds of processor time. */
    void drawChunk() {
        int chunk = Math.max(LEAST_CHUNK, claim.runs() / MOST_CHUNKS);
        int until = Math.min(claim.runs(), done + chunk);
        model.draw(done, until, claim.horizon(), tally);
        done = until;
    }

    int[][] counted() {
        return tally.packed();
    }

    Quantiles quantiles() {
        LocalDate firstMonth = claim.historyUntil().plusMonths(1);
        return tally.quantiles(firstMonth);
    }
}
