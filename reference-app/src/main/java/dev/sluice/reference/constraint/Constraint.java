package dev.sluice.reference.constraint;

import dev.sluice.reference.forecast.Forecast;
import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.Version;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A bound that forecasts must keep.
 *
 * @param id its id
 * @param name its name
 * @param scenarioId the scenario that it is for; null means every scenario of the tenant
 * @param kind what is bounded
 * @param threshold the bound, inclusive
 * @param version raised by each change
 */
@TenantOwned("constraints")
public record Constraint(
        @Id UUID id,
        String name,
        @Nullable UUID scenarioId,
        Kind kind,
        BigDecimal threshold,
        @Version long version) {

    /** What is bounded. */
    public enum Kind {
        /** The value is at least the threshold. */
        MIN_VALUE,
        /** The value is at most the threshold. */
        MAX_VALUE,
        /** The model's error is at most the threshold, in percent. */
        MAX_MAPE;

        private boolean isKeptBy(Forecast forecast, BigDecimal threshold) {
            return switch (this) {
                case MIN_VALUE -> forecast.value().compareTo(threshold) >= 0;
                case MAX_VALUE -> forecast.value().compareTo(threshold) <= 0;
                case MAX_MAPE -> forecast.mape() == null || forecast.mape().compareTo(threshold) <= 0;
            };
        }
    }

    /**
     * Tells whether a forecast keeps the bound.
     *
     * @param forecast the forecast
     * @return true if it does
     */
    public boolean isKeptBy(Forecast forecast) {
        return kind.isKeptBy(forecast, threshold);
    }
}
