package dev.sluice.reference.demo;

import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A primary with standbys, Redis and an empty database, which start on a thread of their own. Each method waits until they run, at
 * most 120 s, and fails as their start has failed.
 */
final class StartingCluster {

    private static final int PATIENCE_SECONDS = 120;

    private final CompletableFuture<Started> started;

    private StartingCluster(CompletableFuture<Started> started) {
        this.started = started;
    }

    /** @param redis whether Redis is wanted; without, it is started when somebody asks for it */
    static StartingCluster withStandbys(int standbys, boolean redis) {
        return new StartingCluster(
                CompletableFuture.supplyAsync(() -> start(standbys, redis), StartingCluster::runInBackground)
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    SluiceCluster cluster() {
        return await().cluster();
    }

    TestDatabase database() {
        return await().database();
    }

    String standbyUrl(int index) {
        return database().on(cluster().standbys().get(index)).url();
    }

    String redisUrl() {
        return cluster().redis().url();
    }

    private Started await() {
        try {
            return started.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            String reason = cause instanceof TimeoutException
                    ? "it does not run after " + PATIENCE_SECONDS + " s"
                    : String.valueOf(cause);
            throw new IllegalStateException(
                    "the embedded cluster could not be started (with sluice.url none is needed): " + reason, cause);
        }
    }

    private static Started start(int standbys, boolean redis) {
        SluiceCluster cluster = SluiceCluster.start(ClusterSpec.withStandbys(standbys));
        try {
            if (redis) {
                cluster.redis();
            }
            return new Started(cluster, cluster.createDatabase());
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    // A daemon: a service that fails to start ends all the same, and what has been started ends with its process.
    private static void runInBackground(Runnable start) {
        Thread thread = new Thread(start, "embedded-cluster");
        thread.setDaemon(true);
        thread.start();
    }

    private record Started(SluiceCluster cluster, TestDatabase database) {}
}
