package dev.sluice.r2dbc.repository;

import dev.sluice.access.Access;
import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.TenantCache;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.Relation;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.repository.Cached;
import dev.sluice.repository.InvalidMappingException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Has methods that are marked {@link Cached} answered from the cache. What cannot be cached is refused when it is compiled. */
final class CachedMethods {

    private final TenantCache cache;
    private final Catalog catalog;
    private final Cursors cursors;

    CachedMethods(TenantCache cache, Catalog catalog, Cursors cursors) {
        this.cache = cache;
        this.catalog = catalog;
        this.cursors = cursors;
    }

    /**
     * A method as it was compiled.
     *
     * @param declared the method
     * @param types of the repository
     * @param traits what it says about its calls
     * @param plans its statements
     * @param rowOf the table of which it finds a row by id; null if it does anything else
     * @param base whether it is a method of every repository, whose arguments are never null
     */
    record Subject(
            Method declared,
            TypeArguments types,
            MethodTraits traits,
            List<StatementPlan> plans,
            @Nullable String rowOf,
            boolean base) {

        Subject {
            plans = List.copyOf(plans);
        }

        String name() {
            return traits.name();
        }
    }

    /**
     * Checks a method, and puts the cache in front of it.
     *
     * @param cached what it says about its answers
     * @param subject the method
     * @param plain runs it without a cache
     * @return runs it
     * @throws InvalidMappingException if its answers cannot be cached
     */
    Invoker compile(Cached cached, Subject subject, Invoker plain) {
        requireRead(subject);
        ResultShape shape = ResultShape.of(
                subject.name(), subject.types().resolve(subject.declared().getGenericReturnType()));
        CachedKeys keys = CachedKeys.of(subject, shape.kind() == ResultShape.Kind.PAGE ? cursors.signer() : "");
        CacheSpec<Object> spec = new CacheSpec<>(
                subject.name(),
                type(subject, shape),
                tables(cached, subject),
                life(subject, "ttl", cached.ttl()),
                life(subject, "negativeTtl", cached.negativeTtl()),
                cached.version());
        if (cache == TenantCache.none()) {
            return plain;
        }
        CacheRegion<Object> region = region(spec);
        ReadConsistency declared = subject.traits().consistency();
        return shape.kind() == ResultShape.Kind.MANY
                ? many(region, keys, declared, plain)
                : one(region, keys, declared, plain);
    }

    private static Invoker one(
            CacheRegion<Object> region, CachedKeys keys, @Nullable ReadConsistency declared, Invoker plain) {
        return arguments -> {
            CacheKey key = keys.key(arguments);
            return key == null
                    ? plain.invoke(arguments)
                    : as(declared, region.get(key, () -> mono(plain.invoke(arguments))));
        };
    }

    private static Invoker many(
            CacheRegion<Object> region, CachedKeys keys, @Nullable ReadConsistency declared, Invoker plain) {
        return arguments -> {
            CacheKey key = keys.key(arguments);
            return key == null
                    ? plain.invoke(arguments)
                    : as(declared, region.get(key, () -> list(plain.invoke(arguments))))
                            .flatMapIterable(all -> (List<?>) all);
        };
    }

    // The publishers that the method declares.
    @SuppressWarnings("unchecked")
    private static Mono<Object> mono(Object answer) {
        return (Mono<Object>) answer;
    }

    private static Mono<Object> list(Object answer) {
        return ((Flux<?>) answer).collectList().cast(Object.class);
    }

    // The cache knows what the Context wants; what the method wants, the statement would find out too late.
    private static Mono<Object> as(@Nullable ReadConsistency declared, Mono<Object> answer) {
        return declared == null
                ? answer
                : answer.contextWrite(context -> Access.from(context).consistency() != null
                        ? context
                        : Access.consistency(declared).apply(context));
    }

    private static void requireRead(Subject subject) {
        if (subject.plans().stream().anyMatch(plan -> !plan.writes().isEmpty())) {
            throw refused(subject, "on a method that writes (expected: one that reads)");
        }
        if (subject.base() && subject.declared().getName().equals("stream")) {
            throw refused(subject, "on a stream, which is never whole (expected: a method that answers all at once)");
        }
        if (subject.plans().stream()
                .anyMatch(plan -> !plan.replicaSafe() && !plan.reads().isEmpty())) {
            throw refused(
                    subject,
                    "on a statement that locks rows or calls a volatile function (expected: one that gives the same answer"
                            + " until a table changes)");
        }
        if (ReadConsistency.primary().equals(subject.traits().consistency())) {
            throw refused(subject, "with @Read(PRIMARY), which goes past the cache (expected: one of them)");
        }
    }

    private Set<String> tables(Cached cached, Subject subject) {
        Set<String> tables = new HashSet<>();
        for (String name : cached.tables()) {
            Relation relation = catalog.find(name)
                    .orElseThrow(() -> refused(
                            subject,
                            "names the table '%s', which does not exist in %s, or the application role may not read it"
                                    .formatted(name, catalog.searchPath())));
            tables.add(relation.qualifiedName());
        }
        if (subject.rowOf() == null) {
            subject.plans().forEach(plan -> tables.addAll(plan.reads()));
            if (tables.isEmpty()) {
                throw refused(
                        subject,
                        "on a statement of which no table is known, so no write would end its answer (expected:"
                                + " @Cached(tables = ...), or a statement that Sluice scopes)");
            }
        }
        return tables;
    }

    private static @Nullable Duration life(Subject subject, String what, String text) {
        return text.isEmpty() ? null : MethodTraits.duration(subject.name(), "@Cached " + what, text);
    }

    // The content of the publisher that the method answers, and of a Flux the list of it.
    private static Type type(Subject subject, ResultShape shape) {
        if (shape.kind() == ResultShape.Kind.MANY) {
            return CacheSpec.listOf(subject.name(), shape.element()).type();
        }
        ParameterizedType publisher =
                (ParameterizedType) subject.types().resolve(subject.declared().getGenericReturnType());
        return publisher.getActualTypeArguments()[0];
    }

    private CacheRegion<Object> region(CacheSpec<Object> spec) {
        try {
            return cache.region(spec);
        } catch (IllegalArgumentException unfit) {
            throw new InvalidMappingException(spec.name(), "@Cached: " + unfit.getMessage());
        }
    }

    static InvalidMappingException refused(Subject subject, String why) {
        return new InvalidMappingException(subject.name(), "@Cached " + why);
    }
}
