package com.example.review;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import java.util.UUID;

@TenantOwned("items")
public record Item(@Id UUID id, String signal) {}
