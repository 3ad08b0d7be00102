package dev.sluice;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes beside the one of {@link SluiceSettings#url()}. Which of all of them is the primary is found out, and followed.
 *
 * @param routing how calls are spread
 * @param nodes the other nodes by name; empty means that there is one node, and nothing to route
 */
public record ReplicaSettings(RoutingSettings routing, Map<String, ReplicaNode> nodes) {

    /** One node. */
    public static final ReplicaSettings NONE = new ReplicaSettings(RoutingSettings.DEFAULT, Map.of());

    /** The name of the node of {@link SluiceSettings#url()}, whatever its role is. */
    public static final String MAIN = "primary";

    /** @throws IllegalArgumentException if a name or URL is malformed or a name is taken, naming the property */
    public ReplicaSettings {
        nodes.forEach((name, node) -> {
            if (!name.matches("[a-z0-9][a-z0-9-]{0,62}") || name.equals(MAIN)) {
                throw new IllegalArgumentException(
                        "replicas.nodes.%s: malformed (expected: a name of 1 to 63 characters a-z, 0-9 and -, other than '%s')"
                                .formatted(name, MAIN));
            }
            ServerAddress.of(urlOf(name), node.url());
        });
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    }

    static String urlOf(String name) {
        return "replicas.nodes.%s.url".formatted(name);
    }

    /**
     * Another node. Its database is that of {@link SluiceSettings#url()}, as another server has it.
     *
     * @param url where it is, {@code r2dbc:postgresql://host:port/database}
     * @param app the role that serves tenants there; null means the same as everywhere
     */
    public record ReplicaNode(String url, @Nullable Credentials app) {

        // The URL may carry credentials.
        @Override
        public String toString() {
            return "ReplicaNode[app=%s]".formatted(app);
        }
    }
}
