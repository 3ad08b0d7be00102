package dev.sluice.spring.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses keys under {@code sluice} that nobody reads: a limit with a typing error in its name is no limit.
 * Spring Boot's own check leaves out environment variables and prints every value, a misspelt password's too.
 */
public final class UnknownKeys {

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("sluice");

    // The testkit's settings and the build's are read by others; an application with an embedded cluster may
    // have some.
    private static final Pattern OF_OTHERS =
            Pattern.compile("sluice[._](testkit|test)[._].*", Pattern.CASE_INSENSITIVE);

    // What Kubernetes sets for a Service whose name begins with "sluice".
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*_?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_.+)?)?)");

    private static final Pattern SECRET =
            Pattern.compile(".*(pas|pwd|secret|token|key|cred|user|login|url).*", Pattern.CASE_INSENSITIVE);

    private static final int FARTHEST_SUGGESTION = 4;

    private final KnownKeys known = new KnownKeys(SluiceProperties.class);
    private final ConfigurableEnvironment environment;

    /** @param environment where to look */
    public UnknownKeys(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    /** @throws InvalidPropertyException if there is an unknown key, naming all of them */
    public void refuse() {
        TreeMap<String, String> problems = new TreeMap<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource variables) {
                unknownVariables(variables).forEach(name -> problems.putIfAbsent(name, describeVariable(name)));
            } else if (source instanceof IterableConfigurationPropertySource keys) {
                unknownKeys(keys).forEach(name -> problems.putIfAbsent(name.toString(), describe(name)));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidPropertyException(String.join("\n", problems.values()));
        }
    }

    private Stream<ConfigurationPropertyName> unknownKeys(IterableConfigurationPropertySource keys) {
        return keys.stream()
                .filter(PREFIX::isAncestorOf)
                .filter(name -> !OF_OTHERS.matcher(name.toString()).matches())
                .filter(name -> !known.contains(elements(name)));
    }

    private Stream<String> unknownVariables(SystemEnvironmentPropertySource variables) {
        return Arrays.stream(variables.getPropertyNames())
                .filter(name -> name.toUpperCase(Locale.ROOT).startsWith("SLUICE_"))
                .filter(name -> !SERVICE_LINK.matcher(name).matches())
                .filter(name -> !OF_OTHERS.matcher(name).matches())
                .filter(name -> !known.containsVariable(elements(name)));
    }

    private String describe(ConfigurationPropertyName name) {
        return "%s: %s (expected: a known key%s)"
                .formatted(name, shown(name.toString(), environment.getProperty(name.toString())), suggestion(name));
    }

    private String describeVariable(String name) {
        return "%s: %s (expected: the name of a known key, as SLUICE_POOL_MAX)"
                .formatted(name, shown(name, environment.getProperty(name)));
    }

    private static String shown(String name, @Nullable String value) {
        return value == null || SECRET.matcher(name).matches() ? "(value not shown)" : "'" + value + "'";
    }

    private String suggestion(ConfigurationPropertyName name) {
        String unknown = String.join(".", elements(name));
        Optional<String> nearest = known.all().stream()
                .min(Comparator.comparingInt(key -> distance(key, unknown)))
                .filter(key -> distance(key, unknown) <= FARTHEST_SUGGESTION);
        return nearest.map(key -> ", perhaps sluice." + key).orElse("");
    }

    private static List<String> elements(ConfigurationPropertyName name) {
        List<String> elements = new ArrayList<>();
        for (int i = 1; i < name.getNumberOfElements(); i++) {
            elements.add(name.getElement(i, ConfigurationPropertyName.Form.ORIGINAL));
        }
        return elements;
    }

    private static List<String> elements(String variable) {
        return List.of(variable.substring("SLUICE_".length()).split("_", -1));
    }

    // Levenshtein's, one row at a time.
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
