package dev.sluice.cache.redis;

import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.shared.SharedTier;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.ConnectionFuture;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Keeps one link to Redis at a time. Whenever one has ended everything local is dropped, the server is looked up again (Sentinel may
 * name another), and the next begins. Where there is a Sentinel, a link ends also when that names another server. Lettuce's own reconnect is off: it would go on as if nothing had been missed.
 */
final class Connector {

    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    /** So long after a return all have returned, and have told what they wrote meanwhile. */
    private static final Duration SETTLING = Duration.ofSeconds(1);
    /** A frozen server must not hold more than this in memory. */
    private static final int MOST_REQUESTS = 10_000;

    /** After a connection that ended without telling why. */
    private static final int MORE_TRIES = 5;

    private static final List<String> SETUP_ERRORS =
            List.of("WRONGPASS", "NOAUTH", "NOPERM", "NOPROTO", "unknown command", "invalid password", "unsupported");

    private final RedisClient client;
    private final RedisURI uri;
    private final CacheSettings settings;
    private final @Nullable Sentinel sentinel;
    private final SharedTier.Listener listener;
    private final Disposable.Swap maintenance = Disposables.swap();
    private volatile @Nullable Link link;
    private volatile long settledAt = System.nanoTime();

    private Connector(RedisURI uri, CacheSettings settings, SharedTier.Listener listener) {
        this.uri = uri;
        this.settings = settings;
        this.listener = listener;
        this.client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder()
                .protocolVersion(ProtocolVersion.RESP3)
                .autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_REQUESTS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .build())
                .build());
        this.sentinel = uri.getSentinels().isEmpty() ? null : new Sentinel(client, uri, settings.connectTimeout());
    }

    static Mono<Connector> connect(CacheSettings settings, SharedTier.Listener listener) {
        return Mono.fromSupplier(() -> new Connector(parse(settings), settings, listener))
                .flatMap(connector -> connector
                        .open(connector.sentinel == null ? Duration.ZERO : SETTLING)
                        .retryWhen(Retry.max(MORE_TRIES)
                                .filter(Connector::isWithoutReason)
                                .onRetryExhaustedThrow((tries, last) -> last.failure()))
                        .onErrorResume(error -> connector.tryLater(error))
                        .doOnNext(first -> connector.maintain(Mono.just(first)))
                        .switchIfEmpty(Mono.fromRunnable(() -> connector.maintain(Mono.empty())))
                        .thenReturn(connector)
                        .onErrorResume(error -> connector.close().then(Mono.error(error))));
    }

    @Nullable
    Link link() {
        Link now = link;
        return now != null && now.isOpen() ? now : null;
    }

    /** @return whether what Redis holds is what all processes have told it: one that was away may be the first to be back */
    boolean isSettled() {
        return System.nanoTime() - settledAt >= 0;
    }

    Mono<Void> close() {
        return Mono.defer(() -> {
            maintenance.dispose();
            Link last = link;
            link = null;
            Mono<Void> closed = last == null ? Mono.empty() : last.close();
            // Elsewhere: what closes the event loops waits for their locks, and the link has been closed on one of
            // them.
            return closed.then(Mono.fromCompletionStage(() ->
                            client.shutdownAsync(0, settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS))
                    .subscribeOn(Schedulers.boundedElastic()));
        });
    }

    private static RedisURI parse(CacheSettings settings) {
        try {
            RedisURI uri = RedisURI.create(Objects.requireNonNull(settings.url(), "url"));
            uri.setTimeout(settings.connectTimeout());
            return uri;
        } catch (IllegalArgumentException malformed) {
            // Its message has the URL, and that may have a password.
            throw new IllegalArgumentException(
                    "cache.url: malformed (expected: redis://host:port, rediss://host:port or"
                            + " redis-sentinel://host:port,host:port/#master)");
        }
    }

    private Mono<Link> open(Duration settling) {
        return Mono.defer(() -> {
                    ConnectionFuture<StatefulRedisConnection<String, byte[]>> connecting =
                            client.connectAsync(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE), uri);
                    return Mono.fromCompletionStage(connecting)
                            .flatMap(connection -> Link.begin(
                                    connection,
                                    listener,
                                    settings.connectTimeout(),
                                    sentinel == null
                                            ? Mono.never()
                                            : sentinel.namesAnother(connecting.getRemoteAddress())));
                })
                .doOnNext(begun -> {
                    listener.lost();
                    settledAt = System.nanoTime() + settling.toNanos();
                    link = begun;
                });
    }

    private Mono<Link> tryLater(Throwable error) {
        String reason = setupReason(error);
        if (reason != null) {
            return Mono.error(new RedisSetupException(
                    ("cache.url: Redis refuses this client: %s (expected: Redis 6.2 or newer, with RESP3, and a user that may"
                                    + " run scripts and CLIENT TRACKING)")
                            .formatted(reason),
                    error));
        }
        LOG.warn("Redis cannot be reached: reads go to the database until it can ({})", error.toString());
        return Mono.empty();
    }

    private void maintain(Mono<Link> first) {
        maintenance.update(first.flatMap(this::outlive)
                .then(Mono.defer(this::openAndOutlive).repeat().then())
                .subscribe(
                        never -> {}, error -> LOG.error("the connection to Redis is no longer looked after", error)));
    }

    private Mono<Void> openAndOutlive() {
        return Mono.delay(PAUSE)
                .then(Mono.defer(() -> open(SETTLING)))
                .doOnNext(begun -> LOG.info("Redis is connected again"))
                .flatMap(this::outlive)
                .onErrorResume(error -> {
                    LOG.debug("Redis cannot be reached yet", error);
                    return Mono.empty();
                });
    }

    private Mono<Void> outlive(Link begun) {
        Mono<Void> life = begun.life().onErrorResume(error -> {
            LOG.error("the connection to Redis is given up", error);
            return begun.close();
        });
        return life.then(Mono.fromRunnable(() -> {
            link = null;
            listener.lost();
            LOG.warn("the connection to Redis has ended: reads go to the database until there is a new one");
        }));
    }

    // Lettuce looks for what a new connection has to say, and finds nothing where the server has refused it
    // before that: a race that a busy machine loses.
    private static boolean isWithoutReason(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof IllegalStateException || root instanceof RedisConnectionException;
    }

    private static @Nullable String setupReason(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (cause instanceof RedisCommandExecutionException
                    && message != null
                    && SETUP_ERRORS.stream().anyMatch(message::contains)) {
                return message;
            }
        }
        return null;
    }
}
