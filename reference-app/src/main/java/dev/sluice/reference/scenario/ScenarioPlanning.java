package dev.sluice.reference.scenario;

import dev.sluice.Sluice;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.demand.DemandMonth;
import dev.sluice.reference.forecast.Forecast;
import dev.sluice.reference.forecast.Forecaster;
import dev.sluice.reference.forecast.Forecasts;
import dev.sluice.reference.forecast.seasonal.ForecastModel;
import java.util.List;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Makes scenarios together with their forecasts. */
@Service
public class ScenarioPlanning {

    private static final int MONTHS = 12;

    private final Sluice sluice;
    private final Scenarios scenarios;
    private final Forecasts forecasts;
    private final DemandHistory demand;

    ScenarioPlanning(Sluice sluice, Scenarios scenarios, Forecasts forecasts, DemandHistory demand) {
        this.sluice = sluice;
        this.scenarios = scenarios;
        this.forecasts = forecasts;
        this.demand = demand;
    }

    /**
     * Stores a new scenario and, where its industry has three years of demand history, a year of forecasts: both or
     * neither. The models run before the transaction begins, so that no connection waits for a processor.
     *
     * @param scenario the scenario
     * @return the scenario as stored
     */
    public Mono<Scenario> create(Scenario scenario) {
        return demand.ofIndustry(scenario.industry())
                .collectList()
                .publishOn(Schedulers.parallel())
                .map(history -> forecastsOf(scenario, history))
                .flatMap(rows -> sluice.inTransaction(
                        () -> scenarios.insert(scenario).delayUntil(s -> forecasts.insertAll(rows))));
    }

    private static List<Forecast> forecastsOf(Scenario scenario, List<DemandMonth> history) {
        return history.size() < 3 * ForecastModel.SEASON
                ? List.of()
                : Forecaster.forecast(scenario.id(), history, MONTHS);
    }
}
