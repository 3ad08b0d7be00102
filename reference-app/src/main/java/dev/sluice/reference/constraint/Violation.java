package dev.sluice.reference.constraint;

import dev.sluice.reference.forecast.Forecast;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A forecast that breaks a constraint.
 *
 * @param constraintId the constraint
 * @param constraint its name
 * @param forecastId the forecast
 * @param day its month
 * @param observed what breaks the bound
 * @param threshold the bound
 */
public record Violation(
        UUID constraintId,
        String constraint,
        UUID forecastId,
        LocalDate day,
        @Nullable BigDecimal observed,
        BigDecimal threshold) {

    static Violation of(Constraint constraint, Forecast forecast) {
        BigDecimal observed = constraint.kind() == Constraint.Kind.MAX_MAPE ? forecast.mape() : forecast.value();
        return new Violation(
                constraint.id(), constraint.name(), forecast.id(), forecast.day(), observed, constraint.threshold());
    }
}
