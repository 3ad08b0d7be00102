package dev.sluice.reference.prebuild;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/scenarios/{id}/prebuilds")
@Tag(name = "Prebuilds")
class PrebuildResource {

    private final ReadyForecasts ready;

    PrebuildResource(ReadyForecasts ready) {
        this.ready = ready;
    }

    @GetMapping
    @Operation(summary = "A scenario's forecasts that are ready, a year each")
    Mono<List<Year>> list(@PathVariable UUID id) {
        return ready.ofScenario(id)
                .map(one -> new Year(
                        one.place(), one.scenarioVersion(), one.months().value()))
                .collectList();
    }

    @PutMapping
    @Operation(summary = "Sets how many years of forecasts are to be ready")
    Mono<ResponseEntity<Void>> want(@PathVariable UUID id, @RequestBody @Valid Wanted wanted) {
        return ready.want(id, wanted.wanted())
                .filter(rows -> rows > 0)
                .map(rows -> ResponseEntity.noContent().<Void>build())
                .switchIfEmpty(Mono.error(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no scenario %s".formatted(id))));
    }

    /**
     * How many.
     *
     * @param wanted years
     */
    record Wanted(@NotNull @Min(0) @Max(12) Integer wanted) {}

    /**
     * A year that is ready.
     *
     * @param place years after the history
     * @param scenarioVersion the version of the scenario that it was made for
     * @param months its months
     */
    record Year(
            int place, long scenarioVersion, @JsonRawValue String months) {}
}
