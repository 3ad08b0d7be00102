package dev.sluice.spring.coherence;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.Version;

/** A row that says whose it is, apart from the tenant column, and counts its writes. */
@TenantOwned("counters")
public record Counter(@Id int id, String owner, @Version long version) {}
