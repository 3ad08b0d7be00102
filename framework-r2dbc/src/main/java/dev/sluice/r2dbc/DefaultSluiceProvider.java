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
import dev.sluice.r2dbc.admission.FairSemaphore;
import dev.sluice.r2dbc.pool.NodeLeases;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.CatalogReader;
import dev.sluice.r2dbc.schema.SchemaVerifier;
import dev.sluice.r2dbc.session.Leases;
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

    /** The pools of a start that may still fail. */
    private record Opened(Leases app, @Nullable Leases across, ConfiguredLimits limits) {

        static Opened of(SluiceSettings settings) {
            ConfiguredLimits limits = new ConfiguredLimits(settings.admission());
            Leases app = NodeLeases.open(
                    settings.url(),
                    settings.app(),
                    settings.pool(),
                    settings.timeouts(),
                    new FairSemaphore(settings.pool().max(), limits.maxWaiting()));
            return new Opened(app, across(settings, limits), limits);
        }

        private static @Nullable Leases across(SluiceSettings settings, ConfiguredLimits limits) {
            AcrossTenantsSettings door = settings.acrossTenants();
            return door == null
                    ? null
                    : NodeLeases.open(
                            settings.url(),
                            door.credentials(),
                            small(settings.pool(), door.maxConnections()),
                            settings.timeouts(),
                            new FairSemaphore(door.maxConnections(), limits.maxWaiting()));
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
                    ? app.closeGracefully()
                    : Mono.whenDelayError(app.closeGracefully(), across.closeGracefully());
        }
    }
}
