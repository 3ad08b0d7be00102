package dev.sluice.reference.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulationPropertiesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 100, 30, 2, reference.simulation.concurrency: 0 (expected: 1 to 16)",
        "17, 100, 30, 2, reference.simulation.concurrency: 17 (expected: 1 to 16)",
        "2, 0, 30, 2, reference.simulation.max-unfinished: 0 (expected: 1 to 1000)",
        "2, 100, 0, 2, reference.simulation.lease: PT0S (expected: PT1S to PT1H)",
        "2, 100, 30, 90, reference.simulation.poll: PT1M30S (expected: PT0.1S to PT1M)"
    })
    void whatIsOutOfRangeStopsTheStartWithTheProperty(
            int concurrency, int maxUnfinished, int lease, int poll, String message) {
        assertThatThrownBy(() -> new SimulationProperties(
                        concurrency, maxUnfinished, Duration.ofSeconds(lease), Duration.ofSeconds(poll)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
