package dev.sluice.reference.demo;

import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;

/** Embedded mode signs its own tokens and shows them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(EmbeddedMode.ACTIVE)
class DemoConfiguration {

    @Bean
    DemoTokens demoTokens(@Value("${reference.demo.tenants}") List<String> tenants, Clock clock) {
        return new DemoTokens(tenants, clock);
    }

    @Bean
    ReactiveJwtDecoder jwtDecoder(DemoTokens tokens) {
        return NimbusReactiveJwtDecoder.withSecretKey(tokens.key()).build();
    }

    // The port is known only when it runs.
    @Bean
    ApplicationRunner welcome(DemoTokens tokens, Environment environment) {
        return arguments -> Welcome.print(
                System.out, "http://localhost:" + environment.getRequiredProperty("local.server.port"), tokens.all());
    }
}
