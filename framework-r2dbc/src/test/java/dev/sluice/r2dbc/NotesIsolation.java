package dev.sluice.r2dbc;

import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.repository.Id;
import dev.sluice.repository.Query;
import dev.sluice.repository.Scope;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Version;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.contract.IsolationOperation;
import dev.sluice.testkit.contract.TenantIsolationContract;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The isolation contract on a table of notes, with Sluice as it is. */
abstract class NotesIsolation extends TenantIsolationContract<NotesIsolation.Note, Long> {

    static final String TABLES = """
            create table notes (tenant_id text not null, id bigint, words text not null, version bigint not null,
              primary key (tenant_id, id));
            create view every_note as select * from notes""";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicLong IDS = new AtomicLong();

    final TestDatabase database;
    private final Isolation isolation;

    NotesIsolation(TestDatabase database, Isolation isolation) {
        this.database = database;
        this.isolation = isolation;
    }

    @TenantOwned("notes")
    record Note(@Id long id, String words, @Version long version) {}

    interface Notes extends TenantRepository<Note, Long> {

        @Query("select n.* from notes n join notes m on m.id = n.id where m.words like :words")
        Flux<Note> like(String words);

        @Query("update notes set words = :words where words <> :words")
        Mono<Long> rewrite(String words);
    }

    @Override
    protected Sluice connect(int poolSize) {
        database.execute(Role.OWNER, "delete from notes");
        if (isolation == Isolation.RLS) {
            database.execute(
                    Role.OWNER,
                    "alter view every_note set (security_invoker = true);"
                            + RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                                    .across(Role.ACROSS.username())
                                    .script("notes"));
        }
        return Objects.requireNonNull(Sluice.connect(settings(poolSize).build()).block(PATIENCE));
    }

    SluiceSettings.Builder settings(int poolSize) {
        return database.settings()
                .isolation(isolation)
                .pool(PoolSettings.ofMax(poolSize))
                .declared(List.of("every_note", "pg_sleep"));
    }

    @Override
    protected Notes repository(Sluice sluice) {
        return sluice.repository(Notes.class);
    }

    @Override
    protected Long newId() {
        return IDS.incrementAndGet();
    }

    @Override
    protected Note entity(Long id, String sentinel) {
        return new Note(id, sentinel, 0);
    }

    @Override
    protected List<String> sessionStates() {
        return database
                .rows(
                        Role.SUPERUSER,
                        "select coalesce(state, 'unknown') from pg_stat_activity where datname = current_database()"
                                + " and usename = '" + Role.APP.username() + "'")
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    @Override
    protected List<IsolationOperation> moreOperations() {
        List<IsolationOperation> operations = new ArrayList<>(List.of(
                (sluice, own) -> repository(sluice).like("sentinel%"),
                (sluice, own) -> repository(sluice).rewrite(own).flux(),
                (sluice, own) ->
                        sluice.sql("select words from notes").as(String.class).all(),
                (sluice, own) -> sluice.sql("select words from notes").as(String.class).stream(2),
                (sluice, own) -> sluice.sql("select id from notes where id = :words::text::bigint")
                        .bind("words", own)
                        .as(Long.class)
                        .all(),
                (sluice, own) -> sluice.sql("select words from notes where pg_sleep(0.005) is not null limit 1")
                        .as(String.class)
                        .all()));
        if (isolation == Isolation.RLS) {
            operations.add((sluice, own) -> sluice.sql("select words from notes, pg_sleep(0.001)")
                    .scope(Scope.ROW_LEVEL_SECURITY)
                    .as(String.class)
                    .all());
            operations.add((sluice, own) -> sluice.sql(
                            "delete from notes where id in (select max(id) from notes)" + " returning words")
                    .scope(Scope.ROW_LEVEL_SECURITY)
                    .as(String.class)
                    .all());
            operations.add((sluice, own) -> plain(sluice, NotesIsolation::words));
            // Left open: close() rolls back.
            operations.add((sluice, own) -> plain(sluice, connection -> Flux.from(connection.beginTransaction())
                    .thenMany(words(connection))));
            operations.add((sluice, own) -> plain(sluice, connection -> Flux.from(
                            connection.createStatement("begin").execute())
                    .flatMap(Result::getRowsUpdated)
                    .thenMany(words(connection))));
        }
        return operations;
    }

    private static Flux<String> plain(Sluice sluice, Function<Connection, Flux<String>> work) {
        return Flux.usingWhen(sluice.connectionFactory().create(), work, Connection::close);
    }

    static Flux<String> words(Connection connection) {
        return Flux.from(connection
                        .createStatement("select words from notes where words <> $1")
                        .bind(0, "")
                        .execute())
                .flatMap(result -> result.map(row -> row.get(0, String.class)));
    }

    /** Every connection at once, each held until all have answered. */
    @Override
    protected List<String> settingsLeft(Sluice sluice, int poolSize) {
        Leases leases = ((DefaultSluice) sluice).leases();
        AtomicInteger missing = new AtomicInteger(poolSize);
        Sinks.Empty<Void> all = Sinks.empty();
        Group group = Group.of("setting", "select coalesce(current_setting('sluice.tenant', true), '')");
        return Flux.range(0, poolSize)
                .flatMap(
                        i -> leases.use(
                                LeaseRequest.onPrimary("ask for the setting", request(spare())),
                                session -> session.rows(group, row -> String.valueOf(row.get(0, String.class)), 1)
                                        .flatMap(setting -> {
                                            if (missing.decrementAndGet() == 0) {
                                                all.tryEmitEmpty().orThrow();
                                            }
                                            return all.asMono().thenReturn(setting.get(0));
                                        })),
                        poolSize)
                .collectList()
                .block(PATIENCE);
    }

    /** How long a connection may take to be had once nothing runs any more. */
    Duration spare() {
        return Duration.ofSeconds(10);
    }

    static AdmissionRequest request() {
        return request(Duration.ofSeconds(10));
    }

    private static AdmissionRequest request(Duration most) {
        return new AdmissionRequest(null, Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(most), null);
    }
}
