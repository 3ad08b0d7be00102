package dev.sluice.reference.demo;

import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts a primary with two standbys, and a Redis, when no database is configured, and configures them. They start while the
 * application context is made, and what reads their properties waits for them: before any bean asks for a connection.
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
        boolean ownCache = !environment.containsProperty(CACHE);
        StartingCluster cluster = StartingCluster.withStandbys(STANDBYS, ownCache);
        SignalService signals = SignalService.start();
        Map<String, Supplier<?>> properties = properties(cluster);
        String nodeHeader = environment.getProperty(NODE_HEADER, "true");
        properties.put(NODE_HEADER, () -> nodeHeader);
        properties.put("reference.signals.url", signals::url);
        if (ownCache) {
            properties.put(CACHE, cluster::redisUrl);
        }
        environment.getPropertySources().addFirst(new LateProperties("embedded", properties));
        // Registered before all other beans, so closed after all of them.
        context.registerBean(SluiceCluster.class, cluster::cluster);
        context.registerBean(SignalService.class, () -> signals);
    }

    private static Map<String, Supplier<?>> properties(StartingCluster cluster) {
        Map<String, Supplier<?>> properties = new HashMap<>();
        properties.put(ACTIVE, () -> true);
        properties.put("sluice.url", () -> cluster.database().url());
        login(properties, "sluice", Role.APP, cluster);
        login(properties, "sluice.across-tenants", Role.ACROSS, cluster);
        login(properties, "sluice.monitor", Role.MONITOR, cluster);
        login(properties, "sluice.migrations", Role.OWNER, cluster);
        for (int i = 0; i < STANDBYS; i++) {
            int index = i;
            properties.put("sluice.replicas.nodes.standby%d.url".formatted(i + 1), () -> cluster.standbyUrl(index));
        }
        return properties;
    }

    private static void login(Map<String, Supplier<?>> properties, String prefix, Role role, StartingCluster cluster) {
        properties.put(prefix + ".username", role::username);
        properties.put(
                prefix + ".password", () -> cluster.database().credentials(role).password());
    }
}
