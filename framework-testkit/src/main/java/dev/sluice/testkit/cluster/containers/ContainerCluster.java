package dev.sluice.testkit.cluster.containers;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.FreePort;
import dev.sluice.testkit.cluster.Logins;
import dev.sluice.testkit.cluster.RedisNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A cluster of containers on a network of its own; each publishes a port that stays the same when it is
 * restarted.
 */
final class ContainerCluster implements SluiceCluster {

    private static final int POSTGRES_PORT = 5432;
    private static final int REDIS_PORT = 6379;

    /**
     * What PostgreSQL takes for a fast shutdown; the engine's default would wait for every client to leave.
     */
    private static final String FAST_SHUTDOWN = "SIGINT";

    /** Neither the images' volume nor the same for every version of them, but writable in all. */
    private static final String DATA = "/var/lib/postgresql/sluice";

    /** A standby's start: copy the primary the first time, then run what follows. */
    private static final String COPY_ONCE_AND_RUN =
            "[ -e $PGDATA/PG_VERSION ] || pg_basebackup -D $PGDATA -c fast -R -d \"$0\"; exec \"$@\"";

    private final ClusterSpec spec;
    private final Images images;
    private final Logins logins = Logins.random();
    private final Network network = Network.newNetwork();
    private final Deque<ContainerProcess> started = new ArrayDeque<>();
    private final List<ClusterNode> nodes = new ArrayList<>();
    private @Nullable RedisNode redis;

    private ContainerCluster(ClusterSpec spec, Images images) {
        this.spec = spec;
        this.images = images;
    }

    static ContainerCluster start(ClusterSpec spec, Images images) {
        ContainerCluster cluster = new ContainerCluster(spec, images);
        try {
            cluster.startPrimary();
            for (int i = 1; i <= spec.standbys(); i++) {
                cluster.startStandby("standby" + i);
            }
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    @Override
    public ClusterNode primary() {
        return nodes.get(0);
    }

    @Override
    public List<ClusterNode> standbys() {
        return List.copyOf(nodes.subList(1, nodes.size()));
    }

    @Override
    public synchronized RedisNode redis() {
        RedisNode running = redis;
        if (running == null) {
            GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(images.redis()))
                    .withCommand("redis-server", "--save", "", "--appendonly", "no", "--protected-mode", "no");
            int port = publish(container, "redis", REDIS_PORT);
            ContainerProcess process = run(container);
            running = new RedisNode(container.getHost(), port, process);
            running.start();
            redis = running;
        }
        return running;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            started.pop().remove();
        }
        network.close();
    }

    private void startPrimary() {
        PostgreSQLContainer container = new PostgreSQLContainer(
                        DockerImageName.parse(images.postgres()).asCompatibleSubstituteFor("postgres"))
                .withDatabaseName("postgres")
                .withUsername(Role.SUPERUSER.username())
                .withPassword(logins.of(Role.SUPERUSER).password())
                .withEnv("PGDATA", DATA)
                .withEnv("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C.UTF-8");
        container.setCommand(server().toArray(String[]::new));
        ClusterNode node = runNode("primary", container);
        node.createRoles();
        allowStandbys(container, node);
    }

    /** The official images let in every client but standbys. */
    private void allowStandbys(PostgreSQLContainer container, ClusterNode primary) {
        try {
            ExecResult result = container.execInContainer(
                    "sh", "-c", "echo 'host replication all all scram-sha-256' >>" + DATA + "/pg_hba.conf");
            if (result.getExitCode() != 0) {
                throw new IllegalStateException("pg_hba.conf cannot be changed: " + result.getStderr());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("pg_hba.conf cannot be changed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the primary is prepared for standbys", e);
        }
        primary.reloadSettings();
    }

    private void startStandby(String name) {
        String source = primary().connectionString(name, "primary", POSTGRES_PORT);
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(images.postgres()))
                .withEnv("PGDATA", DATA)
                .withCreateContainerCmdModifier(create -> create.withUser("postgres"))
                .waitingFor(Wait.forLogMessage(".*ready to accept read-only connections.*\\s", 1));
        List<String> command = new ArrayList<>(List.of("sh", "-c", COPY_ONCE_AND_RUN, source));
        command.addAll(server());
        container.setCommand(command.toArray(String[]::new));
        runNode(name, container).awaitReplayOf(primary());
    }

    private ClusterNode runNode(String name, GenericContainer<?> container) {
        int port = publish(container, name, POSTGRES_PORT);
        container.withCreateContainerCmdModifier(create -> create.withStopSignal(FAST_SHUTDOWN));
        ContainerProcess process = run(container);
        ClusterNode node = new ClusterNode(name, container.getHost(), port, logins, process);
        Await.until(ClusterNode.PATIENCE, node::answers, name + " answers from outside of its container");
        nodes.add(node);
        return node;
    }

    private ContainerProcess run(GenericContainer<?> container) {
        ContainerProcess process = new ContainerProcess(container);
        started.push(process);
        container.start();
        return process;
    }

    private int publish(GenericContainer<?> container, String alias, int inside) {
        int outside = FreePort.find();
        container
                .withNetwork(network)
                .withNetworkAliases(alias)
                .withExposedPorts(inside)
                .withCreateContainerCmdModifier(create -> {
                    HostConfig host = create.getHostConfig() == null ? new HostConfig() : create.getHostConfig();
                    create.withHostConfig(host.withPortBindings(
                            new PortBinding(Ports.Binding.bindPort(outside), new ExposedPort(inside))));
                });
        return outside;
    }

    private List<String> server() {
        List<String> command = new ArrayList<>(List.of("postgres", "-c", "listen_addresses=*"));
        spec.settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command;
    }
}
