package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.redis.RedisTier;
import dev.sluice.cache.shared.SharedTier;
import dev.sluice.testkit.cluster.RedisNode;
import dev.sluice.testkit.cluster.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** The Redis that tests share who do not harm it, and caches on it. */
final class Redises {

    /** A test must not fail because a machine is slow; what is to be in time has tests of its own. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final class Shared {
        static final EmbeddedRedis REDIS = EmbeddedRedis.start();
    }

    private Redises() {}

    static RedisNode shared() {
        return Shared.REDIS.node();
    }

    /** Settings with a namespace of their own, so that tests do not meet. */
    static CacheSettings settings(String url) {
        return CacheSettings.at(url)
                .withNamespace("t" + UUID.randomUUID())
                .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10), PATIENCE, PATIENCE);
    }

    static TieredCache cache(CacheSettings settings) {
        return cache(settings, CacheObserver.NONE, tier -> tier);
    }

    static TieredCache cache(CacheSettings settings, CacheObserver observer, UnaryOperator<SharedTier> changed) {
        return TieredCache.connect(
                        settings, new CborCodec(), observer, listener -> RedisTier.connect(settings, listener)
                                .map(changed))
                .block(PATIENCE);
    }

    /** Runs one command without arguments in need of quotes; tells the first line of the answer. */
    static String command(RedisNode node, String line) {
        try (Socket socket = new Socket(node.host(), node.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0 && c != '\r';
                    c = socket.getInputStream().read()) {
                answer.append((char) c);
            }
            return answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
