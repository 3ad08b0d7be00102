package dev.sluice.replica.topology;

import dev.sluice.consistency.Lsn;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The monitor's own connection to a node. It tells when it is lost, without being asked. */
final class NodeConnection implements Probe {

    // As simple queries, one round trip each. What a standby receives is shown to members of pg_read_all_stats only;
    // its
    // control file says at least what it has replayed at its last restart point.
    private static final String ASK = """
            select c.system_identifier,
                   (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint as started_at,
                   n.standby,
                   case when n.standby then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end::text as lsn,
                   case when not n.standby then substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as timeline,
                   greatest(k.timeline_id, r.min_recovery_end_timeline, w.received_tli) as replayed_timeline,
                   w.status as receiver,
                   w.pid is not null and w.status is null as receiver_hidden
              from (select pg_is_in_recovery() as standby offset 0) n
                   cross join pg_control_system() c
                   cross join pg_control_checkpoint() k
                   cross join pg_control_recovery() r
                   left join pg_stat_wal_receiver w on true""";

    private static final String POSITION =
            "select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end::text"
                    + " as lsn";

    private static final String SNAPSHOT = """
            select pg_current_snapshot()::text as shown,
                   case when not pg_is_in_recovery() then substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as timeline""";

    // A standby behind the others does not know the youngest by name. It calls a transaction committed once it shows
    // it, and
    // not before.
    private static final String COMMITTED = """
            select coalesce(string_agg(x::text, ','), '') as committed from unnest('{%s}'::xid8[]) x
             where case when x < pg_snapshot_xmax(pg_current_snapshot()) then pg_xact_status(x) = 'committed' end""";

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

    private final LastSocket socket = new LastSocket();
    private final ConnectionFactory driver;
    private final Duration longest;
    private final Duration longestLogin;
    private final Consumer<Throwable> lost;
    private volatile @Nullable PostgresqlConnection connection;
    private volatile boolean closed;

    /**
     * Makes the probe of a node; connects nothing.
     *
     * @param node the node
     * @param longest the longest wait for an answer
     * @param longestLogin the longest wait for a connection
     * @param lost told when a connection is lost that was not given up; on the driver's thread
     */
    NodeConnection(MonitoredNode node, Duration longest, Duration longestLogin, Consumer<Throwable> lost) {
        this.driver = node.connections(longest, socket);
        this.longest = longest;
        this.longestLogin = longestLogin;
        this.lost = lost;
    }

    @Override
    public Mono<NodeAnswer> ask() {
        return Mono.defer(() -> {
                    PostgresqlConnection open = connection;
                    return open == null ? connect() : Mono.just(open);
                })
                .flatMap(open -> query(open, ASK, NodeConnection::answer));
    }

    @Override
    public Mono<Lsn> position() {
        return ask(POSITION, NodeConnection::lsn);
    }

    @Override
    public Mono<PrimarySnapshot> snapshot() {
        return ask(SNAPSHOT, NodeConnection::snapshot);
    }

    @Override
    public Mono<List<Long>> committed(List<Long> transactions) {
        String numbers = transactions.stream().map(String::valueOf).collect(Collectors.joining(","));
        return ask(COMMITTED.formatted(numbers), NodeConnection::committed);
    }

    private <T> Mono<T> ask(String sql, Function<Readable, T> row) {
        return Mono.defer(() -> {
            PostgresqlConnection open = connection;
            return open == null ? Mono.error(new IllegalStateException("not connected")) : query(open, sql, row);
        });
    }

    private Mono<PostgresqlConnection> connect() {
        socket.expect();
        return Mono.from(driver.create())
                .cast(PostgresqlConnection.class)
                .timeout(longestLogin, Mono.error(() -> noAnswer("login", longestLogin)))
                .doOnError(TimeoutException.class, error -> socket.giveUp())
                .flatMap(this::opened);
    }

    private Mono<PostgresqlConnection> opened(PostgresqlConnection open) {
        connection = open;
        open.getNotifications().subscribe(ignored -> {}, error -> lostBy(open, error));
        return closed ? close().then(Mono.empty()) : Mono.just(open);
    }

    private <T> Mono<T> query(PostgresqlConnection open, String sql, Function<Readable, T> row) {
        return open.createStatement(sql)
                .execute()
                .flatMap((PostgresqlResult result) -> result.map((Readable read) -> row.apply(read)))
                .single()
                .timeout(longest, Mono.error(() -> noAnswer("probe", longest)))
                .onErrorResume(error -> close(open).then(Mono.error(error)));
    }

    private static Throwable noAnswer(String question, Duration bound) {
        return new TimeoutException("no answer to a %s within %d ms".formatted(question, bound.toMillis()));
    }

    private static NodeAnswer answer(Readable row) {
        boolean standby = value(row, "standby", Boolean.class);
        Integer replayed = row.get("replayed_timeline", Integer.class);
        return new NodeAnswer(
                value(row, "system_identifier", Long.class),
                value(row, "started_at", Long.class),
                !standby,
                standby ? (replayed == null ? 0 : replayed) : timeline(row),
                lsn(row),
                row.get("receiver", String.class),
                value(row, "receiver_hidden", Boolean.class));
    }

    private static PrimarySnapshot snapshot(Readable row) {
        return new PrimarySnapshot(timeline(row), TransactionSnapshot.parse(value(row, "shown", String.class)));
    }

    private static List<Long> committed(Readable row) {
        String numbers = value(row, "committed", String.class);
        return numbers.isEmpty()
                ? List.of()
                : Stream.of(numbers.split(",")).map(Long::valueOf).toList();
    }

    private static int timeline(Readable row) {
        return Integer.parseInt(value(row, "timeline", String.class), 16);
    }

    private static Lsn lsn(Readable row) {
        return Lsn.parse(value(row, "lsn", String.class));
    }

    private static <T> T value(Readable row, String column, Class<T> type) {
        T value = row.get(column, type);
        if (value == null) {
            throw new IllegalStateException("the server answered null for " + column);
        }
        return value;
    }

    private void lostBy(PostgresqlConnection open, Throwable error) {
        if (connection == open) {
            connection = null;
            lost.accept(error);
        }
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            PostgresqlConnection open = connection;
            return open == null ? Mono.empty() : close(open);
        });
    }

    private Mono<Void> close(PostgresqlConnection open) {
        return Mono.defer(() -> {
                    connection = null;
                    return open.close();
                })
                .timeout(LONGEST_CLOSE, Mono.empty())
                .onErrorComplete();
    }
}
