package dev.sluice.replica.topology;

import dev.sluice.consistency.Position;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the probes of one node have found. Immutable.
 *
 * @param name the node
 * @param answer its last answer, also while it does not answer any more; null if it never did
 * @param asked the nanotime at which it was asked for that answer
 * @param roundTrip how long that answer took, in nanoseconds
 * @param failure why it does not answer; null while it does, or before it was asked
 * @param failedAt the nanotime since which it does not answer
 * @param foreign whether it has ever been of another cluster
 * @param doubted whether it is a standby whose positions may be of another history than the primary's
 * @param fresh how fresh a standby's data is
 */
record NodeState(
        String name,
        @Nullable NodeAnswer answer,
        long asked,
        long roundTrip,
        @Nullable String failure,
        long failedAt,
        boolean foreign,
        boolean doubted,
        Freshness fresh) {

    static NodeState unasked(String name) {
        return new NodeState(name, null, 0, 0, null, 0, false, false, Freshness.UNKNOWN);
    }

    NodeState answered(NodeAnswer next, long askedNow, long now) {
        NodeAnswer kept = next.after(answer);
        boolean sameServer = answer != null && kept.isSameServer(answer);
        return new NodeState(
                name,
                kept,
                askedNow,
                now - askedNow,
                null,
                0,
                foreign,
                doubted,
                sameServer && failure == null ? fresh : Freshness.UNKNOWN);
    }

    // A server that comes back may have replayed less than before, and crashed without a new start: nothing is kept of
    // how
    // fresh it was.
    NodeState failed(String why, long now) {
        return new NodeState(
                name,
                answer,
                asked,
                roundTrip,
                why,
                failure == null ? now : failedAt,
                foreign,
                doubted,
                Freshness.UNKNOWN);
    }

    NodeState refused() {
        return new NodeState(name, answer, asked, roundTrip, failure, failedAt, true, doubted, Freshness.UNKNOWN);
    }

    /** With or without doubt, as its timeline is. */
    NodeState inDoubt(Set<Integer> timelines) {
        boolean inDoubt = answer != null && !answer.writable() && timelines.contains(answer.timeline());
        return inDoubt == doubted
                ? this
                : new NodeState(name, answer, asked, roundTrip, failure, failedAt, foreign, inDoubt, Freshness.UNKNOWN);
    }

    NodeState with(Freshness other) {
        return new NodeState(name, answer, asked, roundTrip, failure, failedAt, foreign, doubted, other);
    }

    /** Reads from what is known of the primary how fresh its data is; keeps what was known before if that says more. */
    NodeState measured(WalHistory primary) {
        return replays() && answer != null && primary.isOf(answer.timeline())
                ? with(fresh.or(primary.freshness(answer.lsn())))
                : this;
    }

    /** Another node takes the writes: it was fresh compared with the one before, and remains so until this one wrote. */
    NodeState under(Freshness standbyUntil) {
        return with(fresh.butNotAfter(standbyUntil));
    }

    /** Until when it was a standby for certain, and wrote nothing. */
    Freshness standbyUntil() {
        return answer != null && !answer.writable() ? Freshness.at(asked) : Freshness.UNKNOWN;
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
