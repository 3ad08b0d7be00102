package dev.sluice.spring.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Reads that are answered without the database.
 *
 * @param enabled whether methods with @Cached are cached; if not, each call reads the database
 * @param url the Redis that the fleet shares, redis://host:port, rediss://host:port or
 *     redis-sentinel://host:port,host:port/#master; absent means that each process caches for itself
 * @param namespace what keys in Redis begin with, before a digest of cluster and database; 1 to 32 letters, digits, dots,
 *     dashes and underscores; copies of a cluster that share a Redis need one each
 * @param ttl the longest life of an answer, give or take a tenth, where @Cached gives none
 * @param negativeTtl the longest life of the answer that there is none
 * @param staleIfError for how long past its life an answer is still given while the database is out of reach; 0 means
 *     not at all
 * @param near answers in this process
 * @param maxValueSize an encoded answer that is larger is not stored
 * @param commandTimeout most time for an answer of Redis; then the database is asked
 * @param connectTimeout most time to connect to Redis
 * @param loadTimeout most time that reading the database for the cache may take
 */
public record CacheProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String url,
        @DefaultValue("sluice") String namespace,
        @DefaultValue("1h") Duration ttl,
        @DefaultValue("2s") Duration negativeTtl,
        @DefaultValue("10m") Duration staleIfError,
        @DefaultValue Near near,
        @DefaultValue("1MB") DataSize maxValueSize,
        @DefaultValue("50ms") Duration commandTimeout,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("10s") Duration loadTimeout) {

    /**
     * Answers in this process.
     *
     * @param maxSize most bytes of the answers that are kept in this process
     */
    public record Near(@DefaultValue("64MB") DataSize maxSize) {}

    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
        return "CacheProperties[enabled=%s, namespace=%s, ttl=%s, near=%s]".formatted(enabled, namespace, ttl, near);
    }
}
