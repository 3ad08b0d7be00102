package dev.sluice.reference.demo;

import dev.sluice.Sluice;
import dev.sluice.reference.constraint.Constraints;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.forecast.Forecasts;
import dev.sluice.reference.scenario.Scenarios;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("reference.demo.load-data")
class DemoDataConfiguration {

    private static final Duration LOADING = Duration.ofSeconds(60);

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

    @Bean
    DemoDataLoader demoDataLoader(DemoData data, @Value("${reference.demo.tenants}") List<String> tenants) {
        return new DemoDataLoader(data, tenants, LOADING);
    }
}
