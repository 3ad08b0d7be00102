package dev.sluice.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.TenantCache;
import dev.sluice.r2dbc.token.SessionTokens;
import dev.sluice.reference.forecast.Forecast;
import dev.sluice.repository.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec;

/** A second instance beside the one in embedded mode, on the same servers: what one writes the other reads, cached or not. */
class CachedReadsTest extends ServiceTest {

    private static final ParameterizedTypeReference<Page<Forecast>> FORECASTS = new ParameterizedTypeReference<>() {};

    private static @Nullable ConfigurableApplicationContext second;

    private String scenario;
    private String made;

    @BeforeAll
    static void startSecond(
            @Autowired Environment first, @Autowired SessionTokens tokens, @Autowired ReactiveJwtDecoder decoder) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--reference.demo.load-data=false",
                "--sluice.workers.enabled=false",
                "--sluice.pool.min=0",
                "--sluice.pool.max=8"));
        Stream.of(
                        "url",
                        "username",
                        "password",
                        "cache.url",
                        "cache.command-timeout",
                        "across-tenants.username",
                        "across-tenants.password")
                .map(key -> "sluice." + key)
                .forEach(key -> arguments.add("--" + key + "=" + first.getRequiredProperty(key)));
        SpringApplication application = new SpringApplication(ReferenceApplication.class);
        application.addInitializers(context -> {
            GenericApplicationContext beans = (GenericApplicationContext) context;
            beans.registerBean(SessionTokens.class, () -> tokens);
            beans.registerBean(ReactiveJwtDecoder.class, () -> decoder);
        });
        second = application.run(arguments.toArray(String[]::new));
    }

    @AfterAll
    static void stopSecond() {
        if (second != null) {
            second.close();
            second = null;
        }
    }

    @BeforeEach
    void makeScenario() {
        HttpHeaders headers = as("hooli")
                .post()
                .uri("/api/scenarios")
                .bodyValue(Map.of("name", "of caches", "industry", "none"))
                .exchange()
                .expectStatus()
                .isCreated()
                .returnResult(String.class)
                .getResponseHeaders();
        scenario = headers.getFirst("Location");
        made = headers.getFirst("Sluice-Token");
    }

    @AfterEach
    void deleteScenario() {
        as("hooli").delete().uri(scenario).exchange();
    }

    @Test
    void whatOneInstanceWritesIsReadWithItsTokenOnTheOther() {
        Forecast forecast = add("2026-01-01");
        for (int i = 0; i < 20; i++) {
            WebTestClient writer = i % 2 == 0 ? as("hooli") : asOnSecond("hooli");
            WebTestClient reader = i % 2 == 0 ? asOnSecond("hooli") : as("hooli");
            String body = "{\"value\": %d, \"version\": %d}".formatted(i, forecast.version());
            EntityExchangeResult<Forecast> written =
                    exchange(json(writer.put().uri("/api/forecasts/" + forecast.id()), body), null, Forecast.class);
            forecast = Objects.requireNonNull(written.getResponseBody());
            String token = written.getResponseHeaders().getFirst("Sluice-Token");

            assertThat(exchange(reader.get().uri("/api/forecasts/" + forecast.id()), token, Forecast.class)
                            .getResponseBody())
                    .isEqualTo(forecast);
            assertThat(history(reader, token)).containsExactly(forecast);
        }
    }

    @Test
    void aForecastThatIsAddedOrGoneIsSoForTheOtherInstance() {
        assertThat(history(asOnSecond("hooli"), made)).isEmpty();
        EntityExchangeResult<Forecast> added = addTo("2026-02-01");
        Forecast forecast = Objects.requireNonNull(added.getResponseBody());
        assertThat(history(asOnSecond("hooli"), added.getResponseHeaders().getFirst("Sluice-Token")))
                .containsExactly(forecast);
        exchange(asOnSecond("hooli").get().uri("/api/forecasts/" + forecast.id()), null, Forecast.class);

        String token = as("hooli")
                .delete()
                .uri(scenario)
                .exchange()
                .expectStatus()
                .isNoContent()
                .returnResult(Void.class)
                .getResponseHeaders()
                .getFirst("Sluice-Token");

        problem(
                asOnSecond("hooli").get().uri("/api/forecasts/" + forecast.id()).header("Sluice-Token", token),
                404,
                "not-found");
    }

    @Test
    void repeatedReadsAreAnsweredByTheCacheAndTheActuatorShowsIt() {
        Forecast forecast = add("2026-03-01");
        TenantCache cache = Objects.requireNonNull(second).getBean(TenantCache.class);
        long hits = cache.status().near().hits();
        for (int i = 0; i < 10; i++) {
            exchange(asOnSecond("hooli").get().uri("/api/forecasts/" + forecast.id()), null, Forecast.class);
        }

        assertThat(cache.status().near().hits()).isGreaterThanOrEqualTo(hits + 8);
        anybody()
                .get()
                .uri("/actuator/sluice")
                .exchange()
                .expectBody()
                .jsonPath("$.clusters.main.cache.breaker")
                .isEqualTo("CLOSED")
                .jsonPath("$.clusters.main.cache.tracking")
                .isEqualTo(true)
                .jsonPath("$.clusters.main.cache.near.hitRatio")
                .isNumber();
        assertThat(ok(anybody().get().uri("/actuator/prometheus"), String.class))
                .contains("sluice_cache_requests_total{result=\"hit\",tier=\"near\"}");
    }

    @Test
    void onlyAnAdministratorEndsWhatIsCachedOfATenant() {
        anybody()
                .delete()
                .uri("/actuator/sluice/cache/hooli")
                .exchange()
                .expectStatus()
                .isUnauthorized();
        as("_admin")
                .delete()
                .uri("/actuator/sluice/cache/hooli")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.fleet")
                .isEqualTo(true);
    }

    private Forecast add(String day) {
        return Objects.requireNonNull(addTo(day).getResponseBody());
    }

    private EntityExchangeResult<Forecast> addTo(String day) {
        return as("hooli")
                .post()
                .uri(scenario + "/forecasts")
                .bodyValue(Map.of("day", day, "value", 1))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody(Forecast.class)
                .returnResult();
    }

    private List<Forecast> history(WebTestClient client, String token) {
        return Objects.requireNonNull(client.get()
                        .uri(scenario + "/forecasts")
                        .header("Sluice-Token", token)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody(FORECASTS)
                        .returnResult()
                        .getResponseBody())
                .items();
    }

    private WebTestClient asOnSecond(String tenant) {
        String port = Objects.requireNonNull(second).getEnvironment().getRequiredProperty("local.server.port");
        return as(tenant)
                .mutate()
                .baseUrl("http://localhost:" + port)
                .responseTimeout(Duration.ofSeconds(30))
                .build();
    }

    private static <T> EntityExchangeResult<T> exchange(
            RequestHeadersSpec<?> request, @Nullable String token, Class<T> type) {
        if (token != null) {
            request.header("Sluice-Token", token);
        }
        return request.exchange().expectStatus().isOk().expectBody(type).returnResult();
    }
}
