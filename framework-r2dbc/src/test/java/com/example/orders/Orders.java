package com.example.orders;

import dev.sluice.transaction.TransactionOptions;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Code of a user, outside of the framework's packages: what messages name. */
public final class Orders {

    /** Where {@link #place} opens its transaction. */
    public static final String PLACE = "com.example.orders.Orders.place(Orders.java:";

    private final BiFunction<TransactionOptions, Supplier<Mono<String>>, Mono<String>> transactions;

    public Orders(BiFunction<TransactionOptions, Supplier<Mono<String>>, Mono<String>> transactions) {
        this.transactions = transactions;
    }

    public Mono<String> place(Supplier<Mono<String>> work) {
        return transactions.apply(TransactionOptions.DEFAULT, work);
    }
}
