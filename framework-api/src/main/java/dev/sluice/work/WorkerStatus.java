package dev.sluice.work;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a worker, in this process and now.
 *
 * @param worker its name
 * @param workload the kind of work that its calls count as
 * @param state what it does
 * @param holder who runs it in the fleet; null if it needs no lease, or that is not known yet
 * @param epoch of the lease; 0 if it needs none, or that is not known yet
 * @param inProgress the runs that are in progress
 * @param runs how many runs have ended well
 * @param failures how many runs have failed
 * @param failuresInARow how many of the last runs failed
 * @param lastRun when the last run ended; null before
 * @param nextRun when the next run is due; null if none is known to be
 * @param lastError why the last failed run failed: types and SQLSTATE, no values; null if none did
 */
public record WorkerStatus(
        String worker,
        String workload,
        State state,
        @Nullable String holder,
        long epoch,
        int inProgress,
        long runs,
        long failures,
        int failuresInARow,
        @Nullable Instant lastRun,
        @Nullable Instant nextRun,
        @Nullable String lastError) {

    /** What a worker does in this process. */
    public enum State {
        /** Another process may run it; this one looks whether it still does. */
        WAITING,
        /** This process runs it. */
        RUNNING,
        /** It has done all it was to do, or was told to end. */
        ENDED
    }
}
