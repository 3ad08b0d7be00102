package dev.sluice.repository;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One hand-written statement with {@code :named} parameters; Sluice adds the tenant to every relation in it.
 *
 * <p>{@code Mono<Long>} answers the scalar of a SELECT or RETURNING, else the number of rows affected.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Query {

    /** @return the statement */
    String value();

    /** @return how the statement is kept within its tenant */
    Scope scope() default Scope.REWRITTEN;
}
