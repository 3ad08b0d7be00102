package dev.sluice.repository;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A condition, optionally with {@code order by}, over the columns of the repository's table, with {@code :named}
 * parameters.
 *
 * <p>The method's return type and name say what is done: {@code Mono<Page<T>>} (with a {@link PageRequest} parameter),
 * {@code Flux<T>} and {@code Mono<T>} select; {@code Mono<Long> count…} counts; {@code Mono<Boolean> exists…} tests;
 * {@code Mono<Long> delete…} deletes and answers the number of rows.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Where {

    /** @return the fragment */
    String value();
}
