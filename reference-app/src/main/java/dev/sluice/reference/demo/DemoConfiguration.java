package dev.sluice.reference.demo;

import dev.sluice.Sluice;
import dev.sluice.reference.constraint.Constraints;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.forecast.Forecasts;
import dev.sluice.reference.scenario.Scenarios;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;

@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(EmbeddedMode.ACTIVE)
class DemoConfiguration {

    private static final Duration LOADING = Duration.ofSeconds(60);

    @Bean
    DemoTokens demoTokens(@Value("${reference.demo.tenants}") List<String> tenants, Clock clock) {
        return new DemoTokens(tenants, clock);
    }

    @Bean
    ReactiveJwtDecoder jwtDecoder(DemoTokens tokens) {
        return NimbusReactiveJwtDecoder.withSecretKey(tokens.key()).build();
    }

    @Bean
    DemoData demoData(
            Sluice sluice,
            DemandHistory demand,
            Scenarios scenarios,
            Forecasts forecasts,
            Constraints constraints,
            Clock clock) {
        return new DemoData(sluice, demand, scenarios, forecasts, constraints, clock);
    }

    // The main thread waits here, before the application calls itself ready: there are rows from the first request on.
    @Bean
    @Order(1)
    ApplicationRunner loadDemoData(DemoData data, @Value("${reference.demo.tenants}") List<String> tenants) {
        return arguments -> data.load(tenants).toFuture().get(LOADING.toSeconds(), TimeUnit.SECONDS);
    }

    @Bean
    @Order(2)
    ApplicationRunner welcome(DemoTokens tokens, @Value("${local.server.port}") int port) {
        return arguments -> Welcome.print(System.out, "http://localhost:" + port, tokens.all());
    }
}
