package dev.sluice.spring.migration;

import dev.sluice.Credentials;
import dev.sluice.spring.settings.MigrationSettings;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.configuration.models.EnvironmentModel;
import org.springframework.util.function.SingletonSupplier;

/**
 * A Flyway that is configured at once, and loaded by whoever needs it first: loading it, with the JDBC driver, takes longer than
 * all else of a start whose schema is current.
 */
final class LazyFlyway {

    private static final String ENVIRONMENT = "default";

    private final WatchedConfiguration configuration;
    private final String url;
    private final Credentials owner;
    private final Map<String, String> secrets;
    private final SingletonSupplier<CoordinatedFlyway> loaded;

    private LazyFlyway(
            WatchedConfiguration configuration, String r2dbcUrl, MigrationSettings settings, String application) {
        this.configuration = configuration;
        this.url = JdbcUrl.of(r2dbcUrl);
        this.secrets = JdbcUrl.secrets(r2dbcUrl);
        this.owner = settings.owner();
        this.loaded = SingletonSupplier.of(() -> load(settings, application));
    }

    /**
     * Names the database, and lets others configure the rest.
     *
     * @param configuration as it begins
     * @param r2dbcUrl the database, the owner of whose tables the settings name
     * @param customizer what else is said of it; it may bring a data source of its own
     * @param application what an operator sees of it
     */
    static LazyFlyway of(
            WatchedConfiguration configuration,
            String r2dbcUrl,
            MigrationSettings settings,
            Consumer<FluentConfiguration> customizer,
            String application) {
        LazyFlyway flyway = new LazyFlyway(configuration, r2dbcUrl, settings, application);
        configuration.jdbcProperties(flyway.secrets);
        EnvironmentModel environment = flyway.environment();
        environment.setUrl(flyway.url);
        environment.setUser(flyway.owner.username());
        environment.setPassword(flyway.owner.password());
        customizer.accept(configuration);
        return flyway;
    }

    WatchedConfiguration configuration() {
        return configuration;
    }

    HistoryTable history() {
        return HistoryTable.of(configuration, environment());
    }

    /** Loads it, once. */
    CoordinatedFlyway get() {
        return loaded.obtain();
    }

    /** Whether it goes to the database that Sluice's settings name, and nobody has asked it for a data source. */
    boolean hasDatabaseOfSettings() {
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

    private CoordinatedFlyway load(MigrationSettings settings, String application) {
        if (hasDatabaseOfSettings()) {
            configuration.dataSource(url, owner.username(), owner.password());
        }
        return CoordinatedFlyway.of(configuration, settings, LockTimes.DEFAULT, application);
    }
}
