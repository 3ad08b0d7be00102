package dev.sluice.spring.migration;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.settings.InvalidPropertyException;
import dev.sluice.spring.settings.MigrationSettings;
import dev.sluice.spring.settings.PropertySettings;
import dev.sluice.spring.settings.SluiceProperties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * Migrations by the owner of the tables. They are found where Spring Boot looks for them ({@code
 * spring.flyway.locations}, default {@code classpath:db/migration}); what else there is to say goes into a
 * {@link FlywayConfigurationCustomizer}.
 */
@AutoConfiguration(
        before = SluiceAutoConfiguration.class,
        beforeName = "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
@ConditionalOnClass({Flyway.class, FlywayConfigurationCustomizer.class})
@ConditionalOnMissingBean(Flyway.class)
@Conditional(MigrationsWanted.class)
public final class SluiceMigrationAutoConfiguration {

    @Bean
    MigrationSettings migrationSettings(SluiceProperties properties) {
        MigrationSettings settings = PropertySettings.migrations(properties);
        if (settings == null) {
            throw InvalidPropertyException.missing("sluice.migrations.username", "the role that owns the tables");
        }
        return settings;
    }

    @Bean
    CoordinatedFlyway coordinatedFlyway(
            SluiceSettings sluice,
            MigrationSettings settings,
            Environment environment,
            ObjectProvider<FlywayConfigurationCustomizer> customizers) {
        Credentials owner = settings.owner();
        FluentConfiguration flyway = Flyway.configure()
                .jdbcProperties(JdbcUrl.secrets(sluice.url()))
                .dataSource(JdbcUrl.of(sluice.url()), owner.username(), owner.password())
                .locations(environment.getProperty(
                        "spring.flyway.locations", String[].class, new String[] {"classpath:db/migration"}));
        customizers.orderedStream().forEach(customizer -> customizer.customize(flyway));
        return CoordinatedFlyway.of(flyway, settings, LockTimes.DEFAULT, instance(environment));
    }

    @Bean
    Flyway sluiceFlyway(CoordinatedFlyway coordinated) {
        return coordinated.flyway();
    }

    @Bean
    Migrations sluiceMigrations(
            CoordinatedFlyway flyway, MigrationSettings settings, ObjectProvider<MigrationObserver> observers) {
        return new Migrations(flyway, settings, (waited, outcome) -> observers
                .orderedStream()
                .forEach(observer -> observer.lockWaited(waited, outcome)));
    }

    // What an operator finds in pg_stat_activity; the server cuts it at 63 bytes.
    private static String instance(Environment environment) {
        return "sluice-migrations %s/%d"
                .formatted(
                        environment.getProperty("spring.application.name", "application"),
                        ProcessHandle.current().pid());
    }
}
