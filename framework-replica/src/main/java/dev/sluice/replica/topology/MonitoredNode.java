package dev.sluice.replica.topology;

import dev.sluice.Credentials;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.SluiceSettings;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/**
 * A node to be probed.
 *
 * @param name its name
 * @param url where it is
 * @param login as whom it is asked
 */
record MonitoredNode(String name, String url, Credentials login) {

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(2);

    /** The nodes of a configuration, the main one first; asked as the role of probes, or if there is none as the app's. */
    static List<MonitoredNode> of(SluiceSettings settings) {
        List<MonitoredNode> nodes = new ArrayList<>();
        nodes.add(new MonitoredNode(ReplicaSettings.MAIN, settings.url(), login(settings, null)));
        settings.replicas()
                .nodes()
                .forEach((name, node) -> nodes.add(new MonitoredNode(name, node.url(), login(settings, node))));
        return nodes;
    }

    private static Credentials login(SluiceSettings settings, @Nullable ReplicaNode node) {
        if (settings.monitor() != null) {
            return settings.monitor();
        }
        return node == null || node.app() == null ? settings.app() : node.app();
    }

    /**
     * Opens the connections that it is asked on. What the URL sets for sessions is meant for the app's.
     *
     * @param longest the longest that a statement may run
     * @param loops where they live
     */
    ConnectionFactory connections(Duration longest, LoopResources loops) {
        return ConnectionFactories.get(ConnectionFactoryOptions.parse(url)
                .mutate()
                .option(ConnectionFactoryOptions.USER, login.username())
                .option(ConnectionFactoryOptions.PASSWORD, login.password())
                .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, LONGEST_CONNECT)
                .option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, loops)
                .option(PostgresqlConnectionFactoryProvider.TCP_KEEPALIVE, true)
                .option(PostgresqlConnectionFactoryProvider.APPLICATION_NAME, "sluice-monitor")
                .option(
                        PostgresqlConnectionFactoryProvider.OPTIONS,
                        Map.of("statement_timeout", Long.toString(longest.toMillis())))
                .build());
    }
}
