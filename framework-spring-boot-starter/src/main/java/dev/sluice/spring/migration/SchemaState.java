package dev.sluice.spring.migration;

import java.util.List;

/**
 * How far a schema is.
 *
 * @param current whether nothing is left to do and nothing to complain of
 * @param version the newest applied version, empty if there is none
 * @param applied how many migrations are applied
 * @param pending what will be applied, in order
 * @param failed what failed and is in the way
 */
record SchemaState(
        boolean current, String version, int applied, List<PendingMigration> pending, List<PendingMigration> failed) {

    /** Stands for all that is pending at once, in place of one migration. */
    PendingMigration whole() {
        return new PendingMigration("*", Integer.toHexString(pending.hashCode()));
    }

    /**
     * A migration that is not applied.
     *
     * @param script where it is from
     * @param checksum changes with its content
     */
    record PendingMigration(String script, String checksum) {}
}
