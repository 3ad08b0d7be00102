package dev.sluice.reference.scenario;

import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The scenarios of a tenant. */
public interface Scenarios extends TenantRepository<Scenario, UUID> {

    /**
     * Searches name, industry and description.
     *
     * @param pattern a LIKE pattern, compared without case
     * @param page which page
     * @return the scenarios that match, by name
     */
    @Where("name ilike :pattern or industry ilike :pattern or description ilike :pattern order by name")
    Mono<Page<Scenario>> matching(String pattern, PageRequest page);
}
