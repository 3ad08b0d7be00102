package dev.sluice.r2dbc;

import dev.sluice.Isolation;
import dev.sluice.Sluice;
import dev.sluice.repository.Scope;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.contract.FairnessContract;
import java.util.List;
import reactor.core.publisher.Mono;

/** The fairness contract on a table of notes, with Sluice as it is. */
abstract class NotesFairness extends FairnessContract {

    final NotesIsolation notes;

    NotesFairness(TestDatabase database) {
        notes = new NotesIsolation(database, Isolation.RLS) {};
    }

    @Override
    protected Sluice connect(int poolSize) {
        return notes.connect(poolSize);
    }

    @Override
    protected Mono<?> slow(Sluice sluice) {
        return sluice.sql("select 1 from pg_sleep(0.03)")
                .scope(Scope.ROW_LEVEL_SECURITY)
                .as(Integer.class)
                .one();
    }

    @Override
    protected Mono<?> quick(Sluice sluice) {
        return notes.repository(sluice).findById(1L);
    }

    @Override
    protected List<String> sessionStates() {
        return notes.sessionStates();
    }
}
