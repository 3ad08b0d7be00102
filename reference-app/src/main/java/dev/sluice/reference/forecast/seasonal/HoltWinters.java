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
    public FittedModel fit(double[] history) {
        ForecastModel.requireTwoSeasons(history);
        Smoothed best = new Smoothed(history, GRID[0], GRID[0], GRID[0]);
        for (double alpha : GRID) {
            for (double beta : GRID) {
                for (double gamma : GRID) {
                    Smoothed candidate = new Smoothed(history, alpha, beta, gamma);
                    best = candidate.squaredError < best.squaredError ? candidate : best;
                }
            }
        }
        return best;
    }

    /** The state at the end of a series, and how well the factors that led to it did. */
    private static final class Smoothed implements FittedModel {

        private final double alpha;
        private final double beta;
        private final double gamma;
        private final int length;
        private final State end;
        private final double[] residuals;
        private final double squaredError;

        private Smoothed(double[] history, double alpha, double beta, double gamma) {
            this.alpha = alpha;
            this.beta = beta;
            this.gamma = gamma;
            this.length = history.length;
            this.end = State.ofFirstSeasons(history);
            this.residuals = new double[length - SEASON];
            double sum = 0;
            for (int t = SEASON; t < length; t++) {
                double error = history[t] - end.expected(t);
                end.advance(t, error, this);
                residuals[t - SEASON] = error;
                sum += error * error;
            }
            this.squaredError = sum;
        }

        @Override
        public double[] residuals() {
            return residuals.clone();
        }

        @Override
        public double[] path(double[] shocks) {
            State state = end.copy();
            double[] path = new double[shocks.length];
            for (int month = 0; month < path.length; month++) {
                path[month] = state.expected(length + month) + shocks[month];
                state.advance(length + month, shocks[month], this);
            }
            return path;
        }
    }

    /** Level, trend and seasonal offsets, in the error-correction form of the model. */
    private static final class State {

        private double level;
        private double trend;
        private final double[] seasonal;

        private State(double level, double trend, double[] seasonal) {
            this.level = level;
            this.trend = trend;
            this.seasonal = seasonal;
        }

        private static State ofFirstSeasons(double[] history) {
            double firstYear = mean(history, 0);
            double[] seasonal = new double[SEASON];
            for (int month = 0; month < SEASON; month++) {
                seasonal[month] = history[month] - firstYear;
            }
            return new State(firstYear, (mean(history, SEASON) - firstYear) / SEASON, seasonal);
        }

        private State copy() {
            return new State(level, trend, seasonal.clone());
        }

        private double expected(int t) {
            return level + DAMPING * trend + seasonal[t % SEASON];
        }

        private void advance(int t, double error, Smoothed factors) {
            double slope = DAMPING * trend;
            level += slope + factors.alpha * error;
            trend = slope + factors.beta * factors.alpha * error;
            seasonal[t % SEASON] += factors.gamma * (1 - factors.alpha) * error;
        }

        private static double mean(double[] values, int from) {
            double sum = 0;
            for (int i = from; i < from + SEASON; i++) {
                sum += values[i];
            }
            return sum / SEASON;
        }
    }
}
