package dev.sluice.r2dbc.repository;

import dev.sluice.Isolation;
import dev.sluice.testkit.cluster.TestDatabase;

class PredicatePageTest extends PageContract {

    PredicatePageTest(TestDatabase database) {
        super(Isolation.PREDICATE, database);
    }
}
