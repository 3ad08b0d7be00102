package com.example.notes;

import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.util.UUID;
import reactor.core.publisher.Mono;

public interface Notes extends TenantRepository<Note, UUID> {

    @Where("text ilike :pattern order by text")
    Mono<Page<Note>> matching(String pattern, PageRequest page);
}
