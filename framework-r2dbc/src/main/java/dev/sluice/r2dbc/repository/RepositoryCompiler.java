package dev.sluice.r2dbc.repository;

import dev.sluice.SluiceSettings;
import dev.sluice.access.Workload;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.repository.Cached;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Compiles one repository interface: an invoker for each method. */
final class RepositoryCompiler<T> {

    private final Class<?> type;
    private final TypeArguments arguments;
    private final String table;
    private final Set<Workload> workloads;
    private final CachedMethods cachedMethods;
    private final BaseMethods<T> baseMethods;
    private final QueryMethods queryMethods;
    private final WhereMethods<T> whereMethods;
    private final List<StatementPlan> plans = new ArrayList<>();

    RepositoryCompiler(
            Class<?> type,
            TypeArguments arguments,
            Entity<T> entity,
            HandWritten handWritten,
            StatementRunner runner,
            Cursors cursors,
            CachedMethods cachedMethods,
            SluiceSettings settings,
            Set<Workload> workloads,
            Consumer<CompiledStatement> each) {
        Consumer<CompiledStatement> compiled = statement -> {
            plans.add(statement.plan());
            each.accept(statement);
        };
        this.type = type;
        this.arguments = arguments;
        this.table = entity.table();
        this.workloads = workloads;
        this.cachedMethods = cachedMethods;
        int maxRows = settings.maxRows();
        this.baseMethods = new BaseMethods<>(entity, settings.tenantColumn(), runner, cursors, maxRows, compiled);
        this.queryMethods = new QueryMethods(handWritten, runner, maxRows, compiled);
        this.whereMethods = new WhereMethods<>(entity, handWritten, runner, cursors, maxRows, compiled);
    }

    /** The entity and the id of a repository interface. */
    static Type[] entityAndId(Class<?> type, TypeArguments arguments) {
        if (!type.isInterface() || !TenantRepository.class.isAssignableFrom(type) || type == TenantRepository.class) {
            throw new InvalidMappingException(
                    type.getName(), "is no repository (expected: an interface that extends TenantRepository<T, I>)");
        }
        return Arrays.stream(TenantRepository.class.getTypeParameters())
                .map(arguments::resolve)
                .toArray(Type[]::new);
    }

    Map<Method, Invoker> compile() {
        Map<Method, Invoker> invokers = new HashMap<>();
        for (Method base : TenantRepository.class.getMethods()) {
            compileBase(base, invokers);
        }
        for (Method method : type.getMethods()) {
            if (method.isDefault() && !method.isBridge() && method.isAnnotationPresent(Cached.class)) {
                throw new InvalidMappingException(
                        type.getSimpleName() + "." + method.getName(),
                        "@Cached on a default method, which runs as it is (expected: on the methods that it calls)");
            }
            if (Modifier.isAbstract(method.getModifiers()) && !invokers.containsKey(method)) {
                invokers.put(method, compileOwn(method));
            }
        }
        return invokers;
    }

    // A method that the interface declares again has two Method objects, which do the same.
    private void compileBase(Method base, Map<Method, Invoker> invokers) {
        List<Method> redeclared = Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass() != TenantRepository.class && overrides(method, base))
                .toList();
        Method mostSpecific = redeclared.stream()
                .filter(method -> !method.isBridge())
                .findFirst()
                .orElse(base);
        if (mostSpecific.isDefault() && !mostSpecific.equals(base)) {
            return;
        }
        Invoker invoker = isHandWritten(mostSpecific) ? compileOwn(mostSpecific) : compileBase(mostSpecific);
        invokers.put(base, invoker);
        redeclared.forEach(method -> invokers.put(method, invoker));
    }

    private Invoker compileBase(Method method) {
        MethodTraits traits = MethodTraits.of(type, method, workloads);
        plans.clear();
        Invoker plain = baseMethods.compile(method.getName(), traits);
        return cached(method, traits, method.getName().equals("findById") ? table : null, true, plain);
    }

    // What its statements are is known by now.
    private Invoker cached(Method method, MethodTraits traits, @Nullable String rowOf, boolean base, Invoker plain) {
        Cached cached = method.getAnnotation(Cached.class);
        return cached == null
                ? plain
                : cachedMethods.compile(
                        cached, new CachedMethods.Subject(method, arguments, traits, plans, rowOf, base), plain);
    }

    private boolean overrides(Method method, Method base) {
        if (!method.getName().equals(base.getName()) || method.getParameterCount() != base.getParameterCount()) {
            return false;
        }
        for (int i = 0; i < base.getParameterCount(); i++) {
            Class<?> own = raw(arguments.resolve(method.getGenericParameterTypes()[i]));
            Class<?> inherited = raw(arguments.resolve(base.getGenericParameterTypes()[i]));
            if (own != inherited && !(method.isBridge() && own == base.getParameterTypes()[i])) {
                return false;
            }
        }
        return true;
    }

    private Invoker compileOwn(Method method) {
        MethodTraits traits = MethodTraits.of(type, method, workloads);
        Query query = method.getAnnotation(Query.class);
        Where where = method.getAnnotation(Where.class);
        if ((query == null) == (where == null)) {
            throw new InvalidMappingException(
                    traits.name(),
                    query == null
                            ? "Sluice cannot tell what it does (expected: @Query or @Where)"
                            : "has both @Query and @Where (expected: one)");
        }
        ResultShape shape = ResultShape.of(traits.name(), arguments.resolve(method.getGenericReturnType()));
        Parameters parameters = new Parameters(traits.name(), method, arguments);
        plans.clear();
        Invoker plain = query != null
                ? queryMethods.compile(query, traits, shape, parameters)
                : whereMethods.compile(
                        java.util.Objects.requireNonNull(where), method.getName(), traits, shape, parameters);
        return cached(method, traits, null, false, plain);
    }

    private static boolean isHandWritten(Method method) {
        return method.isAnnotationPresent(Query.class) || method.isAnnotationPresent(Where.class);
    }

    private static @Nullable Class<?> raw(Type type) {
        if (type instanceof Class<?> plain) {
            return plain;
        }
        return type instanceof java.lang.reflect.ParameterizedType generic ? (Class<?>) generic.getRawType() : null;
    }
}
