package dev.sluice.reference.forecast.seasonal;

/** Each month will be as the same month was a year before: the yardstick for other models. */
public final class SeasonalNaive implements ForecastModel {

    @Override
    public String name() {
        return "seasonal-naive";
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        ForecastModel.requireTwoSeasons(history);
        double[] forecast = new double[horizon];
        for (int month = 0; month < horizon; month++) {
            forecast[month] = history[history.length - SEASON + month % SEASON];
        }
        return forecast;
    }
}
