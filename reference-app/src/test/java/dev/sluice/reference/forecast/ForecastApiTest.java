package dev.sluice.reference.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.ServiceTest;
import dev.sluice.reference.demand.DemandCsv;
import dev.sluice.reference.forecast.seasonal.HoldOut;
import dev.sluice.reference.forecast.seasonal.HoltWinters;
import dev.sluice.reference.forecast.seasonal.SeasonalNaive;
import dev.sluice.reference.scenario.Scenario;
import dev.sluice.repository.Page;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ParameterizedTypeReference;

class ForecastApiTest extends ServiceTest {

    private static final ParameterizedTypeReference<Page<Forecast>> FORECASTS = new ParameterizedTypeReference<>() {};
    private static final ParameterizedTypeReference<Page<Scenario>> SCENARIOS = new ParameterizedTypeReference<>() {};

    @ParameterizedTest
    @ValueSource(strings = {"acme", "globex", "initech", "umbrella", "hooli"})
    void everyDemoTenantHasAYearOfForecastsForEachIndustryByTheBetterModel(String tenant) {
        List<Scenario> scenarios = all(as(tenant), SCENARIOS, "/api/scenarios?q=baseline", 50);
        assertThat(scenarios).hasSizeBetween(2, 3);
        for (Scenario scenario : scenarios) {
            double[] series = DemandCsv.read().stream()
                    .filter(line -> line.industry().equals(scenario.industry()))
                    .mapToDouble(DemandCsv.Line::thousands)
                    .toArray();
            double naive = HoldOut.mape(new SeasonalNaive(), series);
            double holtWinters = HoldOut.mape(new HoltWinters(), series);
            List<Forecast> year = page(as(tenant), FORECASTS, "/api/scenarios/" + scenario.id() + "/forecasts")
                    .items();
            assertThat(year).hasSize(12).extracting(Forecast::day).isSorted().doesNotHaveDuplicates();
            assertThat(year).allSatisfy(forecast -> {
                assertThat(forecast.model()).isEqualTo(naive <= holtWinters ? "seasonal-naive" : "holt-winters");
                assertThat(forecast.mape().doubleValue())
                        .isCloseTo(Math.min(naive, holtWinters), org.assertj.core.data.Offset.offset(0.01))
                        .isBetween(0.5, 60.0);
                assertThat(forecast.value()).isPositive();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 200})
    void pagesOfAnySizeTogetherAreTheWhole(int limit) {
        List<Forecast> all = all(as("acme"), FORECASTS, "/api/forecasts", 200);
        assertThat(all).hasSizeGreaterThanOrEqualTo(24).doesNotHaveDuplicates();
        assertThat(all(as("acme"), FORECASTS, "/api/forecasts", limit)).isEqualTo(all);
    }

    @Test
    void theForecastsOfAScenarioComeInPagesToo() {
        Scenario scenario =
                page(as("acme"), SCENARIOS, "/api/scenarios").items().get(0);
        String path = "/api/scenarios/" + scenario.id() + "/forecasts";
        assertThat(all(as("acme"), FORECASTS, path, 5))
                .hasSize(12)
                .isEqualTo(page(as("acme"), FORECASTS, path).items());
    }

    @Test
    void aForecastMayBePutAsItWasReadWithAnotherValue() {
        String industry =
                page(as("umbrella"), SCENARIOS, "/api/scenarios").items().get(0).industry();
        Scenario scenario = as("umbrella")
                .post()
                .uri("/api/scenarios")
                .bodyValue(Map.of("name", "to be changed", "industry", industry))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody(Scenario.class)
                .returnResult()
                .getResponseBody();
        Forecast read = page(as("umbrella"), FORECASTS, "/api/scenarios/" + scenario.id() + "/forecasts")
                .items()
                .get(0);
        Map<String, Object> body = Map.of(
                "id", read.id(),
                "scenarioId", read.scenarioId(),
                "day", read.day(),
                "value", 1234.5,
                "model", "whatever",
                "version", read.version());
        Forecast changed =
                ok(as("umbrella").put().uri("/api/forecasts/{id}", read.id()).bodyValue(body), Forecast.class);
        assertThat(changed.value()).isEqualByComparingTo("1234.5");
        assertThat(changed.version()).isEqualTo(read.version() + 1);
        assertThat(changed.model()).isEqualTo(Forecast.MANUAL);
        assertThat(changed.mape()).isNull();
        assertThat(ok(as("umbrella").get().uri("/api/forecasts/{id}", read.id()), Forecast.class))
                .isEqualTo(changed);

        problem(as("umbrella").put().uri("/api/forecasts/{id}", read.id()).bodyValue(body), 409, "version-conflict");
    }
}
