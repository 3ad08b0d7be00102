package dev.sluice.spring.migration;

import dev.sluice.spring.settings.MigrationSettings;
import java.util.Objects;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * A Flyway whose sessions obey the coordination.
 *
 * @param flyway migrates under a session lock of its own as well, as the transaction that its lock usually lives in would keep
 *     every {@code CREATE INDEX CONCURRENTLY} waiting
 * @param sessions opens its sessions
 */
record CoordinatedFlyway(Flyway flyway, WorkSessions sessions) {

    /** Takes over what is configured; to be called last, since it replaces the data source. */
    static CoordinatedFlyway of(
            FluentConfiguration configuration, MigrationSettings settings, LockTimes times, String application) {
        WorkSessions sessions = new WorkSessions(
                configuration.getDataSource(), key(configuration), times, settings.lockTimeout(), application);
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        Callback concurrent = new ConcurrentStatements(settings.lockTimeout(), settings.timeout());
        Callback[] given = Stream.concat(Stream.of(configuration.getCallbacks()), Stream.of(concurrent))
                .toArray(Callback[]::new);
        Flyway flyway = configuration.dataSource(sessions).callbacks(given).load();
        keep(given, (ClassicConfiguration) flyway.getConfiguration());
        return new CoordinatedFlyway(flyway, sessions);
    }

    // Flyway puts those that it finds below db/callback in the place of all others.
    private static void keep(Callback[] given, ClassicConfiguration loaded) {
        loaded.setCallbacks(Stream.concat(Stream.of(loaded.getCallbacks()), Stream.of(given))
                .distinct()
                .toArray(Callback[]::new));
    }

    private static LockKey key(FluentConfiguration configuration) {
        String schema = configuration.getDefaultSchema() != null
                ? configuration.getDefaultSchema()
                : Stream.of(configuration.getSchemas()).findFirst().orElse("");
        return LockKey.of(schema + "." + Objects.requireNonNullElse(configuration.getTable(), ""));
    }
}
