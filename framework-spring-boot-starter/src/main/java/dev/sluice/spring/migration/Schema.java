package dev.sluice.spring.migration;

/** What is coordinated. Calls block; a database that is not reached is an error of the implementation's. */
interface Schema {

    /** Reads, without any lock, what is applied and what is not. */
    SchemaState state();

    /**
     * Applies what is pending.
     *
     * @return how many migrations were applied
     * @throws MigrationFailure if one failed
     */
    int migrate();
}
