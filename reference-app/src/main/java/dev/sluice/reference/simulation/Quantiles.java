package dev.sluice.reference.simulation;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/**
 * The outcome of a simulation, in thousands.
 *
 * @param months each month's
 * @param total those of the sum of all months
 */
record Quantiles(List<Month> months, Spread total) {

    /**
     * Of one month.
     *
     * @param day its first day
     * @param p10 one path in ten is at most this
     * @param p50 half of the paths are at most this
     * @param p90 nine paths in ten are at most this
     */
    record Month(LocalDate day, BigDecimal p10, BigDecimal p50, BigDecimal p90) {

        static Month of(LocalDate day, Spread spread) {
            return new Month(day, spread.p10(), spread.p50(), spread.p90());
        }
    }

    /**
     * Of one quantity.
     *
     * @param p10 one path in ten is at most this
     * @param p50 half of the paths are at most this
     * @param p90 nine paths in ten are at most this
     */
    record Spread(BigDecimal p10, BigDecimal p50, BigDecimal p90) {}
}
