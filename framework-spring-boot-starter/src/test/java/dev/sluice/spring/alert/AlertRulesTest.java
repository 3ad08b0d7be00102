package dev.sluice.spring.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.WrittenDocument;
import dev.sluice.spring.alert.SluiceAlert.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AlertRulesTest {

    private static final String HEAD = """
            # Written from SluiceAlert: do not edit. What each means and what to do is in docs/operations.md.
            groups:
              - name: sluice
                rules:
            """;

    @Test
    void theRulesForPrometheusAreWhatTheEnumSays() {
        WrittenDocument.requireEqual(
                "deploy/prometheus/sluice-alerts.yml",
                HEAD
                        + Arrays.stream(SluiceAlert.values())
                                .map(alert -> rule(
                                                alert, "warning", alert.lines().warning())
                                        + rule(alert, "critical", alert.lines().critical()))
                                .collect(Collectors.joining()));
    }

    @Test
    void eachAlertHasItsPlaceInTheOperationsManual() throws IOException {
        String manual = Files.readString(Path.of("../docs/operations.md"));

        assertThat(SluiceAlert.values())
                .allSatisfy(alert -> assertThat(manual).contains("### " + alert.alertName() + "\n"));
    }

    private static String rule(SluiceAlert alert, String severity, double line) {
        return """
                  - alert: %s
                    expr: (%s) >= %s
                    labels: {severity: %s}
                    annotations:
                      summary: "%s: %s (%s line %s)"
                      runbook: docs/operations.md#%s
            """.formatted(
                        camel(alert),
                        alert.query(),
                        number(line),
                        severity,
                        Character.toUpperCase(alert.meaning().charAt(0))
                                + alert.meaning().substring(1),
                        alert.unit() == Unit.SHARE
                                ? "{{ $value | humanizePercentage }}"
                                : alert.unit() == Unit.SECONDS ? "{{ $value | humanizeDuration }}" : "{{ $value }}",
                        severity,
                        alert.unit().text(line),
                        alert.alertName());
    }

    private static String number(double line) {
        return line == Math.rint(line) ? Long.toString((long) line) : Double.toString(line);
    }

    private static String camel(SluiceAlert alert) {
        return "Sluice"
                + Arrays.stream(alert.name().split("_"))
                        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining());
    }
}
