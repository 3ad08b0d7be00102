package dev.sluice.work;

import java.util.List;

/**
 * What a cycle did.
 *
 * @param candidates how many the query answered
 * @param actions how many needed action
 * @param done how many actions succeeded
 * @param failures those that did not, however often they were repeated
 * @param <A> an action
 */
public record ReconciliationReport<A>(int candidates, int actions, int done, List<Failure<A>> failures) {

    /** Copies the list. */
    public ReconciliationReport {
        failures = List.copyOf(failures);
    }

    /**
     * One action that failed.
     *
     * @param action the action
     * @param error why it did the last time
     * @param <A> an action
     */
    public record Failure<A>(A action, Throwable error) {}
}
