package dev.sluice.testkit.cluster.containers;

import dev.sluice.testkit.cluster.ClusterProvider;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.JoinedCluster;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code containers}: clusters of containers on the Docker engine that Testcontainers finds. */
public final class ContainersClusterProvider implements ClusterProvider {

    private static @Nullable ContainerCluster shared;

    @Override
    public String name() {
        return "containers";
    }

    @Override
    public int order() {
        return 50;
    }

    @Override
    public Optional<String> unavailable() {
        return Engine.answers()
                ? Optional.empty()
                : Optional.of("no Docker engine answers (expected: one at DOCKER_HOST or its usual socket)");
    }

    @Override
    public Optional<String> unprepared() {
        Images images = Images.configured();
        List<String> missing = Stream.of(images.postgres(), images.redis())
                .filter(image -> !Engine.has(image))
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("the engine lacks " + String.join(" and ", missing)
                        + "; pull them, or name others with sluice.testkit.postgres-image and .redis-image");
    }

    @Override
    public SluiceCluster start(ClusterSpec spec) {
        return ContainerCluster.start(spec, Images.configured());
    }

    /**
     * Shared within this JVM: what removes containers after a crash knows the JVM that made them, not its
     * fellows.
     */
    @Override
    public SluiceCluster share() {
        synchronized (ContainersClusterProvider.class) {
            ContainerCluster cluster = shared;
            if (cluster == null) {
                cluster = ContainerCluster.start(ClusterSpec.shared(), Images.configured());
                shared = cluster;
            }
            return new JoinedCluster(cluster);
        }
    }
}
