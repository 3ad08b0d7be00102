package dev.sluice.testkit.contract;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.access.AccessChange;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.tenant.MissingTenantException;
import io.r2dbc.spi.R2dbcException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One run: random operations of all tenants, many at once. Each operation's choices follow from the seed and its number. */
final class IsolationRun<T, I> {

    private static final Logger LOG = LoggerFactory.getLogger(IsolationRun.class);
    private static final int CALLERS = 16;
    private static final int FIRST_ROWS = 10;
    private static final Duration LONGEST = Duration.ofMinutes(3);
    /** What tenants may do to each other's timing, but not to each other's rows: keys, serialization, deadlocks, locks. */
    private static final Set<String> BYSTANDERS = Set.of("23505", "40001", "40P01", "55P03");

    private final TenantIsolationContract<T, I> contract;
    private final Sluice sluice;
    private final int poolSize;
    private final long seed;
    private final Findings findings = new Findings();
    private final List<Resident<I>> residents;
    private final Calls<T, I> calls;
    private final Queue<Long> undisturbed = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> ends = new ConcurrentHashMap<>();

    IsolationRun(TenantIsolationContract<T, I> contract, Sluice sluice, int poolSize, long seed) {
        this.contract = contract;
        this.sluice = sluice;
        this.poolSize = poolSize;
        this.seed = seed;
        Random random = new Random(seed);
        this.residents = IntStream.range(0, contract.tenants())
                .mapToObj(number -> Resident.<I>of(number, random))
                .toList();
        this.calls = new Calls<>(contract, sluice, residents, findings);
    }

    /** How an operation ends unless it ends before. */
    private enum Disturbance {
        NONE,
        CANCEL,
        TIMEOUT,
        DEADLINE,
        NO_TENANT
    }

    void run() {
        CapturedLogs logs = contract.captureLogs();
        long start = System.nanoTime();
        try {
            Flux.fromIterable(residents)
                    .concatMap(own -> calls.seed(own, FIRST_ROWS).contextWrite(Access.tenant(own.id())))
                    .blockLast(LONGEST);
            Flux.range(0, contract.operations())
                    .flatMap(this::operation, CALLERS)
                    .blockLast(LONGEST);
            new Aftermath<>(contract, sluice, residents, calls, findings).check(poolSize, median());
        } finally {
            logs.stop().stream()
                    .filter(Sentinel::isIn)
                    .forEach(line -> findings.add("a log line holds a value of a row: " + line));
        }
        String run = "%d operations of %d tenants on a pool of %d, seed %d: %d ms, median %d µs, ends %s"
                .formatted(
                        contract.operations(),
                        residents.size(),
                        poolSize,
                        seed,
                        (System.nanoTime() - start) / 1_000_000,
                        median() / 1_000,
                        ends);
        LOG.info("isolation contract: {}", run);
        if (undisturbed.size() < contract.operations() / 2) {
            findings.add("only %d operations completed (expected: at least half)".formatted(undisturbed.size()));
        }
        findings.failIfAny(run);
    }

    private Mono<Void> operation(int number) {
        // Neighbouring seeds begin with nearly the same numbers; a multiplier keeps operations apart.
        Random random = new Random(seed + number * 0x9E3779B97F4A7C15L);
        Resident<I> own = residents.get(random.nextInt(residents.size()));
        Disturbance disturbance = disturbance(random);
        Calls.Call call = calls.next(random, own);
        long start = System.nanoTime();
        return disturbed(call.answer().doOnNext(answer -> look(own, call, answer)), disturbance, random, own)
                .then()
                .doOnSuccess(none -> completed(call, disturbance, System.nanoTime() - start))
                .onErrorResume(error -> {
                    failed(own, call, disturbance, error);
                    return Mono.empty();
                });
    }

    private static Disturbance disturbance(Random random) {
        int choice = random.nextInt(100);
        if (choice < 70) {
            return Disturbance.NONE;
        }
        return choice < 82
                ? Disturbance.CANCEL
                : choice < 90 ? Disturbance.TIMEOUT : choice < 98 ? Disturbance.DEADLINE : Disturbance.NO_TENANT;
    }

    private static Flux<?> disturbed(Flux<?> answer, Disturbance disturbance, Random random, Resident<?> own) {
        AccessChange access = Access.tenant(own.id());
        Duration soon = Duration.ofNanos(random.nextInt(random.nextBoolean() ? 500_000 : 10_000_000));
        return switch (disturbance) {
            case NONE -> answer.contextWrite(access);
            case CANCEL -> answer.takeUntilOther(Mono.delay(soon)).contextWrite(access);
            case TIMEOUT -> answer.timeout(Mono.delay(soon)).contextWrite(access);
            case DEADLINE -> answer.contextWrite(access.deadline(soon.plusMillis(1)));
            case NO_TENANT -> answer;
        };
    }

    private void look(Resident<I> own, Calls.Call call, Object answer) {
        if (own.sentinel().isForeignIn(String.valueOf(answer))) {
            findings.add(
                    "%s, %s: the answer holds a row of another tenant: %s".formatted(own.id(), call.name(), answer));
        }
    }

    private void completed(Calls.Call call, Disturbance disturbance, long nanos) {
        count(disturbance == Disturbance.CANCEL ? "completed or cancelled" : "completed");
        if (disturbance == Disturbance.NO_TENANT && !call.mayFail()) {
            findings.add("an operation without a tenant completed");
        }
        if (disturbance == Disturbance.NONE) {
            undisturbed.add(nanos);
        }
    }

    private void failed(Resident<I> own, Calls.Call call, Disturbance disturbance, Throwable error) {
        count(error.getClass().getSimpleName());
        if (own.sentinel().isForeignIn(text(error))) {
            findings.add("%s, %s: the error holds a row of another tenant: %s".formatted(own.id(), call.name(), error));
        }
        if (!isExpected(call, disturbance, error)) {
            findings.add("%s, %s, disturbed by %s, failed: %s".formatted(own.id(), call.name(), disturbance, error));
        }
    }

    private static boolean isExpected(Calls.Call call, Disturbance disturbance, Throwable error) {
        return switch (disturbance) {
            case NO_TENANT -> error instanceof MissingTenantException || call.mayFail();
            case TIMEOUT -> isBystander(call, error) || error instanceof TimeoutException;
            case DEADLINE ->
                isBystander(call, error) || error instanceof DeadlineExceededException || isRejected(error);
            case NONE, CANCEL -> isBystander(call, error);
        };
    }

    /** A query that was cancelled although its caller did not cancel: the request was meant for the caller before. */
    private static boolean isBystander(Calls.Call call, Throwable error) {
        boolean ofAnother = "57014".equals(sqlState(error)) && text(error).contains("user request");
        return !ofAnother && (call.mayFail() || BYSTANDERS.contains(sqlState(error)));
    }

    private static boolean isRejected(Throwable error) {
        return error instanceof AdmissionRejectedException;
    }

    private static String sqlState(Throwable error) {
        @Nullable String state = error instanceof R2dbcException r2dbc ? r2dbc.getSqlState() : null;
        return state == null ? "" : state;
    }

    private static String text(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private void count(String end) {
        ends.computeIfAbsent(end, name -> new AtomicInteger()).incrementAndGet();
    }

    private long median() {
        long[] sorted = undisturbed.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
