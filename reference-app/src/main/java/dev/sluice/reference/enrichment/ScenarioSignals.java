package dev.sluice.reference.enrichment;

import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The signals of a tenant's scenarios. */
public interface ScenarioSignals extends TenantRepository<ScenarioSignal, UUID> {

    /**
     * Scenarios without a signal for their present version that are due.
     *
     * @param most how many
     * @return by id
     */
    @Query("""
            select s.id, s.industry, s.version from scenarios s left join scenario_signals g on g.id = s.id
            where g.id is null or (g.scenario_version < s.version and g.due_at <= now())
            order by s.id limit :most""")
    Flux<Unsignalled> due(int most);

    /**
     * Stores an answer.
     *
     * @param id the scenario
     * @param version the version that was asked for
     * @param signal the answer
     * @return 1, or 0 if the scenario has changed since, or somebody has stored an answer for this version
     */
    @Query("""
            insert into scenario_signals as g (id, scenario_version, signal, due_at)
            select s.id, s.version, :signal, now() from scenarios s where s.id = :id and s.version = :version
            on conflict (id) do update
            set scenario_version = excluded.scenario_version, signal = excluded.signal, due_at = excluded.due_at
            where g.scenario_version < excluded.scenario_version""")
    Mono<Long> store(UUID id, long version, String signal);

    /**
     * Puts the next try off.
     *
     * @param id the scenario
     * @param seconds for how long
     * @return 1, or 0 if the scenario is gone
     */
    @Query("""
            insert into scenario_signals as g (id, scenario_version, signal, due_at)
            select s.id, -1, '', now() + :seconds * interval '1 second' from scenarios s where s.id = :id
            on conflict (id) do update set due_at = excluded.due_at""")
    Mono<Long> postpone(UUID id, long seconds);
}
