package dev.sluice.reference.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.ServiceTest;
import dev.sluice.reference.scenario.Scenario;
import dev.sluice.repository.Page;
import dev.sluice.testkit.Await;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

class SimulationApiTest extends ServiceTest {

    private static final ParameterizedTypeReference<Page<Scenario>> SCENARIOS = new ParameterizedTypeReference<>() {};

    private UUID scenario(String tenant) {
        return page(as(tenant), SCENARIOS, "/api/scenarios?q=baseline")
                .items()
                .get(0)
                .id();
    }

    private EntityExchangeResult<SimulationStatus> ask(String tenant, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("scenarioId", scenario(tenant));
        return as(tenant)
                .post()
                .uri("/api/simulations")
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isAccepted()
                .expectBody(SimulationStatus.class)
                .returnResult();
    }

    private SimulationStatus read(String tenant, UUID id) {
        return ok(as(tenant).get().uri("/api/simulations/{id}", id), SimulationStatus.class);
    }

    private SimulationStatus finished(String tenant, UUID id) {
        Await.until(Duration.ofSeconds(20), () -> read(tenant, id).state().equals("done"), "the simulation is done");
        return read(tenant, id);
    }

    @Test
    void aSimulationIsTakenInRunInTheBackgroundAndShowsItsQuantiles() {
        EntityExchangeResult<SimulationStatus> answer = ask("hooli", Map.of("runs", 2_500, "horizon", 18, "seed", 11));
        SimulationStatus taken = answer.getResponseBody();
        assertThat(answer.getResponseHeaders().getLocation()).isEqualTo(URI.create("/api/simulations/" + taken.id()));
        assertThat(taken.state()).isEqualTo("queued");
        assertThat(taken.progress()).isZero();
        assertThat(taken.quantiles()).isNull();

        SimulationStatus done = finished("hooli", taken.id());
        assertThat(done.progress()).isEqualTo(1);
        assertThat(done)
                .extracting(SimulationStatus::runs, SimulationStatus::horizon, SimulationStatus::seed)
                .containsExactly(2_500, 18, 11L);
        assertThat(done.createdAt()).isEqualTo(taken.createdAt());
        assertThat(done.quantiles().months()).hasSize(18).allSatisfy(month -> {
            assertThat(month.p10()).isLessThan(month.p50());
            assertThat(month.p50()).isLessThan(month.p90());
        });
        assertThat(done.quantiles().months().get(0).day()).hasToString("2010-03-01");
        assertThat(done.quantiles().total().p50())
                .isGreaterThan(done.quantiles().months().get(0).p50());
        assertThat(done.failure()).isNull();
    }

    @Test
    void theSameSeedGivesTheSameQuantilesAndASeedThatWasPickedIsNamed() {
        SimulationStatus picked =
                finished("hooli", ask("hooli", Map.of()).getResponseBody().id());
        assertThat(picked)
                .extracting(SimulationStatus::runs, SimulationStatus::horizon)
                .containsExactly(1_000, 12);
        assertThat(picked.seed()).isBetween(0L, SimulationDraft.MAX_SEED);
        UUID again =
                ask("hooli", Map.of("seed", picked.seed())).getResponseBody().id();
        assertThat(finished("hooli", again).quantiles()).isEqualTo(picked.quantiles());
        UUID other = ask("hooli", Map.of("seed", picked.seed() / 2))
                .getResponseBody()
                .id();
        assertThat(finished("hooli", other).quantiles()).isNotEqualTo(picked.quantiles());
    }

    /** Fields with a value that they cannot have; of a field that is there twice the last one counts. */
    static Stream<String> broken() {
        return Stream.of(
                        "\"scenarioId\":null",
                        "\"scenarioId\":\"x\"",
                        "\"scenarioId\":7",
                        "\"runs\":0",
                        "\"runs\":-1",
                        "\"runs\":1000001",
                        "\"runs\":99999999999",
                        "\"runs\":1.5",
                        "\"runs\":\"1000\"",
                        "\"runs\":{}",
                        "\"horizon\":0",
                        "\"horizon\":61",
                        "\"horizon\":-12",
                        "\"horizon\":true",
                        "\"seed\":-1",
                        "\"seed\":9007199254740992",
                        "\"seed\":99999999999999999999",
                        "\"seed\":\"'; drop table simulations; --\"")
                .map(field -> "{\"scenarioId\":\"%s\"," + field + "}");
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aSimulationWithABrokenFieldIsNotTakenIn(String body) {
        Map<String, Long> before = rowCounts();
        problem(
                json(as("initech").post().uri("/api/simulations"), body.formatted(scenario("initech"))),
                400,
                "invalid");
        assertThat(rowCounts()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "null", "\"text\"", "not json"})
    void aBodyThatNamesNoScenarioIsInvalid(String body) {
        problem(json(as("initech").post().uri("/api/simulations"), body), 400, "invalid");
    }

    @Test
    void aNumberOutOfRangeIsToldTheRange() {
        assertThat(problem(
                        as("initech")
                                .post()
                                .uri("/api/simulations")
                                .bodyValue(Map.of("scenarioId", scenario("initech"), "runs", 2_000_000, "horizon", 61)),
                        400,
                        "invalid"))
                .contains("\"runs\"", "1000000", "\"horizon\"", "60");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not-a-uuid", "%00", "%27%20or%20%271%27%3D%271"})
    void aMalformedIdIsInvalid(String id) {
        problem(as("initech").get().uri(at("/api/simulations/" + id)), 400, "invalid");
    }

    @Test
    void aScenarioWithoutThreeYearsOfHistoryCannotBeSimulated() {
        String location = as("hooli")
                .post()
                .uri("/api/scenarios")
                .bodyValue(Map.of("name", "no history", "industry", "none such"))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .returnResult()
                .getResponseHeaders()
                .getLocation()
                .toString();
        UUID id = UUID.fromString(location.substring(location.lastIndexOf('/') + 1));
        assertThat(problem(
                        as("hooli").post().uri("/api/simulations").bodyValue(Map.of("scenarioId", id)), 400, "invalid"))
                .contains("has 0 months of demand history (expected: at least 36)");
        as("hooli").delete().uri(location).exchange().expectStatus().isNoContent();
    }

    @Test
    void anotherTenantsSimulationOrScenarioIsNotFoundAsOneThatNobodyHas() {
        UUID id = ask("hooli", Map.of("runs", 1)).getResponseBody().id();
        UUID nobodys = UUID.randomUUID();
        String foreign = problem(as("acme").get().uri("/api/simulations/{id}", id), 404, "not-found");
        String missing = problem(as("acme").get().uri("/api/simulations/{id}", nobodys), 404, "not-found");
        assertThat(foreign.replace(id.toString(), "")).isEqualTo(missing.replace(nobodys.toString(), ""));

        Map<String, Long> before = rowCounts();
        Map<String, Object> body = Map.of("scenarioId", scenario("hooli"));
        problem(as("acme").post().uri("/api/simulations").bodyValue(body), 404, "not-found");
        problem(as("acme").post().uri("/api/simulations").bodyValue(Map.of("scenarioId", nobodys)), 404, "not-found");
        assertThat(rowCounts()).isEqualTo(before);
        assertThat(read("hooli", id).id()).isEqualTo(id);
    }

    @Test
    void withoutATokenNobodyAsksOrReads() {
        problem(anybody().get().uri("/api/simulations/{id}", UUID.randomUUID()), 401, "tenant-missing");
        problem(
                anybody().post().uri("/api/simulations").bodyValue(Map.of("scenarioId", UUID.randomUUID())),
                401,
                "tenant-missing");
    }

    @Test
    void moreUnfinishedOnesThanThereArePlacesAreRefusedWithATimeToComeBack() {
        UUID scenario = scenario("umbrella");
        // As if another process ran a hundred of them.
        update(
                "insert into simulations (tenant_id, id, scenario_id, industry, history_until, runs, horizon, seed, place,"
                        + " created_at, state, runs_done, leased_until) select 'umbrella', gen_random_uuid(), '"
                        + scenario
                        + "', 'x', now(), 1, 1, 1, place, now(), 'RUNNING', 0, now() + interval '1 hour'"
                        + " from generate_series(0, 99) place");
        try {
            Map<String, Object> body = Map.of("scenarioId", scenario);
            as("umbrella")
                    .post()
                    .uri("/api/simulations")
                    .bodyValue(body)
                    .exchange()
                    .expectHeader()
                    .valueEquals(HttpHeaders.RETRY_AFTER, "5");
            assertThat(problem(as("umbrella").post().uri("/api/simulations").bodyValue(body), 429, "tenant-busy"))
                    .contains("limit 100");
            ask("hooli", Map.of("runs", 1));
        } finally {
            update("delete from simulations where tenant_id = 'umbrella'");
        }
    }
}
