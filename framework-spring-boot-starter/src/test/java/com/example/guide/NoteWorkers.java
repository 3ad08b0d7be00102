package com.example.guide;

import com.example.notes.Note;
import com.example.notes.Notes;
import dev.sluice.Sluice;
import dev.sluice.tenant.TenantId;
import dev.sluice.work.Progress;
import dev.sluice.work.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
class NoteWorkers {

    private static final List<TenantId> TENANTS = List.of(TenantId.of("acme"), TenantId.of("globex"));

    @Bean
    Worker tidier(Sluice sluice, Notes notes) {
        return Worker.every("tidier", Duration.ofMinutes(1), run -> tidy(sluice, notes))
                .forTenants(TENANTS);
    }

    @Bean
    Worker translator(Sluice sluice, Notes notes, Translations translations) {
        return Worker.every("translator", Duration.ofSeconds(5), run -> translate(sluice, notes, translations))
                .forTenants(TENANTS);
    }

    static Mono<Progress> tidy(Sluice sluice, Notes notes) {
        return sluice.reconciliation()
                .candidates(() -> untidy(sluice)) // read whole, by one query
                .decide(note -> Optional.of(new Note(note.id(), note.text().strip(), note.version())))
                .act(notes::update) // two at once; those that fail are tried three times more
                .cycle()
                .map(report -> Progress.DONE);
    }

    static Mono<Progress> translate(Sluice sluice, Notes notes, Translations translations) {
        return sluice.phases()
                .read(() -> untranslated(sluice)) // one short transaction
                .call(note -> translations.ask(note.text())) // no transaction, no connection
                .write(
                        (note, text) -> // short transactions; 0 rows where somebody else was faster
                        notes.update(new Note(note.id(), "[de] " + text, note.version()))
                                .thenReturn(1L)
                                .defaultIfEmpty(0L))
                .run()
                .map(report -> report.read() == 100 ? Progress.MORE : Progress.DONE);
    }

    private static Flux<Note> untidy(Sluice sluice) {
        return sluice.sql("select * from notes where text <> btrim(text) limit 100")
                .as(Note.class)
                .all();
    }

    private static Flux<Note> untranslated(Sluice sluice) {
        return sluice.sql("select * from notes where text not like '[de]%' limit 100")
                .as(Note.class)
                .all();
    }

    /** Another service. */
    interface Translations {

        Mono<String> ask(String text);
    }
}
