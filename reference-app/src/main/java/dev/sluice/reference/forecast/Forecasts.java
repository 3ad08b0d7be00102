package dev.sluice.reference.forecast;

import dev.sluice.repository.Cached;
import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The forecasts of a tenant. What is read again and again is cached, until a forecast or its scenario is written. */
public interface Forecasts extends TenantRepository<Forecast, UUID> {

    @Override
    @Cached
    Mono<Forecast> findById(UUID id);

    /**
     * A scenario's forecasts, page by page.
     *
     * @param scenarioId the scenario
     * @param page which page
     * @return its forecasts, by day
     */
    @Cached
    @Where("scenario_id = :scenarioId order by day")
    Mono<Page<Forecast>> pageOfScenario(UUID scenarioId, PageRequest page);

    /**
     * A scenario's forecasts.
     *
     * @param scenarioId the scenario
     * @return its forecasts, by day
     */
    @Cached
    @Where("scenario_id = :scenarioId order by day")
    Flux<Forecast> ofScenario(UUID scenarioId);
}
