package dev.sluice.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.FakeSluice;
import dev.sluice.tenant.TenantDirectory;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;

class SluiceWebTest {

    private static final String ACME = Tokens.of(Map.of("tenant_id", "acme", "sub", "ann"));
    private static final String ADMIN = Tokens.of(Map.of("scope", "sluice-admin", "sub", "root"));

    private static final String[] PROPERTIES = {
        "sluice.url=r2dbc:postgresql://localhost:5432/app",
        "sluice.username=app",
        "sluice.tenants.known=acme,globex",
        "sluice.web.open-paths=/open/**",
        "management.endpoints.web.exposure.include=*"
    };

    private static final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
            .withUserConfiguration(WebApplication.class)
            .withPropertyValues(PROPERTIES);

    private static ConfigurableApplicationContext shared;

    @BeforeAll
    static void startOneApplicationForMostTests() {
        shared = new SpringApplicationBuilder(WebApplication.class)
                .web(WebApplicationType.REACTIVE)
                .properties(PROPERTIES)
                .properties("server.port=0")
                .run();
    }

    @AfterAll
    static void stopIt() {
        shared.close();
    }

    private static void web(Consumer<WebTestClient> test) {
        test.accept(client(shared));
    }

    private static void web(ReactiveWebApplicationContextRunner runner, Consumer<WebTestClient> test) {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            test.accept(client(context));
        });
    }

    private static WebTestClient client(ApplicationContext context) {
        return WebTestClient.bindToApplicationContext(context)
                .configureClient()
                .responseTimeout(Duration.ofSeconds(30))
                .build();
    }

    private static WebTestClient.RequestHeadersSpec<?> get(WebTestClient client, String path) {
        return client.get().uri(path).header(HttpHeaders.AUTHORIZATION, "Bearer " + ACME);
    }

    private static WebTestClient.BodyContentSpec problem(
            WebTestClient.RequestHeadersSpec<?> request, int status, String code) {
        return request.exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo(code)
                .jsonPath("$.status")
                .isEqualTo(status)
                .jsonPath("$.title")
                .isEqualTo(HttpStatus.valueOf(status).getReasonPhrase())
                .jsonPath("$.detail")
                .isNotEmpty();
    }

    @Nested
    class TheTenant {

        @Test
        void isThatOfTheClaimAndThePrincipalIsTheSubject() {
            web(client -> get(client, "/api/call")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.tenant")
                    .isEqualTo("acme")
                    .jsonPath("$.principal")
                    .isEqualTo("ann"));
        }

        @Test
        void isMissingWithoutAToken() {
            web(client -> {
                problem(client.get().uri("/api/call"), 401, "tenant-missing");
                client.get().uri("/api/call").exchange().expectHeader().valueEquals("WWW-Authenticate", "Bearer");
            });
        }

        @ParameterizedTest
        @ValueSource(strings = {"garbage", "expired", "foreign"})
        void isMissingWithATokenThatIsNotValid(String what) {
            String token =
                    switch (what) {
                        case "expired" -> Tokens.expired(Map.of("tenant_id", "acme"));
                        case "foreign" -> ACME.substring(0, ACME.length() - 4) + "AAAA";
                        default -> "garbage";
                    };
            web(client -> problem(
                    client.get().uri("/api/call").header(HttpHeaders.AUTHORIZATION, "Bearer " + token),
                    401,
                    "tenant-missing"));
        }

        @Test
        void isMissingWithATokenThatHasNoSuchClaim() {
            web(client -> problem(
                    client.get().uri("/api/call").header(HttpHeaders.AUTHORIZATION, "Bearer " + ADMIN),
                    401,
                    "tenant-missing"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"umbrella", "'; drop table things --", ""})
        void isRefusedWhenTheDirectoryDoesNotKnowIt(String tenant) {
            web(client -> problem(
                    client.get()
                            .uri("/api/call")
                            .header(HttpHeaders.AUTHORIZATION, "Bearer " + Tokens.of(Map.of("tenant_id", tenant))),
                    403,
                    "tenant-unknown"));
        }

        @Test
        void isNotTakenFromTheHeaderWhenTokensNameIt() {
            web(client -> get(client, "/api/call")
                    .header("X-Tenant-Id", "globex")
                    .exchange()
                    .expectBody()
                    .jsonPath("$.tenant")
                    .isEqualTo("acme"));
        }

        @Test
        void comesFromOtherClaimsWhenConfigured() {
            web(
                    runner.withPropertyValues("sluice.web.tenant-claim=org", "sluice.web.principal-claim=email"),
                    client -> {
                        String token = Tokens.of(Map.of("org", "globex", "email", "g@example.org"));
                        client.get()
                                .uri("/api/call")
                                .header(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                                .exchange()
                                .expectBody()
                                .jsonPath("$.tenant")
                                .isEqualTo("globex")
                                .jsonPath("$.principal")
                                .isEqualTo("g@example.org");
                    });
        }

        @Test
        void isNotNeededOnAnOpenPathButDataStillNeedsOne() {
            web(client -> {
                client.get()
                        .uri("/open/call")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .jsonPath("$.tenant")
                        .isEqualTo(null);
                problem(client.get().uri("/open/data"), 401, "tenant-missing");
            });
        }

        @Test
        void isAnErrorOfTheServiceWhenTheDirectoryFails() {
            TenantDirectory broken = tenant -> Mono.error(new IllegalStateException("hunter2"));
            web(
                    runner.withBean(TenantDirectory.class, () -> broken),
                    client -> problem(get(client, "/api/call"), 500, "internal"));
        }

        @Test
        void isGivenUpWhenTheDirectoryDoesNotAnswerInTime() {
            web(
                    runner.withBean(TenantDirectory.class, () -> tenant -> Mono.never())
                            .withPropertyValues("sluice.timeouts.call=50ms"),
                    client -> problem(get(client, "/api/call"), 504, "deadline-exceeded"));
        }
    }

    @Test
    void tokensThatNobodyCanReadStopTheStart() {
        runner.withClassLoader(new FilteredClassLoader(JwtAuthenticationToken.class))
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("sluice.web.tenant-resolver: missing")
                        .hasMessageContaining("spring-boot-starter-oauth2-resource-server"));
    }

    @Test
    void tokensThatNobodyCanVerifyStopTheStart() {
        new ReactiveWebApplicationContextRunner()
                .withUserConfiguration(WithoutDecoder.class)
                .withPropertyValues(PROPERTIES)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasMessageContaining("spring.security.oauth2.resourceserver.jwt: missing")
                        .hasMessageContaining("jwk-set-uri"));
    }

    @Test
    void nobodyNeedsADecoderWhoResolvesTenantsInAnotherWay() {
        ReactiveWebApplicationContextRunner withoutDecoder = new ReactiveWebApplicationContextRunner()
                .withUserConfiguration(WithoutDecoder.class)
                .withPropertyValues(PROPERTIES);
        withoutDecoder.withPropertyValues("sluice.web.tenant-resolver=header").run(context -> assertThat(context)
                .hasNotFailed());
        withoutDecoder
                .withBean(TenantResolver.class, () -> exchange -> Mono.empty())
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithoutDecoder {

        @Bean
        FakeSluice sluice() {
            return new FakeSluice();
        }
    }

    @Nested
    @ExtendWith(OutputCaptureExtension.class)
    class BehindAGateway {

        @Test
        void theLogSaysThatTheHeaderIsTrusted(CapturedOutput output) {
            web(gateway, client -> {});
            assertThat(output).containsOnlyOnce("serve only behind a gateway").contains(" WARN ");
        }

        @Test
        void theLogSaysNothingWhereTokensNameTheTenant(CapturedOutput output) {
            web(runner, client -> {});
            assertThat(output).doesNotContain("gateway");
        }

        private final ReactiveWebApplicationContextRunner gateway =
                runner.withPropertyValues("sluice.web.tenant-resolver=header", "sluice.web.open-paths=/open/**");

        @Test
        void theHeaderNamesTheTenant() {
            web(gateway, client -> get(client, "/api/call")
                    .header("X-Tenant-Id", "globex")
                    .exchange()
                    .expectBody()
                    .jsonPath("$.tenant")
                    .isEqualTo("globex"));
        }

        @Test
        void aRequestWithoutTheHeaderOrWithTwoIsRefused() {
            web(gateway, client -> {
                problem(get(client, "/api/call"), 401, "tenant-missing");
                problem(get(client, "/api/call").header("X-Tenant-Id", "acme", "globex"), 400, "invalid");
                problem(get(client, "/api/call").header("X-Tenant-Id", "umbrella"), 403, "tenant-unknown");
            });
        }
    }

    @Nested
    class ACall {

        @Test
        void getsTheDeadlineAndPriorityOfItsHeaders() {
            web(client -> get(client, "/api/call")
                    .header("Sluice-Deadline", "4000ms")
                    .header("Sluice-Priority", "background")
                    .exchange()
                    .expectBody()
                    .jsonPath("$.priority")
                    .isEqualTo("BACKGROUND")
                    .jsonPath("$.millisLeft")
                    .<Integer>value(left -> assertThat(left).isBetween(0, 4_000)));
        }

        @Test
        void cannotHaveMoreTimeThanOneThatSaysNothing() {
            web(client -> get(client, "/api/call")
                    .header("Sluice-Deadline", "60s")
                    .exchange()
                    .expectBody()
                    .jsonPath("$.millisLeft")
                    .isEqualTo(null));
        }

        @ParameterizedTest
        @CsvSource({
            "Sluice-Deadline, soon",
            "Sluice-Deadline, ''",
            "Sluice-Deadline, 0ms",
            "Sluice-Deadline, 007s",
            "Sluice-Deadline, -5s",
            "Sluice-Deadline, +5s",
            "Sluice-Deadline, 1.5s",
            "Sluice-Deadline, 250",
            "Sluice-Deadline, 250 ms",
            "Sluice-Deadline, 250MS",
            "Sluice-Deadline, 1h",
            "Sluice-Deadline, PT1S",
            "Sluice-Deadline, ٣s",
            "Sluice-Deadline, '1s,2s'",
            "Sluice-Deadline, 99999999999s",
            "Sluice-Deadline, 999999999999999999999999ms",
            "Sluice-Priority, urgent",
            "Sluice-Priority, ''",
            "Sluice-Priority, BACKGROUND",
            "Sluice-Priority, 1",
            "Sluice-Priority, 'standard,background'"
        })
        void isRefusedWithAHeaderThatCannotBeRead(String header, String value) {
            web(client -> problem(get(client, "/api/call").header(header, value), 400, "invalid"));
        }
    }

    @Nested
    class AProblemDocument {

        @ParameterizedTest
        @CsvSource({
            "tenant, 401, tenant-missing",
            "version, 409, version-conflict",
            "wrapped, 409, version-conflict",
            "cursor, 400, invalid",
            "page, 400, invalid",
            "constraint, 400, invalid",
            "sqlstate-22001, 400, invalid",
            "sqlstate-22003, 400, invalid",
            "sqlstate-22007, 400, invalid",
            "sqlstate-22008, 400, invalid",
            "sqlstate-22021, 400, invalid",
            "sqlstate-22P02, 400, invalid",
            "sqlstate-22P05, 400, invalid",
            "sqlstate-22012, 500, internal",
            "sqlstate-2201X, 500, internal",
            "sqlstate-57014, 504, deadline-exceeded",
            "sqlstate-55P03, 504, deadline-exceeded",
            "sqlstate-25P03, 504, deadline-exceeded",
            "sqlstate-25P04, 504, deadline-exceeded",
            "sqlstate-25P02, 500, internal",
            "connection, 503, unavailable",
            "deadline, 504, deadline-exceeded",
            "commit, 500, outcome-unknown",
            "anything else, 500, internal"
        })
        void answersAnErrorOfTheServiceAndTellsNothingOfItsInside(String how, int status, String code) {
            web(client -> problem(get(client, "/api/fail/" + how), status, code)
                    .consumeWith(answer -> assertThat(new String(answer.getResponseBody()))
                            .doesNotContain("hunter2", "db-host-7", "Exception")));
        }

        @ParameterizedTest
        @CsvSource({
            "rate, 429, rate-limited, 1",
            "busy, 429, tenant-busy, 2",
            "overloaded, 503, overloaded, 2",
            "hopeless, 503, overloaded, 1"
        })
        void saysWhenToComeBackInSecondsRoundedUp(String how, int status, String code, String seconds) {
            web(client -> {
                problem(get(client, "/api/fail/" + how), status, code);
                get(client, "/api/fail/" + how).exchange().expectHeader().valueEquals("Retry-After", seconds);
            });
        }

        @ParameterizedTest
        @ValueSource(strings = {"{", "{\"name\": \"a\", \"amount\": \"many\"}", "[]", ""})
        void answersABodyThatCannotBeRead(String body) {
            web(client -> problem(
                            client.post()
                                    .uri("/api/things")
                                    .header(HttpHeaders.AUTHORIZATION, "Bearer " + ACME)
                                    .contentType(MediaType.APPLICATION_JSON)
                                    .bodyValue(body),
                            400,
                            "invalid")
                    .consumeWith(answer -> assertThat(new String(answer.getResponseBody()))
                            .doesNotContain("Exception", "dev.sluice", "WebApplication")));
        }

        @Test
        void namesTheFieldThatIsWrong() {
            web(client -> problem(
                            client.post()
                                    .uri("/api/things")
                                    .header(HttpHeaders.AUTHORIZATION, "Bearer " + ACME)
                                    .contentType(MediaType.APPLICATION_JSON)
                                    .bodyValue("{\"name\": \" \", \"amount\": 1}"),
                            400,
                            "invalid")
                    .jsonPath("$.errors[0].field")
                    .isEqualTo("name")
                    .jsonPath("$.errors[0].message")
                    .isEqualTo("must not be blank"));
        }

        @Test
        void answersParametersThatAreMissingOrOfTheWrongTypeOrOutOfRange() {
            web(client -> {
                problem(get(client, "/api/things"), 400, "invalid");
                problem(get(client, "/api/things?limit=many"), 400, "invalid");
                problem(get(client, "/api/things?limit=201"), 400, "invalid")
                        .jsonPath("$.errors[0].field")
                        .isEqualTo("limit");
                problem(get(client, "/api/things/not-a-uuid"), 400, "invalid");
            });
        }

        @Test
        void answersWhatIsNotThere() {
            web(client -> {
                problem(get(client, "/api/nothing"), 404, "not-found");
                problem(get(client, "/api/things/00000000-0000-0000-0000-000000000001"), 404, "not-found")
                        .jsonPath("$.instance")
                        .isEqualTo("/api/things/00000000-0000-0000-0000-000000000001");
            });
        }

        @Test
        void answersWhatTheFirewallRefuses() {
            web(client -> problem(
                    client.get().uri(URI.create("/api/things/%00")).header(HttpHeaders.AUTHORIZATION, "Bearer " + ACME),
                    400,
                    "invalid"));
        }

        @Test
        void answersMethodsAndTypesThatAreNotOffered() {
            web(client -> {
                problem(
                        client.delete().uri("/api/things").header(HttpHeaders.AUTHORIZATION, "Bearer " + ACME),
                        405,
                        "method-not-allowed");
                problem(get(client, "/api/call").accept(MediaType.IMAGE_PNG), 406, "not-acceptable");
                problem(
                        client.post()
                                .uri("/api/things")
                                .header(HttpHeaders.AUTHORIZATION, "Bearer " + ACME)
                                .contentType(MediaType.TEXT_PLAIN)
                                .bodyValue("x"),
                        415,
                        "unsupported-media-type");
            });
        }
    }

    @Nested
    class TheActuator {

        @Test
        void isOpenForHealthAndAsksForTheAdminScopeElse() {
            web(client -> {
                client.get().uri("/actuator/health").exchange().expectStatus().isOk();
                client.get()
                        .uri("/actuator/sluice")
                        .header(HttpHeaders.AUTHORIZATION, "Bearer " + ADMIN)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .jsonPath("$.clusters.main.nodes[0].limit")
                        .isEqualTo(8);
                problem(client.get().uri("/actuator/env"), 401, "tenant-missing");
                problem(get(client, "/actuator/env"), 403, "forbidden");
                client.get()
                        .uri("/actuator/env")
                        .header(HttpHeaders.AUTHORIZATION, "Bearer " + ADMIN)
                        .exchange()
                        .expectStatus()
                        .isOk();
            });
        }

        @Test
        void letsAnAdministratorEndWhatIsCachedOfATenant() {
            web(client -> {
                problem(client.delete().uri("/actuator/sluice/cache/acme"), 401, "tenant-missing");
                problem(
                        client.delete()
                                .uri("/actuator/sluice/cache/acme")
                                .header(HttpHeaders.AUTHORIZATION, "Bearer " + ACME),
                        403,
                        "forbidden");
                client.delete()
                        .uri("/actuator/sluice/cache/acme")
                        .header(HttpHeaders.AUTHORIZATION, "Bearer " + ADMIN)
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .jsonPath("$.tenant")
                        .isEqualTo("acme")
                        .jsonPath("$.fleet")
                        .isEqualTo(false);
                client.delete()
                        .uri("/actuator/sluice/nodes/acme")
                        .header(HttpHeaders.AUTHORIZATION, "Bearer " + ADMIN)
                        .exchange()
                        .expectStatus()
                        .value(status -> assertThat(status).isIn(204, 404));
            });
        }

        @Test
        void opensNothingElseWhenItIsMappedToTheRoot() {
            web(
                    runner.withPropertyValues(
                            "management.endpoints.web.base-path=/", "management.endpoints.web.discovery.enabled=false"),
                    client -> {
                        client.get()
                                .uri("/env")
                                .header(HttpHeaders.AUTHORIZATION, "Bearer " + ADMIN)
                                .exchange()
                                .expectStatus()
                                .isOk();
                        get(client, "/api/call").exchange().expectStatus().isOk();
                        problem(client.get().uri("/api/call"), 401, "tenant-missing");
                    });
        }

        @Test
        void isNoPrefixForOtherPaths() {
            web(client -> problem(
                    client.get().uri("/actuator/nothing").header(HttpHeaders.AUTHORIZATION, "Bearer " + ADMIN),
                    401,
                    "tenant-missing"));
        }

        @Test
        void hasNoCheckOfTheDatabaseWhereSluicesIsTurnedOff() {
            runner.withPropertyValues("management.health.sluice.enabled=false").run(context -> assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean("r2dbcHealthContributor")
                    .doesNotHaveBean("r2dbcHealthIndicator"));
            runner.withPropertyValues("management.health.sluice.enabled=false", "management.health.r2dbc.enabled=true")
                    .run(context -> assertThat(context).hasNotFailed().hasBean("r2dbcHealthContributor"));
        }

        @Test
        void isOpenForHealthUnderAnotherNameAndForNothingThatTakesItsName() {
            web(
                    runner.withPropertyValues(
                            "management.endpoints.web.path-mapping.health=alive",
                            "management.endpoints.web.path-mapping.env=health"),
                    client -> {
                        client.get()
                                .uri("/actuator/alive")
                                .exchange()
                                .expectStatus()
                                .value(status -> assertThat(status).isNotIn(401, 403, 404));
                        problem(client.get().uri("/actuator/health"), 401, "tenant-missing");
                    });
        }
    }
}
