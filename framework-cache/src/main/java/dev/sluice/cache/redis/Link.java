package dev.sluice.cache.redis;

import dev.sluice.cache.shared.SharedTier;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One connection, from its handshake to its end. It is never made again: with a new connection begins a new link, so nothing that was
 * learned of the one is believed of the other.
 */
final class Link {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final Duration HEARTBEAT = Duration.ofMillis(250);
    /** So long after a PING was sent that was answered, all changes until then are known. */
    private static final Duration CONFIRMED = Duration.ofSeconds(1);

    private static final Duration SILENCE = Duration.ofSeconds(2);
    /** What follows the last colon of keys whose changes matter here. Leases come and go while values stay. */
    private static final Set<String> TOLD = Set.of("v", "m", "g");

    private final StatefulRedisConnection<String, byte[]> connection;
    private final RedisAsyncCommands<String, byte[]> commands;
    private final SharedTier.Listener listener;
    private final Duration patience;
    private final Mono<Void> replaced;
    private final Sinks.Empty<Void> over = Sinks.empty();
    private volatile long confirmedAt;
    private volatile boolean open = true;

    private Link(
            StatefulRedisConnection<String, byte[]> connection,
            SharedTier.Listener listener,
            Duration patience,
            Mono<Void> replaced) {
        this.connection = connection;
        this.commands = connection.async();
        this.listener = listener;
        this.patience = patience;
        this.replaced = replaced;
        this.confirmedAt = System.nanoTime();
    }

    /**
     * Begins a link.
     *
     * @param replaced completes when the server is not the one to talk to any more
     * @return a link that is tracked and knows all scripts; an error after which nothing is left open
     */
    static Mono<Link> begin(
            StatefulRedisConnection<String, byte[]> connection,
            SharedTier.Listener listener,
            Duration patience,
            Mono<Void> replaced) {
        Link link = new Link(connection, listener, patience, replaced);
        connection.addListener(link::pushed);
        connection.addListener(link.new EndOfConnection());
        // What this connection writes is dropped here by who has it written.
        return once(() -> link.commands.clientTracking(
                        TrackingArgs.Builder.enabled().noloop()))
                .thenMany(Flux.fromArray(Script.values()))
                .concatMap(script -> once(() -> link.commands.scriptLoad(script.text())))
                .then(Mono.defer(link::ping))
                .timeout(patience)
                .thenReturn(link)
                .onErrorResume(error -> link.close().then(Mono.error(error)));
    }

    /** @return completes when the connection has ended, or was given up */
    Mono<Void> life() {
        Mono<Void> heartbeat = Flux.interval(HEARTBEAT)
                .onBackpressureDrop()
                .concatMap(
                        beat -> ping().timeout(SILENCE).onErrorResume(error -> {
                            LOG.debug("Redis did not answer a PING", error);
                            return Mono.empty();
                        }),
                        1)
                .then();
        Mono<Void> silence = Flux.interval(HEARTBEAT)
                .onBackpressureDrop()
                .filter(beat -> System.nanoTime() - confirmedAt > SILENCE.toNanos())
                .next()
                .doOnNext(beat ->
                        LOG.warn("Redis has been silent for {} s; the connection is given up", SILENCE.toSeconds()))
                .then();
        return Mono.firstWithSignal(over.asMono(), heartbeat, silence, replaced).then(Mono.defer(this::close));
    }

    boolean isOpen() {
        return open;
    }

    boolean isTracking() {
        return open && System.nanoTime() - confirmedAt < CONFIRMED.toNanos();
    }

    /** @return the script's answer; whoever cancels does not hear it, and it runs all the same */
    <R> Mono<R> run(Script script, ScriptOutputType type, String[] keys, byte[][] arguments) {
        return Link.<R>once(() -> commands.evalsha(script.sha(), type, keys, arguments))
                .onErrorResume(RedisNoScriptException.class, forgotten -> once(() -> commands.scriptLoad(script.text()))
                        .then(Link.<R>once(() -> commands.evalsha(script.sha(), type, keys, arguments))))
                .doOnError(RedisCommandExecutionException.class, this::leaveIfDemoted);
    }

    Mono<Void> close() {
        return Mono.fromCompletionStage(() -> {
                    open = false;
                    return connection.closeAsync();
                })
                // A frozen server's connection closes without it; how it ends interests nobody.
                .timeout(patience)
                .onErrorComplete();
    }

    private Mono<Void> ping() {
        return Mono.defer(() -> {
            long sent = System.nanoTime();
            return once(commands::ping).doOnNext(pong -> confirmedAt = sent).then();
        });
    }

    // A primary that has become a replica keeps its connections, and refuses to write.
    private void leaveIfDemoted(RedisCommandExecutionException error) {
        String message = error.getMessage();
        if (message != null && (message.startsWith("READONLY") || message.startsWith("MASTERDOWN"))) {
            open = false;
            over.tryEmitEmpty();
        }
    }

    private void pushed(PushMessage message) {
        if (!message.getType().equals("invalidate")) {
            return;
        }
        List<Object> content = message.getContent(StringCodec.UTF8::decodeKey);
        if (content.size() > 1 && content.get(1) instanceof List<?> keys) {
            keys.forEach(key -> changed(String.valueOf(key)));
        } else {
            // The server was emptied.
            listener.lost();
        }
    }

    private void changed(String redisKey) {
        int colon = redisKey.lastIndexOf(':');
        if (colon > 0 && TOLD.contains(redisKey.substring(colon + 1))) {
            listener.changed(redisKey.substring(0, colon));
        }
    }

    // An error that comes when nobody waits any more is a value here, and not logged as one that was dropped.
    static <R> Mono<R> once(Supplier<? extends CompletionStage<R>> command) {
        return Mono.fromFuture(
                        () -> command.get().<Outcome<R>>handle(Outcome::new).toCompletableFuture(), true)
                .flatMap(Outcome::told);
    }

    private record Outcome<R>(@Nullable R value, @Nullable Throwable error) {

        Mono<R> told() {
            return error == null ? Mono.justOrEmpty(value) : Mono.error(error);
        }
    }

    private final class EndOfConnection implements RedisConnectionStateListener {

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            open = false;
            over.tryEmitEmpty();
        }
    }
}
