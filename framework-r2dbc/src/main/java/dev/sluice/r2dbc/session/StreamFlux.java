package dev.sluice.r2dbc.session;

import io.r2dbc.spi.Readable;
import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** Begins a stream for each subscriber. */
final class StreamFlux<T> extends Flux<T> {

    private final GroupSession session;
    private final Group group;
    private final Function<? super Readable, ? extends T> mapper;
    private final int fetchSize;

    StreamFlux(GroupSession session, Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        if (fetchSize < 1) {
            throw new IllegalArgumentException("fetch size: %d (expected: >= 1)".formatted(fetchSize));
        }
        this.session = session;
        this.group = group;
        this.mapper = mapper;
        this.fetchSize = fetchSize;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        actual.onSubscribe(new StreamCall<>(session, actual, group, mapper, fetchSize));
    }
}
