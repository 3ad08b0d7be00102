package com.example.review;

import dev.sluice.Sluice;
import dev.sluice.transaction.ExternalIo;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** Each method waits for another system while it holds a transaction. */
public final class NaiveEnricher {

    private final Sluice sluice;
    private final Items items;
    private final Signals signals;
    private final TransactionalOperator operator;

    public NaiveEnricher(Sluice sluice, Items items, Signals signals, TransactionalOperator operator) {
        this.sluice = sluice;
        this.items = items;
        this.signals = signals;
        this.operator = operator;
    }

    /** Through an interface, whose implementation holds the client. */
    public Mono<Item> throughAnInterface(UUID id) {
        return sluice.inTransaction(() -> signals.ask(id).flatMap(signal -> items.insert(new Item(id, signal))));
    }

    public Mono<String> throughAMethodReference() {
        return sluice.inTransaction(this::ask);
    }

    @Transactional
    public Mono<Item> annotated(UUID id) {
        return jdk(id).flatMap(signal -> items.insert(new Item(id, signal)));
    }

    public Mono<Item> throughAnOperator(UUID id) {
        return operator.execute(status -> ask().map(signal -> new Item(id, signal)))
                .next();
    }

    public Mono<String> guarded(Mono<String> legacy) {
        return sluice.inTransaction(() -> ExternalIo.guarded(legacy, "legacy"));
    }

    private Mono<String> ask() {
        return signals.ask(UUID.randomUUID());
    }

    private static Mono<String> jdk(UUID id) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://signals.example/" + id))
                .build();
        return Mono.fromFuture(() -> HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString()))
                .map(answer -> answer.body())
                .map(Function.identity());
    }
}
