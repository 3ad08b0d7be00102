package dev.sluice.spring.migration;

/** What is coordinated. Calls block; a database that is not reached is an error of the implementation's. */
interface Schema {

    /** Reads, without any lock, what is applied and what is not. */
    SchemaState state();

    /**
     * Applies what is pending.
     *
     * @return what was applied
     * @throws MigrationFailure if one failed
     */
    Applied migrate();

    /**
     * What was applied.
     *
     * @param count how many migrations
     * @param version the newest applied version, empty if there is none
     */
    record Applied(int count, String version) {}
}
