package dev.sluice.spring.migration;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.flywaydb.core.internal.configuration.models.EnvironmentModel;
import org.flywaydb.core.internal.configuration.models.FlywayEnvironmentModel;
import org.flywaydb.core.internal.configuration.models.FlywayModel;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/**
 * Reads what is configured of Flyway without making Flyway resolve it, which loads its plugins. Objects that may do anything
 * (callbacks, resolvers, Java migrations, providers, settings of plugins) are left to Flyway.
 */
final class SettingsReader {

    private SettingsReader() {}

    /**
     * Reads all of it.
     *
     * @throws UndecidedException if more decides than settings tell
     */
    static FlywaySettings read(WatchedConfiguration configuration) throws UndecidedException {
        refuse(configuration.pluginsReached(), "a customizer may have set what belongs to Flyway's plugins");
        refuse(configuration.getCallbacks().length > 0, "there are callbacks");
        refuse(configuration.getJavaMigrations().length > 0, "there are Java migrations that are no files");
        refuse(configuration.getResolvers().length > 0, "there are resolvers");
        refuse(
                configuration.getResourceProvider() != null || configuration.getJavaMigrationClassProvider() != null,
                "something else provides the migrations");
        FlywayModel flyway = configuration.getModernConfig().getFlyway();
        refuse(!isEmpty(flyway.getCallbacks()), "there are callbacks");
        refuse(!isEmpty(flyway.getMigrationResolvers()), "there are resolvers");
        refuse(!isEmpty(flyway.getCallbackLocations()) || !isEmpty(flyway.getJarDirs()), "there are more locations");
        Map<String, EnvironmentModel> environments =
                configuration.getModernConfig().getEnvironments();
        EnvironmentModel environment = environments.get("default");
        refuse(
                environment == null
                        || environments.size() > 1
                        || !Objects.requireNonNullElse(flyway.getEnvironment(), "default")
                                .equals("default"),
                "there are environments");
        refuse(isMoreThanSchemas(Objects.requireNonNull(environment)), "an environment has settings of its own");
        return new FlywaySettings(
                List.copyOf(flyway.getLocations()),
                flyway.getRepeatableSqlMigrationPrefix(),
                !Boolean.FALSE.equals(flyway.getPlaceholderReplacement()),
                !Boolean.FALSE.equals(flyway.getDetectEncoding()),
                flyway.getEncoding(),
                flyway.getPlaceholderPrefix(),
                Stream.concat(Stream.of("schemas=" + text(environment.getSchemas())), describe(flyway).stream())
                        .toList());
    }

    private static boolean isEmpty(@Nullable Collection<?> values) {
        return values == null || values.isEmpty();
    }

    // What the connection is made of is compared elsewhere.
    private static boolean isMoreThanSchemas(EnvironmentModel environment) throws UndecidedException {
        EnvironmentModel plain = new EnvironmentModel();
        plain.setUrl(environment.getUrl());
        plain.setUser(environment.getUser());
        plain.setPassword(environment.getPassword());
        plain.setJdbcProperties(environment.getJdbcProperties());
        plain.setSchemas(environment.getSchemas());
        return !describe(plain).equals(describe(environment))
                || text(environment.getSchemas()).contains("${");
    }

    private static List<String> describe(Object model) throws UndecidedException {
        List<Method> getters = Arrays.stream(model.getClass().getMethods())
                .filter(method -> method.getName().startsWith("get")
                        && method.getParameterCount() == 0
                        && method.getDeclaringClass() != Object.class
                        && !method.getName().equals("getPlaceholders"))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
        Stream.Builder<String> values = Stream.builder();
        for (Method getter : getters) {
            values.add(getter.getName().substring(3) + "=" + text(ReflectionUtils.invokeMethod(getter, model)));
        }
        return values.build().toList();
    }

    private static String text(@Nullable Object value) throws UndecidedException {
        if (value == null) {
            return "";
        }
        if (value instanceof String || value instanceof Boolean || value instanceof Number) {
            return value.toString();
        }
        if (value instanceof Collection<?> several) {
            Stream.Builder<String> texts = Stream.builder();
            for (Object each : several) {
                texts.add(text(each));
            }
            return texts.build().toList().toString();
        }
        if (value instanceof Map<?, ?> map && map.values().stream().allMatch(String.class::isInstance)) {
            return map.toString();
        }
        if (value instanceof FlywayEnvironmentModel model) {
            return describe(model).toString();
        }
        throw new UndecidedException("Flyway has settings of " + value.getClass());
    }

    private static void refuse(boolean refused, String reason) throws UndecidedException {
        if (refused) {
            throw new UndecidedException(reason);
        }
    }
}
