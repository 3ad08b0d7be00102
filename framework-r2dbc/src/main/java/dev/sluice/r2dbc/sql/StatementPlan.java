package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.session.SharedRead;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One compiled statement. Made once, at start or through a bounded cache, and read by execution, routing, cache,
 * invalidation and metrics.
 *
 * @param name names it in logs, meters and errors: {@code Forecasts.historyOf}, or {@code sql} for ad-hoc text
 * @param sql the text that is sent, with positional parameters {@code $1…}
 * @param binding what each positional parameter takes
 * @param reads the qualified names of the relations it reads
 * @param writes the qualified names of the relations that it changes: those that it names, and what changes with them
 * @param replicaSafe whether a replica may run it: no lock clause, no data-modifying CTE, no volatile function
 * @param returnsRows whether it answers rows, and not only a number of rows affected
 * @param pointRead whether it reads at most the one row of an id, and nothing else
 * @param shared how calls of it that wait are sent as one statement; null if each has its own
 */
public record StatementPlan(
        String name,
        String sql,
        Binding binding,
        Set<String> reads,
        Set<String> writes,
        boolean replicaSafe,
        boolean returnsRows,
        boolean pointRead,
        @Nullable SharedRead shared) {

    /** A plan that is no point read. */
    public StatementPlan(
            String name,
            String sql,
            Binding binding,
            Set<String> reads,
            Set<String> writes,
            boolean replicaSafe,
            boolean returnsRows) {
        this(name, sql, binding, reads, writes, replicaSafe, returnsRows, false, null);
    }

    /**
     * The same as a point read.
     *
     * @param together how calls of it that wait are sent as one statement; null if each has its own
     * @return the plan
     */
    public StatementPlan asPointRead(@Nullable SharedRead together) {
        return new StatementPlan(name, sql, binding, reads, writes, replicaSafe, returnsRows, true, together);
    }

    /** Copies the sets. */
    public StatementPlan {
        reads = Set.copyOf(reads);
        writes = Set.copyOf(writes);
    }

    /**
     * The same, with other relations that it changes.
     *
     * @param changed their qualified names
     * @return the plan
     */
    public StatementPlan changing(Set<String> changed) {
        return new StatementPlan(name, sql, binding, reads, changed, replicaSafe, returnsRows, pointRead, shared);
    }

    /**
     * What the positional parameters take, in order: {@code $1} is the first slot.
     *
     * @param slots the slots
     */
    public record Binding(List<Slot> slots) {

        /** Copies the list. */
        public Binding {
            slots = List.copyOf(slots);
        }
    }

    /** What one positional parameter takes. */
    public sealed interface Slot {

        /** The tenant of the call, converted to the type of the tenant column. */
        record Tenant() implements Slot {}

        /**
         * An argument of the call.
         *
         * @param index its position among the arguments
         * @param name its name, for messages
         */
        record Argument(int index, String name) implements Slot {}
    }
}
