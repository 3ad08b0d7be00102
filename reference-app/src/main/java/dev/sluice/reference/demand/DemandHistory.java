package dev.sluice.reference.demand;

import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.util.UUID;
import reactor.core.publisher.Flux;

/** The months of a tenant's demand that have passed. */
public interface DemandHistory extends TenantRepository<DemandMonth, UUID> {

    /**
     * The series of an industry.
     *
     * @param industry the industry
     * @return its months, oldest first; empty if the tenant has no such series
     */
    @Where("industry = :industry order by month")
    Flux<DemandMonth> ofIndustry(String industry);
}
