package dev.sluice.reference.simulation;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.reference.demand.DemandCsv;
import dev.sluice.reference.demand.DemandHistory;
import dev.sluice.reference.demand.DemandMonth;
import dev.sluice.reference.scenario.Scenario;
import dev.sluice.reference.scenario.Scenarios;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.work.Worker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

/** A database as the service migrates it, with a scenario for each tenant, and the parts that run simulations on it. */
final class Planning {

    static final List<String> TENANTS = List.of("acme", "globex", "initech");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String INDUSTRY = "Finance";

    final TestDatabase database;
    final Sluice sluice;
    final Simulations simulations;
    final Scenarios scenarios;
    final DemandHistory demand;
    final JsonMapper mapper = JsonMapper.shared();

    Planning(TestDatabase database, Sluice sluice) {
        this.database = database;
        this.sluice = sluice;
        this.simulations = sluice.repository(Simulations.class);
        this.scenarios = sluice.repository(Scenarios.class);
        this.demand = sluice.repository(DemandHistory.class);
    }

    static void migrate(TestDatabase database) {
        Flyway.configure()
                .dataSource(
                        database.jdbcUrl(),
                        database.credentials(Role.OWNER).username(),
                        database.credentials(Role.OWNER).password())
                .placeholders(Map.of("app_role", Role.APP.username(), "across_role", Role.ACROSS.username()))
                .load()
                .migrate();
    }

    static <T> T as(String tenant, Mono<T> call) {
        return call.contextWrite(Access.tenant(tenant)).block(PATIENCE);
    }

    /** No simulation, and for each tenant one series and one scenario. */
    void reset() {
        database.execute(Role.OWNER, "delete from scenarios; delete from demand_history");
        List<DemandCsv.Line> lines = DemandCsv.read().stream()
                .filter(line -> line.industry().equals(INDUSTRY))
                .toList();
        TENANTS.forEach(tenant -> {
            as(
                    tenant,
                    demand.insertAll(lines.stream()
                            .map(line -> new DemandMonth(
                                    UUID.randomUUID(), INDUSTRY, line.month(), line.thousands(), line.ratePercent()))
                            .toList()));
            as(tenant, scenarios.insert(new Scenario(UUID.randomUUID(), "base", INDUSTRY, "", Instant.EPOCH, 0)));
        });
    }

    UUID scenario(String tenant) {
        return as(tenant, scenarios.findAll().next()).id();
    }

    SimulationQueue queue(int places) {
        return new SimulationQueue(
                simulations, scenarios, demand, properties(1, Duration.ofSeconds(30), places), Clock.systemUTC());
    }

    UUID ask(String tenant, int runs, long seed) {
        return as(tenant, queue(1_000).add(new SimulationDraft(scenario(tenant), runs, 12, seed)))
                .id();
    }

    SimulationRunner runner(Scheduler processor) {
        return new SimulationRunner(simulations, demand, mapper, Duration.ofSeconds(30), processor);
    }

    Worker worker(int concurrency, Duration lease, Scheduler processor) {
        SimulationProperties properties = properties(concurrency, lease, 1_000);
        return SimulationWorkers.worker(
                new SimulationRunner(simulations, demand, mapper, properties.lease(), processor),
                properties,
                TENANTS.stream().map(TenantId::of).toList());
    }

    private static SimulationProperties properties(int concurrency, Duration lease, int places) {
        return new SimulationProperties(concurrency, places, lease, Duration.ofMillis(100));
    }

    Simulation read(String tenant, UUID id) {
        return as(tenant, simulations.findById(id));
    }

    /** As time does. */
    void endLease(UUID id) {
        database.execute(
                Role.OWNER,
                "update simulations set leased_until = now() - interval '1 second' where id = '" + id + "'");
    }

    long count(String condition) {
        return database.value(Role.OWNER, Long.class, "select count(*) from simulations where " + condition);
    }
}
