package dev.sluice.repository;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Answers a read from the cache while it is known to be current. For {@code findById}, and for methods that select, count or
 * test; {@code stream}, methods that write, lock or call volatile functions, and parameters of which no key can be made, as
 * collections, are refused at the start.
 *
 * <p>An answer by id ends with the next write of its row. Any other ends with the next write to a table that the statement
 * reads, of the same tenant. Writes are what Sluice sends, with what the actions of foreign keys change by it; what triggers and
 * functions write is not seen. Without a cache the method just runs. Calls inside of a transaction, and those that ask for the primary, go past the cache.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Cached {

    /** @return the longest life of an answer, positive, as in {@code 30s} or {@code 1h}; empty means {@code cache.ttl} */
    String ttl() default "";

    /**
     * @return the longest life of the answer that there is nothing; empty means {@code cache.negative-ttl}
     */
    String negativeTtl() default "";

    /**
     * @return tables whose writes end an answer too, optionally with schema: those that functions read and the statement does not
     *     name, and those whose triggers write what it reads
     */
    String[] tables() default {};

    /**
     * @return a number to raise when what is stored has changed its meaning, but not its shape: other shapes are told apart
     *     without it
     */
    int version() default 1;
}
