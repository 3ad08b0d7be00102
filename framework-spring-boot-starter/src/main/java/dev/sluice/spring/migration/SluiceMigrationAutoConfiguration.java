package dev.sluice.spring.migration;

import dev.sluice.SluiceSettings;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.settings.InvalidPropertyException;
import dev.sluice.spring.settings.MigrationSettings;
import dev.sluice.spring.settings.PropertySettings;
import dev.sluice.spring.settings.SluiceProperties;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

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

    private static final String FLYWAY = "sluiceFlyway";

    @Bean
    MigrationSettings migrationSettings(SluiceProperties properties) {
        MigrationSettings settings = PropertySettings.migrations(properties);
        if (settings == null) {
            throw InvalidPropertyException.missing("sluice.migrations.username", "the role that owns the tables");
        }
        return settings;
    }

    @Bean
    LazyFlyway lazyFlyway(
            SluiceSettings sluice,
            MigrationSettings settings,
            Environment environment,
            ResourceLoader resources,
            ObjectProvider<FlywayConfigurationCustomizer> customizers) {
        return new LazyFlyway(
                Objects.requireNonNullElseGet(resources.getClassLoader(), getClass()::getClassLoader),
                List.of(environment.getProperty(
                        "spring.flyway.locations", String[].class, new String[] {"classpath:db/migration"})),
                sluice.url(),
                settings,
                customizers
                        .orderedStream()
                        .<Consumer<FluentConfiguration>>map(customizer -> customizer::customize)
                        .toList(),
                instance(environment));
    }

    /** Loaded for whoever asks for it. */
    @Bean(FLYWAY)
    @Lazy
    Flyway sluiceFlyway(LazyFlyway flyway) {
        return flyway.get().flyway();
    }

    // Spring Boot takes each Flyway for what initializes the database, and would have this one loaded before Sluice
    // connects.
    @Bean
    static BeanFactoryPostProcessor nothingWaitsForFlywayToBeLoaded() {
        return beans -> Arrays.stream(beans.getBeanDefinitionNames())
                .map(beans::getBeanDefinition)
                .filter(bean -> bean.getDependsOn() != null)
                .forEach(bean -> bean.setDependsOn(Arrays.stream(bean.getDependsOn())
                        .filter(name -> !name.equals(FLYWAY))
                        .toArray(String[]::new)));
    }

    @Bean
    Migrations sluiceMigrations(
            LazyFlyway flyway,
            SluiceSettings sluice,
            MigrationSettings settings,
            ObjectProvider<MigrationObserver> observers) {
        return new Migrations(
                flyway, CurrentCheck.of(sluice, settings.owner()), settings, new MigrationObservers(observers));
    }

    // What an operator finds in pg_stat_activity; the server cuts it at 63 bytes.
    private static String instance(Environment environment) {
        return "sluice-migrations %s/%d"
                .formatted(
                        environment.getProperty("spring.application.name", "application"),
                        ProcessHandle.current().pid());
    }
}
