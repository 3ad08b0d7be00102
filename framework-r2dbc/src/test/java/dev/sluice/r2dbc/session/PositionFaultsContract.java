package dev.sluice.r2dbc.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.r2dbc.pool.CuttingProxy;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * What becomes of a call when the question for its position fares badly: nothing. The schemas hold functions that take the
 * place of PostgreSQL's own in the question, on a connection whose search path says so.
 */
@SluiceTest(migrations = """
                create table things (id int primary key);
                create schema slow;
                create function slow.pg_is_in_recovery() returns boolean language plpgsql as
                    'begin perform pg_sleep(60); return false; end';
                create schema odd;
                create function odd.left(text, int) returns int immutable language sql as 'select 1';
                """)
abstract class PositionFaultsContract {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Role LOGIN = Role.OWNER;
    private static final int CANCELS = 100;

    final TestDatabase database;
    final Sampled sampled = new Sampled();
    Session session;
    private CuttingProxy proxy;

    PositionFaultsContract(TestDatabase database) {
        this.database = database;
    }

    abstract SessionFactory factory();

    @BeforeEach
    void connect() {
        database.execute(Role.OWNER, "truncate things");
        proxy = new CuttingProxy(database.host(), database.port());
        session = newSession();
    }

    @AfterEach
    void disconnect() throws IOException {
        session.close().block(PATIENCE);
        proxy.close();
        database.terminateSessions(LOGIN);
    }

    final Session newSession() {
        String url = "r2dbc:postgresql://127.0.0.1:%d/%s".formatted(proxy.port(), database.name());
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(url)
                .mutate()
                .option(
                        ConnectionFactoryOptions.USER,
                        database.credentials(LOGIN).username())
                .option(
                        ConnectionFactoryOptions.PASSWORD,
                        database.credentials(LOGIN).password())
                .option(PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES, 0)
                .build();
        return factory()
                .adapt(Mono.from(ConnectionFactories.get(options).create()).block(PATIENCE));
    }

    @Nested
    class WhileItIsAsked {

        @BeforeEach
        void askSlowly() {
            run("set search_path = slow, pg_catalog, public");
        }

        @Test
        void aCancelRequestSparesTheWrite() {
            Mono<Long> write = whileAsked(insert(1), 1);
            session.cancelRequest().block(PATIENCE);
            assertThat(write.block(PATIENCE)).isEqualTo(1);
            assertUnaskedAndIdle();
        }

        @Test
        void aCancelRequestSparesTheRead() {
            Mono<List<Integer>> read = whileAsked(
                    session.rows(group("select $1::int", 7).withPosition(sampled), r -> r.get(0, Integer.class), 1), 0);
            session.cancelRequest().block(PATIENCE);
            assertThat(read.block(PATIENCE)).containsExactly(7);
            assertUnaskedAndIdle();
        }

        @Test
        void aCancelRequestSparesTheStream() {
            Mono<List<Integer>> read = whileAsked(numbers().collectList(), 0);
            session.cancelRequest().block(PATIENCE);
            assertThat(read.block(PATIENCE)).hasSize(10);
            assertUnaskedAndIdle();
        }

        @Test
        void aCancelRequestSparesTheCommit() {
            Mono<String> commit = whileAsked(commitOf(1), 1);
            session.cancelRequest().block(PATIENCE);
            assertThat(commit.block(PATIENCE)).isEqualTo("COMMIT");
            assertUnaskedAndIdle();
        }

        @Test
        void aCallerThatLeavesLeavesTheSessionBusyUntilTheServerIsIdle() {
            Disposable caller = insert(1).subscribe();
            awaitAsked(1, 0);
            caller.dispose();
            assertThat(session.status()).isEqualTo(Session.Status.BUSY);

            session.cancelRequest().then(session.idle()).block(PATIENCE);

            assertUnaskedAndIdle();
        }

        @Test
        void aTimeoutOfTheConnectionSparesTheWrite() {
            // Long enough for what is to succeed under it, however the machine pauses.
            run("set statement_timeout = 1000");
            Group insert = new Group(
                    "insert",
                    List.of(new Setting("statement_timeout", "20000")),
                    "insert into things values ($1)",
                    new Object[] {1});
            assertThat(session.rowsUpdated(insert.withPosition(sampled)).block(PATIENCE))
                    .isEqualTo(1);
            run("set statement_timeout = 0");
            assertUnaskedAndIdle();
        }

        @Test
        void aSessionThatIsKilledHasWritten() {
            Mono<Long> write = whileAsked(insert(1), 1);
            database.terminateSessions(LOGIN);
            assertThat(write.block(PATIENCE)).isEqualTo(1);
            assertGone();
        }

        // Invariant 12: what was answered is done, whatever is lost afterwards.
        @Test
        void aConnectionThatIsLostHasWritten() {
            Mono<Long> write = whileAsked(insert(1), 1);
            proxy.cut();
            assertThat(write.block(PATIENCE)).isEqualTo(1);
            assertLost();
        }

        @Test
        void aConnectionThatEndsHasWritten() {
            Mono<Long> write = whileAsked(insert(1), 1);
            proxy.hangUp();
            assertThat(write.block(PATIENCE)).isEqualTo(1);
            assertLost();
        }

        @Test
        void aConnectionThatIsLostHasCommitted() {
            Mono<String> commit = whileAsked(commitOf(1), 1);
            proxy.cut();
            assertThat(commit.block(PATIENCE)).isEqualTo("COMMIT");
            assertLost();
        }

        @Test
        void aConnectionThatIsLostHasStreamed() {
            Mono<List<Integer>> read = whileAsked(numbers().collectList(), 0);
            proxy.hangUp();
            assertThat(read.block(PATIENCE)).hasSize(10);
            assertLost();
        }

        @Test
        void anErrorThatWasAnsweredStaysWhatItIs() {
            database.execute(Role.OWNER, "insert into things values (1)");
            Mono<Long> write = whileAsked(insert(1), 1);
            proxy.cut();
            assertThatThrownBy(() -> write.block(PATIENCE))
                    .satisfies(
                            e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("23505"));
            assertLost();
        }

        private void assertLost() {
            assertThat(session.status()).isIn(Session.Status.LOST, Session.Status.CLOSED);
            assertGone();
        }

        // Lost, unless the server's own word that it ends came through.
        private void assertGone() {
            assertThat(sampled.lsns()).isEmpty();
            Await.until(
                    PATIENCE,
                    () -> session.status() == Session.Status.CLOSED || session.status() == Session.Status.LOST,
                    "the session knows that its connection is gone");
        }
    }

    // The negative control: before the answer nothing is known.
    @Test
    void aConnectionThatIsLostBeforeTheAnswerHasNoResult() {
        Mono<List<Integer>> call =
                started(session.rows(group("select 1 from pg_sleep($1)", 60).withPosition(sampled), r -> 1, 1));
        Await.until(PATIENCE, () -> database.sessions(LOGIN, "active") == 1, "the query runs");
        proxy.cut();
        assertThatThrownBy(() -> call.block(PATIENCE)).isInstanceOf(R2dbcException.class);
        assertThat(sampled.lsns()).isEmpty();
    }

    @Test
    void aRoleThatMayNotAskGetsItsAnswersAllTheSame() {
        String function = " on function pg_current_wal_insert_lsn() ";
        database.execute(Role.SUPERUSER, "revoke execute" + function + "from public");
        try {
            assertThat(insert(1).block(PATIENCE)).isEqualTo(1);
            assertThat(insert(2).block(PATIENCE)).isEqualTo(1);
            assertThat(sampled.lsns()).isEmpty();
        } finally {
            database.execute(Role.SUPERUSER, "grant execute" + function + "to public");
        }
        Session another = newSession();
        another.rowsUpdated(group("insert into things values ($1)", 3).withPosition(sampled))
                .block(PATIENCE);
        another.close().block(PATIENCE);
        assertThat(sampled.lsns()).hasSize(1);
    }

    // Invariant 12, at any moment: a write that is said to be done is there, and one that was stopped is not.
    @Test
    void aCancelRequestAtAnyMomentLeavesNoDoubtWhatWasWritten() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int done = 0;
        for (int i = 0; i < CANCELS; i++) {
            Mono<Long> write = started(insert(i));
            spin(random.nextInt(1_500_000));
            session.cancelRequest().block(PATIENCE);
            boolean written = write.map(rows -> rows == 1)
                    .onErrorResume(R2dbcException.class, e -> Mono.just(!"57014".equals(e.getSqlState())))
                    .block(PATIENCE);
            session.idle().block(PATIENCE);
            assertThat(exists(i)).isEqualTo(written);
            done += written ? 1 : 0;
        }
        assertThat(sampled.lsns()).hasSizeLessThanOrEqualTo(CANCELS).isSorted();
        assertThat(done).isPositive();
        assertThat(session.status()).isEqualTo(Session.Status.IDLE);
    }

    private boolean exists(int id) {
        return session.rows(group("select 1 from things where id = $1", id), r -> 1, 1)
                        .block(PATIENCE)
                        .size()
                == 1;
    }

    /** The call, when the server has done it and is asked for its position. */
    private <T> Mono<T> whileAsked(Mono<T> call, int rows) {
        // The client may have had the last answer before that is counted as told.
        int before = proxy.answers();
        Mono<T> started = started(call);
        awaitAsked(rows, before);
        return started;
    }

    private void awaitAsked(int rows, int before) {
        Await.until(
                PATIENCE,
                () -> proxy.readies() > before && asked() == 1 && count() == rows,
                "the server is asked for its position");
    }

    private long asked() {
        return database.value(
                Role.SUPERUSER,
                Long.class,
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
    }

    private long count() {
        return database.value(Role.OWNER, Long.class, "select count(*) from things");
    }

    private static <T> Mono<T> started(Mono<T> call) {
        Mono<T> started = call.cache();
        started.subscribe(value -> {}, error -> {});
        return started;
    }

    final Mono<Long> insert(int id) {
        return session.rowsUpdated(group("insert into things values ($1)", id).withPosition(sampled));
    }

    private Mono<String> commitOf(int id) {
        Begun.begin(session, "BEGIN", List.of()).block(PATIENCE);
        insert(id).block(PATIENCE);
        return session.command("COMMIT", sampled);
    }

    private Flux<Integer> numbers() {
        return session.stream(
                group("select generate_series(1, $1)", 10).withPosition(sampled), r -> r.get(0, Integer.class), 3);
    }

    final void run(String sql) {
        session.rowsUpdated(group(sql)).block(PATIENCE);
    }

    private void assertUnaskedAndIdle() {
        assertThat(sampled.lsns()).isEmpty();
        assertThat(session.status()).isEqualTo(Session.Status.IDLE);
        run("set search_path = public");
        StepVerifier.create(insert(100)).expectNext(1L).verifyComplete();
        assertThat(sampled.lsns()).hasSize(1);
    }

    static Group group(String sql, Object... parameters) {
        return Group.of("test", sql, parameters);
    }

    private static void spin(long nanos) {
        long until = System.nanoTime() + nanos;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }
}
