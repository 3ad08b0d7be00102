package dev.sluice.repository;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How fresh the reads of a method, or of all methods of a repository, must be, unless the Context says otherwise. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Read {

    /** @return the consistency */
    Freshness value();

    /** @return for {@link Freshness#BOUNDED} the greatest age, as in {@code 500ms}, {@code 5s}, {@code 1m}; else empty */
    String staleness() default "";

    /** The kinds of {@link dev.sluice.consistency.ReadConsistency}, as an annotation can name them. */
    enum Freshness {
        /** Reads the primary. */
        PRIMARY,
        /** Sees what this session wrote and read. */
        SESSION,
        /** Any node whose data is at most {@link Read#staleness()} old. */
        BOUNDED
    }
}
