package dev.sluice.r2dbc;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceProvider;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.CatalogReader;
import dev.sluice.r2dbc.schema.SchemaVerifier;
import dev.sluice.r2dbc.session.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Opens the pools, reads and verifies the catalog; what was opened is closed if any of it fails or is
 * cancelled.
 */
public final class DefaultSluiceProvider implements SluiceProvider {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultSluiceProvider.class);

    /** For the service loader. */
    public DefaultSluiceProvider() {}

    @Override
    public Mono<Sluice> connect(SluiceSettings settings) {
        return Mono.defer(() -> {
            Opened opened = Opened.of(settings);
            return opened.app()
                    .leases()
                    .use("read the catalog", request(settings), session -> catalog(settings, session))
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
    private record Opened(Node app, @Nullable Node across, DefaultLiveLimits limits) {

        static Opened of(SluiceSettings settings) {
            DefaultLiveLimits limits =
                    new DefaultLiveLimits(settings.admission(), settings.pool().max());
            Node app = Node.open(Node.PRIMARY, settings, settings.app(), settings.pool(), limits);
            return new Opened(app, across(settings, limits), limits);
        }

        private static @Nullable Node across(SluiceSettings settings, DefaultLiveLimits limits) {
            AcrossTenantsSettings door = settings.acrossTenants();
            return door == null
                    ? null
                    : Node.open(
                            Node.ACROSS_TENANTS,
                            settings,
                            door.credentials(),
                            small(settings.pool(), door.maxConnections()),
                            new DoorLimits(limits));
        }

        private static PoolSettings small(PoolSettings node, int max) {
            return new PoolSettings(
                    0,
                    max,
                    node.headroom(),
                    node.acquireTimeout(),
                    node.idleTimeout(),
                    node.reapInterval(),
                    node.maxLifeTime());
        }

        Sluice sluice(SluiceSettings settings, Catalog catalog) {
            return new DefaultSluice(settings, catalog, app, across, limits);
        }

        Mono<Void> close() {
            return across == null
                    ? app.leases().closeGracefully()
                    : Mono.whenDelayError(
                            app.leases().closeGracefully(), across.leases().closeGracefully());
        }
    }
}
