package dev.sluice.reference.simulation;

import dev.sluice.reference.forecast.Forecaster;
import dev.sluice.reference.forecast.seasonal.FittedModel;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws paths that demand may take: the model's forecast, each month off by one of the errors that the model made on the
 * history (a residual bootstrap; B. Efron, "Bootstrap Methods", Annals of Statistics 7, 1979). Each path has a random source of
 * its own, made of the seed and its number, so it is the same in whatever chunk and process it is drawn. Immutable.
 */
final class MonteCarlo {

    private final FittedModel model;
    private final double[] residuals;
    private final long origin;

    private MonteCarlo(FittedModel model, double[] residuals, long origin) {
        this.model = model;
        this.residuals = residuals;
        this.origin = origin;
    }

    /**
     * Fits the better model to a history. Takes some milliseconds of processor time.
     *
     * @throws IllegalArgumentException if the history is shorter than three years
     */
    static MonteCarlo of(double[] history, long seed) {
        FittedModel model = Forecaster.best(history).model().fit(history);
        return new MonteCarlo(model, centered(model.residuals()), new SplittableRandom(seed).nextLong());
    }

    /** Draws the paths from one number to the one before another, and counts them. */
    void draw(int from, int to, int horizon, Tally tally) {
        double[] shocks = new double[horizon];
        for (int path = from; path < to; path++) {
            SplittableRandom random = new SplittableRandom(new SplittableRandom(origin + path).nextLong());
            for (int month = 0; month < horizon; month++) {
                shocks[month] = residuals[random.nextInt(residuals.length)];
            }
            tally.add(model.path(shocks));
        }
    }

    // So that the paths lie around the forecast that the service shows.
    private static double[] centered(double[] errors) {
        double mean = Arrays.stream(errors).average().orElse(0);
        return Arrays.stream(errors).map(error -> error - mean).toArray();
    }
}
