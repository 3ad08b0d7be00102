package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.spring.found.Things;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.spi.ConnectionFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@SluiceTest
class LifeOfTheApplicationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final TestDatabase database;

    LifeOfTheApplicationTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theOwnerMigratesOnceBeforeSluiceConnects() {
        try (ConfigurableApplicationContext context = Application.run(database)) {
            assertThat(context.getBeansOfType(Flyway.class)).hasSize(1);
            assertThat(context.getBean(Things.class)
                            .count()
                            .contextWrite(Access.tenant("nobody"))
                            .block(PATIENCE))
                    .isZero();
        }

        assertThat(database.value(Role.OWNER, Long.class, "select count(*) from flyway_schema_history"))
                .isEqualTo(1);
        assertThat(database.value(
                        Role.OWNER, String.class, "select tableowner from pg_tables where tablename = 'things'"))
                .isEqualTo(Role.OWNER.username());
    }

    @Test
    void runningWorkFinishesWhenTheApplicationStops() throws Exception {
        ConfigurableApplicationContext context = Application.run(database);
        CompletableFuture<Long> slow = context.getBean(ThingService.class)
                .sleep(3)
                .contextWrite(Access.tenant("acme"))
                .toFuture();
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "the query runs");

        context.close();

        assertThat(database.sessions(Role.APP, "active"))
                .as("it waits for the query")
                .isZero();
        assertThat(slow.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
        Await.until(PATIENCE, () -> sessions() == 0, "all connections are closed");
    }

    @Test
    void aRequestThatIsBeingAnsweredIsAnsweredWhenTheApplicationStops() throws Exception {
        ConfigurableApplicationContext context = Application.run(
                WebService.class,
                database,
                "server.port=0",
                "sluice.tenants.known=acme",
                "sluice.web.tenant-resolver=header");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:%s/slow"
                        .formatted(context.getEnvironment().getProperty("local.server.port"))))
                .header("X-Tenant-Id", "acme")
                .build();
        CompletableFuture<HttpResponse<String>> answer =
                HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "the query runs");

        context.close();

        assertThat(database.sessions(Role.APP, "active"))
                .as("it waits for the query")
                .isZero();
        assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .returns(200, HttpResponse::statusCode)
                .returns("1", HttpResponse::body);
    }

    @Test
    void aStartThatFailsLeavesNoConnection() {
        assertThatThrownBy(() -> Application.run(FailingApplication.class, database))
                .hasStackTraceContaining("on purpose");

        Await.until(PATIENCE, () -> sessions() == 0, "all connections are closed");
    }

    @Test
    void withPredicatesAloneThereIsNoPlainConnectionFactoryAndSpringBootMakesNone() {
        try (ConfigurableApplicationContext context = Application.run(database, "sluice.isolation=predicate")) {
            assertThat(context.getBeansOfType(ConnectionFactory.class)).isEmpty();
        }
    }

    @Test
    void theNodeSaysHowMuchOfItIsInUse() {
        try (ConfigurableApplicationContext context = Application.run(database)) {
            R2dbcSluice sluice = context.getBean(R2dbcSluice.class);
            sluice.ping().block(PATIENCE);

            assertThat(sluice.nodes()).containsExactly(new R2dbcSluice.NodeUse("primary", 0, 0, 4));
        }
    }

    private long sessions() {
        return database.value(
                Role.SUPERUSER,
                Long.class,
                "select count(*) from pg_stat_activity where datname = current_database() and usename = '"
                        + Role.APP.username() + "'");
    }

    @RestController
    @Import(Application.class)
    static class WebService {

        private final ThingService service;

        WebService(ThingService service) {
            this.service = service;
        }

        @Bean
        static SecurityWebFilterChain openToAll(ServerHttpSecurity http) {
            return http.authorizeExchange(exchanges -> exchanges.anyExchange().permitAll())
                    .build();
        }

        @GetMapping("/slow")
        Mono<Long> slow() {
            return service.sleep(3);
        }

        @GetMapping("/names")
        Mono<List<String>> names() {
            return service.names();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class FailingApplication {

        @Bean
        Object failing(Sluice connected) {
            throw new IllegalStateException("on purpose");
        }
    }
}
