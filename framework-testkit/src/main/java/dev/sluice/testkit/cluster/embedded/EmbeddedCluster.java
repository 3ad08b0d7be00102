package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.FreePort;
import dev.sluice.testkit.cluster.Logins;
import dev.sluice.testkit.cluster.RedisNode;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/** A cluster of local processes in a temporary directory, kept alive by this JVM's lease. */
final class EmbeddedCluster implements SluiceCluster {

    private static final int START_TRIES = 5;

    private final Path root;
    private final Lease lease;
    private final PostgresServer server;
    private final ClusterNode primary;
    private final List<ClusterNode> standbys;

    private EmbeddedCluster(
            Path root, Lease lease, PostgresServer server, ClusterNode primary, List<ClusterNode> standbys) {
        this.root = root;
        this.lease = lease;
        this.server = server;
        this.primary = primary;
        this.standbys = List.copyOf(standbys);
    }

    static EmbeddedCluster start(ClusterSpec spec) {
        Path home = Binaries.unpacked();
        Path root = DataFolder.create("sluice-cluster-");
        Lease lease = Lease.first(root);
        try {
            Logins logins = Logins.random();
            PostgresServer server = new PostgresServer(home, root.resolve("primary"));
            server.initialize(logins);
            server.configure(spec.settings().entrySet().stream()
                    .map(setting -> setting.getKey() + " = '" + setting.getValue() + "'")
                    .toList());
            server.configure(List.of("listen_addresses = '127.0.0.1'", "unix_socket_directories = ''"));
            ClusterNode primary = startOnFreePort("primary", server, logins);
            primary.createRoles();
            return new EmbeddedCluster(
                    root, lease, server, primary, standbys(spec.standbys(), home, root, primary, server));
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    /** A cluster that runs already, through a lease of this JVM's. */
    static EmbeddedCluster joined(Path root, Lease lease, int port, Logins logins) {
        PostgresServer server = new PostgresServer(root, root.resolve("primary"));
        return new EmbeddedCluster(
                root, lease, server, new ClusterNode("primary", "127.0.0.1", port, logins, server), List.of());
    }

    /**
     * Whether the primary runs; one that is only slow to answer, because the machine is busy, is waited for.
     */
    boolean lives() {
        if (!server.runs()) {
            return false;
        }
        Await.until(ClusterNode.PATIENCE, primary::answers, primary + " answers");
        return true;
    }

    Path root() {
        return root;
    }

    @Override
    public ClusterNode primary() {
        return primary;
    }

    @Override
    public List<ClusterNode> standbys() {
        return standbys;
    }

    @Override
    public RedisNode redis() {
        return RedisServer.in(root);
    }

    /** Gives back the lease and leaves the rest to the keeper, because others may hold theirs. */
    void leave() {
        lease.close();
    }

    @Override
    public void close() {
        lease.close();
        Await.until(ClusterNode.PATIENCE, () -> !Files.exists(root), "the keeper removes " + root);
    }

    // Side by side: most of the time of each goes by with waiting for its server.
    private static List<ClusterNode> standbys(
            int count, Path home, Path root, ClusterNode primary, PostgresServer source) {
        List<String> names =
                IntStream.rangeClosed(1, count).mapToObj(i -> "standby" + i).toList();
        if (names.isEmpty()) {
            return List.of();
        }
        List<PostgresServer> servers = names.stream()
                .map(name -> new PostgresServer(home, root.resolve(name)))
                .toList();
        BaseBackup.copy(
                primary,
                source.data(),
                servers.stream().map(PostgresServer::data).toList());
        List<CompletableFuture<ClusterNode>> starting = IntStream.range(0, count)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> startStandby(names.get(i), servers.get(i), primary), task -> new Thread(task).start()))
                .toList();
        // Nobody starts any more when one has failed, and all is taken down.
        starting.forEach(one -> one.handle((standby, error) -> standby).join());
        return starting.stream().map(EmbeddedCluster::started).toList();
    }

    private static ClusterNode started(CompletableFuture<ClusterNode> standby) {
        try {
            return standby.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private static ClusterNode startStandby(String name, PostgresServer server, ClusterNode primary) {
        server.follow(name, primary);
        ClusterNode standby = startOnFreePort(name, server, primary.logins());
        standby.awaitReplayOf(primary);
        return standby;
    }

    private static ClusterNode startOnFreePort(String name, PostgresServer server, Logins logins) {
        for (int attempt = 1; ; attempt++) {
            int port = FreePort.find();
            server.configure(List.of("port = " + port));
            ClusterNode node = new ClusterNode(name, "127.0.0.1", port, logins, server);
            try {
                node.start();
                return node;
            } catch (IllegalStateException e) {
                if (attempt == START_TRIES) {
                    throw e;
                }
            }
        }
    }
}
