package dev.sluice.testkit.junit;

import dev.sluice.Sluice;
import dev.sluice.SluiceProvider;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Access;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A Sluice whose every call answers the tenant that it finds in its Context, {@code null} for none. */
public final class FakeSluice implements SluiceProvider {

    static final List<SluiceSettings> CONNECTED = new CopyOnWriteArrayList<>();
    static final List<SluiceSettings> CLOSED = new CopyOnWriteArrayList<>();

    @Override
    public Mono<Sluice> connect(SluiceSettings settings) {
        return Mono.fromSupplier(() -> {
            CONNECTED.add(settings);
            return (Sluice) answering(settings, Sluice.class);
        });
    }

    private static Object answering(SluiceSettings settings, Class<?> type) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer(settings, method, arguments));
    }

    private static @Nullable Object answer(SluiceSettings settings, Method method, Object @Nullable [] arguments) {
        List<Object> given = arguments == null ? List.of() : new ArrayList<>(List.of(arguments));
        switch (method.getName()) {
            case "repository":
                return answering(settings, (Class<?>) given.get(0));
            case "closeGracefully":
                return Mono.fromRunnable(() -> CLOSED.add(settings));
            case "inTransaction":
                return ((Supplier<?>) given.get(given.size() - 1)).get();
            case "broken":
                throw new IllegalArgumentException("broken");
            case "toString":
                return "fake";
            case "hashCode":
                return 1;
            default:
                Mono<String> tenant = Access.current()
                        .map(access -> access.tenant() == null
                                ? "nobody"
                                : access.tenant().value());
                Class<?> type = method.getReturnType();
                return type == Mono.class ? tenant : type == Flux.class ? tenant.flux() : answering(settings, type);
        }
    }
}
