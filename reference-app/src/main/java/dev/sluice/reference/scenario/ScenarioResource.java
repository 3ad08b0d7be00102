package dev.sluice.reference.scenario;

import dev.sluice.reference.web.PageParameters;
import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.Sort;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/scenarios")
@Tag(name = "Scenarios")
class ScenarioResource {

    private final Scenarios scenarios;
    private final ScenarioPlanning planning;
    private final Clock clock;

    ScenarioResource(Scenarios scenarios, ScenarioPlanning planning, Clock clock) {
        this.scenarios = scenarios;
        this.planning = planning;
        this.clock = clock;
    }

    @GetMapping
    @Operation(summary = "A page of scenarios by name; q searches name, industry and description")
    Mono<Page<Scenario>> list(@RequestParam @Size(max = 200) @Nullable String q, @ParameterObject PageParameters page) {
        PageRequest request = page.toRequest();
        return q == null || q.isBlank()
                ? scenarios.findPage(request.sortBy(Sort.ascending("name")))
                : scenarios.matching(containing(q), request);
    }

    @PostMapping
    @Operation(summary = "Makes a scenario and, where its industry has a history, a year of forecasts")
    Mono<ResponseEntity<Scenario>> create(@RequestBody @Valid ScenarioDraft draft) {
        return planning.create(draft.toNew(clock))
                .map(scenario -> ResponseEntity.created(URI.create("/api/scenarios/" + scenario.id()))
                        .body(scenario));
    }

    @GetMapping("/{id}")
    @Operation(summary = "One scenario")
    Mono<Scenario> get(@PathVariable UUID id) {
        return scenarios.findById(id).switchIfEmpty(notFound(id));
    }

    @PutMapping("/{id}")
    @Operation(summary = "Changes a scenario; version is the one that was read")
    Mono<Scenario> change(@PathVariable UUID id, @RequestBody @Valid ScenarioDraft draft) {
        Long version = draft.version();
        if (version == null) {
            return Mono.error(new ServerWebInputException("version: missing (expected: the version that was read)"));
        }
        return scenarios
                .findById(id)
                .flatMap(current -> scenarios.update(draft.toChangeOf(current, version)))
                .switchIfEmpty(notFound(id));
    }

    @DeleteMapping("/{id}")
    @Operation(summary = "Deletes a scenario, its forecasts and its constraints")
    Mono<ResponseEntity<Void>> delete(@PathVariable UUID id) {
        return scenarios
                .deleteById(id)
                .filter(Boolean::booleanValue)
                .map(deleted -> ResponseEntity.noContent().<Void>build())
                .switchIfEmpty(notFound(id));
    }

    static <T> Mono<T> notFound(UUID id) {
        return Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no scenario %s".formatted(id)));
    }

    private static String containing(String text) {
        return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}
