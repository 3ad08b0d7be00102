package dev.sluice.reference.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.reference.forecast.seasonal.FittedModel;
import dev.sluice.reference.forecast.seasonal.ForecastModel;
import dev.sluice.reference.forecast.seasonal.HoldOut;
import dev.sluice.reference.forecast.seasonal.HoltWinters;
import dev.sluice.reference.forecast.seasonal.SeasonalNaive;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HoldOutTest {

    private static final double[] SEASONAL = series(0);
    private static final double[] GROWING = series(2.5);

    @Test
    void aPurelySeasonalSeriesIsForecastWithoutError() {
        assertThat(HoldOut.mape(new SeasonalNaive(), SEASONAL)).isCloseTo(0, within(1e-9));
        assertThat(HoldOut.mape(new HoltWinters(), SEASONAL)).isCloseTo(0, within(1e-9));
    }

    @Test
    void aTrendIsSeenByHoltWintersAndNotByTheYardstick() {
        double naive = HoldOut.mape(new SeasonalNaive(), GROWING);

        assertThat(HoldOut.mape(new HoltWinters(), GROWING)).isLessThan(naive);
        assertThat(HoldOut.best(List.of(new SeasonalNaive(), new HoltWinters()), GROWING)
                        .model()
                        .name())
                .isEqualTo("holt-winters");
    }

    @Test
    void theErrorIsTheMeanOfAbsolutePercentages() {
        ForecastModel tenPercentHigh = new ForecastModel() {
            @Override
            public String name() {
                return "ten percent high";
            }

            @Override
            public FittedModel fit(double[] history) {
                return new FittedModel() {
                    @Override
                    public double[] residuals() {
                        return new double[0];
                    }

                    @Override
                    public double[] path(double[] shocks) {
                        return IntStream.range(0, shocks.length)
                                .mapToDouble(month -> 1.1 * GROWING[history.length + month])
                                .toArray();
                    }
                };
            }
        };

        assertThat(HoldOut.mape(tenPercentHigh, GROWING)).isCloseTo(10, within(1e-9));
    }

    @Test
    void aShortSeriesIsRefusedWithTheNumbers() {
        assertThatThrownBy(() -> HoldOut.mape(new HoltWinters(), new double[30]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("history: 18 months (expected: at least 24, two seasons)");
    }

    private static double[] series(double growth) {
        return IntStream.range(0, 72)
                .mapToDouble(month -> 500 + growth * month + 80 * Math.sin(2 * Math.PI * month / 12))
                .toArray();
    }
}
