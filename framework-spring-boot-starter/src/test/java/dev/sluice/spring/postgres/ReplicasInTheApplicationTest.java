package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.TransactionOptions;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.TransactionDefinition;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An application with one good replica, and four that are wrong, each in its own way. */
@SluiceTest(standbys = 2)
@ExtendWith(OutputCaptureExtension.class)
class ReplicasInTheApplicationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestDatabase database;
    private static SluiceCluster foreign;
    private static ConfigurableApplicationContext context;
    private static String startOutput;

    @BeforeAll
    static void start(TestDatabase fresh, SluiceCluster servers, CapturedOutput output) {
        database = fresh;
        foreign = SluiceCluster.shared();
        foreign(statement -> statement.execute("create database " + database.name()));
        ClusterNode good = servers.standbys().get(0);
        ClusterNode locked = servers.standbys().get(1);
        TestDatabase elsewhere = foreign.primary().database(database.name());
        context = Application.run(
                database,
                "sluice.replicas.routing.probe-interval=100ms",
                "sluice.replicas.nodes.good.url=" + database.on(good).url(),
                "sluice.replicas.nodes.nowhere.url=r2dbc:postgresql://no-such-host.invalid:5432/" + database.name(),
                "sluice.replicas.nodes.silent.url=r2dbc:postgresql://localhost:1/" + database.name(),
                "sluice.replicas.nodes.locked.url=" + database.on(locked).url(),
                "sluice.replicas.nodes.locked.password=hunter2",
                "sluice.replicas.nodes.foreign.url=" + elsewhere.url(),
                "sluice.replicas.nodes.foreign.username="
                        + elsewhere.credentials(Role.APP).username(),
                "sluice.replicas.nodes.foreign.password="
                        + elsewhere.credentials(Role.APP).password());
        startOutput = output.getAll();
    }

    @AfterAll
    static void stop() {
        if (context != null) {
            context.close();
        }
        foreign(statement -> statement.execute("drop database " + database.name() + " with (force)"));
        foreign.close();
    }

    @Test
    void theApplicationStartsAndIsReadyAndWarnsOfEachNodeThatIsMissing() {
        assertThat(context.getBean(ApplicationAvailability.class).getReadinessState())
                .isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
        assertThat(startOutput.lines().filter(line -> line.contains("WARN")))
                .anyMatch(line -> line.contains("'nowhere'"))
                .anyMatch(line -> line.contains("'silent'"))
                .anyMatch(line -> line.contains("'locked'"))
                .anyMatch(line -> line.contains("'foreign'") && line.contains("another cluster"));
        assertThat(startOutput).doesNotContain("hunter2");
    }

    // On a busy machine a node may be late with an answer now and then.
    @Test
    void itIsHealthyAndTheDetailsNameWhatIsMissing() {
        Await.until(
                PATIENCE,
                () -> {
                    Health health = context.getBean("sluiceHealthIndicator", ReactiveHealthIndicator.class)
                            .health()
                            .block(PATIENCE);
                    return health.getStatus().equals(Status.UP)
                            && health.getDetails().get("degraded") instanceof List<?> missing
                            && Set.copyOf(missing).equals(Set.of("nowhere", "silent", "locked", "foreign"));
                },
                "the application is healthy without four of its nodes");
    }

    @Test
    void eachNodeSaysWhatIsWrongWithIt() {
        Map<String, State> expected = Map.of(
                "primary", State.UP,
                "good", State.UP,
                "nowhere", State.DOWN,
                "silent", State.DOWN,
                "locked", State.DOWN,
                "foreign", State.REFUSED);
        // On a busy machine a node may be late with an answer, and then that is the reason for a moment.
        Await.until(
                PATIENCE,
                () -> {
                    Map<String, NodeStatus> nodes = nodes();
                    assertThat(nodes.values().stream().collect(Collectors.toMap(NodeStatus::name, NodeStatus::state)))
                            .isEqualTo(expected);
                    assertThat(nodes.get("locked").reason()).contains("28P01");
                    assertThat(nodes.get("foreign").reason()).contains("another cluster");
                    return true;
                },
                "each node says what is wrong with it");

        assertThat(nodes().values()).extracting(NodeStatus::reason).noneMatch(reason -> reason.contains("hunter2"));
    }

    private static Map<String, NodeStatus> nodes() {
        return context.getBean(R2dbcSluice.class).statuses().stream()
                .collect(Collectors.toMap(NodeStatus::name, Function.identity()));
    }

    @Test
    void aReadOnlyMethodRunsOnTheReplicaAndAnotherOneOnThePrimary() {
        ThingService service = context.getBean(ThingService.class);

        awaitOnReplica(service.readOnly(service::isInRecovery));
        assertThat(get(service.required(service::isInRecovery))).isFalse();
        assertThatThrownBy(() -> get(service.readOnly(() -> service.insert("a"))))
                .isInstanceOfSatisfying(
                        R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("25006"));
    }

    @Test
    void aReadOnlyTransactionOnTheReplicaMayBeginWithATimeoutASavepointOrAStream() {
        Sluice sluice = context.getBean(Sluice.class);
        ThingService service = context.getBean(ThingService.class);
        TransactionOptions readOnly = TransactionOptions.DEFAULT.asReadOnly();

        awaitOnReplica(sluice.inTransaction(readOnly.withTimeout(Duration.ofSeconds(7)), service::isInRecovery));
        awaitOnReplica(sluice.inTransaction(
                readOnly, () -> sluice.inTransaction(readOnly.withSavepoint(), service::isInRecovery)));
        awaitOnReplica(sluice.inTransaction(
                readOnly, () -> sluice.sql("select pg_is_in_recovery()").as(Boolean.class).stream(10)
                        .single()));
    }

    @Test
    void aReadOnlyDefinitionOfThePlainViewRunsOnTheReplicaAndAnotherOneOnThePrimary() {
        awaitOnReplica(isInRecovery(true));
        assertThat(get(isInRecovery(false))).isFalse();
    }

    private static Mono<Boolean> isInRecovery(boolean readOnly) {
        ConnectionFactory connections = context.getBean(ConnectionFactory.class);
        return Mono.usingWhen(
                connections.create(),
                connection -> Mono.from(connection.beginTransaction(new Definition(readOnly)))
                        .then(Flux.from(connection
                                        .createStatement("select pg_is_in_recovery()")
                                        .execute())
                                .flatMap(result -> result.map(row -> row.get(0, Boolean.class)))
                                .single())
                        .flatMap(found ->
                                Mono.from(connection.commitTransaction()).thenReturn(found)),
                Connection::close);
    }

    // The replica may be a moment behind what the process has seen; the primary serves that read then.
    private static void awaitOnReplica(Mono<Boolean> isInRecovery) {
        Await.until(PATIENCE, () -> get(isInRecovery), "a read-only transaction runs on the replica");
    }

    private static <T> T get(Mono<T> work) {
        return work.contextWrite(Access.tenant("acme")).block(PATIENCE);
    }

    private static void foreign(Work work) {
        try (java.sql.Connection connection = foreign.primary().connect(Role.SUPERUSER, "postgres");
                Statement statement = connection.createStatement()) {
            work.with(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Work {

        void with(Statement statement) throws SQLException;
    }

    private record Definition(boolean readOnly) implements TransactionDefinition {

        @Override
        public <T> @Nullable T getAttribute(Option<T> option) {
            return option == TransactionDefinition.READ_ONLY ? option.cast(readOnly) : null;
        }
    }
}
