package dev.sluice.reference.constraint;

import dev.sluice.reference.forecast.Forecast;
import dev.sluice.reference.forecast.Forecasts;
import dev.sluice.reference.scenario.Scenarios;
import dev.sluice.reference.web.PageParameters;
import dev.sluice.repository.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/constraints")
@Tag(name = "Constraints")
class ConstraintResource {

    private final Constraints constraints;
    private final Forecasts forecasts;
    private final Scenarios scenarios;

    ConstraintResource(Constraints constraints, Forecasts forecasts, Scenarios scenarios) {
        this.constraints = constraints;
        this.forecasts = forecasts;
        this.scenarios = scenarios;
    }

    @GetMapping
    @Operation(summary = "A page of constraints, by id")
    Mono<Page<Constraint>> list(@ParameterObject PageParameters page) {
        return constraints.findPage(page.toRequest());
    }

    @PostMapping("/validate")
    @Operation(summary = "Checks a scenario's forecasts against its constraints and those of every scenario")
    Mono<Validation> validate(@RequestBody @Valid ValidationRequest request) {
        UUID id = request.scenarioId();
        return scenarios
                .existsById(id)
                .filter(Boolean::booleanValue)
                .flatMap(exists -> Mono.zip(
                        constraints.applyingTo(id).collectList(),
                        forecasts.ofScenario(id).collectList(),
                        Validation::of))
                .switchIfEmpty(Mono.error(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no scenario %s".formatted(id))));
    }

    /**
     * What is to be checked.
     *
     * @param scenarioId the scenario
     */
    record ValidationRequest(@NotNull UUID scenarioId) {}

    /**
     * What was found.
     *
     * @param valid whether no constraint is broken
     * @param violations the forecasts that break one
     */
    record Validation(boolean valid, List<Violation> violations) {

        private static Validation of(List<Constraint> constraints, List<Forecast> forecasts) {
            List<Violation> violations = constraints.stream()
                    .flatMap(constraint -> forecasts.stream()
                            .filter(forecast -> !constraint.isKeptBy(forecast))
                            .map(forecast -> Violation.of(constraint, forecast)))
                    .toList();
            return new Validation(violations.isEmpty(), violations);
        }
    }
}
