package dev.sluice.r2dbc.transaction;

import dev.sluice.transaction.Touched;
import java.util.LinkedHashSet;
import java.util.Set;

/** Collects what a transaction writes; also what it only tried to write, which is the safe side. Thread-safe. */
final class TouchedSoFar {

    private final Set<String> tables = new LinkedHashSet<>();
    private final Set<Touched.Row> rows = new LinkedHashSet<>();

    synchronized void add(Call call) {
        Touched touched = call.touched();
        tables.addAll(touched.tables());
        rows.addAll(touched.rows());
    }

    synchronized Touched snapshot() {
        return tables.isEmpty() && rows.isEmpty() ? Touched.NOTHING : new Touched(tables, rows);
    }
}
