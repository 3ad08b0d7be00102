package dev.sluice.spring.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.plugin.PluginRegister;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.Test;
import org.springframework.test.util.ReflectionTestUtils;

class WatchedConfigurationTest {

    private static final Map<Class<?>, Object> SOME = Map.of(
            boolean.class,
            true,
            int.class,
            1,
            String.class,
            "jdbc:postgresql:some",
            String[].class,
            new String[] {"some"},
            Map.class,
            Map.of("flyway.table", "some"),
            Properties.class,
            new Properties(),
            Configuration.class,
            new FluentConfiguration(),
            Class.class,
            PostgreSQLConfigurationExtension.class);

    @Test
    void nothingOfFlywaysReachesThePluginsUnseen() {
        Set<String> reaching = new TreeSet<>();
        Set<String> unseen = new TreeSet<>();
        for (Method method : FluentConfiguration.class.getMethods()) {
            if (method.getDeclaringClass() == FluentConfiguration.class && writes(method)) {
                WatchedConfiguration watched =
                        new WatchedConfiguration(getClass().getClassLoader());
                call(method, watched);
                // Who brings a data source is told by that.
                boolean seen = watched.pluginsReached()
                        || !watched.getCachedDataSources().isEmpty();
                if (hasPlugins(watched)) {
                    reaching.add(method.getName());
                    if (!seen) {
                        unseen.add(method.toString());
                    }
                }
            }
        }

        assertThat(reaching)
                .as("the negative control: these make the plugins")
                .contains("getConfigurationExtension", "configuration", "envVars", "dataSource");
        assertThat(unseen).isEmpty();
    }

    @Test
    void whoHasAskedForThePluginsMaySetThemLater() {
        WatchedConfiguration watched = new WatchedConfiguration(getClass().getClassLoader());
        assertThat(watched.pluginsReached()).isFalse();

        watched.getPluginRegister();

        assertThat(watched.pluginsReached()).isTrue();
    }

    @Test
    void whatIsSetInTheModelsDoesNotReachThePlugins() {
        WatchedConfiguration watched = new WatchedConfiguration(getClass().getClassLoader());

        watched.locations("classpath:db/other").table("other").placeholders(Map.of("name", "somebody"));

        assertThat(watched.pluginsReached()).isFalse();
        assertThat(hasPlugins(watched)).isFalse();
    }

    // What only reads may make plugins, but sets nothing of theirs.
    private static boolean writes(Method method) {
        return !Modifier.isStatic(method.getModifiers())
                && !method.getName().equals("load")
                && (method.getReturnType() == FluentConfiguration.class
                        || List.of("getPluginRegister", "getConfigurationExtension")
                                .contains(method.getName()));
    }

    // What is said matters less than whether it is looked up; what does not like it may say so.
    private static void call(Method method, FluentConfiguration configuration) {
        try {
            method.invoke(
                    configuration,
                    Arrays.stream(method.getParameterTypes()).map(SOME::get).toArray());
        } catch (ReflectiveOperationException e) {
            assertThat(e).as(method.toString()).isInstanceOf(InvocationTargetException.class);
        }
    }

    private static boolean hasPlugins(WatchedConfiguration watched) {
        PluginRegister register = watched.getPluginRegister();
        return Boolean.TRUE.equals(ReflectionTestUtils.getField(register, "hasRegisteredPlugins"));
    }
}
