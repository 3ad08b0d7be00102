package dev.sluice.reference.search;

import dev.sluice.reference.background.Bell;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/search")
@Tag(name = "Search")
class SearchResource {

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private final SearchDocuments documents;
    private final SearchJobs jobs;
    private final Bell bell;
    private final Clock clock;

    SearchResource(SearchDocuments documents, SearchJobs jobs, Bell bell, Clock clock) {
        this.documents = documents;
        this.jobs = jobs;
        this.bell = bell;
        this.clock = clock;
    }

    @GetMapping
    @Operation(summary = "Scenarios by a part of their name, industry, description or constraints, a few seconds old")
    Mono<Hits> find(@RequestParam @NotBlank @Size(max = 200) String q) {
        String part = q.toLowerCase(Locale.ROOT)
                .replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_");
        return documents.matching("%" + part + "%").collectList().map(Hits::new);
    }

    @PostMapping("/jobs")
    @Operation(summary = "Has all search documents written again, in the background")
    Mono<ResponseEntity<SearchJob>> rebuild() {
        SearchJob job = new SearchJob(
                UUID.randomUUID(),
                SearchJob.State.QUEUED,
                BEFORE_ALL,
                0,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        return jobs.insert(job).doOnNext(added -> bell.ring(SearchWorkers.JOBS)).map(added -> ResponseEntity.accepted()
                .location(URI.create("/api/search/jobs/" + added.id()))
                .body(added));
    }

    @GetMapping("/jobs/{id}")
    @Operation(summary = "How far a job is")
    Mono<SearchJob> job(@PathVariable UUID id) {
        return jobs.findById(id)
                .switchIfEmpty(Mono.error(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no search job %s".formatted(id))));
    }

    /**
     * What was found.
     *
     * @param items at most 50, by name
     */
    record Hits(List<SearchHit> items) {}
}
