package dev.sluice.reference.forecast.seasonal;

/** Extends a monthly series. */
public interface ForecastModel {

    /** Months of a season. */
    int SEASON = 12;

    /** @return its name, as shown to users */
    String name();

    /**
     * Fits the model to a series.
     *
     * @param history the series, oldest first; at least two seasons
     * @return the model, which knows how it did on the series
     * @throws IllegalArgumentException if the series is too short
     */
    FittedModel fit(double[] history);

    /**
     * Forecasts the months that follow a series.
     *
     * @param history the series, oldest first; at least two seasons
     * @param horizon how many months, at least 1
     * @return one value for each month
     * @throws IllegalArgumentException if the series is too short
     */
    default double[] forecast(double[] history, int horizon) {
        return fit(history).path(new double[horizon]);
    }

    /**
     * Checks that a series is long enough.
     *
     * @param history the series
     */
    static void requireTwoSeasons(double[] history) {
        if (history.length < 2 * SEASON) {
            throw new IllegalArgumentException(
                    "history: %d months (expected: at least %d, two seasons)".formatted(history.length, 2 * SEASON));
        }
    }
}
