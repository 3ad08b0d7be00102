package dev.sluice;

import dev.sluice.repository.Scope;
import io.r2dbc.spi.Readable;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One hand-written statement, scoped to the tenant of the subscriber's Context. Immutable; each method returns a new
 * one. What cannot be scoped is refused with {@link dev.sluice.repository.StatementRefusedException} at subscription.
 *
 * <p>What is answered is cold: each subscription runs the statement. Errors, cancel and threads are as in
 * {@link dev.sluice.repository.TenantRepository}.
 */
public interface Sql {

    /**
     * Binds a parameter.
     *
     * @param name its name, without the colon
     * @param value its value, not null
     * @return the extended statement
     */
    Sql bind(String name, Object value);

    /**
     * Binds NULL.
     *
     * @param name the parameter's name, without the colon
     * @param type the type of the parameter
     * @return the extended statement
     */
    Sql bindNull(String name, Class<?> type);

    /**
     * Leaves the statement to another lock.
     *
     * @param scope how it is kept within its tenant
     * @return the changed statement
     */
    Sql scope(Scope scope);

    /**
     * Reads rows as values of a type.
     *
     * @param type a record, whose components are the columns in snake_case, or the type of the only column
     * @param <T> the type
     * @return the rows, not yet asked for
     */
    <T> Rows<T> as(Class<T> type);

    /**
     * Reads rows with a function.
     *
     * @param mapper makes a value of a row; must not keep the row
     * @param <T> the type
     * @return the rows, not yet asked for
     */
    <T> Rows<T> map(Function<? super Readable, ? extends T> mapper);

    /** @return runs the statement and answers the number of rows affected, never empty */
    Mono<Long> rowsUpdated();

    /**
     * The rows of a statement. Cold; errors, cancel and threads are as in {@link dev.sluice.repository.TenantRepository}.
     *
     * @param <T> the type of a row
     */
    interface Rows<T> {

        /** @return the only row; empty if there is none; {@link dev.sluice.repository.TooManyRowsException} if more */
        Mono<T> one();

        /** @return the first row; empty if there is none */
        Mono<T> first();

        /** @return all rows, read whole; {@link dev.sluice.repository.TooManyRowsException} over {@code repositories.max-rows} */
        Flux<T> all();

        /**
         * Reads rows through a server-side cursor, in the workload {@code stream}; the lease is held while they are
         * emitted.
         *
         * @param fetchSize rows per round trip, at least 1
         * @return the rows
         */
        Flux<T> stream(int fetchSize);
    }
}
