package dev.sluice.testkit.rules;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.PackageMatchers;
import java.util.Map;
import java.util.Set;

/** Calls that hold their thread until something has happened. */
final class Blocking {

    private static final Set<String> OF_PUBLISHERS =
            Set.of("block", "blockOptional", "blockFirst", "blockLast", "toIterable", "toStream");

    /** By the type that declares them, or a type above it. */
    private static final Map<String, Set<String>> CALLS = Map.ofEntries(
            Map.entry("reactor.core.publisher.Mono", OF_PUBLISHERS),
            Map.entry("reactor.core.publisher.Flux", OF_PUBLISHERS),
            Map.entry("java.lang.Thread", Set.of("sleep", "join")),
            Map.entry("java.lang.Process", Set.of("waitFor")),
            Map.entry("java.util.concurrent.Future", Set.of("get")),
            Map.entry("java.util.concurrent.CompletableFuture", Set.of("join")),
            Map.entry("java.util.concurrent.CountDownLatch", Set.of("await")),
            Map.entry("java.util.concurrent.CyclicBarrier", Set.of("await")),
            Map.entry("java.util.concurrent.Semaphore", Set.of("acquire", "acquireUninterruptibly")),
            Map.entry("java.util.concurrent.BlockingQueue", Set.of("take", "put")),
            Map.entry("java.util.concurrent.ExecutorService", Set.of("awaitTermination", "invokeAll", "invokeAny")),
            Map.entry("java.util.concurrent.locks.LockSupport", Set.of("park", "parkNanos", "parkUntil")),
            Map.entry("java.net.http.HttpClient", Set.of("send")),
            Map.entry("java.net.URL", Set.of("openStream")));

    private static final PackageMatchers LIBRARIES =
            PackageMatchers.of("java.sql..", "org.springframework.jdbc..", "org.springframework.web.client..");

    private Blocking() {}

    static boolean matches(JavaAccess<?> access) {
        return LIBRARIES.test(access.getTargetOwner().getPackageName())
                || isWait(access)
                || CALLS.entrySet().stream()
                        .anyMatch(call -> call.getValue().contains(access.getName())
                                && access.getTargetOwner().isAssignableTo(call.getKey()));
    }

    // Every object has it.
    private static boolean isWait(JavaAccess<?> access) {
        return access.getName().equals("wait") && access.getTargetOwner().isEquivalentTo(Object.class);
    }
}
