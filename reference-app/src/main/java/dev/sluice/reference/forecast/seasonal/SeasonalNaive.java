package dev.sluice.reference.forecast.seasonal;

import java.util.Arrays;

/** Each month will be as the same month was a year before: the yardstick for other models. */
public final class SeasonalNaive implements ForecastModel {

    @Override
    public String name() {
        return "seasonal-naive";
    }

    @Override
    public FittedModel fit(double[] history) {
        ForecastModel.requireTwoSeasons(history);
        double[] residuals = new double[history.length - SEASON];
        for (int i = 0; i < residuals.length; i++) {
            residuals[i] = history[i + SEASON] - history[i];
        }
        return new Fitted(residuals, Arrays.copyOfRange(history, history.length - SEASON, history.length));
    }

    private static final class Fitted implements FittedModel {

        private final double[] residuals;
        private final double[] lastSeason;

        private Fitted(double[] residuals, double[] lastSeason) {
            this.residuals = residuals;
            this.lastSeason = lastSeason;
        }

        @Override
        public double[] residuals() {
            return residuals.clone();
        }

        @Override
        public double[] path(double[] shocks) {
            double[] path = new double[shocks.length];
            for (int month = 0; month < path.length; month++) {
                path[month] = (month < SEASON ? lastSeason[month] : path[month - SEASON]) + shocks[month];
            }
            return path;
        }
    }
}
