package dev.sluice.spring;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves out Spring Boot's own ways to a database where they would fail the start. With {@code isolation:
 * predicate} there is no {@code ConnectionFactory} bean to back off from, so connections are made only where
 * their URL is configured, not because a driver is on the class path. With {@code rls} there is one, but the
 * role that it has creates no tables: the owner's migrations do. Where Sluice's health check is
 * turned off, so is Spring Boot's.
 */
final class OtherDatabasesFilter implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final Map<String, String> URL_OF_CONNECTIONS = Map.of(
            "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration", "spring.r2dbc.url",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration", "spring.datasource.url");

    private static final String SCRIPTS =
            "org.springframework.boot.r2dbc.autoconfigure.R2dbcInitializationAutoConfiguration";

    private static final String HEALTH =
            "org.springframework.boot.r2dbc.autoconfigure.health.ConnectionFactoryHealthContributorAutoConfiguration";

    private @Nullable Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(@Nullable String[] candidates, AutoConfigurationMetadata metadata) {
        boolean[] matches = new boolean[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            matches[i] = environment == null || candidates[i] == null || matches(candidates[i], environment);
        }
        return matches;
    }

    private static boolean matches(String candidate, Environment environment) {
        if (candidate.equals(HEALTH)) {
            return wantsHealthOfAll(environment);
        }
        if (!"predicate".equalsIgnoreCase(environment.getProperty("sluice.isolation"))) {
            return !candidate.equals(SCRIPTS);
        }
        String url = URL_OF_CONNECTIONS.get(candidate);
        return url == null || environment.containsProperty(url);
    }

    // Who turns Sluice's check off wants none of this database: Spring Boot's own would take its place, and
    // be down, since it has no tenant. Asked for by name, for other databases, it is there.
    private static boolean wantsHealthOfAll(Environment environment) {
        return environment.getProperty("management.health.sluice.enabled", Boolean.class, true)
                || environment.getProperty("management.health.r2dbc.enabled", Boolean.class, false);
    }
}
