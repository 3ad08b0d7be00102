package com.example.review;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.consistency.Lsn;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import dev.sluice.transaction.TransactionHandle;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** As it should be: the other system is asked between two transactions, or after one. Keeps every rule. */
public final class RightEnricher {

    private final Sluice sluice;
    private final Items items;
    private final Signals signals;

    public RightEnricher(Sluice sluice, Items items, Signals signals) {
        this.sluice = sluice;
        this.items = items;
        this.signals = signals;
    }

    public Mono<Item> enrich(UUID id) {
        return read(id).flatMap(item -> signals.ask(item.id())).flatMap(signal -> write(new Item(id, signal)));
    }

    /** I/O before the transaction, in the same method, but in none of its lambdas. */
    public Mono<Item> enrichAtOnce(UUID id) {
        return signals.ask(id).flatMap(signal -> sluice.inTransaction(() -> items.insert(new Item(id, signal))));
    }

    public Mono<Item> enrichAndTell(Item item) {
        return sluice.inTransaction(() -> TransactionHandle.current()
                .doOnNext(transaction -> transaction.register(new Told(signals, item)))
                .then(items.insert(item)));
    }

    @Transactional
    public Mono<Item> store(Item item) {
        return items.insert(item);
    }

    public void start() {
        items.count().subscribe(count -> {}, error -> {}, () -> {}, Context.of(Access.class, "acme"));
    }

    public Mono<Item> later(UUID id) {
        return Mono.delay(Duration.ofSeconds(1)).then(read(id));
    }

    private Mono<Item> read(UUID id) {
        return sluice.inTransaction(() -> items.findById(id));
    }

    private Mono<Item> write(Item item) {
        return sluice.inTransaction(() -> items.insert(item));
    }

    private record Told(Signals signals, Item item) implements Settlement {

        @Override
        public Mono<Void> afterCommit(@Nullable Lsn lsn, Touched touched) {
            return signals.ask(item.id()).then();
        }
    }
}
