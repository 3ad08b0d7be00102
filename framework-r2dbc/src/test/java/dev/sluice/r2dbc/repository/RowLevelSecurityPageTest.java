package dev.sluice.r2dbc.repository;

import dev.sluice.Isolation;
import dev.sluice.testkit.cluster.TestDatabase;

class RowLevelSecurityPageTest extends PageContract {

    RowLevelSecurityPageTest(TestDatabase database) {
        super(Isolation.RLS, database);
    }
}
