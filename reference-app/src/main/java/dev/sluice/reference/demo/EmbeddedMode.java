package dev.sluice.reference.demo;

import dev.sluice.Credentials;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts a primary with two standbys, and a Redis, when no database is configured, and configures them: before any bean asks for a
 * connection.
 */
public final class EmbeddedMode implements ApplicationContextInitializer<GenericApplicationContext> {

    /** The property that the beans of this mode look at. */
    public static final String ACTIVE = "reference.embedded";

    // A newcomer is shown where each answer comes from.
    private static final String NODE_HEADER = "sluice.web.node-header";

    private static final String CACHE = "sluice.cache.url";

    private static final int STANDBYS = 2;

    @Override
    public void initialize(GenericApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        if (environment.containsProperty("sluice.url")) {
            // Before all other sources: nobody can open the demo's doors on a real database by naming the property.
            environment.getPropertySources().addFirst(new MapPropertySource("configured", Map.of(ACTIVE, false)));
            return;
        }
        SluiceCluster cluster = SluiceCluster.start(ClusterSpec.withStandbys(STANDBYS));
        Map<String, Object> properties = properties(cluster);
        properties.put(NODE_HEADER, environment.getProperty(NODE_HEADER, "true"));
        if (!environment.containsProperty(CACHE)) {
            properties.put(CACHE, cluster.redis().url());
        }
        // Registered before all other beans, so closed after all of them.
        context.registerBean(SluiceCluster.class, () -> cluster);
        SignalService signals = SignalService.start();
        context.registerBean(SignalService.class, () -> signals);
        properties.put("reference.signals.url", signals.url());
        environment.getPropertySources().addFirst(new MapPropertySource("embedded", properties));
    }

    private static Map<String, Object> properties(SluiceCluster cluster) {
        TestDatabase database = cluster.createDatabase();
        Map<String, Object> properties = new HashMap<>();
        properties.put(ACTIVE, true);
        properties.put("sluice.url", database.url());
        login(properties, "sluice", database.credentials(Role.APP));
        login(properties, "sluice.across-tenants", database.credentials(Role.ACROSS));
        login(properties, "sluice.monitor", database.credentials(Role.MONITOR));
        login(properties, "sluice.migrations", database.credentials(Role.OWNER));
        for (ClusterNode standby : cluster.standbys()) {
            properties.put(
                    "sluice.replicas.nodes.%s.url".formatted(standby.name()),
                    database.on(standby).url());
        }
        return properties;
    }

    private static void login(Map<String, Object> properties, String prefix, Credentials login) {
        properties.put(prefix + ".username", login.username());
        properties.put(prefix + ".password", login.password());
    }
}
