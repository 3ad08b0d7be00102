package dev.sluice.r2dbc.session;

import dev.sluice.consistency.Lsn;
import dev.sluice.repository.TooManyRowsException;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The session for drivers whose inside is not known: everything through the R2DBC SPI, and each group a transaction of its
 * own, at four round trips. Statements run to their end whoever is still interested, and always with a fetch size, because
 * the driver's path for plain text hangs after a cancel (P1).
 */
final class SpiSession implements Session {

    private static final int FETCH = 1_000;
    private static final int HEXADECIMAL = 16;
    private static final String CONNECTION_EXCEPTION = "08";

    private final Connection connection;
    private final PostgresqlConnection driver;
    private final Turn turn = new Turn();
    private final CancelRequests cancels = new CancelRequests();
    private volatile boolean open;
    private volatile boolean failed;

    SpiSession(Connection connection, PostgresqlConnection driver) {
        this.connection = connection;
        this.driver = driver;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        long most = (long) maxRows + 1;
        Mono<List<T>> rows = Mono.defer(() -> results(group, (int) Math.min(most, FETCH))
                .concatMap(result -> result.map(row -> SpiSession.<T>map(row, mapper)))
                .take(most)
                .collectList()
                .flatMap(list -> list.size() > maxRows
                        ? Mono.error(new TooManyRowsException(group.name(), maxRows))
                        : Mono.just(list)));
        return once(group.name(), asking(group.position(), inGroup(group, rows)));
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        Mono<Long> updated = Mono.defer(
                () -> results(group, FETCH).concatMap(Result::getRowsUpdated).reduce(0L, Long::sum));
        return once(group.name(), asking(group.position(), inGroup(group, updated)));
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        if (fetchSize < 1) {
            throw new IllegalArgumentException("fetch size: %d (expected: >= 1)".formatted(fetchSize));
        }
        Flux<T> rows = results(group, fetchSize).concatMap(result -> result.map(row -> SpiSession.<T>map(row, mapper)));
        return new TurnFlux<>(
                turn,
                group.name(),
                Mono.defer(() -> open(group))
                        .flatMapMany(own -> rows.concatWith(Mono.defer(() -> this.<T>end(own, "COMMIT")))
                                .onErrorResume(error -> rollback(own, error)))
                        .onErrorResume(error -> ask(group.position()).then(Mono.error(error)))
                        .concatWith(ask(group.position()).then(Mono.empty()))
                        .onErrorMap(this::noteFailure));
    }

    @Override
    public Mono<String> command(String sql, @Nullable PositionSink position) {
        return once(sql, Mono.defer(() -> {
            boolean rolledBack = failed;
            return plain(sql)
                    .then(Mono.fromSupplier(() -> done(sql, rolledBack)))
                    .flatMap(tag -> CommandCall.isDone(sql, tag) ? ask(position).thenReturn(tag) : Mono.just(tag));
        }));
    }

    @Override
    public Mono<Void> cancelRequest() {
        return cancels.send(driver.cancelRequest());
    }

    @Override
    public Status status() {
        if (turn.isLost() || !isConnected()) {
            return turn.isTaken() || turn.isLeftRunning() ? Status.LOST : Status.CLOSED;
        }
        if (turn.isTaken()) {
            return Status.BUSY;
        }
        if (cancels.anyUnsettled()) {
            return Status.CANCELLING;
        }
        if (failed) {
            return Status.FAILED;
        }
        return open ? Status.IN_TRANSACTION : Status.IDLE;
    }

    @Override
    public boolean noteLoss() {
        return turn.noteLoss();
    }

    @Override
    public Mono<Void> idle() {
        return turn.ended();
    }

    @Override
    public Mono<Void> close() {
        return Mono.from(connection.close()).onErrorComplete();
    }

    // The local validation answers from memory, when it is subscribed to.
    private boolean isConnected() {
        return driver.validate(ValidationDepth.LOCAL).toFuture().getNow(false);
    }

    private <T> Mono<T> once(String name, Mono<T> work) {
        return new TurnMono<>(turn, name, work.onErrorMap(this::noteFailure));
    }

    private <T> Mono<T> asking(@Nullable PositionSink sink, Mono<T> work) {
        return sink == null
                ? work
                : work.onErrorResume(error -> ask(sink).then(Mono.error(error)))
                        .flatMap(value -> ask(sink).thenReturn(value));
    }

    /** Asks where the server stands, outside of transactions only; never an error, because the call has been answered. */
    private Mono<Void> ask(@Nullable PositionSink sink) {
        return sink == null
                ? Mono.empty()
                : Mono.defer(() -> open ? Mono.empty() : askPosition(sink))
                        .doOnError(SpiSession::isConnectionLost, lost -> turn.lose(true))
                        .onErrorComplete();
    }

    private Mono<Void> askPosition(PositionSink sink) {
        return results(Group.of("position", PositionStatement.TEXT), FETCH)
                .concatMap(result -> result.map(row -> tell(sink, row)))
                .count()
                .doOnNext(this::loseWithoutAnswer)
                .then();
    }

    // The question has one row: a conversation that ends without it was cut, even where the driver calls it complete.
    private void loseWithoutAnswer(long rows) {
        if (rows == 0) {
            turn.lose(true);
        }
    }

    private static boolean tell(PositionSink sink, Readable row) {
        String lsn = row.get(0, String.class);
        String timeline = row.get(1, String.class);
        String shown = row.get(2, String.class);
        if (lsn != null) {
            PositionSample.tell(
                    sink,
                    timeline == null ? 0 : Integer.parseInt(timeline, HEXADECIMAL),
                    Lsn.parse(lsn),
                    shown == null ? TransactionSnapshot.UNKNOWN : TransactionSnapshot.parse(shown));
        }
        return true;
    }

    // The driver tells its conversations before it knows by itself that it is closed. Its own words for that are
    // exceptions
    // of several kinds, some of them in the clothes of a server's answer, but then of the class "connection exception".
    private static boolean isConnectionLost(Throwable error) {
        return !(error instanceof PostgresqlException answer)
                || answer.getErrorDetails().getCode().startsWith(CONNECTION_EXCEPTION);
    }

    private <T> Mono<T> inGroup(Group group, Mono<T> work) {
        return Mono.defer(() -> open(group))
                .flatMap(own -> work.flatMap(value -> this.<T>end(own, "COMMIT").thenReturn(value))
                        .onErrorResume(error -> rollback(own, error)));
    }

    /** Makes the settings local; true if that took a transaction of the group's own. */
    private Mono<Boolean> open(Group group) {
        String begin = group.begin();
        boolean own = !open && begin == null;
        Mono<Void> begun = begin != null ? open(begin) : own ? plain("BEGIN") : Mono.empty();
        return begun.then(Mono.defer(() -> set(group.settings())))
                .thenReturn(own)
                .onErrorResume(error -> rollback(own, error));
    }

    private Mono<Void> open(String begin) {
        return Mono.defer(() -> open
                        ? Mono.error(new IllegalStateException(
                                "%s: a transaction is already open on the session".formatted(begin)))
                        : plain(begin))
                .doOnSuccess(done -> open = true);
    }

    private <T> Mono<T> rollback(boolean own, Throwable error) {
        return end(own, "ROLLBACK").onErrorComplete().then(Mono.error(error));
    }

    private <T> Mono<T> end(boolean own, String command) {
        return own ? plain(command).then(Mono.empty()) : Mono.empty();
    }

    private Mono<Void> set(List<Setting> settings) {
        if (settings.isEmpty()) {
            return Mono.empty();
        }
        Object[] values = settings.stream()
                .flatMap(setting -> Stream.of(setting.name(), setting.value()))
                .toArray();
        return results(Group.of("settings", SettingStatements.of(settings), values), FETCH)
                .concatMap(result -> result.map(row -> 1))
                .then();
    }

    private Mono<Void> plain(String sql) {
        return results(Group.of(sql, sql), FETCH)
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    private Flux<Result> results(Group group, int fetchSize) {
        return Flux.defer(() -> {
            Statement statement = connection.createStatement(group.sql()).fetchSize(fetchSize);
            @Nullable Object[] values = group.parameters();
            for (int i = 0; i < values.length; i++) {
                bind(statement, group.name(), i, values[i]);
            }
            return Flux.<Result>from(statement.execute());
        });
    }

    private static void bind(Statement statement, String name, int index, @Nullable Object value) {
        try {
            if (value == null) {
                statement.bindNull(index, Object.class);
            } else if (value instanceof Group.TypedNull typed) {
                statement.bindNull(index, typed.type().isEnum() ? Object.class : DriverTypes.toDriver(typed.type()));
            } else if (value instanceof Enum<?> constant) {
                statement.bind(index, Parameters.in(PostgresqlObjectId.UNSPECIFIED, constant.name()));
            } else {
                statement.bind(index, DriverTypes.toDriver(value));
            }
        } catch (IllegalArgumentException e) {
            throw DriverTypes.cannotBeSent(name, index, value);
        }
    }

    private static <T> T map(Readable row, Function<? super Readable, ? extends T> mapper) {
        return mapper.apply(new SpiRow((Row) row));
    }

    private String done(String sql, boolean rolledBack) {
        String command = sql.strip().toUpperCase(Locale.ROOT);
        if (command.startsWith("ROLLBACK TO")) {
            failed = false;
            return "ROLLBACK";
        }
        if (command.startsWith("COMMIT") || command.startsWith("ROLLBACK")) {
            open = false;
            failed = false;
            return command.startsWith("COMMIT") && !rolledBack ? "COMMIT" : "ROLLBACK";
        }
        return command.split("\\s", 2)[0];
    }

    private Throwable noteFailure(Throwable error) {
        if (open && error instanceof R2dbcException ofServer && ofServer.getSqlState() != null) {
            failed = true;
        }
        return error;
    }
}
