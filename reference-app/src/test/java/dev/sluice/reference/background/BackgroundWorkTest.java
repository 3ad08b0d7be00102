package dev.sluice.reference.background;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.sluice.reference.ServiceTest;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What the workers of the service do by themselves, seen from outside. */
class BackgroundWorkTest extends ServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aScenarioIsFoundSoonAfterItWasWrittenAndAfterARebuild() {
        WebTestClient hooli = as("hooli");
        String id = scenario(hooli, "The quick brown Fox");
        awaitHit(hooli, "brown fox", id);
        assertThat(ok(as("acme").get().uri("/api/search?q=brown fox"), String.class))
                .as("another tenant's search")
                .doesNotContain(id);

        update("delete from search_documents where id = '" + id + "'");
        String job = JsonPath.read(
                hooli.post()
                        .uri("/api/search/jobs")
                        .exchange()
                        .expectStatus()
                        .isAccepted()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody(),
                "$.id");
        awaitHit(hooli, "brown fox", id);
        Await.until(
                PATIENCE,
                () -> ok(hooli.get().uri("/api/search/jobs/" + job), String.class)
                        .contains("\"DONE\""),
                "the job is done");
    }

    @Test
    void asManyForecastsAsWantedAreReadyOfTheScenariosPresentVersion() {
        WebTestClient hooli = as("hooli");
        String id = scenario(hooli, "prebuilt");
        json(hooli.put().uri("/api/scenarios/" + id + "/prebuilds"), "{\"wanted\": 3}")
                .exchange()
                .expectStatus()
                .isNoContent();
        awaitPrebuilds(hooli, id, 3, 0);

        json(hooli.put().uri("/api/scenarios/" + id), body("prebuilt again", 0))
                .exchange()
                .expectStatus()
                .isOk();
        awaitPrebuilds(hooli, id, 3, 1);
    }

    @Test
    void eachScenarioGetsTheSignalOfItsPresentVersion() {
        WebTestClient hooli = as("hooli");
        String id = scenario(hooli, "signalled");

        Await.until(
                PATIENCE,
                () -> count("scenario_signals where signal <> '' and scenario_version = 0 and id = '" + id + "'") == 1,
                "the signal of the first version");
        json(hooli.put().uri("/api/scenarios/" + id), body("signalled again", 0))
                .exchange()
                .expectStatus()
                .isOk();
        Await.until(
                PATIENCE,
                () -> count("scenario_signals where scenario_version = 1 and id = '" + id + "'") == 1,
                "the signal of the second version");
    }

    @Test
    void theActuatorShowsWhoRunsWhatWithWhichEpoch() {
        Await.until(
                PATIENCE,
                () -> {
                    List<Map<String, Object>> workers =
                            JsonPath.read(ok(anybody().get().uri("/actuator/sluice"), String.class), "$.workers[*]");
                    return workers.stream()
                            .filter(worker -> List.of("search-sync", "search-jobs", "prebuild", "enricher")
                                    .contains(worker.get("worker")))
                            .allMatch(worker -> worker.get("state").equals("RUNNING")
                                    && ((Number) worker.get("epoch")).longValue() >= 1
                                    && ((Number) worker.get("runs")).longValue() > 0
                                    && worker.get("lastRun") != null);
                },
                "all of them run");
        Await.until(
                PATIENCE,
                () -> worker("search-bootstrap").get("state").equals("ENDED"),
                "what a start has to see to is done");
        assertThat(((Number) worker("search-bootstrap").get("runs")).intValue())
                .as("once for each tenant, at least")
                .isGreaterThanOrEqualTo(5);
        // In each process: its claims are what keeps a simulation from being run twice.
        assertThat(worker("simulation"))
                .containsEntry("state", "RUNNING")
                .containsEntry("workload", "background")
                .containsEntry("epoch", 0);
        assertThat(ok(anybody().get().uri("/actuator/prometheus"), String.class))
                .contains("sluice_worker_running{worker=\"prebuild\"} 1.0")
                .contains("sluice_worker_runs_total{outcome=\"done\",worker=\"search-sync\"}");
    }

    private Map<String, Object> worker(String name) {
        List<Map<String, Object>> found = JsonPath.read(
                ok(anybody().get().uri("/actuator/sluice"), String.class), "$.workers[?(@.worker == '" + name + "')]");
        assertThat(found).as("worker " + name).hasSize(1);
        return found.get(0);
    }

    private String scenario(WebTestClient client, String name) {
        return JsonPath.read(
                json(client.post().uri("/api/scenarios"), body(name, 0))
                        .exchange()
                        .expectStatus()
                        .isCreated()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody(),
                "$.id");
    }

    /** Of an industry of this tenant, so that there is a history. */
    private String body(String name, long version) {
        String industry = value("select min(industry) from demand_history where tenant_id = 'hooli'");
        return "{\"name\": \"%s\", \"industry\": \"%s\", \"version\": %d}".formatted(name, industry, version);
    }

    private void awaitHit(WebTestClient client, String text, String id) {
        Await.until(
                PATIENCE,
                () -> ok(client.get().uri("/api/search?q=" + text), String.class)
                        .contains(id),
                "'%s' finds %s".formatted(text, id));
    }

    private void awaitPrebuilds(WebTestClient client, String id, int wanted, int version) {
        Await.until(
                PATIENCE,
                () -> {
                    List<Integer> versions = JsonPath.read(
                            ok(client.get().uri("/api/scenarios/" + id + "/prebuilds"), String.class),
                            "$[*].scenarioVersion");
                    return versions.size() == wanted && versions.stream().allMatch(v -> v == version);
                },
                "%d prebuilds of version %d".formatted(wanted, version));
    }

    private long count(String from) {
        return Long.parseLong(value("select count(*) from " + from));
    }
}
