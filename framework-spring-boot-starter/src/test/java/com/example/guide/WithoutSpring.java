package com.example.guide;

import com.example.notes.Note;
import com.example.notes.Notes;
import dev.sluice.Credentials;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Access;
import java.util.UUID;
import reactor.core.publisher.Mono;

final class WithoutSpring {

    private WithoutSpring() {}

    /** An application connects once, keeps the instance, and closes it at its end. */
    static Mono<Note> addOne(String url, String user, String password) {
        SluiceSettings settings =
                SluiceSettings.builder(url, new Credentials(user, password)).build();
        return Mono.usingWhen(
                Sluice.connect(settings),
                sluice -> {
                    Notes notes = sluice.repository(Notes.class);
                    return notes.insert(new Note(UUID.randomUUID(), "buy milk", 0))
                            .contextWrite(Access.tenant("acme"));
                },
                Sluice::closeGracefully);
    }
}
