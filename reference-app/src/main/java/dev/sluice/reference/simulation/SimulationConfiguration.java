package dev.sluice.reference.simulation;

import dev.sluice.reference.background.WorkingTenants;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.scenario.Scenarios;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SimulationProperties.class)
class SimulationConfiguration {

    @Bean
    SimulationQueue simulationQueue(
            Simulations simulations,
            Scenarios scenarios,
            DemandHistory demand,
            SimulationProperties properties,
            Clock clock) {
        return new SimulationQueue(simulations, scenarios, demand, properties, clock);
    }

    @Bean
    SimulationWorker simulationWorker(
            Simulations simulations,
            DemandHistory demand,
            JsonMapper mapper,
            SimulationProperties properties,
            WorkingTenants tenants) {
        return new SimulationWorker(simulations, demand, mapper, properties, tenants.all());
    }
}
