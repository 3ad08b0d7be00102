package dev.sluice.spring.migration;

import dev.sluice.spring.settings.InvalidPropertyException;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** Stops a start whose properties ask for migrations that nothing on the class path can run. */
@AutoConfiguration
@ConditionalOnMissingClass("org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer")
@Conditional(MigrationsWanted.class)
public final class MissingFlywayAutoConfiguration {

    @Bean
    static BeanFactoryPostProcessor flywayIsMissing() {
        return beans -> {
            throw InvalidPropertyException.missing(
                    "sluice.migrations",
                    "org.springframework.boot:spring-boot-starter-flyway and org.flywaydb:flyway-database-postgresql on the"
                            + " class path, or sluice.migrations.enabled: false");
        };
    }
}
