package dev.sluice.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.token.SessionTokens;
import dev.sluice.reference.scenario.Scenario;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec;

/** What of the service comes from its two standbys, and that nobody reads there less than was written or read before. */
class ReplicasTest extends ServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<String> STANDBYS = Set.of("standby1", "standby2");

    @Autowired
    private SluiceCluster servers;

    @Autowired
    private SessionTokens tokens;

    @Autowired
    private R2dbcSluice sluice;

    private @Nullable String own;

    @AfterEach
    void leaveAllAsItWas() {
        servers.standbys().forEach(ClusterNode::resumeReplay);
        if (own != null) {
            as("hooli").delete().uri(own).exchange().expectStatus().isNoContent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/scenarios", "/api/forecasts", "/api/constraints"})
    void listsComeFromBothStandbys(String uri) {
        Set<String> nodes = new HashSet<>();

        Await.until(
                PATIENCE,
                () -> {
                    nodes.add(nodeOf(uri, null));
                    return nodes.containsAll(STANDBYS);
                },
                "both standbys have answered " + uri);
    }

    @Test
    void whatWasWrittenIsReadWithTheTokenOfTheAnswerOnWhicheverNode() {
        Scenario scenario = ownScenario();
        Set<String> nodes = new HashSet<>();
        long begin = System.nanoTime();

        // As long as it takes both standbys to answer, and no answer is left out.
        for (int i = 0; i < 30 || !nodes.containsAll(STANDBYS) && isSoonAfter(begin); i++) {
            EntityExchangeResult<Scenario> written = write(scenario, i);
            assertThat(node(written)).isEqualTo("primary");
            scenario = body(written);
            String token = token(written);
            for (int read = 0; read < 5; read++) {
                EntityExchangeResult<Scenario> answer = read(scenario, token);
                nodes.add(node(answer));
                assertThat(body(answer)).as("read by %s", node(answer)).isEqualTo(scenario);
                token = token(answer);
            }
        }
        assertThat(nodes).containsAll(STANDBYS);
    }

    private static boolean isSoonAfter(long begin) {
        return System.nanoTime() - begin < PATIENCE.toNanos();
    }

    @Test
    void whileNoStandbyHasTheWriteThePrimaryServesWhoMustSeeIt() {
        Scenario before = ownScenario();
        servers.standbys().forEach(standby -> standby.awaitReplayOf(servers.primary()));
        servers.standbys().forEach(ClusterNode::pauseReplay);

        EntityExchangeResult<Scenario> written = write(before, 10);

        EntityExchangeResult<Scenario> read = read(before, token(written));
        assertThat(node(read)).isEqualTo("primary");
        assertThat(body(read)).isEqualTo(body(written));
        // Who brings no token is served by the process that wrote.
        assertThat(body(read(before, null))).isEqualTo(body(written));
        // The standbys have nothing of it, which shows what the token is good for.
        assertThat(servers.standbys())
                .allSatisfy(standby -> assertThat(versionAt(standby, before)).isEqualTo(before.version()));
    }

    @Test
    void aTokenOfTheFutureIsServedByThePrimary() {
        assertThat(nodeOf("/api/forecasts?limit=1", token("FFFFFFFF/0", 1))).isEqualTo("primary");
    }

    @Test
    void aTokenOfATimelineThatNobodyIsOnYetWaitsForIt() {
        problem(
                as("acme")
                        .get()
                        .uri("/api/forecasts?limit=1")
                        .header("Sluice-Token", token("0/1", 99))
                        .header("Sluice-Deadline", "500ms"),
                504,
                "deadline-exceeded");
    }

    private String token(String lsn, int timeline) {
        return tokens.issue(SessionPosition.at(new Position(timeline, Lsn.parse(lsn))), sluice.systemIdentifier());
    }

    @Test
    void aTokenOfAnotherClusterIsInvalid() {
        String token = tokens.issue(SessionPosition.none(), OptionalLong.of(7));

        problem(as("acme").get().uri("/api/forecasts").header("Sluice-Token", token), 400, "invalid");
        problem(as("acme").get().uri("/api/forecasts").header("Sluice-Token", "garbage"), 400, "invalid");
    }

    @Test
    void theActuatorShowsWhatEachNodeIs() {
        Await.until(PATIENCE, () -> nodeOf("/api/forecasts", null).equals("standby1"), "standby1 has answered");

        anybody()
                .get()
                .uri("/actuator/sluice")
                .exchange()
                .expectBody()
                .jsonPath("$.clusters.main.nodes[?(@.role == 'PRIMARY')].name")
                .isEqualTo("primary")
                .jsonPath("$.clusters.main.nodes[?(@.role == 'STANDBY')].name")
                .value(names -> assertThat(names).asString().contains("standby1", "standby2"))
                .jsonPath("$.clusters.main.nodes[?(@.name == 'standby1')].lsn")
                .exists();
        assertThat(ok(anybody().get().uri("/actuator/prometheus"), String.class))
                .contains("sluice_replica_lag_seconds{node=\"standby1\"}")
                .contains("sluice_replica_lag_bytes{node=\"standby2\"}")
                .contains("sluice_primary_available 1.0")
                .containsPattern("sluice_route_total\\{node=\"standby1\",reason=\"balanced\",target=\"replica\"}");
    }

    private Long versionAt(ClusterNode node, Scenario scenario) {
        String url = environment.getRequiredProperty("sluice.url");
        return node.database(url.substring(url.lastIndexOf('/') + 1))
                .value(Role.OWNER, Long.class, "select version from scenarios where id = '" + scenario.id() + "'");
    }

    private Scenario ownScenario() {
        Scenario scenario = as("hooli")
                .post()
                .uri("/api/scenarios")
                .bodyValue(Map.of("name", "of replicas", "industry", "none"))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody(Scenario.class)
                .returnResult()
                .getResponseBody();
        own = "/api/scenarios/" + Objects.requireNonNull(scenario).id();
        return scenario;
    }

    private EntityExchangeResult<Scenario> read(Scenario scenario, @Nullable String token) {
        return exchange(as("hooli").get().uri("/api/scenarios/" + scenario.id()), token, Scenario.class);
    }

    private EntityExchangeResult<Scenario> write(Scenario scenario, int value) {
        String body = "{\"name\": \"of replicas %d\", \"industry\": \"none\", \"version\": %d}"
                .formatted(value, scenario.version());
        return exchange(json(as("hooli").put().uri("/api/scenarios/" + scenario.id()), body), null, Scenario.class);
    }

    private String nodeOf(String uri, @Nullable String token) {
        return node(exchange(as("acme").get().uri(uri), token, String.class));
    }

    private static <T> EntityExchangeResult<T> exchange(
            RequestHeadersSpec<?> request, @Nullable String token, Class<T> type) {
        if (token != null) {
            request.header("Sluice-Token", token);
        }
        return request.exchange().expectStatus().isOk().expectBody(type).returnResult();
    }

    private static String node(EntityExchangeResult<?> answer) {
        return Objects.requireNonNull(answer.getResponseHeaders().getFirst("Sluice-Node"));
    }

    private static String token(EntityExchangeResult<?> answer) {
        return Objects.requireNonNull(answer.getResponseHeaders().getFirst("Sluice-Token"));
    }

    private static Scenario body(EntityExchangeResult<Scenario> answer) {
        return Objects.requireNonNull(answer.getResponseBody());
    }
}
