package dev.sluice.testkit.cluster;

import java.util.List;

/**
 * A running cluster: a primary, its streaming standbys, and Redis for who asks. Nothing of it outlives this
 * JVM, closed or crashed (a shared one: the last JVM that uses it).
 */
public interface SluiceCluster extends AutoCloseable {

    /**
     * Starts a cluster of the caller's own with the configured provider: see {@link ClusterProviders}. An embedded one keeps its data
     * in the folder that {@code sluice.testkit.data} names; by default in {@code /dev/shm} if 4 GiB are free there and the machine has
     * 16 GiB of memory, else in {@code java.io.tmpdir}. Where systemd removes what a user has in {@code /dev/shm} when he logs out
     * ({@code RemoveIPC}), a cluster that is to stay needs another folder.
     */
    static SluiceCluster start(ClusterSpec spec) {
        return ClusterProviders.configured().start(spec);
    }

    /**
     * Joins the cluster that tests share: a primary with 400 connections. It must not be stopped or slowed.
     */
    static SluiceCluster shared() {
        return ClusterProviders.configured().share();
    }

    /** The node that was started as the primary. */
    ClusterNode primary();

    /** The nodes that were started as standbys, in the order of their names. */
    List<ClusterNode> standbys();

    /**
     * The cluster's Redis, started when it is first asked for. A shared cluster's is shared: mind the keys.
     */
    RedisNode redis();

    /** A new database on the primary, with the four roles and these migrations. */
    default TestDatabase createDatabase(Migrations migrations) {
        return new Databases(primary()).create(migrations);
    }

    /** A new database on the primary, with the four roles and nothing else. */
    default TestDatabase createDatabase() {
        return createDatabase(Migrations.of());
    }

    /** Drops a database and cuts the sessions in it. No effect when it does not exist. */
    default void dropDatabase(TestDatabase database) {
        new Databases(primary()).drop(database);
    }

    /**
     * Stops every process and removes every file of the cluster; of a shared one when nobody else uses it.
     */
    @Override
    void close();
}
