package dev.sluice.reference.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.ServiceTest;
import dev.sluice.reference.forecast.Forecast;
import dev.sluice.repository.Page;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

class ScenarioApiTest extends ServiceTest {

    private static final ParameterizedTypeReference<Page<Scenario>> SCENARIOS = new ParameterizedTypeReference<>() {};
    private static final ParameterizedTypeReference<Page<Forecast>> FORECASTS = new ParameterizedTypeReference<>() {};

    private String create(String name) {
        return create(name, "Finance", "");
    }

    private String create(String name, String industry, String description) {
        EntityExchangeResult<Scenario> answer = as("hooli")
                .post()
                .uri("/api/scenarios")
                .bodyValue(new ScenarioDraft(name, industry, description, null))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody(Scenario.class)
                .returnResult();
        String location = answer.getResponseHeaders().getLocation().toString();
        assertThat(location)
                .isEqualTo("/api/scenarios/" + answer.getResponseBody().id());
        return location;
    }

    private Scenario read(String location) {
        return ok(as("hooli").get().uri(location), Scenario.class);
    }

    @Test
    void theLastPageHasANextThatIsNull() {
        as("acme")
                .get()
                .uri("/api/scenarios")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.next")
                .isEqualTo(null)
                .jsonPath("$.length()")
                .isEqualTo(2)
                .jsonPath("$.items[0].createdAt")
                .value(String.class, at -> assertThat(at).matches("\\d{4}-\\d\\d-\\d\\dT.*Z"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 200})
    void pagesOfAnySizeTogetherAreTheWholeInOrder(int limit) {
        List<Scenario> all = all(as("acme"), SCENARIOS, "/api/scenarios", 100);
        assertThat(all).hasSizeGreaterThanOrEqualTo(2);
        assertThat(all(as("acme"), SCENARIOS, "/api/scenarios", limit)).isEqualTo(all);
        assertThat(all).isSortedAccordingTo(Comparator.comparing(Scenario::name));
    }

    @Test
    void equalNamesAreNeitherLostNorRepeatedBetweenPages() {
        List<String> made =
                IntStream.range(0, 5).mapToObj(i -> create("twin of all")).toList();
        List<Scenario> found = all(as("hooli"), SCENARIOS, "/api/scenarios?q=twin of", 2);
        assertThat(found).doesNotHaveDuplicates().hasSameSizeAs(made);
        made.forEach(
                uri -> as("hooli").delete().uri(uri).exchange().expectStatus().isNoContent());
    }

    @Test
    void searchIgnoresCaseAndLooksAtNameIndustryAndDescription() {
        String byName = create("needle-1 in the name", "Finance", "");
        String byIndustry = create("b", "NEEDLE-1", "");
        String byDescription = create("c", "Finance", "a Needle-1 here");
        assertThat(page(as("hooli"), SCENARIOS, "/api/scenarios?q=nEEdle-1").items())
                .containsExactlyInAnyOrder(read(byName), read(byIndustry), read(byDescription));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"100%_sure", "back\\slash", "'; drop table scenarios; --", "$1 :name ?", "🦜 naïve 例", "\"q\""})
    void charactersOfSqlAndOfTheWholeWorldAreDataInEveryFieldAndInSearches(String text) {
        Scenario made = read(create(text, text, text));
        assertThat(made)
                .extracting(Scenario::name, Scenario::industry, Scenario::description)
                .containsOnly(text);
        List<Scenario> found = as("hooli")
                .get()
                .uri(uri -> uri.path("/api/scenarios").queryParam("q", "{q}").build(text))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(SCENARIOS)
                .returnResult()
                .getResponseBody()
                .items();
        assertThat(found).containsExactly(made);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "_", "\\"})
    void aWildcardInASearchIsACharacterLikeAnyOther(String wildcard) {
        assertThat(as("acme")
                        .get()
                        .uri(uri -> uri.path("/api/scenarios")
                                .queryParam("q", "{q}")
                                .build(wildcard))
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody(SCENARIOS)
                        .returnResult()
                        .getResponseBody()
                        .items())
                .isEmpty();
    }

    @Test
    void aNewScenarioOfAKnownIndustryHasAYearOfForecasts() {
        String industry = page(as("hooli"), SCENARIOS, "/api/scenarios?q=baseline")
                .items()
                .get(0)
                .industry();
        String location = create("with history", industry, "");
        assertThat(page(as("hooli"), FORECASTS, location + "/forecasts").items())
                .hasSize(12)
                .allSatisfy(forecast -> assertThat(forecast.mape()).isPositive());
        String unknown = create("without history", "no such industry", "");
        assertThat(page(as("hooli"), FORECASTS, unknown + "/forecasts").items()).isEmpty();
    }

    @Test
    void aChangeRaisesTheVersionAndAStaleOneIsRefused() {
        String location = create("first");
        Scenario read = read(location);
        Scenario changed = ok(
                as("hooli").put().uri(location).bodyValue(new ScenarioDraft("second", "Finance", null, read.version())),
                Scenario.class);
        assertThat(changed.version()).isEqualTo(read.version() + 1);
        assertThat(changed.createdAt()).isEqualTo(read.createdAt());
        assertThat(read(location)).isEqualTo(changed);

        problem(
                as("hooli").put().uri(location).bodyValue(new ScenarioDraft("third", "Finance", null, read.version())),
                409,
                "version-conflict");
        assertThat(read(location)).isEqualTo(changed);
    }

    @Test
    void whatIsDeletedIsGoneWithItsForecasts() {
        String location = create("to be deleted");
        Forecast forecast = addForecast(location);
        as("hooli")
                .delete()
                .uri(location)
                .exchange()
                .expectStatus()
                .isNoContent()
                .expectBody()
                .isEmpty();
        problem(as("hooli").get().uri(location), 404, "not-found");
        problem(as("hooli").delete().uri(location), 404, "not-found");
        problem(as("hooli").get().uri(location + "/forecasts"), 404, "not-found");
        problem(as("hooli").get().uri("/api/forecasts/{id}", forecast.id()), 404, "not-found");
        problem(as("hooli").put().uri(location).bodyValue(new ScenarioDraft("x", "y", null, 0L)), 404, "not-found");
    }

    @Test
    void aPlannersForecastIsPartOfTheScenario() {
        String location = create("planned", "no such industry", "");
        Forecast forecast = addForecast(location);
        assertThat(forecast.value()).isEqualByComparingTo("100000");
        assertThat(forecast.mape()).isNull();
        assertThat(page(as("hooli"), FORECASTS, location + "/forecasts").items())
                .containsExactly(forecast);
    }

    // A number in exponent form is the same number, and comes back in plain form.
    private Forecast addForecast(String scenario) {
        EntityExchangeResult<byte[]> answer = json(
                        as("hooli").post().uri(scenario + "/forecasts"), "{\"day\":\"2027-01-01\",\"value\":1E+5}")
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .returnResult();
        assertThat(new String(answer.getResponseBodyContent(), StandardCharsets.UTF_8))
                .contains("\"value\":100000,");
        Forecast made = ok(
                as("hooli").get().uri(answer.getResponseHeaders().getLocation().toString()), Forecast.class);
        assertThat(made.value()).isEqualByComparingTo(BigDecimal.valueOf(100_000));
        return made;
    }
}
