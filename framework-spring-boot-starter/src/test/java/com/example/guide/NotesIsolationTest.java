package com.example.guide;

import com.example.notes.Note;
import com.example.notes.Notes;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.contract.TenantIsolationContract;
import dev.sluice.testkit.junit.SluiceTest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

@SluiceTest(migrations = "guide/notes.sql")
class NotesIsolationTest extends TenantIsolationContract<Note, UUID> {

    private final TestDatabase database;

    NotesIsolationTest(TestDatabase database) {
        this.database = database;
    }

    @Override
    protected Sluice connect(int poolSize) {
        database.execute(Role.OWNER, "delete from notes"); // of the run before
        return Objects.requireNonNull(Sluice.connect(
                        database.settings().pool(PoolSettings.ofMax(poolSize)).build())
                .block(Duration.ofSeconds(30)));
    }

    @Override
    protected Notes repository(Sluice sluice) {
        return sluice.repository(Notes.class);
    }

    @Override
    protected UUID newId() {
        return UUID.randomUUID();
    }

    @Override
    protected Note entity(UUID id, String sentinel) {
        return new Note(id, sentinel, 0);
    }

    @Override
    protected List<String> sessionStates() {
        String states = "select state from pg_stat_activity where datname = current_database() and usename = '%s'";
        return database.rows(Role.SUPERUSER, states.formatted(Role.APP.username())).stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    @Override
    protected int operations() {
        return 500; // 10,000 by default
    }
}
