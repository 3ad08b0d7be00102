package dev.sluice.replica;

import dev.sluice.r2dbc.session.Leases;
import dev.sluice.replica.selection.Candidate;

/**
 * A node that calls are sent to.
 *
 * @param index its index in the topology
 * @param leases its connections
 * @param candidate what its calls have shown
 */
record RoutedNode(int index, Leases leases, Candidate candidate) {

    String name() {
        return candidate.name();
    }
}
