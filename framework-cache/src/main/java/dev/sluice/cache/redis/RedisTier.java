package dev.sluice.cache.redis;

import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.shared.Lookup;
import dev.sluice.cache.shared.OutOfReachException;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.cache.shared.Stamp;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/**
 * Values, leases, generations and markers in Redis 6.2 and newer, standalone or behind Sentinel. While it is out of reach commands fail
 * at once; it connects again by itself. Thread-safe.
 */
public final class RedisTier implements SharedTier {

    /** A generation that nobody ended is made anew after this: one read from the database for each value of it. */
    private static final Duration GENERATION_LIFE = Duration.ofDays(7);

    private final Connector connector;
    private final CircuitBreaker breaker = Breakers.create();
    private final Duration commandTimeout;
    private final byte[] leaseLife;
    private final byte[] markerLife;

    private RedisTier(Connector connector, CacheSettings settings) {
        this.connector = connector;
        this.commandTimeout = settings.commandTimeout();
        this.leaseLife = bytes(settings.loadTimeout().toMillis());
        this.markerLife = bytes(settings.transactionTimeout().toMillis());
    }

    /**
     * Connects. A Redis that cannot be reached is tried until it can; one that answers, but cannot be used, is an error.
     *
     * @param settings where it is
     * @param listener is told of changes
     * @return the tier; {@link RedisSetupException}, or {@link IllegalArgumentException} for a malformed URL
     */
    public static Mono<SharedTier> connect(CacheSettings settings, Listener listener) {
        return Connector.connect(settings, listener).<SharedTier>map(connector -> new RedisTier(connector, settings));
    }

    @Override
    public boolean isReachable() {
        return connector.link() != null && connector.isSettled();
    }

    @Override
    public boolean isTracking() {
        Link link = connector.link();
        return link != null && link.isTracking();
    }

    @Override
    public SharedState state() {
        if (connector.link() == null) {
            return SharedState.OPEN;
        }
        if (!connector.isSettled()) {
            return SharedState.HALF_OPEN;
        }
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> SharedState.OPEN;
            case HALF_OPEN -> SharedState.HALF_OPEN;
            default -> SharedState.CLOSED;
        };
    }

    @Override
    public Mono<Lookup> fetch(String key, String variant, String lease) {
        return this.<List<?>>run(
                        Script.FETCH, ScriptOutputType.MULTI, keys(key, "vlm"), bytes(variant), bytes(lease), leaseLife)
                .map(answer -> new Lookup(
                        outcome(number(answer, 0)), (byte[]) answer.get(1), number(answer, 2), number(answer, 3) == 1));
    }

    private static Lookup.Outcome outcome(long number) {
        return switch ((int) number) {
            case 1 -> Lookup.Outcome.VALUE;
            case 2 -> Lookup.Outcome.LEASED;
            case 3 -> Lookup.Outcome.BUSY;
            default -> Lookup.Outcome.NONE;
        };
    }

    @Override
    public Mono<Boolean> lease(String key, String variant, String lease) {
        return this.<Long>run(
                        Script.LEASE, ScriptOutputType.INTEGER, keys(key, "l"), bytes(variant), bytes(lease), leaseLife)
                .map(taken -> taken == 1);
    }

    @Override
    public Mono<Long> store(String key, String variant, String lease, byte[] value, long lifeMillis, long ageMillis) {
        return run(
                Script.STORE,
                ScriptOutputType.INTEGER,
                keys(key, "vlm"),
                bytes(variant),
                bytes(lease),
                value,
                bytes(lifeMillis),
                bytes(MARKED_LIFE_MILLIS),
                bytes(ageMillis));
    }

    // Whatever the breaker says: it follows a command that may have taken the lease, on the same connection.
    @Override
    public Mono<Void> release(String key, String variant, String lease) {
        return Mono.defer(() -> {
            Link link = connector.link();
            return link == null
                    ? Mono.empty()
                    : link.run(Script.RELEASE, ScriptOutputType.INTEGER, keys(key, "l"), new byte[][] {
                                bytes(variant), bytes(lease)
                            })
                            .timeout(commandTimeout)
                            .then();
        });
    }

    @Override
    public Mono<Void> remove(String key, String variant) {
        return run(Script.REMOVE, ScriptOutputType.INTEGER, keys(key, "v"), bytes(variant))
                .then();
    }

    @Override
    public Mono<Stamp> generation(String key) {
        return Mono.defer(() -> this.<List<?>>run(
                        Script.GENERATION,
                        ScriptOutputType.MULTI,
                        keys(key, "gm"),
                        bytes(ThreadLocalRandom.current().nextLong()),
                        bytes(GENERATION_LIFE.toMillis()),
                        bytes(MARKED_LIFE_MILLIS))
                .map(answer -> new Stamp(
                        Long.parseLong(new String((byte[]) answer.get(0), StandardCharsets.US_ASCII)),
                        number(answer, 1),
                        number(answer, 2) == 1)));
    }

    @Override
    public Mono<Void> mark(String key, String writer) {
        return run(
                        Script.MARK,
                        ScriptOutputType.INTEGER,
                        keys(key, "vmg"),
                        bytes(writer),
                        markerLife,
                        bytes(MARKED_LIFE_MILLIS))
                .then();
    }

    @Override
    public Mono<Void> invalidate(String key, String writer) {
        return run(Script.INVALIDATE, ScriptOutputType.INTEGER, keys(key, "vlmg"), bytes(writer))
                .then();
    }

    @Override
    public Mono<Void> close() {
        return connector.close();
    }

    private <R> Mono<R> run(Script script, ScriptOutputType type, String[] keys, byte[]... arguments) {
        return Mono.defer(() -> {
            Link link = connector.link();
            if (link == null) {
                return Mono.error(new OutOfReachException("Redis is not connected"));
            }
            if (!breaker.tryAcquirePermission()) {
                return Mono.error(new OutOfReachException("Redis does not answer in time; it is tried again soon"));
            }
            long began = System.nanoTime();
            return link.<R>run(script, type, keys, arguments)
                    .timeout(commandTimeout)
                    .doOnSuccess(answer -> breaker.onSuccess(System.nanoTime() - began, TimeUnit.NANOSECONDS))
                    .doOnError(error -> breaker.onError(System.nanoTime() - began, TimeUnit.NANOSECONDS, error))
                    .doOnCancel(breaker::releasePermission);
        });
    }

    private static String[] keys(String key, String kinds) {
        String[] keys = new String[kinds.length()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key + ':' + kinds.charAt(i);
        }
        return keys;
    }

    private static long number(List<?> answer, int index) {
        return ((Number) answer.get(index)).longValue();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }
}
