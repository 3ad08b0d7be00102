package dev.sluice.replica.fleet;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.transaction.UnknownCommitOutcomeException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Callers that insert one numbered row after another, alone or in a transaction, until they are told to stop. */
final class InsertLoad {

    static final String TABLE = "entries";
    /** Without a key: a row that is written twice is there twice. */
    static final String DEFINITION = "create table entries (tenant_id text not null, id bigint not null);\n";

    static final String TENANT = "acme";
    private static final int CALLERS = 16;
    /** After a failure: who is refused at once, again and again, keeps its thread from the calls of others. */
    private static final Duration PAUSE = Duration.ofMillis(2);

    private final Sluice app;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Calls calls = new Calls(CALLERS);
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<Long> unknown = ConcurrentHashMap.newKeySet();
    private final Map<Long, Throwable> failed = new ConcurrentHashMap<>();
    private volatile long lastAcknowledgedAt;

    InsertLoad(Sluice app) {
        this.app = app;
    }

    CompletableFuture<Void> start() {
        return Flux.range(0, CALLERS)
                .flatMap(this::insertUntilStopped, CALLERS)
                .then()
                .toFuture();
    }

    void stop() {
        stopped.set(true);
    }

    Set<Long> acknowledged() {
        return acknowledged;
    }

    Set<Long> unknown() {
        return unknown;
    }

    Map<Long, Throwable> failed() {
        return failed;
    }

    long lastAcknowledgedAt() {
        return lastAcknowledgedAt;
    }

    Calls calls() {
        return calls;
    }

    private Mono<Void> insertUntilStopped(int caller) {
        return Mono.defer(() -> insert(numbers.incrementAndGet()))
                .doOnTerminate(() -> calls.ended(caller))
                .repeat(() -> !stopped.get())
                .then();
    }

    private Mono<Void> insert(long id) {
        Mono<Long> alone =
                app.sql("insert into entries (id) values (:id)").bind("id", id).rowsUpdated();
        Mono<Long> call = id % 2 == 0 ? alone : app.inTransaction(() -> alone);
        return call.doOnNext(rows -> {
                    acknowledged.add(id);
                    lastAcknowledgedAt = System.nanoTime();
                })
                .onErrorResume(error -> {
                    if (error instanceof UnknownCommitOutcomeException) {
                        unknown.add(id);
                    } else {
                        failed.put(id, error);
                    }
                    return Mono.delay(PAUSE).then(Mono.empty());
                })
                .then()
                .contextWrite(Access.tenant(TENANT));
    }
}
