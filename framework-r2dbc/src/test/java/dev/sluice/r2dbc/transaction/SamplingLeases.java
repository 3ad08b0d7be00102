package dev.sluice.r2dbc.transaction;

import dev.sluice.consistency.Position;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Leases that raise the session of a transaction by the position of its COMMIT, as those that route do. */
final class SamplingLeases {

    static final String NODE = "here";

    private SamplingLeases() {}

    static Leases over(Leases inner) {
        return instead(Leases.class, inner, "acquire", arguments -> {
            LeaseRequest request = (LeaseRequest) arguments[0];
            SessionPosition session = request.session();
            return session == null
                    ? inner.acquire(request)
                    : inner.acquire(request).map(lease -> sampling(lease, session));
        });
    }

    private static Lease sampling(Lease inner, SessionPosition session) {
        return instead(Lease.class, inner, "session", none -> sampling(inner.session(), session));
    }

    private static Session sampling(Session inner, SessionPosition session) {
        return instead(
                Session.class,
                inner,
                "command",
                arguments -> inner.command(
                        (String) arguments[0],
                        (timeline, lsn, shown) -> session.raise(new Position(timeline, lsn), NODE)));
    }

    /** The same, with another answer to one method. */
    private static <T> T instead(Class<T> type, T inner, String name, Function<@Nullable Object[], Object> answer) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals(name)) {
                        return answer.apply(arguments);
                    }
                    try {
                        return method.invoke(inner, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
