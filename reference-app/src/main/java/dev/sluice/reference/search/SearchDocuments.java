package dev.sluice.reference.search;

import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The search documents of a tenant, and the queue of those that are not up to date. */
public interface SearchDocuments extends TenantRepository<SearchDocument, UUID> {

    /**
     * Finds scenarios.
     *
     * @param pattern a LIKE pattern in small letters
     * @return the first 50, by name
     */
    @Query("""
            select s.id, s.name, s.industry from search_documents d join scenarios s on s.id = d.id
            where d.body like :pattern order by s.name, s.id limit 50""")
    Flux<SearchHit> matching(String pattern);

    /**
     * Takes the oldest of the queue and writes their documents. Who changes one of these scenarios meanwhile waits for us and
     * queues it again.
     *
     * @param most how many
     * @return how many there were
     */
    @Query("""
            with taken as (
              delete from search_queue where id in (
                select q.id from search_queue q order by q.queued_at limit :most for update skip locked)
              returning id)
            insert into search_documents (id, body)
            select s.id, lower(concat_ws(' ', s.name, s.industry, s.description,
              (select string_agg(c.name, ' ') from constraints c where c.scenario_id = s.id)))
            from taken t join scenarios s on s.id = t.id
            on conflict (id) do update set body = excluded.body""")
    Mono<Long> writeQueued(int most);

    /**
     * Queues scenarios that have no document, as those of before there was a queue.
     *
     * @param most how many
     * @return how many there were
     */
    @Query("""
            insert into search_queue (id)
            select s.id from scenarios s
              left join search_documents d on d.id = s.id left join search_queue q on q.id = s.id
            where d.id is null and q.id is null limit :most
            on conflict (id) do nothing""")
    Mono<Long> queueMissing(int most);
}
