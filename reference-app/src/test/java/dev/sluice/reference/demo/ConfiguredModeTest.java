package dev.sluice.reference.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.reference.ReferenceApplication;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The service on a database that somebody else runs, with tokens that somebody else signs. */
class ConfiguredModeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static SluiceCluster cluster;
    private static TestDatabase database;
    private static KeyPair keys;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void prepare() throws Exception {
        cluster = SluiceCluster.shared();
        database = cluster.createDatabase();
        keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    @AfterAll
    static void clean() {
        cluster.dropDatabase(database);
        cluster.close();
    }

    private static ConfigurableApplicationContext start(String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.add("--server.port=0");
        // Ignored: the doors of the demo stay shut on a configured database.
        arguments.add("--reference.embedded=true");
        arguments.add("--sluice.url=" + database.url());
        arguments.add("--sluice.pool.max=8");
        login(arguments, "sluice", Role.APP);
        login(arguments, "sluice.across-tenants", Role.ACROSS);
        login(arguments, "sluice.migrations", Role.OWNER);
        SpringApplication application = new SpringApplication(ReferenceApplication.class);
        application.addInitializers(new EmbeddedMode());
        return application.run(arguments.toArray(String[]::new));
    }

    private static void login(List<String> arguments, String prefix, Role role) {
        arguments.add("--" + prefix + ".username=" + database.credentials(role).username());
        arguments.add("--" + prefix + ".password=" + database.credentials(role).password());
    }

    private static void started(Consumer<WebTestClient> test) {
        String key =
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + folder.resolve("key.pem");
        try (ConfigurableApplicationContext context = start(key)) {
            test.accept(WebTestClient.bindToServer()
                    .baseUrl("http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
                    .responseTimeout(PATIENCE)
                    .build());
        }
    }

    private static String token(String claim, String value) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader(JWSAlgorithm.RS256),
                    new JWTClaimsSet.Builder()
                            .claim(claim, value)
                            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                            .build());
            token.sign(new RSASSASigner(keys.getPrivate()));
            return token.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static WebTestClient.ResponseSpec get(WebTestClient client, String uri, String token) {
        return client.get()
                .uri(uri)
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                .exchange();
    }

    private static List<Long> rows() {
        return List.of("demand_history", "scenarios", "forecasts", "constraints").stream()
                .map(table -> database.value(Role.OWNER, Long.class, "select count(*) from " + table))
                .toList();
    }

    @Test
    void itServesTheDatabaseWithTheConfiguredKeyAndASecondStartLoadsNothingTwice() {
        started(client -> {
            get(client, "/api/scenarios", token("tenant_id", "acme"))
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.items[0].name")
                    .exists();
            get(client, "/demo/tokens", token("tenant_id", "acme"))
                    .expectStatus()
                    .isNotFound()
                    .expectBody()
                    .jsonPath("$.code")
                    .isEqualTo("not-found");
            client.get().uri("/actuator/health").exchange().expectStatus().isOk();
            client.get().uri("/actuator/prometheus").exchange().expectStatus().isOk();
            isForTheAdministrator(client, "/actuator/sluice");
            isForTheAdministrator(client, "/dashboard/events");
            client.get().uri("/").exchange().expectStatus().isOk();
        });
        List<Long> loaded = rows();
        assertThat(loaded).allSatisfy(count -> assertThat(count).isPositive());
        started(client -> get(client, "/api/scenarios", token("tenant_id", "acme"))
                .expectStatus()
                .isOk());
        assertThat(rows()).isEqualTo(loaded);
    }

    private static void isForTheAdministrator(WebTestClient client, String uri) {
        client.get().uri(uri).exchange().expectStatus().isUnauthorized();
        get(client, uri, token("tenant_id", "acme")).expectStatus().isForbidden();
        // Not read to its end: one of them has none.
        assertThat(get(client, uri, token("scope", "sluice-admin"))
                        .expectStatus()
                        .isOk()
                        .returnResult(String.class)
                        .getResponseBody()
                        .blockFirst(PATIENCE))
                .contains("clusters");
    }

    @Test
    void withoutAnybodyWhoSignsTokensItDoesNotStart() {
        assertThatThrownBy(() -> start().close())
                .hasStackTraceContaining("spring.security.oauth2.resourceserver.jwt: missing");
    }
}
