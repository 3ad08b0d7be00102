package dev.sluice.reference.forecast;

import dev.sluice.reference.web.PageParameters;
import dev.sluice.repository.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import java.math.BigDecimal;
import java.util.UUID;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/forecasts")
@Tag(name = "Forecasts")
class ForecastResource {

    private final Forecasts forecasts;

    ForecastResource(Forecasts forecasts) {
        this.forecasts = forecasts;
    }

    @GetMapping
    @Operation(summary = "A page of forecasts, by id")
    Mono<Page<Forecast>> list(@ParameterObject PageParameters page) {
        return forecasts.findPage(page.toRequest());
    }

    @GetMapping("/{id}")
    @Operation(summary = "One forecast")
    Mono<Forecast> get(@PathVariable UUID id) {
        return forecasts.findById(id).switchIfEmpty(notFound(id));
    }

    @PutMapping("/{id}")
    @Operation(summary = "Sets the value of a forecast; version is the one that was read")
    Mono<Forecast> change(@PathVariable UUID id, @RequestBody @Valid Change change) {
        return forecasts
                .findById(id)
                .flatMap(current -> forecasts.update(change.of(current)))
                .switchIfEmpty(notFound(id));
    }

    private static <T> Mono<T> notFound(UUID id) {
        return Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no forecast %s".formatted(id)));
    }

    /**
     * What a planner may change of a forecast; the body may be the forecast as read, its other fields are ignored.
     *
     * @param value the expected demand, in thousands
     * @param version the version that was read
     */
    record Change(
            @NotNull @PositiveOrZero @Digits(integer = 12, fraction = 6)
            BigDecimal value,

            @NotNull @PositiveOrZero Long version) {

        private Forecast of(Forecast current) {
            return new Forecast(
                    current.id(), current.scenarioId(), current.day(), value, null, Forecast.MANUAL, version);
        }
    }
}
