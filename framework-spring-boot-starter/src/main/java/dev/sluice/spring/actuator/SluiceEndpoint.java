package dev.sluice.spring.actuator;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.R2dbcSluice.NodeUse;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** The state of Sluice: per cluster, its nodes. */
@Endpoint(id = "sluice")
public final class SluiceEndpoint {

    private final R2dbcSluice sluice;

    SluiceEndpoint(R2dbcSluice sluice) {
        this.sluice = sluice;
    }

    /** @return the clusters, by name */
    @ReadOperation
    public State state() {
        return new State(Map.of("main", new Cluster(sluice.nodes())));
    }

    /**
     * All of it.
     *
     * @param clusters by name
     */
    public record State(Map<String, Cluster> clusters) {}

    /**
     * A cluster.
     *
     * @param nodes how much of each node is in use
     */
    public record Cluster(List<NodeUse> nodes) {}
}
