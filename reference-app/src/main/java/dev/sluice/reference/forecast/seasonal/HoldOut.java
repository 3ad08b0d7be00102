package dev.sluice.reference.forecast.seasonal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Measures models on the last season of a series, which they have not seen. */
public final class HoldOut {

    private HoldOut() {}

    /**
     * A model and its error on months that it had not seen.
     *
     * @param model the model
     * @param mape mean absolute percentage error, in percent
     */
    public record Score(ForecastModel model, double mape) {}

    /**
     * Picks the model with the least error on the last season.
     *
     * @param models the candidates, at least one
     * @param history the series, oldest first; at least three seasons, none of the last twelve months zero
     * @return the best model and its error
     * @throws IllegalArgumentException if the series is too short
     */
    public static Score best(List<ForecastModel> models, double[] history) {
        return models.stream()
                .map(model -> new Score(model, mape(model, history)))
                .min(Comparator.comparingDouble(Score::mape))
                .orElseThrow(() -> new IllegalArgumentException("models: none (expected: at least 1)"));
    }

    /**
     * The error of a model on the last season of a series.
     *
     * @param model the model
     * @param history the series, oldest first; at least three seasons, none of the last twelve months zero
     * @return mean absolute percentage error, in percent
     * @throws IllegalArgumentException if the series is too short
     */
    public static double mape(ForecastModel model, double[] history) {
        int season = ForecastModel.SEASON;
        double[] seen = Arrays.copyOf(history, Math.max(history.length - season, 0));
        double[] forecast = model.forecast(seen, season);
        double sum = 0;
        for (int month = 0; month < season; month++) {
            double actual = history[seen.length + month];
            sum += Math.abs((actual - forecast[month]) / actual);
        }
        return 100 * sum / season;
    }
}
