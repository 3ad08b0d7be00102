package dev.sluice.testkit.contract;

import dev.sluice.AdmissionSettings;
import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.admission.WorkloadLimits;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One test of the fairness contract. Tenant 0 is the one that floods. */
final class FairnessRun {

    private static final Logger LOG = LoggerFactory.getLogger(FairnessRun.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FLOODING = 0;
    private static final int FEW = 2;
    private static final int MANY = 10_000;
    private static final int FLOODS = 4;
    private static final double FAIR = 0.95;
    // So long that nobody's share shows it when the machine keeps one of the callers waiting.
    private static final int FLOODS_LAST = 2;

    private final Sluice sluice;
    private final Mono<?> slow;
    private final Mono<?> quick;
    private final int poolSize;
    private final int calls;
    private final long seed;
    private final ServerUse server;

    FairnessRun(FairnessContract contract, Sluice sluice, long seed) {
        this.sluice = sluice;
        this.slow = contract.slow(sluice);
        this.quick = contract.quick(sluice);
        this.poolSize = contract.poolSize();
        this.calls = contract.calls();
        this.seed = seed;
        this.server = new ServerUse(contract::sessionStates, PATIENCE);
    }

    void aFloodNeverHoldsMoreThanItsLimit() {
        int limit = poolSize / 2 - 1;
        limit(limit, MANY);
        everyConnectionCanBeHad();
        try (Flood flood = endless(FLOODING, Workload.INTERACTIVE, 4 * poolSize)) {
            mustHoldAtMostAndReach(limit, "the tenant's limit", flood);
        }
    }

    void aFloodLeavesTheSlotsForNewcomers() {
        limit(poolSize, MANY);
        everyConnectionCanBeHad();
        try (Flood flood = endless(FLOODING, Workload.INTERACTIVE, 4 * poolSize)) {
            mustHoldAtMostAndReach(slotsForAll(), "the pool without its last fifth", flood);
        }
    }

    void aQuickCallOfAnotherTenantOvertakesAFlood() {
        limit(poolSize, MANY);
        // So many of its calls are unfinished at any time; one that ends would do so while the machine pauses.
        try (Flood flood = endless(FLOODING, Workload.INTERACTIVE, calls)) {
            server.awaitUse(poolSize / 2, flood);
            int[] ended = new int[poolSize - 1];
            for (int i = 0; i < ended.length; i++) {
                int before = flood.unfinished();
                as(i + 1, Workload.INTERACTIVE, quick).block(PATIENCE);
                ended[i] = before - flood.unfinished();
                mustStillWait(flood, ended[i]);
            }
            Arrays.sort(ended);
            mustNotWaitForMoreThanRun(ended[ended.length / 2]);
        }
    }

    // Those that run end while it waits, and as many again while it runs itself.
    private void mustNotWaitForMoreThanRun(int ended) {
        if (ended > 2 * poolSize) {
            throw new AssertionError(
                    "half of the quick calls of other tenants ended after %d slow calls and more, of which %d run"
                                    .formatted(ended, poolSize)
                            + " at once (expected: at most %d)".formatted(2 * poolSize));
        }
    }

    void floodsOfAnySizeGetEqualNumbersOfGrants() {
        limit(poolSize, MANY);
        AtomicIntegerArray grants = new AtomicIntegerArray(FLOODS);
        int most = FLOODS_LAST * calls;
        Flux.range(0, FLOODS)
                .flatMap(tenant -> grants(tenant, (poolSize / 2) << tenant), FLOODS)
                .take(most)
                .doOnNext(grants::incrementAndGet)
                .blockLast(PATIENCE);
        double index = jain(grants);
        LOG.info("fairness contract: grants {}, Jain's index {}", grants, index);
        if (index < FAIR) {
            throw new AssertionError(
                    "tenants with %d to %d callers got %s of %d grants, Jain's index %.3f (expected: >= %s)"
                            .formatted(poolSize / 2, (poolSize / 2) << (FLOODS - 1), grants, most, index, FAIR));
        }
    }

    void theBackgroundWorkloadNeverExceedsItsLimit() {
        limit(poolSize, MANY);
        everyConnectionCanBeHad();
        try (Flood one = endless(FLOODING, Workload.BACKGROUND, 2 * poolSize);
                Flood another = endless(FLOODING + 1, Workload.BACKGROUND, 2 * poolSize)) {
            mustHoldAtMostAndReach(FEW, "the limit of the workload 'background'", one);
            another.mustBeWell();
        }
    }

    void whatIsCancelledGivesItsPlaceOn() {
        LOG.info("fairness contract: seed {}", seed);
        try {
            cancelAtRandomMoments();
            server.awaitIdle();
            cancelWhoWaits();
            server.awaitIdle();
            everyConnectionCanBeHad();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("after calls were cancelled, seed %d: %s".formatted(seed, e), e);
        }
    }

    private void cancelAtRandomMoments() {
        limit(poolSize, MANY);
        Random random = new Random(seed);
        Flux.range(0, calls)
                .flatMap(
                        i -> {
                            Mono<?> call = as(1 + random.nextInt(FLOODS), Workload.INTERACTIVE, slow);
                            Duration soon = Duration.ofNanos(random.nextInt(200_000_000));
                            return random.nextBoolean()
                                    ? call.takeUntilOther(Mono.delay(soon)).then()
                                    : call.then();
                        },
                        calls)
                .blockLast(PATIENCE);
    }

    /** As many as may wait do; all but the last one are cancelled; it has its turn, and as many may wait again. */
    private void cancelWhoWaits() {
        int places = 2 * poolSize;
        limit(FEW, places);
        CompletableFuture<?> last;
        try (Flood cancelled = flood(FLOODING, places - 1)) {
            server.awaitUse(FEW, cancelled);
            last = as(FLOODING, Workload.INTERACTIVE, quick).toFuture();
        }
        try (Flood again = flood(FLOODING, places - 1)) {
            Mono.fromFuture(last).block(PATIENCE);
            again.mustEndWell(PATIENCE);
        }
    }

    /** As many tenants as connections each hold one until all others have theirs. */
    private void everyConnectionCanBeHad() {
        Rendezvous all = new Rendezvous(poolSize);
        Flux.range(0, poolSize)
                .flatMap(
                        tenant -> as(tenant, Workload.INTERACTIVE, sluice.inTransaction(() -> quick.then(all.await())
                                .thenReturn(tenant))),
                        poolSize)
                .blockLast(PATIENCE);
    }

    private Flux<Integer> grants(int tenant, int callers) {
        return Flux.range(0, MANY)
                .flatMap(i -> as(tenant, Workload.INTERACTIVE, slow).then(Mono.just(tenant)), callers);
    }

    private Flood flood(int tenant, int size) {
        return new Flood(as(tenant, Workload.INTERACTIVE, slow), size);
    }

    private Flood endless(int tenant, Workload workload, int atOnce) {
        return Flood.endless(as(tenant, workload, slow), atOnce);
    }

    private static <T> Mono<T> as(int tenant, Workload workload, Mono<T> call) {
        return call.contextWrite(Access.tenant("tenant-" + tenant).workload(workload.name()));
    }

    private void mustHoldAtMostAndReach(int limit, String what, Flood flood) {
        int most = server.mostWhileReaching(limit, flood);
        if (most > limit) {
            throw new AssertionError(
                    "a flood held %d connections (expected: at most %d, %s)".formatted(most, limit, what));
        }
    }

    private void mustStillWait(Flood flood, int ended) {
        flood.mustBeWell();
        if (calls - ended <= poolSize) {
            throw new AssertionError(
                    "a quick call of another tenant ended after %d of %d slow calls that came before it"
                                    .formatted(ended, calls)
                            + " (expected: more than %d unfinished, which is all that can run)".formatted(poolSize));
        }
    }

    /** What a tenant with something in flight may have: all but the last fifth. */
    private int slotsForAll() {
        return poolSize - (poolSize + 4) / 5;
    }

    private void limit(int ofTenant, int waiting) {
        TenantLimits tenants = new TenantLimits(ofTenant, 0, 1, waiting, 0, PrincipalLimits.NONE);
        sluice.limits().change(now -> new AdmissionSettings(0, waiting, false, tenants, Map.of(), now.workloads())
                .withWorkload(Workload.INTERACTIVE, new WorkloadLimits(Priority.INTERACTIVE, 0))
                .withWorkload(Workload.BACKGROUND, new WorkloadLimits(Priority.BACKGROUND, FEW)));
    }

    /** Jain's index: 1 if all are equal, 1/n if one has everything. */
    private static double jain(AtomicIntegerArray shares) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < shares.length(); i++) {
            sum += shares.get(i);
            squares += (double) shares.get(i) * shares.get(i);
        }
        return sum * sum / (shares.length() * squares);
    }
}
