package com.example.notes;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.Version;
import java.util.UUID;

@TenantOwned("notes")
public record Note(@Id UUID id, String text, @Version long version) {}
