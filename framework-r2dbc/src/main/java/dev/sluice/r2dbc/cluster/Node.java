package dev.sluice.r2dbc.cluster;

import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.session.Leases;

/**
 * A pool and who may have its connections.
 *
 * @param name its name in meters and views
 * @param admission who may have a connection
 * @param leases the connections
 */
public record Node(String name, FairAdmission admission, Leases leases) {}
