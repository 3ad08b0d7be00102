package dev.sluice.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a cache.
 *
 * @param url where Redis is: {@code redis://host:port}, {@code rediss://…} or {@code redis-sentinel://host:port,host:port/#master},
 *     credentials included; null means that values are kept in this process alone
 * @param namespace what all keys in Redis begin with: 1 to 64 letters, digits, dots, dashes and underscores. Databases that
 *     share a Redis need one each; default {@code sluice}
 * @param ttl the longest life of an answer, ±10 %; default 1 h. Without Redis it is also how long another process's write may
 *     stay unseen by calls of no session
 * @param negativeTtl the longest life of the answer that there is none; default 2 s
 * @param staleIfError for how long past its life an answer is still given while the database is out of reach; zero means not at
 *     all; default 10 min
 * @param nearMaxSize most bytes kept in this process; default 64 MiB
 * @param maxValueSize most bytes of one encoded answer; a larger one is not stored; default 1 MiB
 * @param commandTimeout most time for an answer of Redis; default 50 ms
 * @param connectTimeout most time to connect to Redis; default 2 s
 * @param loadTimeout most time that a loader has, which is the life of its lease, too; default 10 s
 * @param transactionTimeout the longest that a commit may take, which is how long a crashed writer is allowed for; at least
 *     {@code timeouts.transaction}; default 30 s
 */
public record CacheSettings(
        @Nullable String url,
        String namespace,
        Duration ttl,
        Duration negativeTtl,
        Duration staleIfError,
        long nearMaxSize,
        long maxValueSize,
        Duration commandTimeout,
        Duration connectTimeout,
        Duration loadTimeout,
        Duration transactionTimeout) {

    /** The defaults: without Redis. */
    public static final CacheSettings DEFAULT = new CacheSettings(
            null,
            "sluice",
            Duration.ofHours(1),
            Duration.ofSeconds(2),
            Duration.ofMinutes(10),
            64L << 20,
            1L << 20,
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30));

    /** @throws IllegalArgumentException if a value is out of range, naming the property */
    public CacheSettings {
        if (!namespace.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "cache.namespace: '%s' (expected: 1 to 64 letters, digits, '.', '-' and '_')".formatted(namespace));
        }
        positive("cache.ttl", ttl);
        positive("cache.negative-ttl", negativeTtl);
        if (staleIfError.isNegative()) {
            throw new IllegalArgumentException("cache.stale-if-error: %s (expected: >= 0)".formatted(staleIfError));
        }
        atLeastOne("cache.near.max-size", nearMaxSize);
        atLeastOne("cache.max-value-size", maxValueSize);
        positive("cache.command-timeout", commandTimeout);
        positive("cache.connect-timeout", connectTimeout);
        positive("cache.load-timeout", loadTimeout);
        positive("timeouts.transaction", transactionTimeout);
    }

    /**
     * The defaults with Redis.
     *
     * @param url where it is
     * @return the settings
     */
    public static CacheSettings at(String url) {
        return DEFAULT.withUrl(url);
    }

    /**
     * The same with another Redis.
     *
     * @param value where it is; null for none
     * @return the settings
     */
    public CacheSettings withUrl(@Nullable String value) {
        return new CacheSettings(
                value,
                namespace,
                ttl,
                negativeTtl,
                staleIfError,
                nearMaxSize,
                maxValueSize,
                commandTimeout,
                connectTimeout,
                loadTimeout,
                transactionTimeout);
    }

    /**
     * The same with another namespace.
     *
     * @param value what all keys in Redis begin with
     * @return the settings
     */
    public CacheSettings withNamespace(String value) {
        return new CacheSettings(
                url,
                value,
                ttl,
                negativeTtl,
                staleIfError,
                nearMaxSize,
                maxValueSize,
                commandTimeout,
                connectTimeout,
                loadTimeout,
                transactionTimeout);
    }

    /**
     * The same with other lives.
     *
     * @param life the longest life of an answer
     * @param negative the longest life of the answer that there is none
     * @param stale for how long past its life an answer is given while the database is out of reach
     * @return the settings
     */
    public CacheSettings withLives(Duration life, Duration negative, Duration stale) {
        return new CacheSettings(
                url,
                namespace,
                life,
                negative,
                stale,
                nearMaxSize,
                maxValueSize,
                commandTimeout,
                connectTimeout,
                loadTimeout,
                transactionTimeout);
    }

    /**
     * The same with other sizes.
     *
     * @param near most bytes kept in this process
     * @param value most bytes of one encoded answer
     * @return the settings
     */
    public CacheSettings withSizes(long near, long value) {
        return new CacheSettings(
                url,
                namespace,
                ttl,
                negativeTtl,
                staleIfError,
                near,
                value,
                commandTimeout,
                connectTimeout,
                loadTimeout,
                transactionTimeout);
    }

    /**
     * The same with other times.
     *
     * @param command most time for an answer of Redis
     * @param connect most time to connect to it
     * @param load most time that a loader has
     * @param transaction the longest that a commit may take
     * @return the settings
     */
    public CacheSettings withTimeouts(Duration command, Duration connect, Duration load, Duration transaction) {
        return new CacheSettings(
                url,
                namespace,
                ttl,
                negativeTtl,
                staleIfError,
                nearMaxSize,
                maxValueSize,
                command,
                connect,
                load,
                transaction);
    }

    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
        return "CacheSettings[ttl=%s, near.max-size=%d, redis=%s]"
                .formatted(ttl, nearMaxSize, url == null ? "none" : "configured");
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("%s: %s (expected: > 0)".formatted(name, value));
        }
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s: %d (expected: >= 1)".formatted(name, value));
        }
    }
}
