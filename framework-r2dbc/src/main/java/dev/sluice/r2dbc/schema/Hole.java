package dev.sluice.r2dbc.schema;

import java.util.List;

/**
 * One way by which a row could reach another tenant.
 *
 * @param description what is open, and for whom
 * @param mend the statements that close it, in order, without semicolons; empty if SQL cannot
 */
public record Hole(String description, List<String> mend) {

    /** Copies the statements. */
    public Hole {
        mend = List.copyOf(mend);
    }
}
