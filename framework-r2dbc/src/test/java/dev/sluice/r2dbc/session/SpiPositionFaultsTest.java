package dev.sluice.r2dbc.session;

import dev.sluice.testkit.cluster.TestDatabase;

class SpiPositionFaultsTest extends PositionFaultsContract {

    SpiPositionFaultsTest(TestDatabase database) {
        super(database);
    }

    @Override
    SessionFactory factory() {
        return SessionFactory.transactions();
    }
}
