package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Workload;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.transaction.Touched;
import dev.sluice.transaction.Touched.Row;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of a compiled statement.
 *
 * @param plan the statement
 * @param arguments what its {@link StatementPlan.Slot.Argument} slots take, already in types that the driver encodes
 * @param workload the method's own workload; null means the Context's, or {@code interactive}
 * @param consistency the method's own consistency; null means the Context's, or the default
 * @param row the one row of its table that the statement changes; null if there may be others
 */
// An array: made for every call, read once and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Call(
        StatementPlan plan,
        @Nullable Object[] arguments,
        @Nullable Workload workload,
        @Nullable ReadConsistency consistency,
        @Nullable Row row) {

    /** @return what it changes */
    Touched touched() {
        Set<String> tables = plan.writes();
        if (row == null) {
            return tables.isEmpty() ? Touched.NOTHING : new Touched(tables, Set.of());
        }
        Set<String> others = new HashSet<>(tables);
        others.remove(row.table());
        return new Touched(others, Set.of(row));
    }
}
