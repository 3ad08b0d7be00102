package dev.sluice;

import io.r2dbc.spi.Readable;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Work across tenants: unscoped SQL under the role of {@link SluiceSettings#acrossTenants()}, in its own small pool and
 * under the same admission. Each use is logged with its reason.
 *
 * <p>No tenant is needed, and one in the Context is not looked at. Cold; other errors, cancel and threads are as in
 * {@link dev.sluice.repository.TenantRepository}.
 */
public interface AcrossTenants {

    /**
     * Reads rows of all tenants.
     *
     * @param sql one statement, with {@code :named} parameters
     * @param parameters their values
     * @param mapper makes a value of a row
     * @param <T> the type of a row
     * @return the rows, read whole; {@link dev.sluice.repository.TooManyRowsException} over {@code repositories.max-rows}
     */
    <T> Flux<T> query(String sql, Map<String, ?> parameters, Function<? super Readable, ? extends T> mapper);

    /**
     * Changes rows of any tenant.
     *
     * @param sql one statement, with {@code :named} parameters
     * @param parameters their values
     * @return the number of rows, never empty
     */
    Mono<Long> execute(String sql, Map<String, ?> parameters);
}
