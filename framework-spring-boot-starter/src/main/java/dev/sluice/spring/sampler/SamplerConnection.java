package dev.sluice.spring.sampler;

import dev.sluice.Credentials;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The sampler's one connection, opened when something is asked, and anew after it failed. Asked by one at a time. */
final class SamplerConnection {

    /** By this name the sampler knows itself, and others know it. */
    static final String APPLICATION = "sluice-sampler";

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

    private final Credentials login;
    private volatile @Nullable Open open;

    private record Open(String url, Connection connection) {}

    SamplerConnection(Credentials login) {
        this.login = login;
    }

    /** Asks the server at an address. A connection that does not answer in time is closed. */
    <T> Mono<List<T>> ask(String url, String sql, Consumer<Statement> bind, Function<Readable, T> row) {
        return connected(url)
                .flatMapMany(connection -> {
                    Statement statement = connection.createStatement(sql);
                    bind.accept(statement);
                    return Flux.from(statement.execute()).concatMap(result -> result.map(row));
                })
                .collectList()
                .timeout(LONGEST_ANSWER)
                .onErrorResume(error -> close().then(Mono.error(error)));
    }

    private Mono<Connection> connected(String url) {
        return Mono.defer(() -> {
            Open now = open;
            return now != null && now.url.equals(url)
                    ? Mono.just(now.connection)
                    : close().then(factory(url))
                            .flatMap(factory -> Mono.from(factory.create()))
                            .doOnNext(connection -> open = new Open(url, connection));
        });
    }

    // It looks for the driver, and the driver for its extensions, in files: nothing for a thread that may not block.
    private Mono<ConnectionFactory> factory(String url) {
        return Mono.fromCallable(() -> ConnectionFactories.get(options(url))).subscribeOn(Schedulers.boundedElastic());
    }

    private ConnectionFactoryOptions options(String url) {
        return ConnectionFactoryOptions.parse(url)
                .mutate()
                .option(ConnectionFactoryOptions.USER, login.username())
                .option(ConnectionFactoryOptions.PASSWORD, login.password())
                .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, LONGEST_ANSWER)
                .option(Option.valueOf("applicationName"), APPLICATION)
                .option(
                        Option.<Map<String, String>>valueOf("options"),
                        Map.of(
                                "statement_timeout",
                                Long.toString(LONGEST_ANSWER.toMillis() / 2),
                                "lock_timeout",
                                "100"))
                .build();
    }

    /** Closes it; never an error. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            Open now = open;
            open = null;
            return now == null
                    ? Mono.empty()
                    : Mono.from(now.connection.close())
                            .timeout(LONGEST_CLOSE, Mono.empty())
                            .onErrorComplete();
        });
    }
}
