package dev.sluice.r2dbc.cluster;

import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.admission.LimitSource;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.pool.NodeLeases;
import dev.sluice.r2dbc.session.Leases;
import java.util.List;
import java.util.function.Function;

/** Opens nodes, each with a pool and an admission of its own. Connects nothing: that happens with a node's first call. */
public final class NodeFactory {

    private final SluiceSettings settings;
    private final LimitSource limits;

    /**
     * Makes the factory.
     *
     * @param settings timeouts and who is told of decisions
     * @param limits who may use how much of each node
     */
    public NodeFactory(SluiceSettings settings, LimitSource limits) {
        this.settings = settings;
        this.limits = limits;
    }

    /**
     * Opens a node.
     *
     * @param name its name
     * @param url where it is, {@code r2dbc:postgresql://host:port/database}
     * @param login whose connections they are
     * @param pool how many, and for how long
     * @return the node, to be closed
     */
    public Node open(String name, String url, Credentials login, PoolSettings pool) {
        FairAdmission admission = new FairAdmission(name, limits, pool.max(), settings.admissionObserver());
        return new Node(name, admission, leases(name, url, login, pool, admission));
    }

    /**
     * Opens one pool for each of several nodes, all under one admission: of all of them together no more connections are in
     * use than one pool has.
     *
     * @param name the name of the admission
     * @param urls where the nodes are
     * @param login whose connections they are
     * @param pool how many of each, and for how long
     * @param spread makes the leases of all of them
     * @return the pools as one node, to be closed
     */
    public Node openTogether(
            String name,
            List<String> urls,
            Credentials login,
            PoolSettings pool,
            Function<List<Leases>, Leases> spread) {
        FairAdmission admission = new FairAdmission(name, limits, pool.max(), settings.admissionObserver());
        List<Leases> leases = urls.stream()
                .map(url -> leases(name, url, login, pool, admission))
                .toList();
        return new Node(name, admission, spread.apply(leases));
    }

    private Leases leases(String name, String url, Credentials login, PoolSettings pool, FairAdmission admission) {
        return NodeLeases.open(url, login, pool, settings.timeouts(), admission, reason -> settings.connectionObserver()
                .failed(name, reason));
    }
}
