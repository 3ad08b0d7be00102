package com.example.notes;

import dev.sluice.repository.PageRequest;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/notes")
class NoteResource {

    private final Notes notes;

    NoteResource(Notes notes) {
        this.notes = notes;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Mono<Note> add(@RequestBody String text) {
        return notes.insert(new Note(UUID.randomUUID(), text, 0));
    }

    @GetMapping("/{id}")
    Mono<Note> note(@PathVariable UUID id) {
        return notes.findById(id);
    }

    @GetMapping
    Mono<List<Note>> matching(@RequestParam(defaultValue = "") String q) {
        return notes.matching("%" + q + "%", PageRequest.of(20)).map(page -> page.items());
    }
}
