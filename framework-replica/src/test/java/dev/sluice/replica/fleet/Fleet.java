package dev.sluice.replica.fleet;

import dev.sluice.PoolSettings;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.RoutingSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.consistency.Lsn;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.replica.SynchronousCommits;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** A primary with two standbys of its own and one database, and applications on it. */
final class Fleet implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SluiceCluster cluster = SluiceCluster.start(ClusterSpec.withStandbys(2));
    private final TestDatabase database = cluster.createDatabase();

    Fleet(String table, String definition) {
        database.execute(
                Role.OWNER,
                definition
                        + RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                                .across(Role.ACROSS.username())
                                .script(table));
        awaitReplay();
    }

    ClusterNode primary() {
        return cluster.primary();
    }

    List<ClusterNode> standbys() {
        return cluster.standbys();
    }

    TestDatabase database() {
        return database;
    }

    /** Waits until both standbys have all that the primary has written by now. */
    void awaitReplay() {
        standbys().forEach(standby -> standby.awaitReplayOf(primary()));
    }

    /** Promotes the standby that has received most, lets the other one follow it, and returns it. */
    ClusterNode promoteMostAdvanced() {
        ClusterNode next =
                standbys().stream().max(Comparator.comparing(this::received)).orElseThrow();
        next.promote();
        standbys().stream().filter(node -> node != next).forEach(node -> node.follow(next));
        return next;
    }

    private Lsn received(ClusterNode standby) {
        return Lsn.parse(
                database.on(standby).value(Role.SUPERUSER, String.class, "select pg_last_wal_receive_lsn()::text"));
    }

    /** A commit is acknowledged when one of the standbys has it too, so that none is lost with the primary. */
    void commitByQuorum() {
        SynchronousCommits.waitFor("ANY 1 (standby1, standby2)", primary(), database);
    }

    SluiceSettings.Builder settings(RoutingSettings routing) {
        Map<String, ReplicaNode> nodes = new LinkedHashMap<>();
        standbys()
                .forEach(standby -> nodes.put(
                        standby.name(), new ReplicaNode(database.on(standby).url(), null)));
        return database.settings().pool(PoolSettings.ofMax(8)).replicas(new ReplicaSettings(routing, nodes));
    }

    Sluice connect(UnaryOperator<SluiceSettings.Builder> change) {
        SluiceSettings settings =
                change.apply(settings(RoutingSettings.DEFAULT)).build();
        return Objects.requireNonNull(Sluice.connect(settings).block(PATIENCE));
    }

    @Override
    public void close() {
        cluster.close();
    }
}
