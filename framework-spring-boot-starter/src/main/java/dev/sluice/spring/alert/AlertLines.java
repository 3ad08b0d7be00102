package dev.sluice.spring.alert;

/**
 * From which value on an alert warns, and is critical.
 *
 * @param warning the lower one
 * @param critical the higher one, or the same
 */
public record AlertLines(double warning, double critical) {

    /** @throws IllegalArgumentException if the critical line is below the warning line */
    public AlertLines {
        if (!(warning <= critical)) {
            throw new IllegalArgumentException("alert lines: warning %s, critical %s (expected: warning <= critical)"
                    .formatted(warning, critical));
        }
    }

    Severity of(double value) {
        if (value >= critical) {
            return Severity.CRITICAL;
        }
        return value >= warning ? Severity.WARNING : Severity.OK;
    }

    /** How bad it is. */
    public enum Severity {
        /** Below both lines; also when there is nothing to measure. */
        OK,
        /** On the warning line or above. */
        WARNING,
        /** On the critical line or above. */
        CRITICAL
    }
}
