package dev.sluice.cache.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is done to one key, in one step. The Redis keys are {@code :v} (a hash: a value per variant), {@code :l} (a hash: a lease per
 * variant, and since when it is held), {@code :m} (a hash: when the marker of each writer ends) and {@code :g} (a generation). A
 * reading command after each write has the server track the key again for the connection that wrote it. All times are the server's.
 */
enum Script {
    /** v, l, m; variant, lease, its life. */
    FETCH(Clock.NOW + """
            local value = redis.call('HGET', KEYS[1], ARGV[1])
            local marked = redis.call('EXISTS', KEYS[3])
            if value then
              return {1, value, redis.call('PTTL', KEYS[1]), marked}
            end
            if ARGV[2] == '' then
              return {0, '', 0, marked}
            end
            if redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2] .. ' ' .. now) == 0 then
              return {3, '', 0, marked}
            end
            redis.call('PEXPIRE', KEYS[2], ARGV[3])
            return {2, '', 0, marked}
            """),

    /** l; variant, lease, its life. */
    LEASE(Clock.NOW + """
            if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. now) == 0 then
              return 0
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return 1
            """),

    /**
     * v, l, m; variant, lease, value, its life, its life under a marker, and how long ago the caller began to read it. It was read
     * after the lease was taken, perhaps long before now: by whichever clock that is longer ago. Other variants under the key
     * live no longer for it.
     */
    STORE(Clock.NOW + """
            local held, since = string.match(redis.call('HGET', KEYS[2], ARGV[1]) or '', '^(%S+) (%d+)$')
            if held ~= ARGV[2] then
              return 0
            end
            redis.call('HDEL', KEYS[2], ARGV[1])
            local life = tonumber(ARGV[4])
            if redis.call('EXISTS', KEYS[3]) == 1 then
              life = math.min(life, tonumber(ARGV[5]) - math.max(tonumber(ARGV[6]), now - tonumber(since)))
            end
            redis.call('HDEL', KEYS[1], ARGV[1])
            if life <= 0 then
              return 0
            end
            local left = redis.call('PTTL', KEYS[1])
            if left > 0 then
              life = math.min(life, left)
            end
            redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
            redis.call('PEXPIRE', KEYS[1], life)
            redis.call('HEXISTS', KEYS[1], ARGV[1])
            return life
            """),

    /** l; variant, lease. */
    RELEASE("""
            local held = redis.call('HGET', KEYS[1], ARGV[1]) or ''
            if string.match(held, '^%S+') == ARGV[2] then
              redis.call('HDEL', KEYS[1], ARGV[1])
            end
            return 1
            """),

    /** v; variant. */
    REMOVE("return redis.call('HDEL', KEYS[1], ARGV[1])"),

    /** g, m; a new stamp, its life, its life under a marker. */
    GENERATION("""
            local stamp = redis.call('GET', KEYS[1])
            local marked = redis.call('EXISTS', KEYS[2])
            if not stamp then
              local life = tonumber(ARGV[2])
              if marked == 1 then
                life = math.min(life, tonumber(ARGV[3]))
              end
              redis.call('SET', KEYS[1], ARGV[1], 'PX', life)
              stamp = redis.call('GET', KEYS[1])
            end
            return {stamp, redis.call('PTTL', KEYS[1]), marked}
            """),

    /** v, m, g; writer, life of its marker, life of what is marked. */
    MARK(Clock.NOW + """
            redis.call('HSET', KEYS[2], ARGV[1], now + ARGV[2])
            redis.call('PEXPIRE', KEYS[2], ARGV[2])
            local life = tonumber(ARGV[3])
            for _, key in ipairs({KEYS[1], KEYS[3]}) do
              if redis.call('PTTL', key) > life then
                redis.call('PEXPIRE', key, life)
              end
            end
            return 1
            """),

    /** v, l, m, g; writer. Markers of writers that are long gone go with the next one that is not. */
    INVALIDATE(Clock.NOW + """
            redis.call('DEL', KEYS[1], KEYS[2], KEYS[4])
            redis.call('HDEL', KEYS[3], ARGV[1])
            local markers = redis.call('HGETALL', KEYS[3])
            for i = 1, #markers, 2 do
              if tonumber(markers[i + 1]) < now then
                redis.call('HDEL', KEYS[3], markers[i])
              end
            end
            return 1
            """);

    private static final class Clock {

        static final String NOW = """
                local time = redis.call('TIME')
                local now = time[1] * 1000 + math.floor(time[2] / 1000)
                """;
    }

    private final String text;
    private final String sha;

    Script(String text) {
        this.text = text;
        this.sha = sha1(text);
    }

    String text() {
        return text;
    }

    /** @return by which the server knows it once it has been loaded */
    String sha() {
        return sha;
    }

    private static String sha1(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
