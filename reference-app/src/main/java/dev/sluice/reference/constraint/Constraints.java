package dev.sluice.reference.constraint;

import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.util.UUID;
import reactor.core.publisher.Flux;

/** The constraints of a tenant. */
public interface Constraints extends TenantRepository<Constraint, UUID> {

    /**
     * The constraints that a scenario's forecasts must keep.
     *
     * @param scenarioId the scenario
     * @return its own ones and those of every scenario
     */
    @Where("scenario_id = :scenarioId or scenario_id is null order by name")
    Flux<Constraint> applyingTo(UUID scenarioId);
}
