package dev.sluice.reference.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.reference.demand.DemandCsv;
import dev.sluice.reference.forecast.seasonal.FittedModel;
import dev.sluice.reference.forecast.seasonal.ForecastModel;
import dev.sluice.reference.forecast.seasonal.HoltWinters;
import dev.sluice.reference.forecast.seasonal.SeasonalNaive;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FittedModelTest {

    private static final double[] SERIES = DemandCsv.read().stream()
            .filter(line -> line.industry().equals("Finance"))
            .mapToDouble(DemandCsv.Line::thousands)
            .toArray();

    static Stream<ForecastModel> models() {
        return Stream.of(new SeasonalNaive(), new HoltWinters());
    }

    @ParameterizedTest
    @MethodSource("models")
    void theFirstMonthIsOffItsForecastByTheShockAndOnlyByIt(ForecastModel model) {
        double[] residuals = model.fit(SERIES).residuals();
        assertThat(residuals).hasSize(SERIES.length - ForecastModel.SEASON).doesNotContain(Double.NaN);
        assertThat(model.fit(SERIES).path(residuals)[0])
                .isCloseTo(model.forecast(SERIES, 1)[0] + residuals[0], within(1e-9));
    }

    @ParameterizedTest
    @MethodSource("models")
    void anEarlyShockMovesTheMonthsThatFollow(ForecastModel model) {
        double[] shocks = new double[13];
        shocks[0] = 100;
        double[] calm = model.forecast(SERIES, 13);
        double[] moved = model.fit(SERIES).path(shocks);

        assertThat(moved[0] - calm[0]).isCloseTo(100, within(1e-9));
        assertThat(moved[12] - calm[12]).isGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("models")
    void aPathChangesNothingOfTheModel(ForecastModel model) {
        FittedModel fitted = model.fit(SERIES);
        double[] residuals = fitted.residuals();
        double[] shocked = new double[36];
        Arrays.fill(shocked, 1_000);
        fitted.path(shocked);
        residuals[0] = Double.NaN;

        assertThat(fitted.path(new double[36])).isEqualTo(model.forecast(SERIES, 36));
        assertThat(fitted.residuals()).doesNotContain(Double.NaN);
    }
}
