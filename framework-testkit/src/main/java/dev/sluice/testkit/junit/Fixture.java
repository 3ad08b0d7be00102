package dev.sluice.testkit.junit;

import dev.sluice.Sluice;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one test class works with, from before its first test to after its last. */
final class Fixture implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SluiceTest test;
    private final SluiceCluster cluster;
    private final TestDatabase database;
    private @Nullable Sluice sluice;

    private Fixture(SluiceTest test, SluiceCluster cluster, TestDatabase database) {
        this.test = test;
        this.cluster = cluster;
        this.database = database;
    }

    static Fixture of(SluiceTest test) {
        Migrations migrations = Migrations.of(test.migrations());
        boolean own = test.ownCluster() || test.standbys() > 0;
        SluiceCluster cluster =
                own ? SluiceCluster.start(ClusterSpec.withStandbys(test.standbys())) : SluiceCluster.shared();
        try {
            return new Fixture(test, cluster, cluster.createDatabase(migrations));
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    SluiceCluster cluster() {
        return cluster;
    }

    TestDatabase database() {
        return database;
    }

    /**
     * Connected at the first request, so that a class which never asks need not satisfy Sluice's start-up
     * checks.
     */
    synchronized Sluice sluice() {
        Sluice connected = sluice;
        if (connected == null) {
            connected = Sluice.connect(database.settings().build()).block(PATIENCE);
            if (connected == null) {
                throw new IllegalStateException("Sluice.connect completed without an instance");
            }
            sluice = connected;
        }
        return test.tenant().isEmpty() ? connected : TenantByDefault.on(connected, test.tenant());
    }

    @Override
    public void close() {
        try (cluster) {
            Sluice connected = sluice;
            if (connected != null) {
                connected.closeGracefully().block(PATIENCE);
            }
            cluster.dropDatabase(database);
        }
    }
}
