package dev.sluice.cache.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Says when a server is the primary no more. One that fell silent for a moment and was replaced meanwhile keeps its connections, and
 * takes what it is told, until Sentinel makes it a replica: that takes it some ten seconds, in which the others are elsewhere.
 */
final class Sentinel {

    /** Less than what who connects to the new primary waits before it relies on it. */
    private static final Duration PERIOD = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(Sentinel.class);

    private final RedisClient client;
    private final RedisURI uri;
    private final Duration patience;

    Sentinel(RedisClient client, RedisURI uri, Duration patience) {
        this.client = client;
        this.uri = uri;
        this.patience = patience;
    }

    /** @return completes when Sentinel names another primary than this; while no Sentinel answers the last word stands */
    Mono<Void> namesAnother(SocketAddress primary) {
        return Mono.usingWhen(
                        Mono.fromCompletionStage(() -> client.connectSentinelAsync(StringCodec.UTF8, uri)),
                        connection -> awaitOther(connection, primary),
                        connection -> Mono.fromCompletionStage(connection::closeAsync))
                .doOnError(error -> LOG.debug("Sentinel does not answer", error))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PERIOD))
                .doOnSuccess(
                        other -> LOG.warn("Sentinel names another primary: the connection to the old one is given up"));
    }

    private Mono<Void> awaitOther(StatefulRedisSentinelConnection<String, String> connection, SocketAddress primary) {
        String name = Objects.requireNonNull(uri.getSentinelMasterId(), "the name of the primary");
        return Flux.interval(PERIOD)
                .onBackpressureDrop()
                .concatMap(
                        tick -> Link.once(() -> connection.async().getMasterAddrByName(name))
                                .timeout(patience),
                        1)
                .filter(named -> !isSame(named, primary))
                .next()
                .then();
    }

    private static boolean isSame(SocketAddress one, SocketAddress other) {
        return one instanceof InetSocketAddress a && other instanceof InetSocketAddress b
                ? a.getPort() == b.getPort() && a.getHostString().equals(b.getHostString())
                : one.equals(other);
    }
}
