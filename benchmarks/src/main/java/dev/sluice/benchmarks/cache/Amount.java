package dev.sluice.benchmarks.cache;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;

/** What there is of a product. */
@TenantOwned("products")
public record Amount(@Id long id, long amount) {}
