package dev.sluice.cache;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is cached of one method.
 *
 * @param name names it in meters and errors: {@code Forecasts.findById}
 * @param type the type of an answer, as {@link CacheCodec} takes it
 * @param tables the qualified names of the tables any write to which ends an answer; for rows by id those beside the key's own
 * @param ttl the longest life of an answer; null means the cache's
 * @param negativeTtl the longest life of the answer that there is none; null means the cache's
 * @param version a number that is raised when what is stored changes its meaning; changes of the type's shape are noticed anyway
 * @param <T> the type of an answer
 */
public record CacheSpec<T>(
        String name,
        Type type,
        Set<String> tables,
        @Nullable Duration ttl,
        @Nullable Duration negativeTtl,
        int version) {

    /** @throws IllegalArgumentException if a life is not positive, naming it */
    public CacheSpec {
        tables = Set.copyOf(tables);
        positive(name, "ttl", ttl);
        positive(name, "negative ttl", negativeTtl);
    }

    /**
     * Answers of one value.
     *
     * @param name names it in meters and errors
     * @param type its type
     * @param <T> its type
     * @return the spec: no tables, the cache's lives, version 1
     */
    public static <T> CacheSpec<T> of(String name, Class<T> type) {
        return new CacheSpec<>(name, type, Set.of(), null, null, 1);
    }

    /**
     * Answers of many values.
     *
     * @param name names it in meters and errors
     * @param element the type of one
     * @param <T> the type of one
     * @return the spec: no tables, the cache's lives, version 1
     */
    public static <T> CacheSpec<List<T>> listOf(String name, Type element) {
        return new CacheSpec<>(name, new ListOf(element), Set.of(), null, null, 1);
    }

    /**
     * The same with other tables.
     *
     * @param names their qualified names
     * @return the spec
     */
    public CacheSpec<T> dependingOn(Set<String> names) {
        return new CacheSpec<>(name, type, names, ttl, negativeTtl, version);
    }

    /**
     * The same with another life.
     *
     * @param life the longest life of an answer
     * @return the spec
     */
    public CacheSpec<T> livingFor(Duration life) {
        return new CacheSpec<>(name, type, tables, life, negativeTtl, version);
    }

    private static void positive(String name, String what, @Nullable Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException("%s: %s %s (expected: > 0)".formatted(name, what, value));
        }
    }

    private record ListOf(Type element) implements ParameterizedType {

        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {element};
        }

        @Override
        public Type getRawType() {
            return List.class;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return null;
        }

        @Override
        public String getTypeName() {
            return "java.util.List<" + element.getTypeName() + ">";
        }
    }
}
