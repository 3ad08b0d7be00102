package dev.sluice.reference.prebuild;

import dev.sluice.Sluice;
import dev.sluice.access.Workload;
import dev.sluice.reference.background.WorkingTenants;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.demand.DemandMonth;
import dev.sluice.reference.forecast.Forecast;
import dev.sluice.reference.forecast.Forecaster;
import dev.sluice.reference.forecast.seasonal.ForecastModel;
import dev.sluice.repository.Json;
import dev.sluice.work.Progress;
import dev.sluice.work.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** Brings the ready forecasts of each scenario to the number that it wants, on the connections of {@code reconciliation}. */
@Configuration(proxyBeanMethods = false)
class PrebuildWorkers {

    static final String NAME = "prebuild";

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int LEAST_MONTHS = 3 * ForecastModel.SEASON;

    @Bean
    Worker prebuild(
            Sluice sluice, ReadyForecasts ready, DemandHistory demand, JsonMapper mapper, WorkingTenants tenants) {
        return Worker.every(NAME, INTERVAL, run -> cycle(sluice, ready, demand, mapper))
                .in(Workload.RECONCILIATION)
                .forTenants(tenants.all());
    }

    private static Mono<Progress> cycle(Sluice sluice, ReadyForecasts ready, DemandHistory demand, JsonMapper mapper) {
        return sluice.reconciliation()
                .candidates(() -> ready.shortages(LEAST_MONTHS))
                .decide(Optional::of)
                .act(shortage -> build(shortage, ready, demand, mapper))
                .cycle()
                .map(report -> Progress.DONE);
    }

    private static Mono<Void> build(Shortage shortage, ReadyForecasts ready, DemandHistory demand, JsonMapper mapper) {
        return demand.ofIndustry(shortage.industry())
                .collectList()
                .publishOn(Schedulers.parallel())
                .map(history -> years(shortage, history, mapper))
                .flatMapMany(years -> Flux.range(0, years.size())
                        .concatMap(place -> ready.put(
                                UUID.randomUUID(), shortage.scenarioId(), place, shortage.version(), years.get(place))))
                .then();
    }

    private static List<Json> years(Shortage shortage, List<DemandMonth> history, JsonMapper mapper) {
        int months = shortage.wanted() * ForecastModel.SEASON;
        List<Month> all = Forecaster.forecast(shortage.scenarioId(), history, months).stream()
                .map(Month::of)
                .toList();
        return IntStream.range(0, shortage.wanted())
                .mapToObj(year -> all.subList(year * ForecastModel.SEASON, (year + 1) * ForecastModel.SEASON))
                .map(year -> Json.of(mapper.writeValueAsString(year)))
                .toList();
    }

    /** One month, as it is stored. */
    private record Month(String day, String value) {

        static Month of(Forecast forecast) {
            return new Month(forecast.day().toString(), forecast.value().toPlainString());
        }
    }
}
