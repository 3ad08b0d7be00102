package dev.sluice.testkit.junit;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * A view of a Sluice, its repositories and statements, that gives a tenant to calls without one. A tenant
 * that the Context carries already stays.
 */
final class TenantByDefault implements InvocationHandler {

    private final Object target;
    private final Function<Context, Context> tenant;

    private TenantByDefault(Object target, Function<Context, Context> tenant) {
        this.target = target;
        this.tenant = tenant;
    }

    static Sluice on(Sluice sluice, String tenant) {
        Function<Context, Context> addIfAbsent = context ->
                Access.from(context).tenant() == null ? Access.tenant(tenant).apply(context) : context;
        return Sluice.class.cast(view(sluice, Sluice.class, addIfAbsent));
    }

    private static Object view(Object target, Class<?> type, Function<Context, Context> tenant) {
        return Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new TenantByDefault(target, tenant));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("equals") && arguments != null && arguments.length == 1) {
            return proxy == arguments[0];
        }
        try {
            method.setAccessible(true);
            return withTenant(method.invoke(target, arguments), method, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private @Nullable Object withTenant(@Nullable Object result, Method method, Object @Nullable [] arguments) {
        if (result instanceof Mono<?> mono) {
            return mono.contextWrite(tenant);
        }
        if (result instanceof Flux<?> flux) {
            return flux.contextWrite(tenant);
        }
        if (result != null && method.getName().equals("repository") && arguments != null) {
            return view(result, (Class<?>) arguments[0], tenant);
        }
        Class<?> type = method.getReturnType();
        boolean call = type.isInterface()
                && (type.getName().startsWith("dev.sluice.Sql")
                        || type.getName().startsWith("dev.sluice.work."));
        return result != null && call ? view(result, type, tenant) : result;
    }
}
