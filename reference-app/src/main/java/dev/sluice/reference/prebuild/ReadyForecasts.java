package dev.sluice.reference.prebuild;

import dev.sluice.repository.Json;
import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The forecasts of a tenant that are ready. */
public interface ReadyForecasts extends TenantRepository<ReadyForecast, UUID> {

    /**
     * Those of a scenario.
     *
     * @param scenarioId the scenario
     * @return by place
     */
    @Where("scenario_id = :scenarioId order by place")
    Flux<ReadyForecast> ofScenario(UUID scenarioId);

    /**
     * The scenarios that have fewer ready than they want, and whose industry has a history.
     *
     * @param leastMonths how long a history a forecast needs
     * @return at most 1,000
     */
    @Query("""
            select s.id as scenario_id, s.industry, s.version, s.prebuilds as wanted
            from scenarios s left join ready_forecasts r on r.scenario_id = s.id
              and r.scenario_version = s.version and r.place < s.prebuilds
            where s.prebuilds > 0
              and (select count(*) from demand_history h where h.industry = s.industry) >= :leastMonths
            group by s.id, s.industry, s.version, s.prebuilds
            having count(r.id) < s.prebuilds
            order by s.id limit 1000""")
    Flux<Shortage> shortages(int leastMonths);

    /**
     * Puts a forecast into its place, unless there is one of this version, or a newer one.
     *
     * @param id of the forecast, if it is a new one
     * @param scenarioId the scenario
     * @param place the place
     * @param version the version of the scenario that it was made for
     * @param months its months
     * @return 1, or 0 if nothing was to be done
     */
    @Query("""
            insert into ready_forecasts as r (id, scenario_id, place, scenario_version, months)
            select :id, s.id, :place, :version, :months from scenarios s where s.id = :scenarioId and s.version = :version
            on conflict (scenario_id, place) do update
            set scenario_version = excluded.scenario_version, months = excluded.months
            where r.scenario_version < excluded.scenario_version""")
    Mono<Long> put(UUID id, UUID scenarioId, int place, long version, Json months);

    /**
     * Sets how many forecasts of a scenario are to be ready.
     *
     * @param scenarioId the scenario
     * @param wanted 0 to 12
     * @return 1, or 0 if there is no such scenario
     */
    @Query("update scenarios set prebuilds = :wanted where id = :scenarioId")
    Mono<Long> want(UUID scenarioId, int wanted);
}
