package dev.sluice.spring.postgres;

import dev.sluice.Sluice;
import dev.sluice.spring.found.Things;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A service on a real database, without the web. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@AutoConfigurationPackage(basePackages = "dev.sluice.spring.found")
class Application {

    static ConfigurableApplicationContext run(TestDatabase database, String... more) {
        return run(Application.class, database, more);
    }

    static ConfigurableApplicationContext run(Class<?> application, TestDatabase database, String... more) {
        List<String> properties = new ArrayList<>(List.of(
                "sluice.url=" + database.url(),
                "sluice.pool.min=0",
                "sluice.pool.max=4",
                "sluice.username=" + database.credentials(Role.APP).username(),
                "sluice.password=" + database.credentials(Role.APP).password(),
                "sluice.migrations.username=" + database.credentials(Role.OWNER).username(),
                "sluice.migrations.password=" + database.credentials(Role.OWNER).password()));
        properties.addAll(Arrays.asList(more));
        return new SpringApplicationBuilder(application)
                .web(properties.contains("server.port=0") ? WebApplicationType.REACTIVE : WebApplicationType.NONE)
                .properties(properties.toArray(String[]::new))
                .run();
    }

    @Bean
    ThingService thingService(Things things, Sluice sluice) {
        return new ThingService(things, sluice);
    }
}
