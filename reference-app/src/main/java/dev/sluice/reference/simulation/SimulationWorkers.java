package dev.sluice.reference.simulation;

import dev.sluice.reference.background.WorkingTenants;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.scenario.Scenarios;
import dev.sluice.tenant.TenantId;
import dev.sluice.work.Progress;
import dev.sluice.work.Worker;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** Takes simulations in and runs them, in the workload {@code background}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SimulationProperties.class)
class SimulationWorkers {

    static final String NAME = "simulation";

    /** What is stored by then is not drawn again. */
    private static final Duration RUN = Duration.ofMinutes(10);

    /** Of a stop: a chunk, and the calls that store it and give the claim back. */
    private static final Duration STOPPING = Duration.ofSeconds(20);

    @Bean
    SimulationQueue simulationQueue(
            Simulations simulations,
            Scenarios scenarios,
            DemandHistory demand,
            SimulationProperties properties,
            Clock clock) {
        return new SimulationQueue(simulations, scenarios, demand, properties, clock);
    }

    @Bean(destroyMethod = "dispose")
    Scheduler simulationProcessor(SimulationProperties properties) {
        return Schedulers.newParallel("simulation", properties.concurrency(), true);
    }

    @Bean
    Worker simulationWorker(
            Simulations simulations,
            DemandHistory demand,
            JsonMapper mapper,
            SimulationProperties properties,
            Scheduler simulationProcessor,
            WorkingTenants tenants) {
        SimulationRunner runner =
                new SimulationRunner(simulations, demand, mapper, properties.lease(), simulationProcessor);
        return worker(runner, properties, tenants.all());
    }

    /** Each process runs it: computing is what the fleet shares. A claim is what keeps two from running the same simulation. */
    static Worker worker(SimulationRunner runner, SimulationProperties properties, List<TenantId> tenants) {
        return Worker.every(NAME, properties.poll(), run -> runner.claim()
                        .flatMap(claim -> runner.run(claim, run::isStopping).thenReturn(Progress.MORE)))
                .forTenants(tenants)
                .withHands(properties.concurrency())
                .withTimeout(RUN, STOPPING)
                .inEachProcess();
    }
}
