package dev.sluice.r2dbc.session;

/**
 * Wants to know where a request goes. Work that is handed to {@link Leases} and implements this is told, each time that it
 * is sent to a node; where there is only one, nobody is told anything.
 */
@FunctionalInterface
public interface RouteListener {

    /**
     * The request goes to a node.
     *
     * @param node its name
     * @param replica whether it is a standby
     */
    void routed(String node, boolean replica);
}
