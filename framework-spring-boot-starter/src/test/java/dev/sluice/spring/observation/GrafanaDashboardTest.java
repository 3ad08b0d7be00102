package dev.sluice.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Grafana and Prometheus are told to look at is what {@code docs/metrics.md} has. */
class GrafanaDashboardTest {

    private static final Pattern METRIC = Pattern.compile("\\b(?:sluice|r2dbc)_[a-z_]+");
    private static final Set<String> NAMES = Arrays.stream(SluiceMeter.values())
            .flatMap(GrafanaDashboardTest::namesInPrometheus)
            .collect(Collectors.toUnmodifiableSet());

    @ParameterizedTest
    @ValueSource(strings = {"deploy/grafana/sluice.json", "deploy/prometheus/sluice-alerts.yml"})
    void everyMetricIsOneOfOurs(String file) throws IOException {
        assertThat(metricsIn(file)).hasSizeGreaterThan(5).isSubsetOf(NAMES);
    }

    @Test
    void theDashboardShowsEveryKindOfMeter() throws IOException {
        Set<String> shown = metricsIn("deploy/grafana/sluice.json");
        assertThat(shown).anyMatch(name -> name.startsWith("sluice_replica_"));
        assertThat(shown).anyMatch(name -> name.startsWith("sluice_database_"));
        assertThat(shown).anyMatch(name -> name.startsWith("sluice_worker_"));
        assertThat(shown).anyMatch(name -> name.startsWith("r2dbc_pool_"));
    }

    @Test
    void aNameThatNobodyHasIsFound() {
        assertThat(NAMES)
                .contains("sluice_admission_wait_seconds_bucket", "sluice_replica_lag_bytes", "sluice_route_total")
                .doesNotContain("sluice_admission_wait_bucket", "sluice_route");
    }

    private static Set<String> metricsIn(String file) throws IOException {
        return METRIC.matcher(Files.readString(Path.of("..").resolve(file)))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> namesInPrometheus(SluiceMeter meter) {
        String name = meter.getName().replace('.', '_');
        if (meter.getType() == Meter.Type.TIMER) {
            Stream<String> sums = Stream.of("_count", "_sum", "_max");
            return (meter.isHistogram() ? Stream.concat(sums, Stream.of("_bucket")) : sums)
                    .map(suffix -> name + "_seconds" + suffix);
        }
        if (meter.getType() == Meter.Type.COUNTER) {
            return Stream.of(name + "_total");
        }
        String unit =
                meter.getBaseUnit() == null ? "" : "_" + meter.getBaseUnit().toLowerCase(Locale.ROOT);
        return Stream.of(name.endsWith(unit) ? name : name + unit);
    }
}
