package com.example.review;

import dev.sluice.repository.TenantRepository;
import java.util.UUID;

public interface Items extends TenantRepository<Item, UUID> {}
