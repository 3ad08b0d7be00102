package dev.sluice.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.WrittenDocument;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsDocumentTest {

    private static final String INTRODUCTION = """
            # Meters

            Written from `SluiceMeter`, with all that Sluice measures. Names are Micrometer's; Prometheus shows `sluice.admission.wait` as
            `sluice_admission_wait_seconds`. A tenant is never a tag: there may be a million of them; `/actuator/sluice` shows who uses what.
            Timers marked *histogram* have buckets, so that quantiles can be computed over the fleet. An application has them with
            `spring-boot-starter-actuator` and a registry ([getting started](getting-started.md#8-health-meters-and-the-state)).

            | meter | type | tags | what it says |
            |---|---|---|---|
            """;

    @Test
    void theDocumentIsWhatTheEnumSays() {
        String tags = Arrays.stream(MeterTag.values())
                .map(tag -> "| `%s` | %s |".formatted(tag.asString(), tag.meaning()))
                .distinct()
                .collect(Collectors.joining("\n"));
        WrittenDocument.requireEqual(
                "docs/metrics.md",
                INTRODUCTION
                        + Arrays.stream(SluiceMeter.values())
                                .map(MetricsDocumentTest::row)
                                .collect(Collectors.joining("\n"))
                        + "\n\n## Tags\n\n| tag | meaning |\n|---|---|\n" + tags + "\n");
    }

    @Test
    void eachNameIsThereOnce() {
        assertThat(SluiceMeter.values()).extracting(SluiceMeter::getName).doesNotHaveDuplicates();
    }

    private static String row(SluiceMeter meter) {
        String type = meter.getType().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String unit = meter.getBaseUnit() == null ? "" : ", " + meter.getBaseUnit();
        String tags =
                meter.tags().stream().map(tag -> "`" + tag.asString() + "`").collect(Collectors.joining(", "));
        String text = meter.details().isEmpty() ? "" : " " + meter.details();
        return "| `%s` | %s%s%s | %s | %s.%s |"
                .formatted(
                        meter.getName(),
                        type,
                        unit,
                        meter.isHistogram() ? ", histogram" : "",
                        tags,
                        meter.description(),
                        text);
    }
}
