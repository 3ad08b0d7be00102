package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.spring.unfit.IdleThings;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** What admission refuses, at start and over HTTP. */
@SluiceTest
class AdmissionInTheApplicationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestDatabase database;

    AdmissionInTheApplicationTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void aMethodThatRunsInAWorkloadThatNobodyConfiguredStopsTheStart() {
        assertThatThrownBy(() -> Application.run(Unfit.class, database))
                .rootCause()
                .hasMessageContaining("IdleThings.named: @RunsIn(\"idling\") names no workload of sluice.workloads")
                .hasMessageContaining("expected one of: [background, interactive, reconciliation, reporting, stream]");

        Application.run(Unfit.class, database, "sluice.workloads.idling.priority=background")
                .close();
    }

    @Test
    void aTenantWithAsManyWaitersAsItMayHaveIsAnsweredTenantBusy() throws SQLException {
        try (ConfigurableApplicationContext context = web(
                        "sluice.tenants.defaults.max-connections=1",
                        "sluice.tenants.defaults.max-waiting=0",
                        "sluice.timeouts.call=30s",
                        "sluice.timeouts.statement=30s",
                        "sluice.timeouts.lock=30s");
                Connection owner = database.connect(Role.OWNER);
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("lock table things in access exclusive mode");
            CompletableFuture<HttpResponse<String>> first = get(context, "/names");
            Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "the first query waits for us");

            assertIsRefused(get(context, "/names").join(), "tenant-busy");
            owner.rollback();
            assertThat(first.join().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTenantThatCallsTooOftenIsAnsweredRateLimited() {
        try (ConfigurableApplicationContext context = web("sluice.tenants.defaults.rate-limit=1")) {
            List<CompletableFuture<HttpResponse<String>>> calls =
                    Stream.generate(() -> get(context, "/slow")).limit(4).toList();

            assertThat(calls.stream().map(CompletableFuture::join))
                    .filteredOn(answer -> answer.statusCode() != 200)
                    .isNotEmpty()
                    .allSatisfy(answer -> assertIsRefused(answer, "rate-limited"));
        }
    }

    private static void assertIsRefused(HttpResponse<String> answer, String code) {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }

    private ConfigurableApplicationContext web(String... limits) {
        String[] all = Stream.concat(
                        Stream.of("server.port=0", "sluice.tenants.known=acme", "sluice.web.tenant-resolver=header"),
                        Stream.of(limits))
                .toArray(String[]::new);
        return Application.run(LifeOfTheApplicationTest.WebService.class, database, all);
    }

    private CompletableFuture<HttpResponse<String>> get(ConfigurableApplicationContext context, String path) {
        String port = context.getEnvironment().getProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:%s%s".formatted(port, path)))
                .header("X-Tenant-Id", "acme")
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @AutoConfigurationPackage(basePackageClasses = IdleThings.class)
    static class Unfit {}
}
