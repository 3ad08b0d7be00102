package dev.sluice.reference.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.reference.demand.DemandCsv;
import dev.sluice.reference.forecast.Forecaster;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonteCarloTest {

    private static final LocalDate FIRST = LocalDate.of(2010, 3, 1);
    private static final int HORIZON = 24;
    private static final double[] HISTORY = DemandCsv.read().stream()
            .filter(line -> line.industry().equals("Finance"))
            .mapToDouble(DemandCsv.Line::thousands)
            .toArray();

    private static Quantiles draw(long seed, int runs, int chunk) {
        Tally tally = Tally.empty(HORIZON);
        for (int from = 0; from < runs; from += chunk) {
            MonteCarlo.of(HISTORY, seed).draw(from, Math.min(runs, from + chunk), HORIZON, tally);
            tally = Tally.unpacked(tally.packed());
        }
        return tally.quantiles(FIRST);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 1_999, 2_000})
    void theSameSeedGivesTheSameQuantilesInChunksOfAnySize(int chunk) {
        assertThat(draw(42, 2_000, chunk)).isEqualTo(draw(42, 2_000, 2_000));
    }

    @Test
    void anotherSeedGivesOtherPathsAlsoTheNextOne() {
        assertThat(draw(43, 2_000, 2_000)).isNotEqualTo(draw(42, 2_000, 2_000));
        assertThat(draw(42, 1, 1)).isNotEqualTo(draw(43, 1, 1));
        // Were a path's source the sum of seed and number, the second path of 42 would be the first of 43.
        Tally second = Tally.empty(HORIZON);
        MonteCarlo.of(HISTORY, 42).draw(1, 2, HORIZON, second);
        assertThat(second.quantiles(FIRST)).isNotEqualTo(draw(43, 1, 1));
    }

    @Test
    void aPathThatIsMissingOrDrawnTwiceShows() {
        Tally missing = Tally.empty(HORIZON);
        MonteCarlo.of(HISTORY, 42).draw(0, 1_000, HORIZON, missing);
        assertThat(missing.quantiles(FIRST)).isNotEqualTo(draw(42, 2_000, 1_000));
        MonteCarlo.of(HISTORY, 42).draw(0, 1_000, HORIZON, missing);
        assertThat(missing.quantiles(FIRST)).isNotEqualTo(draw(42, 2_000, 1_000));
    }

    @Test
    void thePathsLieAroundTheForecastAndSpreadWithTime() {
        double[] forecast = Forecaster.best(HISTORY).model().forecast(HISTORY, HORIZON);
        Quantiles quantiles = draw(42, 5_000, 5_000);

        assertThat(quantiles.months())
                .hasSize(HORIZON)
                .extracting(Quantiles.Month::day)
                .isSorted()
                .startsWith(FIRST);
        for (int month = 0; month < HORIZON; month++) {
            Quantiles.Month spread = quantiles.months().get(month);
            assertThat(spread.p10()).isLessThan(spread.p50());
            assertThat(spread.p50()).isLessThan(spread.p90());
            assertThat(spread.p50().doubleValue()).isCloseTo(forecast[month], within(0.1 * forecast[month]));
        }
        assertThat(width(quantiles.months().get(HORIZON - 1)))
                .isGreaterThan(width(quantiles.months().get(0)));
        assertThat(quantiles.total().p50().doubleValue())
                .isCloseTo(
                        Arrays.stream(forecast).sum(),
                        within(0.1 * Arrays.stream(forecast).sum()));
    }

    private static BigDecimal width(Quantiles.Month month) {
        return month.p90().subtract(month.p10());
    }

    @Test
    void quantilesAreThoseOfTheSortedValuesWithinTheWidthOfABucket() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        double[] values =
                random.doubles(10_001, 0, 1).map(x -> Math.exp(14 * x) - 1).toArray();
        Tally tally = Tally.empty(1);
        Arrays.stream(values).forEach(value -> tally.add(new double[] {value}));
        Arrays.sort(values);

        Quantiles.Spread total = tally.quantiles(FIRST).total();
        assertClose(seed, total.p10(), values[1_000]);
        assertClose(seed, total.p50(), values[5_000]);
        assertClose(seed, total.p90(), values[9_000]);
    }

    private static void assertClose(long seed, BigDecimal quantile, double value) {
        assertThat(quantile.doubleValue()).as("seed %d", seed).isCloseTo(value, within(0.1 + 0.002 * (1 + value)));
    }

    @Test
    void demandBelowZeroIsNone() {
        Tally tally = Tally.empty(2);
        tally.add(new double[] {-5, 3});
        assertThat(tally.quantiles(FIRST).months().get(0).p50()).isEqualByComparingTo("0.0");
        assertThat(tally.quantiles(FIRST).total().p50().doubleValue()).isCloseTo(3, within(0.11));
    }

    @Test
    void aShortHistoryIsRefusedWithTheNumbers() {
        assertThatThrownBy(() -> MonteCarlo.of(new double[30], 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("18 months");
    }
}
