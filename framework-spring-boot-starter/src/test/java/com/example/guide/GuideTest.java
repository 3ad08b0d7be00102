package com.example.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.notes.Note;
import com.example.notes.Notes;
import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.work.Progress;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What the documents show does what they say. */
@SluiceTest(migrations = "guide/notes.sql", tenant = "acme")
class GuideTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void withoutSpringANoteIsStored(TestDatabase database, Sluice sluice) {
        Notes notes = sluice.repository(Notes.class);
        long before = Objects.requireNonNull(notes.count().block(PATIENCE));

        Note stored = WithoutSpring.addOne(
                        database.url(),
                        Role.APP.username(),
                        database.credentials(Role.APP).password())
                .block(PATIENCE);

        assertThat(stored).isNotNull();
        assertThat(notes.findById(stored.id()).block(PATIENCE)).isEqualTo(stored);
        assertThat(notes.count().block(PATIENCE)).isEqualTo(before + 1);
    }

    @Test
    void reconciliationTidiesAndPhasesTranslate(Sluice sluice) {
        Notes notes = sluice.repository(Notes.class);
        UUID id = UUID.randomUUID();
        notes.insert(new Note(id, "  buy milk ", 0)).block(PATIENCE);

        assertThat(forAcme(NoteWorkers.tidy(sluice, notes))).isEqualTo(Progress.DONE);
        assertThat(notes.findById(id).block(PATIENCE)).extracting(Note::text).isEqualTo("buy milk");

        assertThat(forAcme(NoteWorkers.translate(sluice, notes, text -> Mono.just("Milch kaufen"))))
                .isEqualTo(Progress.DONE);
        assertThat(notes.findById(id).block(PATIENCE)).extracting(Note::text).isEqualTo("[de] Milch kaufen");
    }

    @Test
    void cachedMethodsAreCompiled(Sluice sluice) {
        CachedNotes notes = sluice.repository(CachedNotes.class);

        assertThat(notes.findById(UUID.randomUUID()).blockOptional(PATIENCE)).isEmpty();
        assertThat(notes.howMany("nothing is like this").block(PATIENCE)).isZero();
    }

    private static Progress forAcme(Mono<Progress> run) {
        return run.contextWrite(Access.tenant("acme")).block(PATIENCE);
    }
}
