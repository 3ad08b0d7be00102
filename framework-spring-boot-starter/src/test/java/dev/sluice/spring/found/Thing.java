package dev.sluice.spring.found;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import java.util.UUID;

@TenantOwned("things")
public record Thing(@Id UUID id, String name) {}
