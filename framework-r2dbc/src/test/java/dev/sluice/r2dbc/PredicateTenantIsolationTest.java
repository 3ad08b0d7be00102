package dev.sluice.r2dbc;

import dev.sluice.Isolation;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;

@SluiceTest(migrations = NotesIsolation.TABLES)
class PredicateTenantIsolationTest extends NotesIsolation {

    PredicateTenantIsolationTest(TestDatabase database) {
        super(database, Isolation.PREDICATE);
    }
}
