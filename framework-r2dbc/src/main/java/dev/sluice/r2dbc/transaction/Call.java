package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Workload;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.r2dbc.sql.StatementPlan;
import org.jspecify.annotations.Nullable;

/**
 * One call of a compiled statement.
 *
 * @param plan the statement
 * @param arguments what its {@link StatementPlan.Slot.Argument} slots take, already in types that the driver encodes
 * @param workload the method's own workload; null means the Context's, or {@code interactive}
 * @param consistency the method's own consistency; null means the Context's, or the default
 * @param touchedId the id of the one row that the statement writes; null if it is not known
 */
// An array: made for every call, read once and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Call(
        StatementPlan plan,
        @Nullable Object[] arguments,
        @Nullable Workload workload,
        @Nullable ReadConsistency consistency,
        @Nullable Object touchedId) {}
