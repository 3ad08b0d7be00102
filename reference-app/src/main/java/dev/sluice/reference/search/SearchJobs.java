package dev.sluice.reference.search;

import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The search jobs of a tenant. */
public interface SearchJobs extends TenantRepository<SearchJob, UUID> {

    /** @return those that are not done, the oldest first */
    @Where("state = 'QUEUED' order by created_at")
    Flux<SearchJob> open();

    /**
     * Queues the next scenarios of a job, in one statement with how far it has come: a crash repeats none and drops none.
     *
     * @param id the job
     * @param reached as read; the statement does nothing if it has moved since
     * @param most how many
     * @return 1, or 0 if somebody else has gone on
     */
    @Query("""
            with next as (
              select s.id from scenarios s where s.id > :reached order by s.id limit :most),
            added as (
              insert into search_queue (id) select id from next
              on conflict (id) do update set queued_at = excluded.queued_at returning id)
            update search_jobs
            set queued = queued + (select count(*) from added)::int,
              reached = coalesce((select id from next order by id desc limit 1), reached),
              state = case when (select count(*) from next) < :most then 'DONE' else 'QUEUED' end
            where id = :id and state = 'QUEUED' and reached = :reached""")
    Mono<Long> advance(UUID id, UUID reached, int most);
}
