package dev.sluice.r2dbc.session;

import dev.sluice.testkit.cluster.TestDatabase;

class SpiSessionTest extends SessionContract {

    SpiSessionTest(TestDatabase database) {
        super(database);
    }

    @Override
    SessionFactory factory() {
        return SessionFactory.transactions();
    }
}
