package dev.sluice.reference.forecast.seasonal;

/**
 * Additive triple exponential smoothing with a damped trend: level, trend and twelve seasonal offsets. The smoothing
 * factors are those of a small grid with the least squared one-step error on the series itself.
 *
 * <p>Source: P. R. Winters, "Forecasting Sales by Exponentially Weighted Moving Averages", Management Science 6 (1960);
 * damping after E. S. Gardner and E. McKenzie, "Forecasting Trends in Time Series", Management Science 31 (1985).
 */
public final class HoltWinters implements ForecastModel {

    private static final double[] GRID = {0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9};

    private static final double DAMPING = 0.9;

    @Override
    public String name() {
        return "holt-winters";
    }

    @Override
    public double[] forecast(double[] history, int horizon) {
        ForecastModel.requireTwoSeasons(history);
        Smoothed best = smooth(history, GRID[0], GRID[0], GRID[0]);
        for (double alpha : GRID) {
            for (double beta : GRID) {
                for (double gamma : GRID) {
                    Smoothed candidate = smooth(history, alpha, beta, gamma);
                    best = candidate.squaredError < best.squaredError ? candidate : best;
                }
            }
        }
        return best.extend(horizon, history.length);
    }

    private static Smoothed smooth(double[] history, double alpha, double beta, double gamma) {
        double firstYear = mean(history, 0);
        double level = firstYear;
        double trend = (mean(history, SEASON) - firstYear) / SEASON;
        double[] seasonal = new double[SEASON];
        for (int month = 0; month < SEASON; month++) {
            seasonal[month] = history[month] - firstYear;
        }
        double squaredError = 0;
        for (int t = SEASON; t < history.length; t++) {
            int month = t % SEASON;
            double expected = level + DAMPING * trend;
            double error = history[t] - expected - seasonal[month];
            squaredError += error * error;
            double before = level;
            level = alpha * (history[t] - seasonal[month]) + (1 - alpha) * expected;
            trend = beta * (level - before) + (1 - beta) * DAMPING * trend;
            seasonal[month] = gamma * (history[t] - level) + (1 - gamma) * seasonal[month];
        }
        return new Smoothed(level, trend, seasonal, squaredError);
    }

    private static double mean(double[] values, int from) {
        double sum = 0;
        for (int i = from; i < from + SEASON; i++) {
            sum += values[i];
        }
        return sum / SEASON;
    }

    /** The state at the end of a series, and how well the factors that led to it did. */
    private static final class Smoothed {

        private final double level;
        private final double trend;
        private final double[] seasonal;
        private final double squaredError;

        private Smoothed(double level, double trend, double[] seasonal, double squaredError) {
            this.level = level;
            this.trend = trend;
            this.seasonal = seasonal;
            this.squaredError = squaredError;
        }

        private double[] extend(int horizon, int from) {
            double[] forecast = new double[horizon];
            double damped = 0;
            double factor = 1;
            for (int month = 0; month < horizon; month++) {
                factor *= DAMPING;
                damped += factor;
                forecast[month] = level + damped * trend + seasonal[(from + month) % SEASON];
            }
            return forecast;
        }
    }
}
