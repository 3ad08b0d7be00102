package dev.sluice.r2dbc.cached;

import dev.sluice.repository.Cached;
import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.TenantRepository;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

@TenantOwned("plans")
record Plan(@Id UUID id, String code) {

    static Plan of(String code) {
        return new Plan(UUID.randomUUID(), code);
    }

    interface Plans extends TenantRepository<Plan, UUID> {

        @Override
        @Cached
        Mono<Plan> findById(UUID id);
    }

    @TenantOwned("remarks")
    record Remark(
            @Id @Nullable Long id,
            @Nullable UUID dayId,
            @Nullable String planCode,
            String words) {}

    interface Remarks extends TenantRepository<Remark, Long> {

        @Override
        @Cached
        Mono<Remark> findById(Long id);
    }

    /** A tree. */
    @TenantOwned("folders")
    record Folder(@Id String id, @Nullable String parent) {}

    interface Folders extends TenantRepository<Folder, String> {

        @Override
        @Cached
        Mono<Folder> findById(String id);
    }

    /** Its ids can be equal and look different. */
    @TenantOwned("prices")
    record Price(@Id java.math.BigDecimal id, String name) {}

    interface Prices extends TenantRepository<Price, java.math.BigDecimal> {

        @Override
        @Cached
        Mono<Price> findById(java.math.BigDecimal id);
    }
}
