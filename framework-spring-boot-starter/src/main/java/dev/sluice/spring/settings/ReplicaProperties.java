package dev.sluice.spring.settings;

import dev.sluice.RoutingSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The nodes beside the one of url, and how calls are spread over all of them.
 *
 * @param routing how calls are spread
 * @param nodes the other nodes, by name; none means that there is nothing to spread
 */
public record ReplicaProperties(
        @DefaultValue RoutingProperties routing,
        @DefaultValue Map<String, NodeProperties> nodes) {

    /**
     * How calls are spread over the nodes.
     *
     * @param defaultConsistency how fresh a read must be that says nothing: session, primary, or bounded(2s) for data at
     *     most 2 s old
     * @param maxLag a replica that is behind by more time serves nothing
     * @param maxLagBytes a replica that is behind by more bytes of write-ahead log serves nothing
     * @param whenNone what becomes of a read that no replica may serve: primary, it goes there, or fail, it is an error
     * @param primaryReads whether the primary serves reads that a replica could: avoid, only if none can, or share, as one of them
     * @param probeInterval how often each node is asked for its role and position
     * @param catchUpWait most time that a read waits for a replica to reach what its session has seen; 0 means none
     * @param failoverWait most time that a write waits for a primary, within its deadline; 0 means none
     */
    public record RoutingProperties(
            @DefaultValue("session") String defaultConsistency,
            @DefaultValue("5s") Duration maxLag,
            @DefaultValue("8MB") DataSize maxLagBytes,
            @DefaultValue("primary") RoutingSettings.WhenNone whenNone,
            @DefaultValue("avoid") RoutingSettings.PrimaryReads primaryReads,
            @DefaultValue("333ms") Duration probeInterval,
            @DefaultValue("20ms") Duration catchUpWait,
            @DefaultValue("10s") Duration failoverWait) {}

    /**
     * Another node of the same database.
     *
     * @param url where it is, r2dbc:postgresql://host:port/database
     * @param username the role that serves tenants there; absent means the same as everywhere
     * @param password the password of that role; absent means the same as everywhere
     */
    public record NodeProperties(
            @Nullable String url,
            @Nullable String username,
            @Nullable String password) {

        @Override
        public String toString() {
            return "NodeProperties[username=%s, password=***]".formatted(username);
        }
    }
}
