package dev.sluice.r2dbc.repository;

import dev.sluice.SluiceSettings;
import dev.sluice.access.Workload;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.Query;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Where;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
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
    private final Set<Workload> workloads;
    private final BaseMethods<T> baseMethods;
    private final QueryMethods queryMethods;
    private final WhereMethods<T> whereMethods;

    RepositoryCompiler(
            Class<?> type,
            TypeArguments arguments,
            Entity<T> entity,
            HandWritten handWritten,
            StatementRunner runner,
            Cursors cursors,
            SluiceSettings settings,
            Set<Workload> workloads,
            Consumer<CompiledStatement> compiled) {
        this.type = type;
        this.arguments = arguments;
        this.workloads = workloads;
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
        Invoker invoker = isHandWritten(mostSpecific)
                ? compileOwn(mostSpecific)
                : baseMethods.compile(base.getName(), MethodTraits.of(type, mostSpecific, workloads));
        invokers.put(base, invoker);
        redeclared.forEach(method -> invokers.put(method, invoker));
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
        return query != null
                ? queryMethods.compile(query, traits, shape, parameters)
                : whereMethods.compile(
                        java.util.Objects.requireNonNull(where), method.getName(), traits, shape, parameters);
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
