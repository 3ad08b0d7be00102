package dev.sluice.spring.migration;

import dev.sluice.Credentials;
import dev.sluice.spring.settings.MigrationSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.configuration.models.EnvironmentModel;

/** What Flyway is told before it is loaded: the database, the scripts, and what customizers say. */
final class ConfiguredFlyway {

    private static final String ENVIRONMENT = "default";

    private final WatchedConfiguration configuration;
    private final String url;
    private final Credentials owner;
    private final Map<String, String> secrets;

    /**
     * Names the database, and lets others configure the rest.
     *
     * @param classes where the scripts are found
     * @param locations where there
     * @param r2dbcUrl the database
     * @param owner of its tables
     * @param customizers what else is said; they may bring a data source of their own
     */
    ConfiguredFlyway(
            ClassLoader classes,
            List<String> locations,
            String r2dbcUrl,
            Credentials owner,
            List<Consumer<FluentConfiguration>> customizers) {
        this.configuration = new WatchedConfiguration(classes);
        this.url = JdbcUrl.of(r2dbcUrl);
        this.secrets = JdbcUrl.secrets(r2dbcUrl);
        this.owner = owner;
        configuration.locations(locations.toArray(String[]::new));
        configuration.jdbcProperties(secrets);
        EnvironmentModel environment = environment();
        environment.setUrl(url);
        environment.setUser(owner.username());
        environment.setPassword(owner.password());
        customizers.forEach(customizer -> customizer.accept(configuration));
    }

    /**
     * What decides whether its schema is current.
     *
     * @throws UndecidedException if more decides than settings tell
     */
    FlywaySettings settings() throws UndecidedException {
        if (!hasDatabaseOfSettings()) {
            throw new UndecidedException("it has another data source");
        }
        return SettingsReader.read(configuration);
    }

    HistoryTable history() {
        return HistoryTable.of(configuration, environment());
    }

    CoordinatedFlyway load(MigrationSettings settings, String application) {
        if (hasDatabaseOfSettings()) {
            configuration.dataSource(url, owner.username(), owner.password());
        }
        return CoordinatedFlyway.of(configuration, settings, LockTimes.DEFAULT, application);
    }

    /** Whether it goes to the database that Sluice's settings name, and nobody has asked it for a data source. */
    private boolean hasDatabaseOfSettings() {
        EnvironmentModel environment = environment();
        return configuration.getCachedDataSources().isEmpty()
                && url.equals(environment.getUrl())
                && owner.username().equals(environment.getUser())
                && owner.password().equals(environment.getPassword())
                && secrets.equals(Objects.requireNonNullElse(environment.getJdbcProperties(), Map.of()));
    }

    private EnvironmentModel environment() {
        return configuration
                .getModernConfig()
                .getEnvironments()
                .computeIfAbsent(ENVIRONMENT, name -> new EnvironmentModel());
    }
}
