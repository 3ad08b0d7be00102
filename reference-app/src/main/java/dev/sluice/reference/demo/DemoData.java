package dev.sluice.reference.demo;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.reference.constraint.Constraint;
import dev.sluice.reference.constraint.Constraints;
import dev.sluice.reference.demand.DemandCsv;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.demand.DemandMonth;
import dev.sluice.reference.forecast.Forecast;
import dev.sluice.reference.forecast.Forecaster;
import dev.sluice.reference.forecast.Forecasts;
import dev.sluice.reference.scenario.Scenario;
import dev.sluice.reference.scenario.Scenarios;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Gives each demo tenant its share of the data set: the industries are dealt out in turn, so that no two tenants own the
 * same series. Each industry becomes a scenario with a year of forecasts.
 */
final class DemoData {

    private static final int MONTHS = 12;

    private final Sluice sluice;
    private final DemandHistory demand;
    private final Scenarios scenarios;
    private final Forecasts forecasts;
    private final Constraints constraints;
    private final Clock clock;

    DemoData(
            Sluice sluice,
            DemandHistory demand,
            Scenarios scenarios,
            Forecasts forecasts,
            Constraints constraints,
            Clock clock) {
        this.sluice = sluice;
        this.demand = demand;
        this.scenarios = scenarios;
        this.forecasts = forecasts;
        this.constraints = constraints;
        this.clock = clock;
    }

    /**
     * Loads what is not there yet, tenant by tenant, each in one transaction of the workload {@code background}.
     *
     * @param tenants the demo tenants
     * @return completes when all have data
     */
    Mono<Void> load(List<String> tenants) {
        return Mono.fromCallable(DemandCsv::read)
                .subscribeOn(Schedulers.boundedElastic())
                .flatMapMany(
                        lines -> Flux.range(0, tenants.size()).concatMap(i -> loadShare(share(lines, i, tenants.size()))
                                .contextWrite(Access.tenant(tenants.get(i)).workload("background"))))
                .then();
    }

    private Mono<Void> loadShare(List<DemandMonth> history) {
        return demand.count()
                .filter(rows -> rows == 0)
                .publishOn(Schedulers.parallel())
                .map(none -> seriesOf(history))
                .flatMap(series -> sluice.inTransaction(() -> store(history, series)))
                // Two instances start on one fresh database: the first to commit has loaded the same for both.
                .onErrorResume(R2dbcDataIntegrityViolationException.class, loaded -> demand.count())
                .then();
    }

    private Mono<Long> store(List<DemandMonth> history, List<Series> series) {
        return demand.insertAll(history)
                .then(scenarios.insertAll(series.stream().map(Series::scenario).toList()))
                .then(forecasts.insertAll(
                        series.stream().flatMap(s -> s.forecasts().stream()).toList()))
                .then(constraints.insertAll(bounds()));
    }

    private List<Series> seriesOf(List<DemandMonth> history) {
        return history.stream()
                .map(DemandMonth::industry)
                .distinct()
                .map(industry -> seriesOf(
                        industry,
                        history.stream()
                                .filter(month -> month.industry().equals(industry))
                                .toList()))
                .toList();
    }

    private Series seriesOf(String industry, List<DemandMonth> history) {
        Scenario scenario = new Scenario(
                UUID.randomUUID(),
                industry + " baseline",
                industry,
                "A year ahead, from %d months of history".formatted(history.size()),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                0);
        return new Series(scenario, Forecaster.forecast(scenario.id(), history, MONTHS));
    }

    private static List<DemandMonth> share(List<DemandCsv.Line> lines, int turn, int tenants) {
        List<String> industries =
                lines.stream().map(DemandCsv.Line::industry).distinct().toList();
        List<String> dealt = IntStream.range(0, industries.size())
                .filter(i -> i % tenants == turn)
                .mapToObj(industries::get)
                .toList();
        return lines.stream()
                .filter(line -> dealt.contains(line.industry()))
                .map(line -> new DemandMonth(
                        UUID.randomUUID(), line.industry(), line.month(), line.thousands(), line.ratePercent()))
                .toList();
    }

    private static List<Constraint> bounds() {
        return List.of(
                new Constraint(
                        UUID.randomUUID(),
                        "demand is never below zero",
                        null,
                        Constraint.Kind.MIN_VALUE,
                        BigDecimal.ZERO,
                        0),
                new Constraint(
                        UUID.randomUUID(),
                        "the model errs by 25 % at most",
                        null,
                        Constraint.Kind.MAX_MAPE,
                        BigDecimal.valueOf(25),
                        0));
    }

    private record Series(Scenario scenario, List<Forecast> forecasts) {}
}
