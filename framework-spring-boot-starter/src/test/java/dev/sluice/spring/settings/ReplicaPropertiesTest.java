package dev.sluice.spring.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Credentials;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.RoutingSettings.PrimaryReads;
import dev.sluice.RoutingSettings.WhenNone;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import java.time.Duration;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ReplicaPropertiesTest {

    private static final String R1 = "sluice.replicas.nodes.r1.url=r2dbc:postgresql://localhost:5433/app";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SluiceAutoConfiguration.class))
            .withBean(FakeSluice.class)
            .withPropertyValues(
                    "sluice.url=r2dbc:postgresql://localhost:5432/app",
                    "sluice.username=app",
                    "sluice.password=the-app's");

    @Test
    void withoutNodesThereIsNothingToRoute() {
        assertThat(replicas()).isEqualTo(ReplicaSettings.NONE);
    }

    @Test
    void everyKeyOfTheContractIsKnownAndArrives() {
        ReplicaSettings replicas = replicas(
                "sluice.replicas.routing.default-consistency=bounded(250ms)",
                "sluice.replicas.routing.max-lag=3s",
                "sluice.replicas.routing.max-lag-bytes=1MB",
                "sluice.replicas.routing.when-none=fail",
                "sluice.replicas.routing.primary-reads=share",
                "sluice.replicas.routing.probe-interval=1s",
                "sluice.replicas.routing.catch-up-wait=0",
                "sluice.replicas.routing.failover-wait=4s",
                R1,
                "sluice.replicas.nodes.r2.url=r2dbcs:postgresql://elsewhere/app",
                "sluice.replicas.nodes.r2.username=reader",
                "sluice.replicas.nodes.r2.password=its-own",
                "sluice.replicas.nodes.west-3.url=r2dbc:postgresql://[::1]:6000/app",
                "sluice.replicas.nodes.west-3.password=its-own");

        assertThat(replicas.routing())
                .isEqualTo(new RoutingSettings(
                        ReadConsistency.bounded(Duration.ofMillis(250)),
                        Duration.ofSeconds(3),
                        1 << 20,
                        WhenNone.FAIL,
                        PrimaryReads.SHARE,
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        Duration.ofSeconds(4)));
        assertThat(replicas.nodes())
                .containsOnlyKeys("r1", "r2", "west-3")
                .containsEntry("r1", new ReplicaNode("r2dbc:postgresql://localhost:5433/app", null))
                .containsEntry(
                        "r2",
                        new ReplicaNode("r2dbcs:postgresql://elsewhere/app", new Credentials("reader", "its-own")))
                .containsEntry(
                        "west-3",
                        new ReplicaNode("r2dbc:postgresql://[::1]:6000/app", new Credentials("app", "its-own")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            session      | Session
            primary      | Primary
            bounded(2s)  | Bounded
            bounded (1m) | Bounded
            """)
    void aDefaultConsistencyIsNamed(String value, String kind) {
        assertThat(replicas("sluice.replicas.routing.default-consistency=" + value)
                        .routing()
                        .defaultConsistency()
                        .getClass()
                        .getSimpleName())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            routing.default-consistency=eventual    | sluice.replicas.routing.default-consistency: 'eventual' (expected: session, primary, or bounded(<duration>)
            routing.default-consistency=bounded     | sluice.replicas.routing.default-consistency: 'bounded' (expected:
            routing.default-consistency=bounded()   | sluice.replicas.routing.default-consistency: 'bounded()' (expected:
            routing.default-consistency=bounded(0s) | sluice.replicas.routing.default-consistency: 'bounded(0s)' (expected:
            routing.default-consistency=bounded(-1s) | sluice.replicas.routing.default-consistency: 'bounded(-1s)' (expected:
            routing.default-consistency=bounded(x)  | sluice.replicas.routing.default-consistency: 'bounded(x)' (expected:
            routing.max-lag=0s                      | sluice.replicas.routing.max-lag: PT0S (expected: > 0)
            routing.max-lag-bytes=0B                | sluice.replicas.routing.max-lag-bytes: 0 (expected: >= 1)
            routing.probe-interval=0ms              | sluice.replicas.routing.probe-interval: PT0S (expected: >= PT0.01S)
            routing.catch-up-wait=-1s               | sluice.replicas.routing.catch-up-wait: PT-1S (expected: >= 0)
            routing.failover-wait=-1s               | sluice.replicas.routing.failover-wait: PT-1S (expected: >= 0)
            nodes.r1.username=reader                | sluice.replicas.nodes.r1.url: missing (expected: r2dbc:postgresql://host:port/database)
            nodes.r1.url=                           | sluice.replicas.nodes.r1.url: missing (expected: r2dbc:postgresql://host:port/database)
            nodes.r1.url=postgres://localhost/app   | sluice.replicas.nodes.r1.url: malformed (expected: r2dbc:postgresql://host:port/database)
            nodes.r1.url=r2dbc:postgresql://        | sluice.replicas.nodes.r1.url: malformed (expected:
            nodes.r1.url=r2dbc:postgresql:///app    | sluice.replicas.nodes.r1.url: malformed (expected:
            nodes.r1.url=r2dbc:postgresql://h:x/app | sluice.replicas.nodes.r1.url: malformed (expected:
            nodes.r1.url=r2dbc:postgresql://h:70000/app | sluice.replicas.nodes.r1.url: malformed (expected:
            nodes.r1.url=r2dbc:postgresql://a:1,b:2/app | sluice.replicas.nodes.r1.url: malformed (expected:
            nodes.r1.url=r2dbc:postgresql://h h/app | sluice.replicas.nodes.r1.url: malformed (expected:
            nodes.r1.url=r2dbc:postgresql://LocalHost/app | sluice.replicas.nodes.r1.url: localhost:5432 is url too (expected: another server)
            nodes.r1.url=r2dbc:postgresql://other/db | sluice.replicas.nodes.r1.url: database db (expected: app, as in url)
            nodes.primary.url=r2dbc:postgresql://other/app | sluice.replicas.nodes.primary: malformed (expected: a name of 1 to 63 characters a-z, 0-9 and -, other than 'primary')
            nodes[R_1].url=r2dbc:postgresql://other/app | sluice.replicas.nodes.R_1: malformed (expected: a name of 1 to 63 characters
            """)
    void aWrongPropertyStopsTheStartWithItsKeyValueAndWhatIsExpected(String property, String message) {
        runner.withPropertyValues("sluice.replicas." + property).run(context -> assertThat(context.getStartupFailure())
                .hasStackTraceContaining("InvalidPropertyException: " + message));
    }

    @Test
    void twoNodesOnOneServerAreRefusedNamingBoth() {
        runner.withPropertyValues(R1, "sluice.replicas.nodes.r2.url=r2dbc:postgresql://LOCALHOST:5433/app")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessage("sluice.replicas.nodes.r2.url: localhost:5433 is replicas.nodes.r1.url too"
                                + " (expected: another server)"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            routing.max-lag=soon            | sluice.replicas.routing.max-lag: 'soon' (expected: a duration, as 250ms or 30s)
            routing.max-lag-bytes=many      | sluice.replicas.routing.max-lag-bytes: 'many' (expected: a size, as 512KB or 8MB)
            routing.when-none=wait          | sluice.replicas.routing.when-none: 'wait' (expected: fail, primary)
            routing.primary-reads=sometimes | sluice.replicas.routing.primary-reads: 'sometimes' (expected: avoid, share)
            """)
    void aValueOfTheWrongTypeIsExplained(String property, String message) {
        runner.withPropertyValues("sluice.replicas." + property)
                .run(context -> assertThat(SluicePropertiesTest.explained(context.getStartupFailure()))
                        .contains(message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            routing.max-lagg=5s    | sluice.replicas.routing.max-lagg: '5s' (expected: a known key, perhaps sluice.replicas.routing.max-lag)
            nodes.r1.weight=2      | sluice.replicas.nodes.r1.weight: '2' (expected: a known key
            nodes.r1.urll=hunter2  | sluice.replicas.nodes.r1.urll: (value not shown) (expected: a known key
            node.r1.url=hunter2    | sluice.replicas.node.r1.url: (value not shown) (expected: a known key
            """)
    void anUnknownKeyStopsTheStart(String property, String message) {
        runner.withPropertyValues(R1, "sluice.replicas." + property)
                .run(context -> assertThat(context).hasFailed().getFailure().hasMessageContaining(message));
    }

    @Test
    void noTextFormAndNoErrorHoldsASecret() {
        runner.withPropertyValues(
                        "sluice.replicas.nodes.r1.url=r2dbc:postgresql://reader:hunter2@localhost:5433/app",
                        "sluice.replicas.nodes.r1.username=reader",
                        "sluice.replicas.nodes.r1.password=hunter2")
                .run(context -> assertThat(context.getBean(SluiceProperties.class)
                                        .replicas()
                                        .toString()
                                + context.getBean(SluiceProperties.class)
                                + context.getBean(SluiceSettings.class)
                                + context.getBean(SluiceSettings.class).replicas())
                        .doesNotContain("hunter2"));
        runner.withPropertyValues("sluice.replicas.nodes.r1.url=r2dbc:postgresql://reader:hunter2@lo calhost:5433/app")
                .run(context -> assertThat(Throwables.getStackTrace(context.getStartupFailure()))
                        .contains("sluice.replicas.nodes.r1.url: malformed")
                        .doesNotContain("hunter2"));
    }

    private ReplicaSettings replicas(String... properties) {
        ReplicaSettings[] replicas = new ReplicaSettings[1];
        runner.withPropertyValues(properties)
                .run(context ->
                        replicas[0] = context.getBean(SluiceSettings.class).replicas());
        return replicas[0];
    }
}
