package dev.sluice.r2dbc.repository;

import dev.sluice.repository.InvalidMappingException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Dispatches the methods of a repository interface to their invokers, and does nothing else. */
final class RepositoryProxy implements InvocationHandler {

    private static final @Nullable Object[] NO_ARGUMENTS = {};

    private final Class<?> type;
    private final Map<Method, Invoker> invokers;

    private RepositoryProxy(Class<?> type, Map<Method, Invoker> invokers) {
        this.type = type;
        this.invokers = invokers;
    }

    /**
     * Makes a proxy.
     *
     * @param type the interface
     * @param compiled what runs its abstract methods; its default methods run as they are
     * @param <R> the interface
     */
    static <R> R create(Class<R> type, Map<Method, Invoker> compiled) {
        Map<Method, Invoker> invokers = new HashMap<>(compiled);
        R proxy = type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new RepositoryProxy(type, invokers)));
        for (Method method : type.getMethods()) {
            if (method.isDefault()) {
                invokers.computeIfAbsent(method, found -> defaultMethod(type, found, proxy));
            }
        }
        return proxy;
    }

    private static Invoker defaultMethod(Class<?> type, Method method, Object proxy) {
        try {
            Class<?> declaring = method.getDeclaringClass();
            MethodHandle handle = MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
                    .unreflectSpecial(method, declaring)
                    .bindTo(proxy)
                    .asSpreader(Object[].class, method.getParameterCount());
            return arguments -> run(handle, arguments);
        } catch (IllegalAccessException e) {
            throw new InvalidMappingException(
                    type.getSimpleName() + "." + method.getName(),
                    "is closed to Sluice (expected: a public interface, or a package that is opened to it)");
        }
    }

    private static Object run(MethodHandle handle, @Nullable Object[] arguments) {
        try {
            return handle.invoke(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a default method failed", e);
        }
    }

    @Override
    public Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
        Invoker invoker = invokers.get(method);
        if (invoker != null) {
            return invoker.invoke(arguments == null ? NO_ARGUMENTS : arguments);
        }
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> type.getSimpleName();
            default -> throw new IllegalStateException("no invoker for " + method);
        };
    }
}
