package dev.sluice.reference;

import dev.sluice.reference.demo.EmbeddedMode;
import java.time.Clock;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;

/** Starts the service; without {@code sluice.url} in embedded mode. */
@SpringBootApplication
public class ReferenceApplication {

    /**
     * Starts the service.
     *
     * @param arguments Spring Boot's, as {@code --server.port=9090}
     */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(ReferenceApplication.class);
        application.addInitializers(new EmbeddedMode());
        application.run(arguments);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** Tells the migrations whom to grant what; without a role for the door across tenants, nobody gets its rights. */
    @Bean
    FlywayConfigurationCustomizer rolesOfTheDatabase(
            @Value("${sluice.username:}") String app, @Value("${sluice.across-tenants.username:}") String across) {
        return flyway -> flyway.placeholders(Map.of("app_role", app, "across_role", across));
    }
}
