/**
 * The shared tier in Redis. {@link dev.sluice.cache.redis.RedisTier} keeps one connection, for replies and pushes alike, so that word of a
 * change never overtakes what was read before it; whatever happens to that connection, a new one is made and everything local
 * dropped. What is done to a key is done by one Lua script.
 */
@NullMarked
package dev.sluice.cache.redis;

import org.jspecify.annotations.NullMarked;
