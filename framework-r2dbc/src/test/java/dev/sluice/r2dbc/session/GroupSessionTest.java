package dev.sluice.r2dbc.session;

import dev.sluice.testkit.cluster.TestDatabase;

class GroupSessionTest extends SessionContract {

    GroupSessionTest(TestDatabase database) {
        super(database);
    }

    @Override
    SessionFactory factory() {
        return SessionFactory.groups();
    }
}
