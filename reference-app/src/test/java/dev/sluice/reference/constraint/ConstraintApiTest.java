package dev.sluice.reference.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.ServiceTest;
import dev.sluice.reference.scenario.Scenario;
import dev.sluice.repository.Page;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;

class ConstraintApiTest extends ServiceTest {

    private static final ParameterizedTypeReference<Page<Constraint>> CONSTRAINTS =
            new ParameterizedTypeReference<>() {};
    private static final ParameterizedTypeReference<Page<Scenario>> SCENARIOS = new ParameterizedTypeReference<>() {};

    @Test
    void theDemoConstraintsAreListedInPages() {
        List<Constraint> all = page(as("acme"), CONSTRAINTS, "/api/constraints").items();
        assertThat(all)
                .extracting(Constraint::kind)
                .containsExactlyInAnyOrder(Constraint.Kind.MIN_VALUE, Constraint.Kind.MAX_MAPE);
        assertThat(all(as("acme"), CONSTRAINTS, "/api/constraints", 1)).isEqualTo(all);
    }

    @Test
    void whatBreaksAConstraintIsAViolationAndMakesTheScenarioInvalid() {
        Constraint bound = page(as("hooli"), CONSTRAINTS, "/api/constraints").items().stream()
                .filter(constraint -> constraint.kind() == Constraint.Kind.MAX_MAPE)
                .findFirst()
                .orElseThrow();
        for (Scenario scenario : all(as("hooli"), SCENARIOS, "/api/scenarios?q=baseline", 50)) {
            long broken = forecastsAbove(bound, scenario);
            as("hooli")
                    .post()
                    .uri("/api/constraints/validate")
                    .bodyValue(Map.of("scenarioId", scenario.id()))
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.valid")
                    .isEqualTo(broken == 0)
                    .jsonPath("$.violations.length()")
                    .isEqualTo((int) broken);
        }
    }

    private long forecastsAbove(Constraint bound, Scenario scenario) {
        ParameterizedTypeReference<Page<dev.sluice.reference.forecast.Forecast>> forecasts =
                new ParameterizedTypeReference<>() {};
        return page(as("hooli"), forecasts, "/api/scenarios/" + scenario.id() + "/forecasts").items().stream()
                .filter(forecast -> forecast.mape().compareTo(bound.threshold()) > 0)
                .count();
    }

    @Test
    void aScenarioThatIsNotThereCannotBeValidated() {
        problem(
                as("hooli").post().uri("/api/constraints/validate").bodyValue(Map.of("scenarioId", UUID.randomUUID())),
                404,
                "not-found");
    }
}
