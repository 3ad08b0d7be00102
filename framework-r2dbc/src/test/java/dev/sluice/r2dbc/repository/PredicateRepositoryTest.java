package dev.sluice.r2dbc.repository;

import dev.sluice.Isolation;
import dev.sluice.testkit.cluster.TestDatabase;

class PredicateRepositoryTest extends RepositoryContract {

    PredicateRepositoryTest(TestDatabase database) {
        super(Isolation.PREDICATE, database);
    }
}
