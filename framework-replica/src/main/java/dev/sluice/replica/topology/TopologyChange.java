package dev.sluice.replica.topology;

import dev.sluice.replica.topology.NodeView.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One snapshot after another.
 *
 * @param before what was known
 * @param after what is known
 */
record TopologyChange(Topology before, Topology after) {

    private static final Logger LOG = LoggerFactory.getLogger(TopologyMonitor.class);

    /** Whether a node was lost, or another takes the writes: then more may follow soon. */
    boolean isTrouble() {
        if (before.hasPrimary() && before.primary() != after.primary()) {
            return true;
        }
        for (int node = 0; node < after.nodes().size(); node++) {
            if (isMember(before.nodes().get(node)) && !isMember(after.nodes().get(node))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMember(NodeView view) {
        return view.standing() == Standing.MEMBER;
    }

    /** Writes what is different, once. */
    void log() {
        for (int node = 0; node < after.nodes().size(); node++) {
            log(before.nodes().get(node), after.nodes().get(node));
        }
        if (before.primary() != after.primary() || before.primaryAnswers() != after.primaryAnswers()) {
            logPrimary();
        }
    }

    private static void log(NodeView was, NodeView is) {
        if (was.standing() == is.standing() && was.role() == is.role()) {
            return;
        }
        if (isMember(is)) {
            LOG.info("node '{}' is a {}: {}", is.name(), is.role(), is.reason());
        } else {
            LOG.warn("node '{}' is {}: {}", is.name(), is.standing(), is.reason());
        }
    }

    private void logPrimary() {
        if (after.problem() == null) {
            LOG.info(
                    "writes go to '{}' (timeline {})",
                    after.nodes().get(after.primary()).name(),
                    after.timeline());
        } else {
            LOG.warn("nothing can be written: {}", after.problem());
        }
    }
}
