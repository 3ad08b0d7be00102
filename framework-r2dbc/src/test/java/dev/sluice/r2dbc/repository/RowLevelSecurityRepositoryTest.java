package dev.sluice.r2dbc.repository;

import dev.sluice.Isolation;
import dev.sluice.testkit.cluster.TestDatabase;

class RowLevelSecurityRepositoryTest extends RepositoryContract {

    RowLevelSecurityRepositoryTest(TestDatabase database) {
        super(Isolation.RLS, database);
    }
}
