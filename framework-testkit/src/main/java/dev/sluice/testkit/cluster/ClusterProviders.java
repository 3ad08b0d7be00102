package dev.sluice.testkit.cluster;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Chooses the provider by the system property {@code sluice.testkit.provider} or the environment variable
 * {@code SLUICE_TESTKIT_PROVIDER}: a provider's name, or {@code auto} (the default) for the first that is
 * available.
 */
public final class ClusterProviders {

    private ClusterProviders() {}

    /** The provider in force. */
    public static ClusterProvider configured() {
        return select(setting("sluice.testkit.provider", "auto"));
    }

    static ClusterProvider select(String name) {
        return select(
                name,
                ServiceLoader.load(ClusterProvider.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toArray(ClusterProvider[]::new));
    }

    static ClusterProvider select(String name, ClusterProvider... providers) {
        List<ClusterProvider> all = Stream.of(providers)
                .sorted(Comparator.comparingInt(ClusterProvider::order))
                .toList();
        List<ClusterProvider> wanted = all.stream()
                .filter(provider -> name.equals("auto") || name.equals(provider.name()))
                .toList();
        if (wanted.isEmpty()) {
            String known = all.stream().map(ClusterProvider::name).collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    "sluice.testkit.provider: '" + name + "' (expected: auto, " + known + ")");
        }
        Map<String, String> obstacles = new LinkedHashMap<>();
        for (ClusterProvider provider : wanted) {
            Optional<String> obstacle = provider.unavailable();
            if (obstacle.isEmpty() && name.equals("auto")) {
                obstacle = provider.unprepared();
            }
            if (obstacle.isEmpty()) {
                return provider;
            }
            obstacles.put(provider.name(), obstacle.get());
        }
        throw new IllegalStateException("no cluster can be started here: " + obstacles);
    }

    /**
     * A setting of the testkit: the system property, else the environment variable named after it, else the
     * default.
     */
    public static String setting(String property, String otherwise) {
        String variable = property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        String fromEnvironment = System.getenv(variable);
        return System.getProperty(property, fromEnvironment == null ? otherwise : fromEnvironment);
    }
}
