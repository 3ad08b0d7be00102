package dev.sluice.testkit.contract;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.repository.TenantRepository;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What must be true when the operations are over: nothing held, nothing open, nothing set, nobody slow. */
final class Aftermath<T, I> {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TenantIsolationContract<T, I> contract;
    private final Sluice sluice;
    private final TenantRepository<T, I> repository;
    private final List<Resident<I>> residents;
    private final Calls<T, I> calls;
    private final Findings findings;

    Aftermath(
            TenantIsolationContract<T, I> contract,
            Sluice sluice,
            List<Resident<I>> residents,
            Calls<T, I> calls,
            Findings findings) {
        this.contract = contract;
        this.sluice = sluice;
        this.repository = contract.repository(sluice);
        this.residents = residents;
        this.calls = calls;
        this.findings = findings;
    }

    void check(int poolSize, long medianNanos) {
        find("not every connection is idle", this::everyConnectionIsIdle);
        find("the next query", () -> theNextQueryIsAsFastAsTheOthers(medianNanos));
        find("not every connection can be had", () -> everyConnectionCanBeHad(poolSize));
        find("a connection keeps a tenant", () -> noConnectionKeepsATenant(poolSize));
        find("the rows that are left", this::everyTenantHasItsOwnRows);
    }

    private void everyConnectionIsIdle() {
        Await.until(
                PATIENCE,
                () -> contract.sessionStates().stream().allMatch("idle"::equals),
                "every connection idle, now " + contract.sessionStates());
    }

    private void theNextQueryIsAsFastAsTheOthers(long medianNanos) {
        Resident<I> own = residents.get(0);
        AtomicLong start = new AtomicLong();
        Pauses machine = Pauses.begin();
        long took;
        long paused;
        try {
            Mono.defer(() -> {
                        start.set(System.nanoTime());
                        return repository.existsById(own.stored().get(0));
                    })
                    .contextWrite(Access.tenant(own.id()))
                    .block(PATIENCE);
            took = System.nanoTime() - start.get();
        } finally {
            paused = machine.end();
        }
        if (took - paused > 3 * medianNanos) {
            throw new AssertionError(
                    "took %d µs, for %d µs of which the machine let nobody run (expected: at most 3 × the median, %d µs)"
                            .formatted(took / 1_000, paused / 1_000, medianNanos / 1_000));
        }
    }

    /** As many transactions as there are connections, each of which waits until all others are open. */
    private void everyConnectionCanBeHad(int poolSize) {
        Rendezvous all = new Rendezvous(poolSize);
        Flux.range(0, poolSize)
                .flatMap(
                        i -> sluice.inTransaction(() -> repository.count().flatMap(count -> all.await()
                                        .thenReturn(count)))
                                .contextWrite(Access.tenant(
                                        residents.get(i % residents.size()).id())),
                        poolSize)
                .blockLast(PATIENCE);
    }

    private void noConnectionKeepsATenant(int poolSize) {
        List<String> settings = contract.settingsLeft(sluice, poolSize);
        if (settings.stream().anyMatch(setting -> !setting.isEmpty())) {
            throw new AssertionError("outside of any call the setting is " + settings);
        }
    }

    private void everyTenantHasItsOwnRows() {
        for (Resident<I> own : residents) {
            Long count = calls.everything(own)
                    .count()
                    .contextWrite(Access.tenant(own.id()))
                    .block(PATIENCE);
            if (count == null || count == 0) {
                throw new AssertionError("%s has lost its rows".formatted(own.id()));
            }
        }
    }

    private void find(String what, Runnable check) {
        try {
            check.run();
        } catch (AssertionError | RuntimeException e) {
            findings.add("afterwards, %s: %s".formatted(what, e));
        }
    }
}
