package dev.sluice.spring.alert;

import dev.sluice.spring.alert.AlertLines.Severity;
import org.jspecify.annotations.Nullable;

/**
 * How an alert stands.
 *
 * @param alert its name
 * @param meaning what it looks at
 * @param unit what value and thresholds count
 * @param severity how bad it is
 * @param value what was measured; null if there is nothing to measure
 * @param warning from which value on it warns
 * @param critical from which value on it is critical
 * @param where the node, or for a transaction its application; null if it is of no single one
 * @param text all of it for people
 */
public record AlertState(
        String alert,
        String meaning,
        SluiceAlert.Unit unit,
        Severity severity,
        @Nullable Double value,
        double warning,
        double critical,
        @Nullable String where,
        String text) {

    static AlertState of(SluiceAlert alert, AlertLines lines, double value, @Nullable String where) {
        boolean isMeasured = !Double.isNaN(value);
        return new AlertState(
                alert.alertName(),
                alert.meaning(),
                alert.unit(),
                isMeasured ? lines.of(value) : Severity.OK,
                isMeasured ? value : null,
                lines.warning(),
                lines.critical(),
                where,
                "%s%s (warning %s, critical %s)"
                        .formatted(
                                isMeasured ? alert.unit().text(value) : "nothing to measure",
                                where == null ? "" : " at " + where,
                                alert.unit().text(lines.warning()),
                                alert.unit().text(lines.critical())));
    }
}
