package dev.sluice.testkit.cluster.embedded;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Logins;
import dev.sluice.testkit.cluster.RedisNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.RoleSql;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A cluster of local processes in a temporary directory, kept alive by this JVM's lease. */
final class EmbeddedCluster implements SluiceCluster {

    private static final int START_TRIES = 5;

    private final Path root;
    private final Lease lease;
    private final ClusterNode primary;
    private final List<ClusterNode> standbys;

    private EmbeddedCluster(Path root, Lease lease, ClusterNode primary, List<ClusterNode> standbys) {
        this.root = root;
        this.lease = lease;
        this.primary = primary;
        this.standbys = List.copyOf(standbys);
    }

    static EmbeddedCluster start(ClusterSpec spec) {
        Path home = Binaries.unpacked();
        Path root = temporaryDirectory();
        Lease lease = Lease.first(root);
        try {
            Logins logins = Logins.random();
            PostgresServer server = new PostgresServer(home, root.resolve("primary"));
            server.initialize(logins);
            server.configure(settings(spec));
            ClusterNode primary = startOnFreePort("primary", server, logins);
            createRoles(primary);
            List<ClusterNode> standbys = new ArrayList<>();
            for (int i = 1; i <= spec.standbys(); i++) {
                standbys.add(startStandby("standby" + i, home, root, primary, server.data()));
            }
            return new EmbeddedCluster(root, lease, primary, standbys);
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    /** A cluster that runs already, through a lease of this JVM's. */
    static EmbeddedCluster joined(Path root, Lease lease, int port, Logins logins) {
        PostgresServer server = new PostgresServer(root, root.resolve("primary"));
        return new EmbeddedCluster(
                root, lease, new ClusterNode("primary", "127.0.0.1", port, logins, server), List.of());
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

    @Override
    public void close() {
        lease.close();
        Await.until(ClusterNode.PATIENCE, () -> !Files.exists(root), "the keeper removes " + root);
    }

    private static ClusterNode startStandby(String name, Path home, Path root, ClusterNode primary, Path source) {
        PostgresServer server = new PostgresServer(home, root.resolve(name));
        BaseBackup.copy(primary, source, server.data());
        server.follow(name, primary);
        ClusterNode standby = startOnFreePort(name, server, primary.logins());
        standby.awaitReplayOf(primary);
        return standby;
    }

    private static ClusterNode startOnFreePort(String name, PostgresServer server, Logins logins) {
        for (int attempt = 1; ; attempt++) {
            int port = Ports.free();
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

    private static void createRoles(ClusterNode primary) {
        try (Connection connection = primary.connect(Role.SUPERUSER, "postgres");
                Statement statement = connection.createStatement()) {
            for (String sql : RoleSql.forCluster(primary.logins())) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the four roles could not be made on " + primary, e);
        }
    }

    /** Fast and forgetful where tests gain from it, and otherwise as a production server would be set. */
    private static List<String> settings(ClusterSpec spec) {
        return List.of(
                "listen_addresses = '127.0.0.1'",
                "unix_socket_directories = ''",
                "max_connections = " + spec.maxConnections(),
                "shared_buffers = 64MB",
                "fsync = off",
                "full_page_writes = off",
                "wal_level = replica",
                "max_wal_senders = 10",
                "wal_keep_size = 256MB",
                "hot_standby = on",
                "timezone = 'UTC'",
                "log_timezone = 'UTC'",
                "dynamic_shared_memory_type = mmap",
                "wal_retrieve_retry_interval = 100ms",
                "client_connection_check_interval = 1s");
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("sluice-cluster-");
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for the cluster could be made", e);
        }
    }
}
