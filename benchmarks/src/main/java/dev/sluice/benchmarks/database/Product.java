package dev.sluice.benchmarks.database;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;

/** The row that is read. */
@TenantOwned("products")
public record Product(@Id long id, String name, long amount) {}
