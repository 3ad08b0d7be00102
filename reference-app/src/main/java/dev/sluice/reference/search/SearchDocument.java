package dev.sluice.reference.search;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import java.util.UUID;

/**
 * The words by which a scenario is found.
 *
 * @param id the scenario
 * @param body its name, industry, description and constraints, in small letters
 */
@TenantOwned("search_documents")
public record SearchDocument(@Id UUID id, String body) {}
