package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.io.IOException;

/**
 * The main class of a child JVM: does what its argument says, prints one line, and waits for the end of its
 * input. The line is the port of its primary.
 */
final class ClusterChild {

    /** Slow on purpose: processes that come at once find the template half made. */
    private static final Migrations MIGRATIONS =
            Migrations.of("create table things (id int)", "select pg_sleep(0.3)", "insert into things values (1)");

    private ClusterChild() {}

    public static void main(String[] arguments) throws IOException {
        try (SluiceCluster cluster = open(arguments[0])) {
            System.out.println(cluster.primary().port());
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }

    private static SluiceCluster open(String wish) {
        EmbeddedClusterProvider provider = new EmbeddedClusterProvider();
        switch (wish) {
            case "shared":
                SluiceCluster shared = provider.share();
                useDatabase(shared);
                return shared;
            case "frozen":
                SluiceCluster frozen = provider.start(ClusterSpec.withStandbys(1));
                frozen.redis();
                frozen.primary().freeze();
                return frozen;
            default:
                SluiceCluster own = provider.start(ClusterSpec.withStandbys(1));
                own.redis();
                return own;
        }
    }

    private static void useDatabase(SluiceCluster cluster) {
        TestDatabase database = cluster.createDatabase(MIGRATIONS);
        database.execute(Role.APP, "insert into things values (2)");
        long rows = database.value(Role.APP, Long.class, "select count(*) from things");
        cluster.dropDatabase(database);
        if (rows != 2) {
            throw new IllegalStateException(rows + " rows in a database of my own (expected: 2)");
        }
    }
}
