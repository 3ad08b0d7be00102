package dev.sluice.r2dbc;

import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.admission.LimitSource;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.pool.NodeLeases;
import dev.sluice.r2dbc.session.Leases;

/**
 * A pool and who may have its connections.
 *
 * @param name its name in meters and views
 * @param admission who may have a connection
 * @param leases the connections
 */
record Node(String name, FairAdmission admission, Leases leases) {

    static final String PRIMARY = "primary";
    static final String ACROSS_TENANTS = "across-tenants";

    static Node open(String name, SluiceSettings settings, Credentials login, PoolSettings pool, LimitSource limits) {
        FairAdmission admission = new FairAdmission(name, limits, pool.max(), settings.admissionObserver());
        return new Node(name, admission, NodeLeases.open(settings.url(), login, pool, settings.timeouts(), admission));
    }
}
