package dev.sluice.reference;

import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class MigrationPlaceholders {

    /** Tells the migrations whom to grant what; without a role for the door across tenants, nobody gets its rights. */
    @Bean
    FlywayConfigurationCustomizer rolesOfTheDatabase(
            @Value("${sluice.username:}") String app, @Value("${sluice.across-tenants.username:}") String across) {
        return flyway -> flyway.placeholders(Map.of("app_role", app, "across_role", across));
    }
}
