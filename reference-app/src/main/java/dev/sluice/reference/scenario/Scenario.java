package dev.sluice.reference.scenario;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.Version;
import java.time.Instant;
import java.util.UUID;

/**
 * What a planner names and forecasts.
 *
 * @param id its id
 * @param name its name
 * @param industry the series of demand that it is about
 * @param description free text; may be empty
 * @param createdAt when it was made
 * @param version raised by each change
 */
@TenantOwned("scenarios")
public record Scenario(
        @Id UUID id,
        String name,
        String industry,
        String description,
        Instant createdAt,
        @Version long version) {}
