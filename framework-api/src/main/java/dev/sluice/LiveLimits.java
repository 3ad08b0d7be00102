package dev.sluice;

import java.util.function.UnaryOperator;

/** The limits in force, which may be changed while everything runs. Thread-safe. */
public interface LiveLimits {

    /** @return the limits in force */
    AdmissionSettings current();

    /**
     * Changes limits. The next grant goes by the new ones; what is above them now is not taken away but drains. A change
     * lasts until the end of the process and holds for this process only.
     *
     * @param change makes the new limits of those in force; changes are made one after another
     * @return the limits now in force
     * @throws IllegalArgumentException if the new limits contradict each other or the pool, or if a workload is missing,
     *     naming the property; then nothing changes
     */
    AdmissionSettings change(UnaryOperator<AdmissionSettings> change);
}
