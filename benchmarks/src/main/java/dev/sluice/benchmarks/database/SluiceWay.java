package dev.sluice.benchmarks.database;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.access.Workload;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Through a repository. */
public final class SluiceWay implements Way {

    private final Sluice sluice;
    private final Products products;
    private final Workload working;
    private final Duration timeout;

    /**
     * @param sluice the instance, closed with this
     * @param working the workload of slow work
     * @param timeout of each call
     */
    public SluiceWay(Sluice sluice, Workload working, Duration timeout) {
        this.sluice = sluice;
        this.products = sluice.repository(Products.class);
        this.working = working;
        this.timeout = timeout;
    }

    @Override
    public String name() {
        return "Sluice";
    }

    /** @return the instance behind */
    public Sluice sluice() {
        return sluice;
    }

    @Override
    public Publisher<?> find(String tenant) {
        long id = ThreadLocalRandom.current().nextInt(ProductDatabase.IDS);
        return products.findById(id).contextWrite(access(tenant));
    }

    @Override
    public Publisher<?> work(String tenant, Work work) {
        return Flux.from(work.on(products)).contextWrite(access(tenant).workload(working.name()));
    }

    private AccessChange access(String tenant) {
        return Access.tenant(tenant).deadline(timeout);
    }

    @Override
    public Mono<Void> close() {
        return sluice.closeGracefully();
    }
}
