package dev.sluice.reference.forecast;

import dev.sluice.reference.demand.DemandMonth;
import dev.sluice.reference.forecast.seasonal.ForecastModel;
import dev.sluice.reference.forecast.seasonal.HoldOut;
import dev.sluice.reference.forecast.seasonal.HoltWinters;
import dev.sluice.reference.forecast.seasonal.SeasonalNaive;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Makes the forecasts of a scenario from its demand history, with the model that does best on the last year. */
public final class Forecaster {

    private static final List<ForecastModel> MODELS = List.of(new SeasonalNaive(), new HoltWinters());

    private Forecaster() {}

    /**
     * Forecasts the months that follow a history. Takes some milliseconds of processor time: not for an event loop.
     *
     * @param scenarioId the scenario
     * @param history its months, oldest first; at least three years
     * @param months how many to forecast
     * @return one forecast a month, with the error of the model on the last year of the history
     * @throws IllegalArgumentException if the history is too short
     */
    public static List<Forecast> forecast(UUID scenarioId, List<DemandMonth> history, int months) {
        double[] series = history.stream().mapToDouble(DemandMonth::thousands).toArray();
        HoldOut.Score best = best(series);
        double[] values = best.model().forecast(series, months);
        LocalDate last = history.get(history.size() - 1).month();
        return IntStream.range(0, months)
                .mapToObj(month -> new Forecast(
                        UUID.randomUUID(),
                        scenarioId,
                        last.plusMonths(month + 1L),
                        rounded(Math.max(values[month], 0), 1),
                        rounded(best.mape(), 2),
                        best.model().name(),
                        0))
                .toList();
    }

    /**
     * Picks the model that does best on the last year of a series. Takes some milliseconds of processor time.
     *
     * @param series its months, oldest first; at least three years
     * @return the model and its error
     * @throws IllegalArgumentException if the series is too short
     */
    public static HoldOut.Score best(double[] series) {
        return HoldOut.best(MODELS, series);
    }

    private static BigDecimal rounded(double value, int digits) {
        return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_EVEN);
    }
}
