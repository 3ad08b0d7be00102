package dev.sluice;

/**
 * Is told of connections that fail. Called on whichever thread finds out, often an event loop: must not block, and must not
 * throw. Thread-safe.
 */
@FunctionalInterface
public interface ConnectionObserver {

    /** Hears nothing. */
    ConnectionObserver NONE = (node, reason) -> {};

    /**
     * A connection failed, or could not be had.
     *
     * @param node the node that it leads to
     * @param reason why
     */
    void failed(String node, Reason reason);

    /** Why a connection failed. */
    enum Reason {
        /** Nothing answers at the node's address. */
        UNREACHABLE,
        /** The server answered, and refused: wrong password, too many connections, starting up. */
        REFUSED,
        /** The pool opened none within {@code pool.acquire-timeout}. */
        TIMEOUT,
        /** It was open and broke: the server ended it, or the network did. */
        LOST
    }
}
