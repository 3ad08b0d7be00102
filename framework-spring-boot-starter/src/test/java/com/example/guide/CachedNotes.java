package com.example.guide;

import com.example.notes.Note;
import dev.sluice.repository.Cached;
import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import java.util.UUID;
import reactor.core.publisher.Mono;

interface CachedNotes extends TenantRepository<Note, UUID> {

    @Override
    @Cached(ttl = "1h") // ends with the next write of this row
    Mono<Note> findById(UUID id);

    @Cached(ttl = "30s") // ends with the next write of any note of the tenant
    @Query("select count(*) from notes where text ilike :pattern")
    Mono<Long> howMany(String pattern);
}
