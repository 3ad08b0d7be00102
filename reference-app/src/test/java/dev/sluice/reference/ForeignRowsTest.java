package dev.sluice.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.constraint.Constraint;
import dev.sluice.reference.forecast.Forecast;
import dev.sluice.reference.scenario.Scenario;
import dev.sluice.repository.Page;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;

/** What one tenant sees of another's rows: nothing, not even that they exist. */
class ForeignRowsTest extends ServiceTest {

    private static final ParameterizedTypeReference<Page<Scenario>> SCENARIOS = new ParameterizedTypeReference<>() {};
    private static final ParameterizedTypeReference<Page<Forecast>> FORECASTS = new ParameterizedTypeReference<>() {};
    private static final ParameterizedTypeReference<Page<Constraint>> CONSTRAINTS =
            new ParameterizedTypeReference<>() {};

    @Test
    void noTwoTenantsListTheSameRow() {
        assertThat(Stream.of("acme", "globex", "initech", "umbrella", "hooli").flatMap(tenant -> Stream.of(
                                all(as(tenant), SCENARIOS, "/api/scenarios", 100).stream()
                                        .map(Scenario::id),
                                all(as(tenant), FORECASTS, "/api/forecasts", 100).stream()
                                        .map(Forecast::id),
                                all(as(tenant), CONSTRAINTS, "/api/constraints", 100).stream()
                                        .map(Constraint::id))
                        .flatMap(ids -> ids)))
                .hasSizeGreaterThan(5 * (2 + 24 + 2))
                .doesNotHaveDuplicates();
    }

    @Test
    void anotherTenantsIdIsNotFoundAsOneThatNobodyHas() {
        Scenario scenario =
                page(as("globex"), SCENARIOS, "/api/scenarios").items().get(0);
        Forecast forecast =
                page(as("globex"), FORECASTS, "/api/forecasts").items().get(0);
        Map<String, Long> before = rowCounts();

        String foreign = problem(as("acme").get().uri("/api/scenarios/{id}", scenario.id()), 404, "not-found");
        UUID nobodys = UUID.randomUUID();
        String missing = problem(as("acme").get().uri("/api/scenarios/{id}", nobodys), 404, "not-found");
        assertThat(foreign.replace(scenario.id().toString(), "")).isEqualTo(missing.replace(nobodys.toString(), ""));

        Map<String, Object> draft = Map.of("name", "taken", "industry", "over", "version", scenario.version());
        Map<String, Object> change = Map.of("value", 1, "version", forecast.version());
        problem(as("acme").put().uri("/api/scenarios/{id}", scenario.id()).bodyValue(draft), 404, "not-found");
        problem(as("acme").delete().uri("/api/scenarios/{id}", scenario.id()), 404, "not-found");
        problem(as("acme").get().uri("/api/scenarios/{id}/forecasts", scenario.id()), 404, "not-found");
        problem(
                as("acme")
                        .post()
                        .uri("/api/scenarios/{id}/forecasts", scenario.id())
                        .bodyValue(Map.of("day", "2027-01-01", "value", 1)),
                404,
                "not-found");
        problem(as("acme").get().uri("/api/forecasts/{id}", forecast.id()), 404, "not-found");
        problem(as("acme").put().uri("/api/forecasts/{id}", forecast.id()).bodyValue(change), 404, "not-found");
        problem(
                as("acme").post().uri("/api/constraints/validate").bodyValue(Map.of("scenarioId", scenario.id())),
                404,
                "not-found");

        assertThat(rowCounts()).isEqualTo(before);
        assertThat(ok(as("globex").get().uri("/api/scenarios/{id}", scenario.id()), Scenario.class))
                .isEqualTo(scenario);
        assertThat(ok(as("globex").get().uri("/api/forecasts/{id}", forecast.id()), Forecast.class))
                .isEqualTo(forecast);
    }

    @Test
    void aCursorServesTheTenantAndTheListThatItWasMadeFor() {
        String cursor = page(as("globex"), SCENARIOS, "/api/scenarios?limit=1").next();
        assertThat(page(as("globex"), SCENARIOS, "/api/scenarios?limit=1&after=" + cursor)
                        .items())
                .isNotEmpty();
        problem(as("acme").get().uri("/api/scenarios?limit=1&after=" + cursor), 400, "invalid");
        problem(as("globex").get().uri("/api/forecasts?limit=1&after=" + cursor), 400, "invalid");
        problem(as("globex").get().uri("/api/scenarios?q=baseline&limit=1&after=" + cursor), 400, "invalid");
    }
}
