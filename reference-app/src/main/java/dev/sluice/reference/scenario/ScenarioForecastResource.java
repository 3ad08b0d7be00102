package dev.sluice.reference.scenario;

import dev.sluice.reference.forecast.Forecast;
import dev.sluice.reference.forecast.Forecasts;
import dev.sluice.reference.web.PageParameters;
import dev.sluice.repository.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import java.math.BigDecimal;
import java.net.URI;
import java.time.LocalDate;
import java.util.UUID;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/scenarios/{id}/forecasts")
@Tag(name = "Forecasts")
class ScenarioForecastResource {

    private final Scenarios scenarios;
    private final Forecasts forecasts;

    ScenarioForecastResource(Scenarios scenarios, Forecasts forecasts) {
        this.scenarios = scenarios;
        this.forecasts = forecasts;
    }

    @GetMapping
    @Operation(summary = "A scenario's forecasts, by day")
    Mono<Page<Forecast>> list(@PathVariable UUID id, @ParameterObject PageParameters page) {
        return forecasts
                .pageOfScenario(id, page.toRequest())
                .filterWhen(found -> found.items().isEmpty() ? scenarios.existsById(id) : Mono.just(true))
                .switchIfEmpty(ScenarioResource.notFound(id));
    }

    @PostMapping
    @Operation(summary = "Adds a forecast that a planner made")
    Mono<ResponseEntity<Forecast>> add(@PathVariable UUID id, @RequestBody @Valid ManualForecast manual) {
        return scenarios
                .existsById(id)
                .filter(Boolean::booleanValue)
                .flatMap(exists -> forecasts.insert(manual.of(id)))
                .map(forecast -> ResponseEntity.created(URI.create("/api/forecasts/" + forecast.id()))
                        .body(forecast))
                .switchIfEmpty(ScenarioResource.notFound(id));
    }

    /**
     * A value that a planner sets.
     *
     * @param day the month it is for
     * @param value the expected demand, in thousands
     */
    record ManualForecast(
            @NotNull LocalDate day,

            @NotNull @PositiveOrZero @Digits(integer = 12, fraction = 6)
            BigDecimal value) {

        private static final LocalDate FIRST = LocalDate.of(1900, 1, 1);
        private static final LocalDate LAST = LocalDate.of(2199, 12, 31);

        @AssertTrue(message = "day: expected 1900-01-01 to 2199-12-31")
        boolean isDayWithinReach() {
            return day == null || !(day.isBefore(FIRST) || day.isAfter(LAST));
        }

        private Forecast of(UUID scenarioId) {
            return new Forecast(UUID.randomUUID(), scenarioId, day, value, null, Forecast.MANUAL, 0);
        }
    }
}
