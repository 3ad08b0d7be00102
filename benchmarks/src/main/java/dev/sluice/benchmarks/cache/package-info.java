/**
 * Reads through the cache. {@link dev.sluice.benchmarks.cache.CacheLoad} measures what it takes off the database and how fast it
 * answers, beside {@link dev.sluice.benchmarks.cache.SpringCacheable}. {@link dev.sluice.benchmarks.cache.RedisOutage} takes Redis away in
 * the middle of a load and counts what becomes of calls and of the database.
 */
@NullMarked
package dev.sluice.benchmarks.cache;

import org.jspecify.annotations.NullMarked;
