package dev.sluice.reference.simulation;

import static dev.sluice.reference.simulation.Planning.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@SluiceTest
class SimulationQueueTest {

    private static final int PLACES = 10;

    private Planning planning;

    @BeforeAll
    static void migrate(TestDatabase database) {
        Planning.migrate(database);
    }

    @BeforeEach
    void reset(TestDatabase database, Sluice sluice) {
        planning = new Planning(database, sluice);
        planning.reset();
    }

    @Test
    void asManyAsThereArePlacesAreTakenInHoweverManyAskAtOnce() {
        SimulationQueue queue = planning.queue(PLACES);
        SimulationDraft draft = new SimulationDraft(planning.scenario("acme"), 10, 1, 1L);
        Mono<Long> taken = Flux.range(0, 3 * PLACES)
                .flatMap(
                        i -> queue.add(draft).map(added -> 1).onErrorReturn(AdmissionRejectedException.class, 0),
                        3 * PLACES)
                .filter(added -> added == 1)
                .count();

        assertThat(as("acme", taken)).isEqualTo(PLACES);
        assertThat(planning.count("place between 0 and 9")).isEqualTo(PLACES);
        assertThatThrownBy(() -> as("acme", queue.add(draft)))
                .asInstanceOf(InstanceOfAssertFactories.throwable(AdmissionRejectedException.class))
                .hasMessageContaining("tenant 'acme', workload 'background': rejected")
                .returns(AdmissionRejectedException.Reason.TENANT_BUSY, AdmissionRejectedException::reason)
                .returns(PLACES, AdmissionRejectedException::limit)
                .returns(PLACES, AdmissionRejectedException::observed);
        assertThat(as("globex", queue.add(new SimulationDraft(planning.scenario("globex"), 10, 1, 1L))))
                .as("another tenant has places of its own")
                .isNotNull();
    }

    @Test
    void whatIsFinishedLeavesItsPlace() {
        SimulationQueue queue = planning.queue(1);
        SimulationDraft draft = new SimulationDraft(planning.scenario("acme"), 10, 1, 1L);
        Simulation first = as("acme", queue.add(draft));
        Claim claim = as("acme", planning.simulations.claim(30));
        assertThatThrownBy(() -> as("acme", queue.add(draft))).isInstanceOf(AdmissionRejectedException.class);
        assertThat(as("acme", planning.simulations.fail(first.id(), claim.epoch(), "enough")))
                .isEqualTo(1);
        assertThat(as("acme", queue.add(draft)).place()).isZero();
    }

    /** The negative control: who looks and then inserts is bound by the unique key alone. */
    @Test
    void withoutTheKeyOnPlacesTwoCouldHaveOne() {
        Simulation first = as("acme", planning.queue(1).add(new SimulationDraft(planning.scenario("acme"), 10, 1, 1L)));
        assertThatThrownBy(() -> as("acme", planning.simulations.insert(twin(first))))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        planning.database.execute(
                Role.OWNER, "alter table simulations drop constraint simulations_tenant_id_place_key");
        try {
            as("acme", planning.simulations.insert(twin(first)));
            assertThat(planning.count("place = 0")).isEqualTo(2);
        } finally {
            planning.reset();
            planning.database.execute(Role.OWNER, "alter table simulations add unique (tenant_id, place)");
        }
    }

    private static Simulation twin(Simulation of) {
        return new Simulation(
                UUID.randomUUID(),
                of.scenarioId(),
                of.industry(),
                of.historyUntil(),
                of.runs(),
                of.horizon(),
                of.seed(),
                of.place(),
                of.createdAt(),
                of.state(),
                0,
                null,
                null);
    }
}
