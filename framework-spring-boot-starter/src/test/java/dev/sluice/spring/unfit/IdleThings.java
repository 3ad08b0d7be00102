package dev.sluice.spring.unfit;

import dev.sluice.repository.RunsIn;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import dev.sluice.spring.found.Thing;
import java.util.UUID;
import reactor.core.publisher.Flux;

/** A repository that asks for a workload which nobody configured. */
public interface IdleThings extends TenantRepository<Thing, UUID> {

    @Where("name = :name")
    @RunsIn("idling")
    Flux<Thing> named(String name);
}
