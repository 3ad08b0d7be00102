package dev.sluice.work;

import java.util.List;

/**
 * What became of a batch.
 *
 * @param read how many candidates were read
 * @param written how many answers were written
 * @param changed how many had been changed, or done, since they were read
 * @param failures those whose call or write failed
 * @param <C> a candidate
 */
public record PhasesReport<C>(int read, int written, int changed, List<Failure<C>> failures) {

    /** Copies the list. */
    public PhasesReport {
        failures = List.copyOf(failures);
    }

    /**
     * One candidate that failed.
     *
     * @param candidate the candidate
     * @param error why
     * @param <C> a candidate
     */
    public record Failure<C>(C candidate, Throwable error) {}
}
