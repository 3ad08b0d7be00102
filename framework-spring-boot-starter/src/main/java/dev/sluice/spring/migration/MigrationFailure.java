package dev.sluice.spring.migration;

import dev.sluice.spring.migration.SchemaState.PendingMigration;
import org.jspecify.annotations.Nullable;

/** A migration that failed, as the coordinator needs to know it. */
final class MigrationFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable PendingMigration migration;
    private final String sqlState;
    private final boolean rolledBack;

    /**
     * @param migration which one, if the failure is one migration's
     * @param sqlState the server's code, empty if it gave none
     * @param rolledBack whether nothing of it is left
     */
    MigrationFailure(
            @Nullable PendingMigration migration,
            String sqlState,
            boolean rolledBack,
            String message,
            @Nullable Throwable cause) {
        super(message, cause);
        this.migration = migration;
        this.sqlState = sqlState;
        this.rolledBack = rolledBack;
    }

    @Nullable
    PendingMigration migration() {
        return migration;
    }

    /** Whether nothing of it is left. */
    boolean rolledBack() {
        return rolledBack;
    }

    /** Whether the same may succeed when nobody is in its way: a lock timeout, a deadlock, a serialization failure. */
    boolean isBusy() {
        return rolledBack && (sqlState.equals("55P03") || sqlState.equals("40P01") || sqlState.equals("40001"));
    }

    /** Whether it is the database or the network that ended it, not what the migration says. */
    boolean isInterrupted() {
        return sqlState.startsWith("08")
                || sqlState.startsWith("57")
                || sqlState.startsWith("53")
                || sqlState.startsWith("58")
                || sqlState.equals("25P03");
    }
}
