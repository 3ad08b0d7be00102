package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.spring.observation.SluiceMeter;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.ExternalIo;
import dev.sluice.work.Worker;
import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.publisher.Mono;

/** What an application with a replica measures of itself, and what is said of it. */
@SluiceTest(standbys = 1)
@ExtendWith(OutputCaptureExtension.class)
class MetersInTheApplicationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestDatabase database;
    private static ConfigurableApplicationContext context;
    private static MeterRegistry registry;
    private static ThingService service;

    @BeforeAll
    static void start(TestDatabase fresh, SluiceCluster servers) {
        ClusterNode standby = servers.standbys().get(0);
        database = fresh;
        context = Application.run(
                Working.class,
                fresh,
                "sluice.replicas.nodes.r1.url=" + fresh.on(standby).url(),
                "sluice.monitor.username=" + fresh.credentials(Role.MONITOR).username(),
                "sluice.monitor.password=" + fresh.credentials(Role.MONITOR).password(),
                "sluice.tenants.defaults.max-connections=2",
                "sluice.tenants.defaults.max-waiting=0",
                "sluice.observation.slow-query=200ms");
        registry = context.getBean(MeterRegistry.class);
        service = context.getBean(ThingService.class);
    }

    @AfterAll
    static void stop() {
        if (context != null) {
            context.close();
        }
    }

    @Test
    void aSlowQueryIsCountedAndLoggedWithoutWhatItWasCalledWith(CapturedOutput output) {
        run(service.sleep(0.25));

        assertThat(registry.get("sluice.query.slow")
                        .tag("statement", "sql")
                        .counter()
                        .count())
                .isPositive();
        assertThat(output.toString().lines().filter(line -> line.contains("was slow")))
                .isNotEmpty()
                .allMatch(line -> line.contains("tenant 'acme', node 'primary', waited"))
                .noneMatch(line -> line.contains("0.25") || line.contains("pg_sleep"));
    }

    @Test
    void aCallThatIsCancelledIsCounted() {
        Mono<Long> sleep = service.sleep(5).contextWrite(Access.tenant("leaver"));
        var running = sleep.subscribe();
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") > 0, "the query runs");
        running.dispose();

        Await.until(PATIENCE, () -> cancelled("caller") > 0, "the cancel is counted");
    }

    @Test
    void aCallInsideATransactionIsTimedOnTheTransactionsNode() {
        long before = count("primary", "Things.insert");

        run(service.required(() -> service.insert("one").then(service.insert("two"))));

        assertThat(count("primary", "Things.insert")).isEqualTo(before + 2);
    }

    @Test
    void aReadIsTimedOnTheNodeThatServedIt() {
        Await.until(
                PATIENCE,
                () -> {
                    run(service.names());
                    return count("r1", "Things.findAll") > 0;
                },
                "the standby serves a read");
        long before = count("r1", "Things.findAll");
        Await.until(
                PATIENCE,
                () -> {
                    run(service.readOnly(service::names));
                    return count("r1", "Things.findAll") > before;
                },
                "the standby serves a read inside a transaction");
    }

    @Test
    void connectionsThatBreakAreCounted() {
        // A write, so that there is a connection to the primary.
        run(service.insert("broken"));
        double before = lost();
        database.terminateSessions(Role.APP);

        Await.until(PATIENCE, () -> lost() > before, "the lost connection is counted");
    }

    @Test
    void everyMeterThatIsRegisteredIsInTheEnumWithTheseTags() {
        run(service.insert("thing"));
        run(service.names());
        run(service.required(service::names));
        run(service.required(() -> ExternalIo.guarded(service.names(), "mail")));
        run(service.sleep(0.25));
        // Of a tenant of their own: what is cancelled gives its permits back a moment later.
        Mono<Long> sleep = service.sleep(0.5);
        assertThatThrownBy(() -> Mono.when(sleep, sleep, sleep, sleep)
                        .contextWrite(Access.tenant("flooder"))
                        .block(PATIENCE))
                .hasMessageContaining("flooder");
        Function<SluiceMeter, Set<String>> tags = meter ->
                Arrays.stream(meter.getKeyNames()).map(KeyName::asString).collect(Collectors.toSet());
        Set<String> known =
                Arrays.stream(SluiceMeter.values()).map(SluiceMeter::getName).collect(Collectors.toSet());

        List<Meter> ours = registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().matches("(sluice|r2dbc)\\..*"))
                // What this registry makes of a timer's buckets.
                .filter(meter -> !meter.getId().getName().endsWith(".histogram"))
                .toList();

        assertThat(ours).extracting(meter -> meter.getId().getName()).isSubsetOf(known);
        assertThat(ours).allSatisfy(meter -> assertThat(
                        meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toSet()))
                .as(meter.getId().getName())
                .isEqualTo(tags.apply(named(meter.getId().getName()))));
        assertThat(ours.stream().map(meter -> meter.getId().getName()))
                .contains(
                        "sluice.query",
                        "sluice.query.slow",
                        "sluice.call",
                        "sluice.route",
                        "sluice.admission.rejected");
        assertThat(ours.stream().flatMap(meter -> meter.getId().getTags().stream()))
                .extracting(Tag::getValue)
                .doesNotContain("acme", "leaver", "flooder");
    }

    private static SluiceMeter named(String name) {
        return Arrays.stream(SluiceMeter.values())
                .filter(meter -> meter.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static <T> void run(Mono<T> call) {
        call.contextWrite(Access.tenant("acme")).block(PATIENCE);
    }

    private static long count(String node, String statement) {
        Timer timer = registry.find("sluice.query")
                .tags("node", node, "statement", statement)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    private static double cancelled(String reason) {
        return registry.find("sluice.query.cancelled").tag("reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static double lost() {
        return registry.find("sluice.connections.errors").tag("reason", "lost").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class Working {

        @Bean
        Worker worker(Sluice sluice) {
            return Worker.once("idle", run -> Mono.empty()).inEachProcess();
        }
    }
}
