package dev.sluice.spring.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.alert.AlertLines.Severity;
import dev.sluice.spring.sampler.DatabaseSample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each alert over its warning line, over its critical line, and back. */
class AlertBoardTest {

    private final Nodes sluice = new Nodes();
    private long now = Duration.ofDays(1).toNanos();
    private final AlertSignals signals = new AlertSignals(() -> now);
    private @Nullable DatabaseSample sample;
    private final AlertBoard board = new AlertBoard(sluice, signals, () -> Optional.ofNullable(sample), Map.of());

    @Test
    void nothingFiresWhereNothingHappens() {
        assertThat(board.firing()).isEmpty();
        assertThat(board.states()).hasSameSizeAs(SluiceAlert.values());
    }

    @Test
    void activeConnections() {
        sluice.inUse = 15;
        assertIs(SluiceAlert.ACTIVE_CONNECTIONS, Severity.OK);
        sluice.inUse = 16;
        assertIs(SluiceAlert.ACTIVE_CONNECTIONS, Severity.WARNING);
        sluice.inUse = 19;
        assertIs(SluiceAlert.ACTIVE_CONNECTIONS, Severity.CRITICAL);
        assertThat(board.state(SluiceAlert.ACTIVE_CONNECTIONS).text())
                .isEqualTo("95.0 % at primary (warning 80.0 %, critical 95.0 %)");
        sluice.inUse = 0;
        assertIs(SluiceAlert.ACTIVE_CONNECTIONS, Severity.OK);
    }

    @Test
    void queueWait() {
        times(1_000, () -> signals.waited("primary", 1_000_000));
        assertIs(SluiceAlert.QUEUE_WAIT, Severity.OK);
        times(9, () -> signals.waited("primary", seconds(1.5)));
        assertIs(SluiceAlert.QUEUE_WAIT, Severity.OK);
        times(9, () -> signals.waited("primary", seconds(1.5)));
        assertIs(SluiceAlert.QUEUE_WAIT, Severity.WARNING);
        times(100, () -> signals.waited("r1", seconds(7)));
        assertIs(SluiceAlert.QUEUE_WAIT, Severity.CRITICAL);
        assertThat(board.state(SluiceAlert.QUEUE_WAIT).where()).isEqualTo("r1");
        pass(Duration.ofSeconds(61));
        assertIs(SluiceAlert.QUEUE_WAIT, Severity.OK);
    }

    @Test
    void queryTime() {
        times(100, () -> signals.ran("primary", seconds(0.5)));
        assertIs(SluiceAlert.QUERY_TIME, Severity.OK);
        times(10, () -> signals.ran("primary", seconds(1.1)));
        assertIs(SluiceAlert.QUERY_TIME, Severity.WARNING);
        times(10, () -> signals.ran("primary", seconds(5.1)));
        assertIs(SluiceAlert.QUERY_TIME, Severity.CRITICAL);
        pass(Duration.ofSeconds(30));
        assertIs(SluiceAlert.QUERY_TIME, Severity.CRITICAL);
        pass(Duration.ofSeconds(31));
        assertIs(SluiceAlert.QUERY_TIME, Severity.OK);
    }

    @Test
    void migrationLockWait() {
        signals.waitedForMigrations(seconds(29));
        assertIs(SluiceAlert.MIGRATION_LOCK_WAIT, Severity.OK);
        signals.waitedForMigrations(seconds(30));
        assertIs(SluiceAlert.MIGRATION_LOCK_WAIT, Severity.WARNING);
        signals.waitedForMigrations(seconds(60));
        assertIs(SluiceAlert.MIGRATION_LOCK_WAIT, Severity.CRITICAL);
        signals.waitedForMigrations(seconds(1));
        assertIs(SluiceAlert.MIGRATION_LOCK_WAIT, Severity.CRITICAL);
        pass(Duration.ofMinutes(6));
        assertIs(SluiceAlert.MIGRATION_LOCK_WAIT, Severity.OK);
    }

    @Test
    void acquireTimeouts() {
        times(1_000, () -> signals.waited("primary", 0));
        times(9, () -> signals.acquireTimedOut("primary"));
        assertIs(SluiceAlert.ACQUIRE_TIMEOUTS, Severity.OK);
        signals.acquireTimedOut("primary");
        assertIs(SluiceAlert.ACQUIRE_TIMEOUTS, Severity.WARNING);
        times(40, () -> signals.acquireTimedOut("primary"));
        assertIs(SluiceAlert.ACQUIRE_TIMEOUTS, Severity.CRITICAL);
        pass(Duration.ofSeconds(61));
        assertIs(SluiceAlert.ACQUIRE_TIMEOUTS, Severity.OK);
    }

    @Test
    void replicaLag() {
        sluice.lag = Duration.ofMillis(4_999);
        assertIs(SluiceAlert.REPLICA_LAG, Severity.OK);
        sluice.lag = Duration.ofSeconds(5);
        assertIs(SluiceAlert.REPLICA_LAG, Severity.WARNING);
        sluice.lag = Duration.ofSeconds(10);
        assertIs(SluiceAlert.REPLICA_LAG, Severity.CRITICAL);
        assertThat(board.state(SluiceAlert.REPLICA_LAG).where()).isEqualTo("r1");
        sluice.lag = null;
        assertIs(SluiceAlert.REPLICA_LAG, Severity.OK);
        assertThat(board.state(SluiceAlert.REPLICA_LAG).value()).isZero();
    }

    @Test
    void idleInTransactionOfThisProcess() {
        signals.idled(seconds(0.9));
        assertIs(SluiceAlert.IDLE_IN_TRANSACTION, Severity.OK);
        signals.idled(seconds(1));
        assertIs(SluiceAlert.IDLE_IN_TRANSACTION, Severity.WARNING);
        signals.idled(seconds(5));
        assertIs(SluiceAlert.IDLE_IN_TRANSACTION, Severity.CRITICAL);
        pass(Duration.ofSeconds(61));
        assertIs(SluiceAlert.IDLE_IN_TRANSACTION, Severity.OK);
    }

    @Test
    void idleInTransactionOfAnybodyElse() {
        sample = sample(0, Duration.ofSeconds(1));
        assertIs(SluiceAlert.IDLE_IN_TRANSACTION, Severity.WARNING);
        assertThat(board.state(SluiceAlert.IDLE_IN_TRANSACTION).where()).isEqualTo("psql");
        sample = sample(0, Duration.ofSeconds(5));
        assertIs(SluiceAlert.IDLE_IN_TRANSACTION, Severity.CRITICAL);
        sample = sample(0, Duration.ZERO);
        assertIs(SluiceAlert.IDLE_IN_TRANSACTION, Severity.OK);
    }

    @Test
    void unmanagedConnections() {
        sample = sample(0, Duration.ZERO);
        assertIs(SluiceAlert.UNMANAGED_CONNECTIONS, Severity.OK);
        sample = sample(1, Duration.ZERO);
        assertIs(SluiceAlert.UNMANAGED_CONNECTIONS, Severity.WARNING);
        sample = sample(5, Duration.ZERO);
        assertIs(SluiceAlert.UNMANAGED_CONNECTIONS, Severity.CRITICAL);
        sample = null;
        assertIs(SluiceAlert.UNMANAGED_CONNECTIONS, Severity.OK);
    }

    @Test
    void linesCanBeOthersAndMustBeInOrder() {
        AlertBoard own =
                new AlertBoard(sluice, signals, Optional::empty, Map.of(SluiceAlert.REPLICA_LAG, new AlertLines(1, 2)));
        sluice.lag = Duration.ofMillis(1_500);

        assertThat(own.state(SluiceAlert.REPLICA_LAG).severity()).isEqualTo(Severity.WARNING);
        assertThatThrownBy(() -> new AlertLines(2, 1)).hasMessageContaining("warning <= critical");
    }

    private void assertIs(SluiceAlert alert, Severity severity) {
        assertThat(board.state(alert)).returns(severity, AlertState::severity);
        assertThat(board.firing().stream().anyMatch(state -> state.alert().equals(alert.alertName())))
                .isEqualTo(severity != Severity.OK);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static void times(int times, Runnable signal) {
        for (int i = 0; i < times; i++) {
            signal.run();
        }
    }

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }

    private static DatabaseSample sample(int unmanaged, Duration idle) {
        return new DatabaseSample(
                Instant.EPOCH,
                "primary",
                new DatabaseSample.Connections(1, 2, 0, 0, 100),
                unmanaged,
                new DatabaseSample.Activity(Duration.ZERO, idle, "psql", 0, 0, Duration.ZERO),
                new DatabaseSample.Migration(null, Duration.ZERO, 0),
                List.of(),
                new DatabaseSample.Horizon(0, Duration.ZERO));
    }

    private static final class Nodes extends FakeSluice {

        private int inUse;
        private @Nullable Duration lag;

        @Override
        public List<NodeUse> nodes() {
            return List.of(new NodeUse("primary", inUse, 0, 20), new NodeUse("r1", 0, 0, 20));
        }

        @Override
        public List<NodeStatus> statuses() {
            return List.of(
                    new NodeStatus("primary", Role.PRIMARY, State.UP, "", null, 0, Duration.ZERO, null),
                    new NodeStatus("r1", Role.STANDBY, State.UP, "", null, 0, lag, null));
        }
    }
}
