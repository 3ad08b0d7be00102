package dev.sluice.spring.migration;

import java.time.Duration;

/**
 * Is told how far the schema is, and how long a start waited for the migration lock. Called on the thread that starts the
 * application.
 */
@FunctionalInterface
public interface MigrationObserver {

    /** How a start came to a schema that is current. */
    enum Outcome {
        /** It was current from the beginning: nothing was waited for. */
        CURRENT,
        /** This instance got the lock. */
        ACQUIRED,
        /** Another instance migrated in the meantime. */
        MIGRATED_BY_ANOTHER,
        /** It did not. */
        FAILED
    }

    /**
     * Called once for each start.
     *
     * @param waited how long it waited for the lock
     * @param outcome what came of it
     */
    void lockWaited(Duration waited, Outcome outcome);

    /**
     * Called before that, once the schema is current.
     *
     * @param version the newest applied version; empty if there is none
     */
    default void current(String version) {}
}
