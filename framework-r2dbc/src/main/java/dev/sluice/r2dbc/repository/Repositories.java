package dev.sluice.r2dbc.repository;

import dev.sluice.LiveLimits;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Workload;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.sql.SqlScoper;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.repository.InvalidMappingException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes repositories, one for each interface. Thread-safe. */
public final class Repositories {

    private final EntityCompiler entities;
    private final HandWritten handWritten;
    private final StatementRunner runner;
    private final Cursors cursors;
    private final CachedMethods cachedMethods;
    private final SluiceSettings settings;
    private final LiveLimits limits;
    private final Map<Class<?>, Compiled> compiled = new ConcurrentHashMap<>();

    /**
     * Prepares to make repositories.
     *
     * @param catalog what the database holds
     * @param scoper scopes hand-written statements
     * @param runner runs statements
     * @param settings isolation, the cache, the most rows, and the secrets that sign cursors
     * @param limits the workloads that a repository made now may name
     */
    public Repositories(
            Catalog catalog, SqlScoper scoper, StatementRunner runner, SluiceSettings settings, LiveLimits limits) {
        this.entities = new EntityCompiler(catalog);
        this.handWritten = new HandWritten(scoper, settings.isolation(), SqlWriter.typeOf(settings.tenantColumn()));
        this.runner = runner;
        this.cursors = new Cursors(settings.tokenSecrets());
        this.cachedMethods = new CachedMethods(settings.cache(), catalog, cursors);
        this.settings = settings;
        this.limits = limits;
    }

    /**
     * The repository of an interface, compiled when it is first asked for.
     *
     * @param type the interface
     * @param <R> the interface
     * @return always the same object
     * @throws InvalidMappingException if the interface or its entity cannot be compiled
     * @throws dev.sluice.repository.StatementRefusedException if a method's statement cannot be scoped
     */
    public <R> R repository(Class<R> type) {
        return type.cast(compiled.computeIfAbsent(type, this::compile).repository());
    }

    /** @return every statement of every repository made so far */
    public List<CompiledStatement> statements() {
        return compiled.values().stream()
                .flatMap(repository -> repository.statements().stream())
                .toList();
    }

    private Compiled compile(Class<?> type) {
        TypeArguments arguments = new TypeArguments(type);
        Type[] entityAndId = RepositoryCompiler.entityAndId(type, arguments);
        if (!(entityAndId[0] instanceof Class<?> entity)) {
            throw new InvalidMappingException(
                    type.getName(), "%s is no entity (expected: a record)".formatted(entityAndId[0].getTypeName()));
        }
        return compile(type, arguments, entities.compile(entity), entityAndId[1]);
    }

    private <T> Compiled compile(Class<?> type, TypeArguments arguments, Entity<T> entity, Type id) {
        ValueType idType = ValueTypes.of(id);
        if (idType == null || !Objects.equals(idType.wire(), entity.id().type().wire())) {
            throw new InvalidMappingException(
                    type.getName(),
                    "its id is %s, and the @Id of %s is %s (expected: the same)"
                            .formatted(
                                    id.getTypeName(),
                                    entity.name(),
                                    entity.id().type().wire().getName()));
        }
        Set<Workload> workloads = limits.current().workloads().keySet();
        List<CompiledStatement> statements = new ArrayList<>();
        Map<Method, Invoker> invokers = new RepositoryCompiler<>(
                        type,
                        arguments,
                        entity,
                        handWritten,
                        runner,
                        cursors,
                        cachedMethods,
                        settings,
                        workloads,
                        statements::add)
                .compile();
        return new Compiled(RepositoryProxy.create(type, invokers), List.copyOf(statements));
    }

    private record Compiled(Object repository, List<CompiledStatement> statements) {}
}
