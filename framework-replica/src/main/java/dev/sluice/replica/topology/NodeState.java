package dev.sluice.replica.topology;

import dev.sluice.consistency.Position;
import org.jspecify.annotations.Nullable;

/**
 * What the probes of one node have found. Immutable.
 *
 * @param name the node
 * @param answer its last answer, also while it does not answer any more; null if it never did
 * @param failure why it does not answer; null while it does, or before it was asked
 * @param failedAt the nanotime since which it does not answer
 * @param roundTrip how long its last answer took, in nanoseconds
 * @param foreign whether it has ever been of another cluster
 * @param doubted whether its positions may be of another history than the primary's of the same timeline
 * @param fresh whether it is known when its data was fresh
 * @param freshAt all that was committed before is visible
 */
record NodeState(
        String name,
        @Nullable NodeAnswer answer,
        @Nullable String failure,
        long failedAt,
        long roundTrip,
        boolean foreign,
        boolean doubted,
        boolean fresh,
        long freshAt) {

    static NodeState unasked(String name) {
        return new NodeState(name, null, null, 0, 0, false, false, false, 0);
    }

    NodeState answered(NodeAnswer next, long took) {
        NodeAnswer kept = next.after(answer);
        boolean sameServer = answer != null && kept.isSameServer(answer);
        boolean sameTimeline = answer != null && kept.timeline() == answer.timeline();
        return new NodeState(
                name,
                kept,
                null,
                0,
                took,
                foreign,
                doubted && sameServer && sameTimeline,
                fresh && sameServer && failure == null,
                freshAt);
    }

    // A server that comes back may have replayed less than before, and crashed without a new start: nothing of how
    // fresh
    // it was is kept.
    NodeState failed(String why, long now) {
        return new NodeState(name, answer, why, failure == null ? now : failedAt, 0, foreign, doubted, false, 0);
    }

    NodeState refused() {
        return new NodeState(name, answer, failure, failedAt, roundTrip, true, doubted, false, 0);
    }

    NodeState inDoubt() {
        return new NodeState(name, answer, failure, failedAt, roundTrip, foreign, true, false, 0);
    }

    /** Reads from what is known of the primary how fresh its data is; keeps what was known before if that says more. */
    NodeState measured(WalHistory primary) {
        if (!replays() || answer == null || !primary.isOf(answer.timeline()) || !primary.reachesBackTo(answer.lsn())) {
            return this;
        }
        long at = primary.freshAt(answer.lsn());
        return fresh && freshAt - at >= 0
                ? this
                : new NodeState(name, answer, failure, failedAt, roundTrip, foreign, doubted, true, at);
    }

    boolean wasAsked() {
        return answer != null || failure != null;
    }

    boolean answers() {
        return answer != null && failure == null;
    }

    /** Whether it is a standby whose position can be compared with the primary's. */
    boolean replays() {
        return answers() && answer != null && !answer.writable() && !foreign && !doubted;
    }

    /** Whether it took writes on that timeline when it last answered: one that is silent may still do so. */
    boolean writesOn(int timeline) {
        return answer != null && !foreign && answer.writable() && answer.timeline() == timeline;
    }

    boolean isSameServerAs(NodeState other) {
        return answer != null && other.answer != null && answer.isSameServer(other.answer);
    }

    /** Where it stands; null if that cannot be compared with anything. */
    @Nullable
    Position position() {
        return answer == null || foreign || doubted ? null : answer.position();
    }
}
