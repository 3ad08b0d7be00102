package dev.sluice.r2dbc.repository;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.TenantRepository;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Its id is made by the database, and a column with a default has no component. */
@TenantOwned("parts")
record Part(@Id @Nullable Long id, UUID itemId, String label) {

    interface Repository extends TenantRepository<Part, Long> {}
}
