package dev.sluice.r2dbc;

import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;

@SluiceTest(migrations = NotesIsolation.TABLES)
class SluiceFairnessTest extends NotesFairness {

    SluiceFairnessTest(TestDatabase database) {
        super(database);
    }
}
