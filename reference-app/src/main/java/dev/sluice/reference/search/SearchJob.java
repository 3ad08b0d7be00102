package dev.sluice.reference.search;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import java.time.Instant;
import java.util.UUID;

/**
 * All documents of a tenant, to be written again.
 *
 * @param id its id
 * @param state how far it is
 * @param reached the last scenario that was queued; all ids up to it are
 * @param queued how many were
 * @param createdAt when it was asked for
 */
@TenantOwned("search_jobs")
public record SearchJob(@Id UUID id, State state, UUID reached, int queued, Instant createdAt) {

    /** How far a job is. */
    public enum State {
        /** Some scenarios are not queued yet. */
        QUEUED,
        /** All are. */
        DONE
    }
}
