package dev.sluice.r2dbc.transaction;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs compiled statements for the {@link dev.sluice.access.Access} of the subscriber's Context: in its transaction, one
 * after another, or else in a group of their own.
 */
public interface StatementRunner {

    /**
     * Reads rows whole.
     *
     * @param call the call
     * @param mapper makes a value of a row; must not keep the row
     * @param maxRows the most rows; {@link dev.sluice.repository.TooManyRowsException} beyond
     * @param <T> the type of a row
     * @return the rows, never empty; emitted when the connection was given back
     */
    <T> Mono<List<T>> rows(Call call, Function<? super Readable, ? extends T> mapper, int maxRows);

    /**
     * Runs a statement for its effect.
     *
     * @param call the call
     * @return the number of rows affected
     */
    Mono<Long> rowsUpdated(Call call);

    /**
     * Reads rows through a server-side cursor; the lease is held while they are emitted.
     *
     * @param call the call
     * @param mapper makes a value of a row; must not keep the row
     * @param fetchSize rows per round trip
     * @param <T> the type of a row
     * @return the rows
     */
    <T> Flux<T> stream(Call call, Function<? super Readable, ? extends T> mapper, int fetchSize);
}
