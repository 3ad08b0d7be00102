package dev.sluice;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a URL leads.
 *
 * @param server {@code host:port}
 * @param database the database there; null means that of the role's name
 */
record ServerAddress(String server, @Nullable String database) {

    private static final int DEFAULT_PORT = 5432;
    private static final int LAST_PORT = 65_535;

    /** @throws IllegalArgumentException if the URL is malformed, without the URL: it may carry a password */
    static ServerAddress of(String property, String url) {
        if (!url.startsWith("r2dbc:postgresql://") && !url.startsWith("r2dbcs:postgresql://")) {
            throw malformed(property);
        }
        try {
            ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(url);
            String host = Objects.toString(options.getValue(ConnectionFactoryOptions.HOST), "");
            int port =
                    Objects.requireNonNullElse((Integer) options.getValue(ConnectionFactoryOptions.PORT), DEFAULT_PORT);
            // What is no host and port is taken for a host as a whole.
            if (!host.matches("[^:,]+|\\[.+]") || port < 1 || port > LAST_PORT) {
                throw malformed(property);
            }
            Object database = options.getValue(ConnectionFactoryOptions.DATABASE);
            return new ServerAddress(
                    host.toLowerCase(Locale.ROOT) + ":" + port, database == null ? null : database.toString());
        } catch (IllegalArgumentException e) {
            throw malformed(property);
        }
    }

    /** @throws IllegalArgumentException if two nodes are the same server, or one has another database, naming the properties */
    static void requireOneDatabaseOnManyServers(String url, Map<String, ReplicaSettings.ReplicaNode> nodes) {
        ServerAddress main = of("url", url);
        Map<String, String> taken = new LinkedHashMap<>();
        taken.put(main.server, "url");
        nodes.forEach((name, node) -> {
            String property = ReplicaSettings.urlOf(name);
            ServerAddress address = of(property, node.url());
            String other = taken.putIfAbsent(address.server, property);
            if (other != null) {
                throw new IllegalArgumentException(
                        "%s: %s is %s too (expected: another server)".formatted(property, address.server, other));
            }
            if (!Objects.equals(address.database, main.database)) {
                throw new IllegalArgumentException("%s: database %s (expected: %s, as in url)"
                        .formatted(property, address.database, main.database));
            }
        });
    }

    private static IllegalArgumentException malformed(String property) {
        return new IllegalArgumentException(
                "%s: malformed (expected: r2dbc:postgresql://host:port/database)".formatted(property));
    }
}
