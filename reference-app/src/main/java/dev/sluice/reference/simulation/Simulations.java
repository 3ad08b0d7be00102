package dev.sluice.reference.simulation;

import dev.sluice.repository.Json;
import dev.sluice.repository.Query;
import dev.sluice.repository.RunsIn;
import dev.sluice.repository.TenantRepository;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The simulations of a tenant. The methods that name an epoch answer 1, or 0 if somebody else has claimed the simulation
 * since, or it is gone. Leases are told by the server's clock, which all processes share.
 */
public interface Simulations extends TenantRepository<Simulation, UUID> {

    /** @return the places that unfinished simulations have */
    @Query("select place from simulations where place is not null")
    Flux<Integer> takenPlaces();

    /**
     * Takes the oldest simulation that waits, or whose worker's lease is over.
     *
     * @param leaseSeconds how long it is the caller's, unless a write prolongs it
     * @return the claim; empty if there is nothing to take
     */
    @RunsIn("background")
    @Query("""
            update simulations
            set state = 'RUNNING', epoch = epoch + 1, attempts = attempts + 1,
                leased_until = now() + :leaseSeconds * interval '1 second'
            where id = (
              select id from simulations
              where place is not null and (state = 'QUEUED' or leased_until < now())
              order by created_at, id limit 1 for update skip locked)
            returning id, industry, history_until, runs, horizon, seed, epoch, attempts, runs_done, tally""")
    Mono<Claim> claim(long leaseSeconds);

    /**
     * Stores a chunk and prolongs the lease.
     *
     * @param id the simulation
     * @param epoch the claim's
     * @param runsDone the paths counted so far
     * @param tally their counts
     * @param leaseSeconds how long it is the caller's from now
     * @return 1, or 0 if the claim is lost
     */
    @RunsIn("background")
    @Query("""
            update simulations
            set runs_done = :runsDone, tally = :tally, attempts = 0,
                leased_until = now() + :leaseSeconds * interval '1 second'
            where id = :id and epoch = :epoch and state = 'RUNNING'""")
    Mono<Long> advance(UUID id, long epoch, int runsDone, Json tally, long leaseSeconds);

    /**
     * Stores the outcome.
     *
     * @param id the simulation
     * @param epoch the claim's
     * @param quantiles the outcome
     * @return 1, or 0 if the claim is lost
     */
    @RunsIn("background")
    @Query("""
            update simulations
            set state = 'DONE', runs_done = runs, quantiles = :quantiles, tally = null, place = null, leased_until = null
            where id = :id and epoch = :epoch and state = 'RUNNING'""")
    Mono<Long> finish(UUID id, long epoch, Json quantiles);

    /**
     * Stores that there will be no outcome.
     *
     * @param id the simulation
     * @param epoch the claim's
     * @param failure why, for who asked for it
     * @return 1, or 0 if the claim is lost
     */
    @RunsIn("background")
    @Query("""
            update simulations
            set state = 'FAILED', failure = :failure, tally = null, place = null, leased_until = null
            where id = :id and epoch = :epoch and state = 'RUNNING'""")
    Mono<Long> fail(UUID id, long epoch, String failure);

    /**
     * Gives a claim back before its lease is over. It does not count as an attempt.
     *
     * @param id the simulation
     * @param epoch the claim's
     * @return 1, or 0 if the claim is lost
     */
    @RunsIn("background")
    @Query("""
            update simulations
            set state = 'QUEUED', attempts = greatest(attempts - 1, 0), leased_until = null
            where id = :id and epoch = :epoch and state = 'RUNNING'""")
    Mono<Long> release(UUID id, long epoch);
}
