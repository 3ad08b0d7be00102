package dev.sluice.r2dbc.schema;

import dev.sluice.Credentials;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Just enough of a session for the catalog: each group is a transaction on a plain connection of the driver. */
record PlainSession(Connection connection) implements Session {

    /** Opens a session, uses it, closes it. */
    static <T> T with(TestDatabase database, Role role, Function<Session, Mono<T>> work) {
        return with(database, database.credentials(role), work);
    }

    /** Opens a session, uses it, closes it. */
    static <T> T with(TestDatabase database, Credentials login, Function<Session, Mono<T>> work) {
        PostgresqlConnectionFactory factory =
                new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                        .host(database.host())
                        .port(database.port())
                        .database(database.name())
                        .username(login.username())
                        .password(login.password())
                        .build());
        return Mono.usingWhen(
                        factory.create(), c -> work.apply(new PlainSession(c)).cast(Object.class), Connection::close)
                .map(PlainSession::<T>unchecked)
                .block(Duration.ofSeconds(30));
    }

    @SuppressWarnings("unchecked")
    private static <T> T unchecked(Object value) {
        return (T) value;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        Mono<List<T>> rows = Flux.from(statement(group).execute())
                .concatMap(result -> result.<T>map((Readable row) -> mapper.apply(row)))
                .collectList();
        return Mono.from(connection.beginTransaction())
                .thenMany(Flux.fromIterable(group.settings()).concatMap(this::set))
                .then(rows)
                .flatMap(list -> Mono.from(connection.commitTransaction()).thenReturn(list));
    }

    private Mono<Long> set(Setting setting) {
        return Mono.from(connection
                        .createStatement("select set_config($1, $2, true)")
                        .bind(0, setting.name())
                        .bind(1, setting.value())
                        .execute())
                .flatMap(result -> Mono.from(result.map((Readable row) -> 1L)));
    }

    private Statement statement(Group group) {
        Statement statement = connection.createStatement(group.sql());
        for (int i = 0; i < group.parameters().length; i++) {
            statement.bind(i, group.parameters()[i]);
        }
        return statement;
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<String> command(String sql, @Nullable PositionSink position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Void> cancelRequest() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Status status() {
        return Status.IDLE;
    }

    @Override
    public Mono<Void> idle() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> close() {
        return Mono.from(connection.close());
    }
}
