package dev.sluice.r2dbc.connection;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A result that is in memory as a whole. It may be left unread: nothing waits for that. */
final class WholeResult implements Result {

    private final List<Segment> segments;

    private WholeResult(List<Segment> segments) {
        this.segments = segments;
    }

    static Result ofRows(List<Row> rows) {
        List<Segment> segments = new ArrayList<>(rows.size() + 1);
        for (Row row : rows) {
            segments.add((RowSegment) () -> row);
        }
        segments.add((UpdateCount) rows::size);
        return new WholeResult(segments);
    }

    static Result ofCount(long count) {
        return new WholeResult(List.of((UpdateCount) () -> count));
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        return Flux.fromIterable(segments)
                .ofType(UpdateCount.class)
                .map(UpdateCount::value)
                .reduce(Long::sum);
    }

    @Override
    public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return rows().map(row -> mapping.apply(row, row.getMetadata()));
    }

    @Override
    public <T> Flux<T> map(Function<? super Readable, ? extends T> mapping) {
        return rows().map(mapping);
    }

    @Override
    public Result filter(Predicate<Segment> filter) {
        return new WholeResult(segments.stream().filter(filter).toList());
    }

    @Override
    public <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return Flux.fromIterable(segments).concatMap(mapping);
    }

    private Flux<Row> rows() {
        return Flux.fromIterable(segments).ofType(RowSegment.class).map(RowSegment::row);
    }
}
