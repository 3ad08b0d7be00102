package dev.sluice.spring.migration;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.spring.BeforeConnect;
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
    Flyway sluiceFlyway(
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
        return flyway.load();
    }

    @Bean
    BeforeConnect sluiceMigrations(Flyway flyway, MigrationSettings settings) {
        return new Migrations(flyway, settings);
    }
}
