package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.RedisNode;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Redis of the caller's own, without a cluster around it. Ends with this JVM, closed or crashed. */
public final class EmbeddedRedis implements AutoCloseable {

    private final Path root;
    private final Lease lease;
    private final RedisNode node;

    private EmbeddedRedis(Path root, Lease lease, RedisNode node) {
        this.root = root;
        this.lease = lease;
        this.node = node;
    }

    /** Starts one on a free port of loopback, and waits until it answers. */
    public static EmbeddedRedis start() {
        Path root = DataFolder.create("sluice-redis-");
        Lease lease = Lease.first(root);
        try {
            return new EmbeddedRedis(root, lease, RedisServer.in(root));
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    /** What a test may do to it. */
    public RedisNode node() {
        return node;
    }

    /** Stops it and removes its files. */
    @Override
    public void close() {
        lease.close();
        Await.until(ClusterNode.PATIENCE, () -> !Files.exists(root), "the keeper removes " + root);
    }
}
