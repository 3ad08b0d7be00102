package dev.sluice.testkit.cluster.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import dev.sluice.testkit.cluster.NodeProcess;
import org.testcontainers.containers.GenericContainer;

/**
 * One server in its container. The container stays when its server stops, and with it the data and the port.
 */
final class ContainerProcess implements NodeProcess {

    private static final int STOP_SECONDS = 20;

    private final GenericContainer<?> container;

    ContainerProcess(GenericContainer<?> container) {
        this.container = container;
    }

    @Override
    public void start() {
        if (!is(state().getRunning())) {
            client().startContainerCmd(id()).exec();
        }
    }

    @Override
    public void stop() {
        if (is(state().getRunning())) {
            client().stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec();
        }
    }

    @Override
    public void kill() {
        if (is(state().getRunning())) {
            client().killContainerCmd(id()).exec();
        }
    }

    @Override
    public void freeze() {
        if (!is(state().getPaused())) {
            client().pauseContainerCmd(id()).exec();
        }
    }

    @Override
    public void thaw() {
        if (is(state().getPaused())) {
            client().unpauseContainerCmd(id()).exec();
        }
    }

    /** Removes the container; a frozen one must be thawed first. */
    void remove() {
        if (container.getContainerId() != null) {
            thaw();
        }
        container.stop();
    }

    private ContainerState state() {
        return client().inspectContainerCmd(id()).exec().getState();
    }

    private DockerClient client() {
        return container.getDockerClient();
    }

    private String id() {
        return container.getContainerId();
    }

    private static boolean is(Boolean value) {
        return Boolean.TRUE.equals(value);
    }
}
