package dev.sluice.testkit.cluster.containers;

import com.github.dockerjava.api.exception.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** The container engine of this machine, asked once per JVM. */
final class Engine {

    /**
     * Testcontainers looks long and logs loudly when there is no engine: ask it only when there are signs of
     * one.
     */
    private static final boolean ANSWERS =
            hasSigns() && DockerClientFactory.instance().isDockerAvailable();

    private Engine() {}

    static boolean answers() {
        return ANSWERS;
    }

    static boolean has(String image) {
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static boolean hasSigns() {
        String home = System.getProperty("user.home", "");
        String runtime = Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR")).orElse("/run");
        return System.getenv("DOCKER_HOST") != null
                || Stream.of(
                                "/var/run/docker.sock",
                                runtime + "/docker.sock",
                                home + "/.docker/run/docker.sock",
                                home + "/.testcontainers.properties")
                        .anyMatch(sign -> Files.exists(Path.of(sign)));
    }
}
