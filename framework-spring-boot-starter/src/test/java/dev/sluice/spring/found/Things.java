package dev.sluice.spring.found;

import dev.sluice.repository.TenantRepository;
import java.util.UUID;

public interface Things extends TenantRepository<Thing, UUID> {}
