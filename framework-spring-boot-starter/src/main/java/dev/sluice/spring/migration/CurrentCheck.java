package dev.sluice.spring.migration;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks whether Flyway has found this history current for this application before: on one connection of the driver that the pools
 * use, which an application loads anyhow.
 */
final class CurrentCheck {

    private final Supplier<ConnectionFactory> database;
    private final Duration patience;

    /**
     * @param database opens a session of the history's owner; asked for at the first check
     * @param patience bounds all of it
     */
    CurrentCheck(Supplier<ConnectionFactory> database, Duration patience) {
        this.database = database;
        this.patience = patience;
    }

    /** On the database of the settings, as the owner, bounded by their times. */
    static CurrentCheck of(SluiceSettings settings, Credentials owner) {
        Duration patience = shorter(
                settings.timeouts().statement(),
                settings.pool().acquireTimeout().dividedBy(2));
        return new CurrentCheck(() -> ConnectionFactories.get(options(settings.url(), owner, patience)), patience);
    }

    private record Noted(String history, @Nullable CurrentNote note) {}

    /** The version that is current; empty if nobody has noted that it is. An error if the database does not answer in time. */
    Mono<String> version(HistoryTable history, Fingerprint application) {
        return Mono.usingWhen(
                        Mono.defer(() -> Mono.from(database.get().create())),
                        connection -> version(connection, history, application),
                        Connection::close)
                .timeout(patience);
    }

    private static Mono<String> version(Connection connection, HistoryTable history, Fingerprint application) {
        return one(connection, history.note(), CurrentCheck::noted)
                .flatMap(noted -> noted.note == null
                        ? Mono.empty()
                        : one(connection, HistoryTable.digest(noted.history), row -> text(row, "digest"))
                                .filter(digest -> noted.note.isOf(application, digest))
                                .map(digest -> noted.note.version()));
    }

    private static Noted noted(Readable row) {
        return new Noted(
                text(row, "history"),
                CurrentNote.parse(row.get("note", String.class)).orElse(null));
    }

    private static String text(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, String.class), column);
    }

    private static <T> Mono<T> one(Connection connection, String sql, Function<? super Readable, ? extends T> row) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.<T>map(row))
                .singleOrEmpty();
    }

    // What the URL sets for sessions is meant for the application's: JDBC does not read it either.
    private static ConnectionFactoryOptions options(String url, Credentials owner, Duration patience) {
        return ConnectionFactoryOptions.parse(url)
                .mutate()
                .option(ConnectionFactoryOptions.USER, owner.username())
                .option(ConnectionFactoryOptions.PASSWORD, owner.password())
                .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, patience)
                .option(Option.valueOf("applicationName"), "sluice-migrations")
                .option(
                        Option.<Map<String, String>>valueOf("options"),
                        Map.of("statement_timeout", Long.toString(patience.toMillis())))
                .build();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
