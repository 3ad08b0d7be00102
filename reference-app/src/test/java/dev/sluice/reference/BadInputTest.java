package dev.sluice.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.forecast.Forecast;
import dev.sluice.reference.scenario.Scenario;
import dev.sluice.repository.Page;
import java.net.URI;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;

/** Bad input is answered with a problem document, shows nothing of the inside, and leaves every row as it was. */
class BadInputTest extends ServiceTest {

    private static final ParameterizedTypeReference<Page<Scenario>> SCENARIOS = new ParameterizedTypeReference<>() {};
    private static final ParameterizedTypeReference<Page<Forecast>> FORECASTS = new ParameterizedTypeReference<>() {};

    private static final String LONG = "x".repeat(3_000);

    private Map<String, Long> before;

    @BeforeEach
    void count() {
        before = rowCounts();
    }

    @AfterEach
    void nothingIsHalfWritten() {
        assertThat(rowCounts()).isEqualTo(before);
    }

    private Scenario scenario() {
        return page(as("initech"), SCENARIOS, "/api/scenarios").items().get(0);
    }

    private Forecast forecast() {
        return page(as("initech"), FORECASTS, "/api/forecasts").items().get(0);
    }

    /** Fields of a scenario, each with a value that it cannot have, as JSON. */
    static Stream<String> brokenScenarios() {
        return Stream.of(
                "{}",
                "[]",
                "null",
                "\"text\"",
                "{\"name\":null,\"industry\":\"i\",\"version\":0}",
                "{\"name\":\"\",\"industry\":\"i\",\"version\":0}",
                "{\"name\":\"  \",\"industry\":\"i\",\"version\":0}",
                "{\"name\":\"n\",\"version\":0}",
                "{\"name\":{\"a\":1},\"industry\":\"i\",\"version\":0}",
                "{\"name\":[\"n\"],\"industry\":\"i\",\"version\":0}",
                "{\"name\":\"n\",\"industry\":\"i\",\"version\":\"'; drop table scenarios; --\"}",
                "{\"name\":\"n\",\"industry\":\"i\",\"version\":\"0\"}",
                "{\"name\":\"n\",\"industry\":\"i\",\"version\":1.5}",
                "{\"name\":\"n\",\"industry\":\"i\",\"version\":-1}",
                "{\"name\":\"n\",\"industry\":\"i\",\"version\":99999999999999999999}",
                "{\"name\":\"n\",\"industry\":\"i\",\"version\":true}",
                "{\"name\":\"a\\u0000b\",\"industry\":\"i\",\"version\":0}",
                "{\"name\":\"n\",\"industry\":\"a\\u0000b\",\"version\":0}",
                "{\"name\":\"n\",\"industry\":\"i\",\"description\":\"a\\u0000b\",\"version\":0}",
                "{\"name\":\"" + LONG + "\",\"industry\":\"i\",\"version\":0}",
                "{\"name\":\"n\",\"industry\":\"" + LONG + "\",\"version\":0}",
                "{\"name\":\"n\",\"industry\":\"i\",\"description\":\"" + LONG + "\",\"version\":0}");
    }

    /** The same for what a planner sets of a forecast. */
    static Stream<String> brokenForecasts() {
        String whole = "{\"day\":%s,\"value\":%s,\"version\":0}";
        return Stream.concat(
                Stream.of("{}", "[]", "null"),
                Stream.of(
                                "null",
                                "-1",
                                "\"1\"",
                                "\"'; drop table forecasts; --\"",
                                "\"🦜\"",
                                "{}",
                                "true",
                                "1e999999999",
                                "1e13",
                                "0.0000001",
                                "NaN",
                                "1".repeat(1_001))
                        .map(value -> whole.formatted("\"2027-01-01\"", value)));
    }

    static Stream<String> brokenDays() {
        return Stream.of(
                        "null",
                        "\"2027-02-30\"",
                        "\"01.01.2027\"",
                        "\"'; drop table forecasts; --\"",
                        "\"a\\u0000b\"",
                        "\"🦜\"",
                        "{}",
                        "true",
                        "\"+999999999-12-31\"",
                        "\"1582-10-10\"",
                        "\"" + LONG + "\"")
                .map("{\"day\":%s,\"value\":1}"::formatted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"name\":",
                "{\"name\":\"n\" \"industry\":\"i\"}",
                "not json",
                "{'name':'n'}",
                "\u0000"
            })
    void malformedJsonIsInvalid(String body) {
        Stream.of("/api/scenarios", "/api/scenarios/" + scenario().id() + "/forecasts", "/api/constraints/validate")
                .forEach(uri -> problem(json(as("initech").post().uri(uri), body), 400, "invalid"));
        problem(json(as("initech").put().uri("/api/forecasts/{id}", forecast().id()), body), 400, "invalid");
    }

    @ParameterizedTest
    @MethodSource("brokenScenarios")
    void aScenarioWithABrokenFieldIsNeitherMadeNorChanged(String body) {
        Scenario scenario = scenario();
        problem(json(as("initech").put().uri("/api/scenarios/{id}", scenario.id()), body), 400, "invalid");
        problem(json(as("initech").post().uri("/api/scenarios"), body), 400, "invalid");
        assertThat(scenario()).isEqualTo(scenario);
    }

    @Test
    void aChangeWithoutAVersionIsInvalid() {
        String body = "{\"name\":\"n\",\"industry\":\"i\"}";
        assertThat(problem(
                        json(
                                as("initech")
                                        .put()
                                        .uri("/api/scenarios/{id}", scenario().id()),
                                body),
                        400,
                        "invalid"))
                .contains("version");
        assertThat(problem(
                        json(
                                as("initech")
                                        .put()
                                        .uri("/api/forecasts/{id}", forecast().id()),
                                "{\"value\":1}"),
                        400,
                        "invalid"))
                .contains("version");
    }

    @Test
    void aStaleVersionIsAConflict() {
        String body = "{\"name\":\"n\",\"industry\":\"i\",\"value\":1,\"version\":4711}";
        problem(json(as("initech").put().uri("/api/scenarios/{id}", scenario().id()), body), 409, "version-conflict");
        problem(json(as("initech").put().uri("/api/forecasts/{id}", forecast().id()), body), 409, "version-conflict");
    }

    @ParameterizedTest
    @MethodSource("brokenForecasts")
    void aForecastWithABrokenValueIsNeitherMadeNorChanged(String body) {
        Forecast forecast = forecast();
        problem(json(as("initech").put().uri("/api/forecasts/{id}", forecast.id()), body), 400, "invalid");
        problem(
                json(as("initech").post().uri("/api/scenarios/{id}/forecasts", forecast.scenarioId()), body),
                400,
                "invalid");
        assertThat(forecast()).isEqualTo(forecast);
    }

    @ParameterizedTest
    @MethodSource("brokenDays")
    void aForecastOfABrokenDayIsNotMade(String body) {
        problem(
                json(
                        as("initech")
                                .post()
                                .uri("/api/scenarios/{id}/forecasts", scenario().id()),
                        body),
                400,
                "invalid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"scenarioId\":null}", "{\"scenarioId\":\"x' or '1'='1\"}", "{\"scenarioId\":7}", "[]"})
    void aValidationOfNoScenarioIsInvalid(String body) {
        problem(json(as("initech").post().uri("/api/constraints/validate"), body), 400, "invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "201", "2147483647", "99999999999", "1.5", "ten", "1' or '1'='1", "%00"})
    void aPageOfAnImpossibleSizeIsInvalid(String limit) {
        Stream.of(
                        "/api/scenarios",
                        "/api/forecasts",
                        "/api/constraints",
                        "/api/scenarios/" + scenario().id() + "/forecasts")
                .forEach(path -> problem(
                        as("initech")
                                .get()
                                .uri(at(path + "?limit="
                                        + limit.replace(" ", "%20").replace("'", "%27"))),
                        400,
                        "invalid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%00", "%F0%9F%A6%9C", "%27%3B%20drop%20table%20scenarios%3B--", "AAAA", "e30", "."})
    void aCursorThatNobodyMadeIsInvalid(String cursor) {
        Stream.of("/api/scenarios", "/api/scenarios?q=b", "/api/forecasts", "/api/constraints")
                .forEach(path -> problem(
                        as("initech").get().uri(at(path + (path.contains("?") ? "&" : "?") + "after=" + cursor)),
                        400,
                        "invalid"));
    }

    @Test
    void aCursorWithAnyCharacterChangedIsInvalid() {
        String cursor = page(as("initech"), SCENARIOS, "/api/scenarios?limit=1").next();
        IntStream.iterate(0, i -> i < cursor.length(), i -> i + Math.max(1, cursor.length() / 12))
                .mapToObj(i -> cursor.substring(0, i) + (cursor.charAt(i) == 'A' ? 'B' : 'A') + cursor.substring(i + 1))
                .forEach(tampered ->
                        problem(as("initech").get().uri("/api/scenarios?limit=1&after=" + tampered), 400, "invalid"));
    }

    @Test
    void aSearchThatIsTooLongOrHoldsANulCharacterIsInvalid() {
        problem(as("initech").get().uri("/api/scenarios?q=" + LONG), 400, "invalid");
        problem(as("initech").get().uri(at("/api/scenarios?q=a%00b")), 400, "invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not-a-uuid", "1", "%00", "%27%20or%20%271%27%3D%271", "%F0%9F%A6%9C"})
    void aMalformedIdIsInvalid(String id) {
        URI scenario = at("/api/scenarios/" + id);
        URI forecast = at("/api/forecasts/" + id);
        problem(as("initech").get().uri(scenario), 400, "invalid");
        problem(as("initech").delete().uri(scenario), 400, "invalid");
        problem(
                json(as("initech").put().uri(scenario), "{\"name\":\"n\",\"industry\":\"i\",\"version\":0}"),
                400,
                "invalid");
        problem(as("initech").get().uri(at("/api/scenarios/" + id + "/forecasts")), 400, "invalid");
        problem(as("initech").get().uri(forecast), 400, "invalid");
        problem(json(as("initech").put().uri(forecast), "{\"value\":1,\"version\":0}"), 400, "invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded"})
    void aBodyThatIsNotJsonIsRefused(String type) {
        problem(
                as("initech")
                        .post()
                        .uri("/api/scenarios")
                        .contentType(MediaType.parseMediaType(type))
                        .bodyValue("name=n&industry=i"),
                415,
                "unsupported-media-type");
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        String body = "{\"name\":\"n\",\"industry\":\"i\",\"extra\":\"" + "x".repeat(300 * 1024) + "\"}";
        problem(json(as("initech").post().uri("/api/scenarios"), body), 413, "invalid");
    }

    @ParameterizedTest
    @CsvSource({"GET, /api/nothing", "GET, /api", "GET, /nothing", "POST, /api/scenarios/x/y/z", "GET, /.env"})
    void anUnknownPathIsNotFound(HttpMethod method, String path) {
        problem(as("initech").method(method).uri(path), 404, "not-found");
    }

    @ParameterizedTest
    @CsvSource({"DELETE, /api/scenarios", "PATCH, /api/forecasts", "POST, /api/forecasts", "PUT, /api/constraints"})
    void aWrongMethodIsRefused(HttpMethod method, String path) {
        problem(as("initech").method(method).uri(path), 405, "method-not-allowed");
    }
}
