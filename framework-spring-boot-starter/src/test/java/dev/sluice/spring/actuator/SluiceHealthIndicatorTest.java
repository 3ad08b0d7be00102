package dev.sluice.spring.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.DeadlineExceededException;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.TenantCache;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.spring.FakeCache;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.ThreeNodes;
import dev.sluice.spring.alert.Boards;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.r2dbc.autoconfigure.health.ConnectionFactoryHealthContributorAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

class SluiceHealthIndicatorTest {

    private static Health health(FakeSluice sluice) {
        return new SluiceHealthIndicator(sluice, TenantCache.none(), Boards.of(sluice))
                .health()
                .block();
    }

    @Test
    void isUpWhenTheDatabaseAnswers() {
        assertThat(health(new FakeSluice()).getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void isUpWithoutRedisAndTheDetailsSayWhatThatMeans() {
        FakeSluice sluice = new FakeSluice();
        Health health = new SluiceHealthIndicator(sluice, new FakeCache(SharedState.OPEN), Boards.of(sluice))
                .health()
                .block();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsEntry("cache", "Redis is out of reach: reads go to the database");
        assertThat(new SluiceHealthIndicator(sluice, new FakeCache(SharedState.CLOSED), Boards.of(sluice))
                        .health()
                        .block()
                        .getDetails())
                .doesNotContainKey("cache");
    }

    @Test
    void isDownWhenTheDatabaseDoesNotAnswer() {
        FakeSluice gone = new FakeSluice() {
            @Override
            public Mono<Void> ping() {
                return Mono.error(new IllegalStateException("gone"));
            }
        };

        assertThat(health(gone).getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void isUpWithoutAskingWhenEveryConnectionIsInUse() {
        FakeSluice busy = new FakeSluice() {
            @Override
            public Mono<Void> ping() {
                return Mono.error(new AssertionError("would wait behind all others"));
            }

            @Override
            public List<NodeUse> nodes() {
                return List.of(new NodeUse("primary", 8, 0, 8));
            }
        };

        assertThat(health(busy).getStatus()).isEqualTo(Status.UP);
        assertThat(health(busy).getDetails()).containsEntry("saturated", true);
    }

    @Test
    void alertsThatFireAreInTheDetailsAndNothingElseChanges() {
        FakeSluice busy = new FakeSluice() {
            @Override
            public List<NodeUse> nodes() {
                return List.of(new NodeUse("primary", 7, 0, 8));
            }
        };

        assertThat(health(busy).getStatus()).isEqualTo(Status.UP);
        assertThat(health(busy).getDetails())
                .containsEntry(
                        "alerts",
                        Map.of("active-connections", "warning: 87.5 % at primary (warning 80.0 %, critical 95.0 %)"));
        assertThat(health(new FakeSluice()).getDetails()).doesNotContainKey("alerts");
    }

    @Test
    void isUpWhenThePingIsNotLetIn() {
        FakeSluice full = pingFailsWith(
                new AdmissionRejectedException(
                        null, Workload.INTERACTIVE, Reason.OVERLOADED, 64, 65, Duration.ofSeconds(1)),
                1);

        assertThat(health(full).getStatus()).isEqualTo(Status.UP);
        assertThat(health(full).getDetails()).containsEntry("saturated", true);
    }

    @Test
    void isUpWhenThePingGetsNoConnectionInTimeBecauseOthersHaveThemAll() {
        FakeSluice full = pingFailsWith(late(), 8);

        assertThat(health(full).getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void isDownWhenThePingIsLateThoughConnectionsAreFree() {
        FakeSluice stuck = pingFailsWith(late(), 1);

        assertThat(health(stuck).getStatus()).isEqualTo(Status.DOWN);
    }

    private static DeadlineExceededException late() {
        return new DeadlineExceededException("ping", "acquiring", Duration.ofSeconds(1));
    }

    /** Has one connection in use before each ping, and so many when the ping fails. */
    private static FakeSluice pingFailsWith(RuntimeException error, int inUseThen) {
        return new FakeSluice() {
            private int inUse = 1;

            @Override
            public Mono<Void> ping() {
                inUse = inUseThen;
                return Mono.error(error);
            }

            @Override
            public List<NodeUse> nodes() {
                return List.of(new NodeUse("primary", inUse, 0, 8));
            }
        };
    }

    @Test
    void isUpWithoutSomeReplicasAndNamesThem() {
        Health health = health(new ThreeNodes());

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .containsEntry("degraded", List.of("r2"))
                .containsEntry(
                        "nodes",
                        Map.of(
                                "primary", "PRIMARY UP",
                                "r1", "STANDBY UP",
                                "r2", "UNKNOWN DOWN: connection refused"));
    }

    @ParameterizedTest
    @EnumSource(
            value = NodeStatus.State.class,
            names = {"FENCED", "DOWN", "REFUSED"})
    void isDownWithoutAskingWhenNoNodeTakesWrites(NodeStatus.State state) {
        ThreeNodes headless = new ThreeNodes() {
            @Override
            public Mono<Void> ping() {
                return Mono.error(new AssertionError("would wait for a primary"));
            }
        };
        headless.primaryIs(state);

        assertThat(health(headless).getStatus()).isEqualTo(Status.DOWN);
        assertThat(health(headless).getDetails()).containsEntry("error", "no node takes writes");
    }

    @Test
    void isUpWithoutAskingWhenThePrimaryIsInUseThoughReplicasAreFree() {
        ThreeNodes busy = new ThreeNodes() {
            @Override
            public Mono<Void> ping() {
                return Mono.error(new AssertionError("would wait behind all others"));
            }

            @Override
            public List<NodeUse> nodes() {
                return List.of(new NodeUse("primary", 8, 0, 8), new NodeUse("r1", 0, 0, 8), new NodeUse("r2", 0, 0, 8));
            }
        };

        assertThat(health(busy).getStatus()).isEqualTo(Status.UP);
        assertThat(health(busy).getDetails()).containsEntry("saturated", true);
    }

    @Test
    void replacesSpringBootsOwnCheckWhichWouldNeedATenant() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        SluiceAutoConfiguration.class,
                        SluiceActuatorAutoConfiguration.class,
                        ConnectionFactoryHealthContributorAutoConfiguration.class))
                .withBean(FakeSluice.class)
                .withPropertyValues("sluice.url=r2dbc:postgresql://localhost:5432/app", "sluice.username=app")
                .run(context ->
                        assertThat(context).hasBean("sluiceHealthIndicator").doesNotHaveBean("r2dbcHealthContributor"));
    }
}
