package dev.sluice.consistency;

/**
 * Is told where each call went, for meters. Called on the thread of the caller, so it must be quick, must not block and must
 * not throw. Thread-safe.
 */
public interface RouteObserver {

    /** Hears nothing. */
    RouteObserver NONE = new RouteObserver() {};

    /**
     * A call was sent to a node. Told once for each call, and once more for one that runs again.
     *
     * @param node its name
     * @param replica whether it is a standby
     * @param reason why there
     */
    default void routed(String node, boolean replica, Reason reason) {}

    /**
     * A call of a session was sent to the primary although that did not show yet, after a wait, what a standby had shown to
     * the session: what it reads may be older.
     *
     * @param node the primary's name
     */
    default void unshown(String node) {}

    /** Why a call went where it went. */
    enum Reason {
        /** It writes, or may have an effect. */
        WRITE,
        /** It asked for the primary. */
        CONSISTENCY,
        /** A node that may serve it was chosen among all that may. */
        BALANCED,
        /** Its session has written at a position that is not known, or on another timeline. */
        SESSION,
        /** No replica had reached its session's position. */
        BEHIND,
        /** No replica was healthy and fresh enough. */
        NO_REPLICA,
        /** It was cancelled on a replica by the replay, and ran again. */
        CONFLICT,
        /** It named what its replica did not have, as before a migration is replayed, and ran again on the primary. */
        SCHEMA,
        /** It failed with its replica, and ran again. */
        FAILED
    }
}
