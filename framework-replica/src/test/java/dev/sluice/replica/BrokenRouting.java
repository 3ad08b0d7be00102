package dev.sluice.replica;

import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.ClusterProvider;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeFactory;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.replica.topology.TopologyMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Routing that judges replicas wrongly on purpose: what a consistency test is worth is what it says of these. */
public abstract class BrokenRouting implements ClusterProvider {

    /** Takes a replica for fresh enough when any of them is, before the read and after it. */
    public static final class AnyReplica extends BrokenRouting {

        @Override
        Position believed(TopologyMonitor honest, int node) {
            return farthest(honest);
        }

        @Override
        Node use(Node node, TopologyMonitor honest) {
            LyingLeases.Lie lie = new LyingLeases.Lie() {
                @Override
                public Lsn of(int timeline, Lsn lsn) {
                    Position farthest = farthest(honest);
                    boolean farther = timeline == 0 && farthest != null && !lsn.includes(farthest.lsn());
                    return farther ? farthest.lsn() : lsn;
                }
            };
            return new Node(node.name(), node.admission(), new LyingLeases(node.leases(), lie));
        }

        private static @Nullable Position farthest(TopologyMonitor honest) {
            return IntStream.range(0, honest.current().nodes().size())
                    .filter(i -> honest.current().nodes().get(i).role() == Role.STANDBY)
                    .mapToObj(honest::position)
                    .filter(Objects::nonNull)
                    .max(Position::compareTo)
                    .orElse(null);
        }
    }

    /** Judges no replica before the read, and all of them by where they stand once it has its snapshot. */
    public static final class OwnSnapshot extends BrokenRouting {

        @Override
        Position believed(TopologyMonitor honest, int node) {
            Position position = honest.position(node);
            return position == null ? null : new Position(position.timeline(), new Lsn(-1));
        }
    }

    /** Connects a Sluice that routes like that. */
    public static Sluice connect(Class<? extends BrokenRouting> routing, SluiceSettings settings, Duration patience) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new Naming(before, routing.getName()));
        try {
            return Objects.requireNonNull(Sluice.connect(settings).block(patience));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** @return where the router is made to believe that a standby stands; null if it knows nothing */
    abstract @Nullable Position believed(TopologyMonitor honest, int node);

    Node use(Node node, TopologyMonitor honest) {
        return node;
    }

    @Override
    public final Cluster open(SluiceSettings settings, NodeFactory nodes) {
        TopologyMonitor honest = TopologyMonitor.open(settings);
        List<Node> all = new ArrayList<>();
        all.add(nodes.open("primary", settings.url(), settings.app(), settings.pool()));
        settings.replicas()
                .nodes()
                .forEach((name, node) -> all.add(nodes.open(name, node.url(), settings.app(), settings.pool())));
        return RoutedCluster.of(
                all.stream().map(node -> use(node, honest)).toList(),
                new LyingMonitor(honest),
                settings,
                System::nanoTime);
    }

    private final class LyingMonitor extends DelegatingMonitor {

        private final TopologyMonitor honest;

        LyingMonitor(TopologyMonitor honest) {
            super(honest);
            this.honest = honest;
        }

        @Override
        public @Nullable Position position(int node) {
            boolean standby = honest.current().nodes().get(node).role() == Role.STANDBY;
            return standby ? believed(honest, node) : honest.position(node);
        }
    }

    /** Lets the service loader find one provider and no other. */
    private static final class Naming extends ClassLoader {

        private static final String SERVICE = "META-INF/services/" + ClusterProvider.class.getName();

        private final String provider;

        Naming(ClassLoader parent, String provider) {
            super(parent);
            this.provider = provider;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals(SERVICE) ? Collections.enumeration(List.of(file())) : super.getResources(name);
        }

        private URL file() {
            try {
                Path file = Files.createTempFile("provider", null);
                file.toFile().deleteOnExit();
                return Files.writeString(file, provider).toUri().toURL();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
