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
import java.util.Optional;
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

    /**
     * What the database says.
     *
     * @param note null if there is none that can be read
     * @param history a digest of the history's content; empty without a note
     */
    record Answer(@Nullable CurrentNote note, String history) {

        private static final Answer NONE = new Answer(null, "");

        /** The version that is current for an application; empty if nobody has noted that it is. */
        Optional<String> version(Fingerprint application) {
            return Optional.ofNullable(note)
                    .filter(one -> one.isOf(application, history))
                    .map(CurrentNote::version);
        }
    }

    private record Noted(String history, @Nullable CurrentNote note) {}

    /** Asks the database; never empty, an error if it does not answer in time. */
    Mono<Answer> ask(HistoryTable history) {
        return Mono.usingWhen(
                        Mono.defer(() -> Mono.from(database.get().create())),
                        connection -> ask(connection, history),
                        Connection::close)
                .timeout(patience);
    }

    private static Mono<Answer> ask(Connection connection, HistoryTable history) {
        return one(connection, history.note(), CurrentCheck::noted)
                .filter(noted -> noted.note != null)
                .flatMap(noted -> one(connection, HistoryTable.digest(noted.history), row -> text(row, "digest"))
                        .map(digest -> new Answer(noted.note, digest)))
                .defaultIfEmpty(Answer.NONE);
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
