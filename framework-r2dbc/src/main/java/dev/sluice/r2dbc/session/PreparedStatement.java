package dev.sluice.r2dbc.session;

import org.jspecify.annotations.Nullable;

/** A statement as one connection has it, or will have it once it is parsed. */
final class PreparedStatement {

    final String name;
    final String sql;
    final int[] types;
    /** Whether the server has it. */
    volatile boolean parsed;
    /** What its rows look like; null until the server has described it. */
    @Nullable
    volatile RowShape shape;

    PreparedStatement(String name, String sql, int[] types) {
        this.name = name;
        this.sql = sql;
        this.types = types;
    }
}
