package dev.sluice.spring.postgres;

import dev.sluice.Sluice;
import dev.sluice.spring.found.Thing;
import dev.sluice.spring.found.Things;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** Does what it is told to do inside transactions of every kind. */
public class ThingService {

    private final Things things;
    private final Sluice sluice;

    ThingService(Things things, Sluice sluice) {
        this.things = things;
        this.sluice = sluice;
    }

    @Transactional
    public <T> Mono<T> required(Supplier<Mono<T>> work) {
        return Mono.defer(work);
    }

    @Transactional(propagation = Propagation.NESTED)
    public <T> Mono<T> nested(Supplier<Mono<T>> work) {
        return Mono.defer(work);
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public <T> Mono<T> requiresNew(Supplier<Mono<T>> work) {
        return Mono.defer(work);
    }

    @Transactional(propagation = Propagation.SUPPORTS)
    public <T> Mono<T> supports(Supplier<Mono<T>> work) {
        return Mono.defer(work);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public <T> Mono<T> mandatory(Supplier<Mono<T>> work) {
        return Mono.defer(work);
    }

    @Transactional(readOnly = true)
    public <T> Mono<T> readOnly(Supplier<Mono<T>> work) {
        return Mono.defer(work);
    }

    @Transactional(timeout = 1)
    public <T> Mono<T> forOneSecond(Supplier<Mono<T>> work) {
        return Mono.defer(work);
    }

    Mono<Thing> insert(String name) {
        return things.insert(new Thing(UUID.randomUUID(), name));
    }

    Mono<List<String>> names() {
        return things.findAll().map(Thing::name).sort().collectList();
    }

    Mono<Integer> backend() {
        return sluice.sql("select pg_backend_pid()").as(Integer.class).one();
    }

    Mono<Boolean> isInRecovery() {
        return sluice.sql("select pg_is_in_recovery()").as(Boolean.class).one();
    }

    Mono<Long> sleep(double seconds) {
        return sluice.sql("select 1 from pg_sleep(:seconds)")
                .bind("seconds", seconds)
                .map(row -> 1L)
                .one();
    }
}
