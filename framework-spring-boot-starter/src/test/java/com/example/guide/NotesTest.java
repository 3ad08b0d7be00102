package com.example.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.notes.Note;
import com.example.notes.Notes;
import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.testkit.junit.SluiceTest;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@SluiceTest(migrations = "guide/notes.sql", tenant = "acme") // the tenant of calls that name none
class NotesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void aNoteIsThereForItsTenantAlone(Sluice sluice) {
        Notes notes = sluice.repository(Notes.class);
        UUID id = UUID.randomUUID();

        notes.insert(new Note(id, "buy milk", 0)).block(PATIENCE);

        assertThat(notes.existsById(id).block(PATIENCE)).isTrue();
        assertThat(notes.existsById(id).contextWrite(Access.tenant("globex")).block(PATIENCE))
                .isFalse();
    }
}
