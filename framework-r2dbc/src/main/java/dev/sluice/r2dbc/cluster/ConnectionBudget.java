package dev.sluice.r2dbc.cluster;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether the connections that all processes may open fit the server of a node. What migrates has not opened its pool yet,
 * and CancelRequests take no slot of {@code max_connections}: neither counts.
 *
 * @param node whose server
 * @param instances the processes
 * @param pool the most connections of a process to it that serve tenants, workers included
 * @param across those of the door for work across tenants
 * @param probes those that ask how it is
 * @param headroom what must stay free for maintenance
 */
public record ConnectionBudget(String node, int instances, int pool, int across, int probes, int headroom) {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionBudget.class);
    private static final String NAME = "the server's connection limits";
    private static final String LIMITS = "select current_setting('max_connections')::int,"
            + " current_setting('superuser_reserved_connections')::int"
            + " + coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0)";

    /**
     * Checks every node that can be asked; one that does not answer is warned of.
     *
     * @param cluster the nodes, started
     * @param settings how many connections each process may open
     * @return completes if they fit; {@link ConnectionBudgetException} if they do not
     */
    public static Mono<Void> check(Cluster cluster, SluiceSettings settings) {
        return Mono.defer(() -> {
            List<NodeStatus> statuses = cluster.statuses();
            return Flux.fromStream(IntStream.range(0, cluster.nodes().size()).boxed())
                    .filter(i -> canBeAsked(statuses.get(i)))
                    .concatMap(i -> of(cluster.nodes().get(i).name(), i == 0, settings)
                            .check(cluster.nodes().get(i), settings))
                    .then();
        });
    }

    // The door and the monitor have connections of their own; the door only to the node of the URL.
    static ConnectionBudget of(String node, boolean main, SluiceSettings settings) {
        AcrossTenantsSettings door = settings.acrossTenants();
        // Who asks each of several nodes where it stands, and the sampler, which follows the primary.
        int probes = (settings.replicas().nodes().isEmpty() ? 0 : 1) + (settings.monitor() == null ? 0 : 1);
        return new ConnectionBudget(
                node,
                settings.instances(),
                settings.pool().max(),
                main && door != null ? door.maxConnections() : 0,
                probes,
                settings.pool().headroom());
    }

    private static boolean canBeAsked(NodeStatus status) {
        boolean answers = status.state() != NodeStatus.State.DOWN && status.state() != NodeStatus.State.REFUSED;
        if (!answers) {
            warn(status.name(), status.reason());
        }
        return answers;
    }

    private static void warn(String node, String reason) {
        LOG.warn("node '{}' could not be asked whether its server has connections enough: {}", node, reason);
    }

    private Mono<Void> check(Node asked, SluiceSettings settings) {
        Deadline deadline = Deadline.after(settings.timeouts().transaction());
        AdmissionRequest request =
                new AdmissionRequest(null, Workload.INTERACTIVE, Priority.INTERACTIVE, deadline, null);
        return asked.leases()
                .use(
                        LeaseRequest.onPrimary(NAME, request),
                        session -> session.rows(Group.of(NAME, LIMITS), ConnectionBudget::limits, 1))
                // A node that does not answer is no reason not to start; without a primary the start fails by itself.
                .onErrorResume(error -> {
                    warn(node, error.toString());
                    return Mono.empty();
                })
                .doOnNext(rows -> requireFits(rows.get(0)[0], rows.get(0)[1]))
                .then();
    }

    private static int[] limits(Readable row) {
        return new int[] {
            Objects.requireNonNull(row.get(0, Integer.class)), Objects.requireNonNull(row.get(1, Integer.class))
        };
    }

    /**
     * @param max the server's {@code max_connections}
     * @param reserved those of them that only superusers and maintainers get
     * @throws ConnectionBudgetException if they are too few
     */
    void requireFits(int max, int reserved) {
        long wanted = (long) instances * (pool + across + probes);
        int free = max - reserved - headroom;
        if (wanted <= free) {
            return;
        }
        int most = free / instances - across - probes;
        throw new ConnectionBudgetException(
                ("node '%s': its server has %d connections too few. Wanted: instances %d × (pool.max"
                                + " %d, workers included + across-tenants.pool.max %d + probes %d) = %d. There: max_connections %d -"
                                + " reserved for superusers and maintenance %d - pool.headroom %d = %d. Set %smax_connections to at"
                                + " least %d")
                        .formatted(
                                node,
                                wanted - free,
                                instances,
                                pool,
                                across,
                                probes,
                                wanted,
                                max,
                                reserved,
                                headroom,
                                free,
                                most < 1 ? "" : "pool.max to at most %d, or ".formatted(most),
                                wanted + reserved + headroom));
    }
}
