package dev.sluice.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Access;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.token.SessionTokens;
import dev.sluice.spring.FakeSluice;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class SessionFilterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OLDER = "an older secret, which is of 35 bytes";
    private static final OptionalLong CLUSTER = OptionalLong.of(42);
    private static final Position WRITTEN_HERE = new Position(1, Lsn.parse("0/2"));
    private static final Position BEFORE = new Position(1, Lsn.parse("0/10"));
    private static final String ACME = Tokens.of(Map.of("tenant_id", "acme"));

    private static final String[] PROPERTIES = {
        "sluice.url=r2dbc:postgresql://localhost:5432/app",
        "sluice.username=app",
        "sluice.web.open-paths=/open/**",
        "sluice.web.token-secrets[0]=the newest secret, of 32 bytes...",
        "sluice.web.token-secrets[1]=" + OLDER,
        "management.endpoints.web.exposure.include=*"
    };

    private static ConfigurableApplicationContext service;
    private static SessionTokens tokens;

    @BeforeAll
    static void start() {
        service = new SpringApplicationBuilder(Service.class)
                .web(WebApplicationType.REACTIVE)
                .properties(PROPERTIES)
                .properties("server.port=0", "sluice.web.node-header=true")
                .run();
        tokens = service.getBean(SessionTokens.class);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static WebTestClient client() {
        return WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port())
                .responseTimeout(PATIENCE)
                .build();
    }

    private static int port() {
        return service.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static ResponseSpec get(String path, String... sent) {
        return client().get()
                .uri(path)
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + ACME)
                .headers(headers -> headers.put(SessionFilter.TOKEN, List.of(sent)))
                .exchange();
    }

    private static String token(ResponseSpec answer) {
        HttpHeaders headers = answer.returnResult(String.class).getResponseHeaders();
        assertThat(headers.getOrEmpty(SessionFilter.TOKEN)).hasSize(1);
        return Objects.requireNonNull(headers.getFirst(SessionFilter.TOKEN));
    }

    private static SessionPosition seen(ResponseSpec answer) {
        return tokens.read(token(answer), CLUSTER);
    }

    private static String sealed(Position position) {
        return tokens.issue(SessionPosition.at(position), CLUSTER);
    }

    @Test
    void aRequestWithATokenIsOfTheSessionThatTheTokenIsOf() {
        get("/api/seen", sealed(BEFORE)).expectBody(String.class).isEqualTo("1:0/10 0");
        get("/api/seen", tokens.issue(SessionPosition.unknown(), CLUSTER))
                .expectBody(String.class)
                .isEqualTo("null 1");
    }

    @Test
    void aRequestWithoutATokenBeginsASessionThatSeesWhatThisProcessWrote() {
        get("/api/seen").expectBody(String.class).isEqualTo("1:0/2 0");
    }

    @Test
    void theAnswerBringsWhatTheCallHasSeenAndNeverLess() {
        assertThat(seen(get("/api/raise/0-20", sealed(BEFORE)))).returns(at("0/20"), SessionPosition::seen);
        assertThat(seen(get("/api/raise/0-1", sealed(BEFORE)))).returns(BEFORE, SessionPosition::seen);
        assertThat(seen(get("/api/seen", sealed(BEFORE)))).returns(BEFORE, SessionPosition::seen);
    }

    @Test
    void aWriteAtAPositionThatIsNotKnownTravelsToo() {
        assertThat(seen(get("/api/unknown", sealed(BEFORE))))
                .returns(BEFORE, SessionPosition::seen)
                .returns(1, SessionPosition::unknownWrites);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/fail,500",
        "/api/nowhere,404",
        "/open/nowhere,404",
        "/actuator/health,200",
        "/actuator/env,403",
        "/api/seen,401"
    })
    void everyAnswerBringsAToken(String path, int status) {
        ResponseSpec answer = client().get()
                .uri(path)
                .header(SessionFilter.TOKEN, sealed(BEFORE))
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + (status == 401 ? "nobody's" : ACME))
                .exchange()
                .expectStatus()
                .isEqualTo(status);

        Position expected = path.equals("/api/fail") ? at("0/20") : BEFORE;
        assertThat(seen(answer).seen()).isEqualTo(expected);
    }

    @Test
    void aStreamBringsWhatWasSeenBeforeItsFirstElement() {
        ResponseSpec answer = client().get()
                .uri("/api/stream")
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + ACME)
                .accept(MediaType.APPLICATION_NDJSON)
                .exchange();

        assertThat(seen(answer).seen()).isEqualTo(at("0/20"));
    }

    @Test
    void aTokenOfTheOlderSecretIsTakenAndAnsweredWithOneOfTheNewest() {
        SessionTokens before = new SessionTokens(List.of(OLDER));
        SessionTokens after = new SessionTokens(List.of("the newest secret, of 32 bytes..."));

        String answered = token(get("/api/seen", before.issue(SessionPosition.at(BEFORE), CLUSTER)));

        assertThat(after.read(answered, CLUSTER).seen()).isEqualTo(BEFORE);
    }

    @Test
    void aTokenThatIsNoneIsInvalidAndNeitherRepeatedNorLogged(CapturedOutput output) {
        String good = sealed(BEFORE);
        String ofAStranger = new SessionTokens(List.of("mallory's")).issue(SessionPosition.at(BEFORE), CLUSTER);
        String ofAnotherCluster = tokens.issue(SessionPosition.at(BEFORE), OptionalLong.of(7));

        assertIsRefused("garbage", "malformed, changed");
        assertIsRefused(good.substring(0, 50), "malformed, changed");
        assertIsRefused((good.charAt(0) == 'A' ? "B" : "A") + good.substring(1), "malformed, changed");
        assertIsRefused(ofAStranger, "not of this fleet");
        assertIsRefused(ofAnotherCluster, "of another database cluster");
        assertIsRefused("A".repeat(4_000), "4000 characters long (at most 128)");
        assertThat(output).doesNotContain(good, ofAStranger, ofAnotherCluster, "garbage");
    }

    @Test
    void aSecondTokenIsInvalidEvenIfItIsTheSame() {
        String body = body(
                get("/api/seen", sealed(BEFORE), sealed(BEFORE)).expectStatus().isBadRequest());

        assertThat(body).contains("\"code\":\"invalid\"").contains("Sluice-Token: malformed (expected: one value)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, '\t', 0x7f, 0xff})
    void aTokenWithControlCharactersIsInvalid(int character) throws IOException {
        String token = sealed(BEFORE);
        String sent = token.substring(0, 9) + (char) character + token.substring(9);

        assertThat(raw(sent)).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void whoWasRefusedGoesOnWithTheTokenOfThatAnswer() {
        String fresh = token(get("/api/seen", "garbage"));

        get("/api/seen", fresh).expectStatus().isOk().expectBody(String.class).isEqualTo("1:0/2 0");
    }

    @Test
    void aTokenOfAnotherTimelineOrOfTheFutureReachesTheRouter() {
        Position future = new Position(9, Lsn.parse("FFFFFFFF/FFFFFFFF"));

        assertThat(seen(get("/api/seen", sealed(future))).seen()).isEqualTo(future);
    }

    @Test
    void theNodeIsShownWhereThatIsAskedForAndOneHasAnswered() {
        assertThat(node(get("/api/raise/0-20"))).containsExactly("r1");
        assertThat(node(get("/api/seen"))).isEmpty();
    }

    @Test
    void theNodeIsNotShownElsewhere() {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
        new SessionFilter(tokens, new FakeSluice(), false)
                .filter(exchange, answered -> Access.current()
                        .doOnNext(access ->
                                Objects.requireNonNull(access.session()).servedBy("r1"))
                        .then(answered.getResponse().setComplete()))
                .block();

        assertThat(exchange.getResponse().getHeaders().headerNames()).containsExactly(SessionFilter.TOKEN);
    }

    private static List<String> node(ResponseSpec answer) {
        return answer.returnResult(String.class).getResponseHeaders().getOrEmpty(SessionFilter.NODE);
    }

    private static void assertIsRefused(String token, String reason) {
        String body = body(get("/api/seen", token).expectStatus().isBadRequest());
        assertThat(body).contains("\"code\":\"invalid\"").contains(reason);
        assertThat(token.isBlank() || !body.contains(token)).as(body).isTrue();
    }

    private static String body(ResponseSpec answer) {
        return Objects.requireNonNull(
                answer.expectBody(String.class).returnResult().getResponseBody());
    }

    // No client sends such a header.
    private static String raw(String token) throws IOException {
        try (Socket socket = new Socket("localhost", port())) {
            String request = "GET /api/seen HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                    + ACME + "\r\nSluice-Token: " + token + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static Position at(String lsn) {
        return new Position(1, Lsn.parse(lsn));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {

        @Bean
        ReactiveJwtDecoder decoder() {
            return Tokens.decoder();
        }

        @Bean
        FakeSluice sluice() {
            return new FakeSluice() {
                @Override
                public OptionalLong systemIdentifier() {
                    return CLUSTER;
                }

                @Override
                public SessionPosition newSession() {
                    return SessionPosition.at(WRITTEN_HERE);
                }
            };
        }

        @RestController
        static class Resource {

            @GetMapping("/api/seen")
            Mono<String> seen() {
                return session().map(session -> session.seen() + " " + session.unknownWrites());
            }

            @GetMapping("/api/raise/{lsn}")
            Mono<String> raise(@PathVariable String lsn) {
                return session()
                        .doOnNext(session -> session.raise(at(lsn.replace('-', '/')), "r1"))
                        .thenReturn("done");
            }

            @GetMapping("/api/unknown")
            Mono<String> unknown() {
                return session().doOnNext(SessionPosition::addUnknownWrite).thenReturn("done");
            }

            @GetMapping("/api/fail")
            Mono<String> fail() {
                return raise("0-20").then(Mono.error(new IllegalStateException("on purpose")));
            }

            @GetMapping("/api/stream")
            Flux<Integer> stream() {
                return raise("0-20")
                        .thenMany(Flux.range(0, 3))
                        .concatWith(raise("0-30").thenReturn(3));
            }

            private static Mono<SessionPosition> session() {
                return Access.current().map(access -> Objects.requireNonNull(access.session()));
            }
        }
    }
}
