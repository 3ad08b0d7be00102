package dev.sluice.repository;

import java.util.Collection;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The rows of one entity of the current tenant. Extend it with {@link Query} and {@link Where} methods and get an
 * instance from {@code sluice.repository(...)}.
 *
 * <p>Each method is cold: it does its work at subscription, for the {@link dev.sluice.access.Access} of that
 * subscriber's Context, and fails with {@link dev.sluice.tenant.MissingTenantException} without a tenant, with
 * {@link dev.sluice.admission.AdmissionRejectedException} when it is not let in, and with
 * {@link dev.sluice.access.DeadlineExceededException} when its time is over. Cancelling stops the query in the server.
 * A {@code Flux} is read whole and its connection given back before the first row is emitted, except by
 * {@link #stream()}. Signals arrive on the event loop of the connection; answers from the cache and refusals
 * may arrive on the subscriber's or another thread. Whoever gets them must not block.
 *
 * @param <T> the entity, a record marked {@link TenantOwned}
 * @param <I> the type of its {@link Id}
 */
public interface TenantRepository<T, I> {

    /**
     * Finds a row.
     *
     * @param id its id
     * @return the row; empty if this tenant has none such
     */
    Mono<T> findById(I id);

    /**
     * Finds rows, with one statement.
     *
     * @param ids their ids; no ids, no query
     * @return the rows that exist, in no particular order
     */
    Flux<T> findAllById(Collection<I> ids);

    /**
     * Finds all rows, by id.
     *
     * @return the rows; {@link TooManyRowsException} if there are more than {@code repositories.max-rows}
     */
    Flux<T> findAll();

    /**
     * Finds a page.
     *
     * @param request which page
     * @return the page, never empty (it may have no items); {@link InvalidCursorException} for a foreign cursor
     */
    Mono<Page<T>> findPage(PageRequest request);

    /**
     * Reads all rows, by id, through a server-side cursor; the lease is held while rows are emitted, in the workload
     * {@code stream}.
     *
     * @return the rows, 256 at a time
     */
    default Flux<T> stream() {
        return stream(256);
    }

    /**
     * Reads all rows, by id, through a server-side cursor.
     *
     * @param fetchSize rows per round trip, at least 1
     * @return the rows
     */
    Flux<T> stream(int fetchSize);

    /**
     * Inserts a row.
     *
     * @param entity the row
     * @return the row as stored
     */
    Mono<T> insert(T entity);

    /**
     * Inserts rows, many per statement.
     *
     * @param entities the rows; none, no statement
     * @return the number of rows, never empty; all or none are stored
     */
    Mono<Long> insertAll(Collection<T> entities);

    /**
     * Updates a row by its id, and its {@link Version} where it has one.
     *
     * @param entity the new state, with the version as read
     * @return the row as stored, with the raised version; empty if this tenant has none such;
     *     {@link VersionConflictException} if the version is not the current one
     */
    Mono<T> update(T entity);

    /**
     * Inserts a row, or updates the one with the same id regardless of its version.
     *
     * @param entity the row
     * @return the row as stored
     */
    Mono<T> upsert(T entity);

    /**
     * Deletes a row.
     *
     * @param id its id
     * @return whether there was one, never empty
     */
    Mono<Boolean> deleteById(I id);

    /** @return the number of rows, never empty */
    Mono<Long> count();

    /**
     * Tells whether a row exists.
     *
     * @param id its id
     * @return true or false, never empty
     */
    Mono<Boolean> existsById(I id);
}
