package dev.sluice.r2dbc;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.PoolSettings;
import dev.sluice.ReplicaSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceProvider;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.ClusterProvider;
import dev.sluice.r2dbc.cluster.ConnectionBudget;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeFactory;
import dev.sluice.r2dbc.cluster.SingleNode;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.CatalogReader;
import dev.sluice.r2dbc.schema.SchemaVerifier;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session;
import java.util.Iterator;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Opens the pools, reads and verifies the catalog; what was opened is closed if any of it fails or is
 * cancelled.
 */
public final class DefaultSluiceProvider implements SluiceProvider {

    private static final String ACROSS_TENANTS = "across-tenants";
    private static final Logger LOG = LoggerFactory.getLogger(DefaultSluiceProvider.class);

    /** For the service loader. */
    public DefaultSluiceProvider() {}

    @Override
    public Mono<Sluice> connect(SluiceSettings settings) {
        return Mono.defer(() -> {
            Opened opened = Opened.of(settings);
            return opened.cluster()
                    .start()
                    .then(ConnectionBudget.check(opened.cluster(), settings))
                    .then(opened.cluster()
                            .leases()
                            .use(
                                    LeaseRequest.onPrimary("read the catalog", request(settings)),
                                    session -> catalog(settings, session)))
                    .<Sluice>map(catalog -> opened.sluice(settings, catalog))
                    .onErrorResume(error -> opened.close().onErrorComplete().then(Mono.error(error)))
                    // Nobody waits any more; closing bounds itself.
                    .doOnCancel(() -> opened.close()
                            .subscribe(
                                    done -> {},
                                    error -> LOG.warn("what a cancelled start opened is not closed", error)));
        });
    }

    private static Mono<Catalog> catalog(SluiceSettings settings, Session session) {
        return new CatalogReader(settings).read(session).flatMap(catalog -> new SchemaVerifier(settings)
                .verify(session, catalog)
                .thenReturn(catalog));
    }

    private static AdmissionRequest request(SluiceSettings settings) {
        Deadline deadline = Deadline.after(settings.timeouts().transaction());
        return new AdmissionRequest(null, Workload.INTERACTIVE, Priority.INTERACTIVE, deadline, null);
    }

    /** The nodes of a start that may still fail. */
    private record Opened(Cluster cluster, @Nullable Node across, DefaultLiveLimits limits) {

        static Opened of(SluiceSettings settings) {
            DefaultLiveLimits limits =
                    new DefaultLiveLimits(settings.admission(), settings.pool().max());
            Cluster cluster = cluster(settings, new NodeFactory(settings, limits));
            return new Opened(cluster, across(settings, cluster, limits), limits);
        }

        private static Cluster cluster(SluiceSettings settings, NodeFactory nodes) {
            Iterator<ClusterProvider> providers =
                    ServiceLoader.load(ClusterProvider.class).iterator();
            if (providers.hasNext()) {
                return providers.next().open(settings, nodes);
            }
            if (!settings.replicas().nodes().isEmpty()) {
                throw new IllegalStateException(
                        "replicas.nodes: %s (expected: none without dev.sluice:framework-replica on the class path)"
                                .formatted(settings.replicas().nodes().keySet()));
            }
            return new SingleNode(nodes.open(ReplicaSettings.MAIN, settings.url(), settings.app(), settings.pool()));
        }

        private static @Nullable Node across(SluiceSettings settings, Cluster cluster, DefaultLiveLimits limits) {
            AcrossTenantsSettings door = settings.acrossTenants();
            return door == null
                    ? null
                    : cluster.openForPrimary(
                            ACROSS_TENANTS,
                            door.credentials(),
                            small(settings.pool(), door.maxConnections()),
                            settings,
                            new NodeFactory(settings, new DoorLimits(limits)));
        }

        private static PoolSettings small(PoolSettings node, int max) {
            return new PoolSettings(
                    0,
                    max,
                    node.headroom(),
                    node.acquireTimeout(),
                    node.idleTimeout(),
                    node.reapInterval(),
                    node.maxLifeTime(),
                    node.pipelineDepth(),
                    node.readsPerStatement());
        }

        Sluice sluice(SluiceSettings settings, Catalog catalog) {
            return new DefaultSluice(settings, catalog, cluster, across, limits);
        }

        Mono<Void> close() {
            Mono<Void> door = across == null ? Mono.empty() : across.closeGracefully();
            return Mono.whenDelayError(cluster.closeGracefully(), door);
        }
    }
}
