package dev.sluice.r2dbc.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.consistency.Lsn;
import dev.sluice.repository.Json;
import dev.sluice.repository.TooManyRowsException;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Row;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What every {@link Session} keeps to, among it the undocumented behaviour of the driver and the server that Sluice relies on. */
@SluiceTest(migrations = """
                create type mood as enum ('GOOD', 'BAD');
                create table things (id int primary key, name text not null, mood mood);
                create table changing (id int primary key, a text);
                """)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SessionContract {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The owner, who may make temporary tables. */
    private static final Role LOGIN = Role.OWNER;

    private final TestDatabase database;
    private Session session;

    SessionContract(TestDatabase database) {
        this.database = database;
    }

    abstract SessionFactory factory();

    enum Mood {
        GOOD,
        BAD
    }

    @BeforeEach
    void connect() {
        session = factory().adapt(Mono.from(driverConnection()).block(PATIENCE));
        database.execute(Role.OWNER, "truncate things");
    }

    @AfterEach
    void disconnect() {
        session.close().block(PATIENCE);
    }

    private Mono<Connection> driverConnection() {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(database.url())
                .mutate()
                .option(
                        ConnectionFactoryOptions.USER,
                        database.credentials(LOGIN).username())
                .option(
                        ConnectionFactoryOptions.PASSWORD,
                        database.credentials(LOGIN).password())
                .option(PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES, 0)
                .build();
        return Mono.from(ConnectionFactories.get(options).create());
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("text", "tést 'quoted' \u20ac\ud83d\ude00", String.class),
                Arguments.of("text", "", String.class),
                Arguments.of("varchar(20)", "short", String.class),
                Arguments.of("int2", (short) -7, Short.class),
                Arguments.of("int4", Integer.MIN_VALUE, Integer.class),
                Arguments.of("int8", Long.MAX_VALUE, Long.class),
                Arguments.of("numeric", new BigDecimal("12345678901234567890.000100"), BigDecimal.class),
                Arguments.of("float4", 1.5f, Float.class),
                Arguments.of("float8", -1.25e-300, Double.class),
                Arguments.of("boolean", true, Boolean.class),
                Arguments.of("boolean", false, Boolean.class),
                Arguments.of("uuid", UUID.fromString("8f14e45f-ceea-467a-9575-000000000001"), UUID.class),
                Arguments.of("date", LocalDate.of(2024, 2, 29), LocalDate.class),
                Arguments.of("timestamptz", Instant.parse("2024-02-29T23:59:59.123456Z"), Instant.class),
                Arguments.of("timestamp", LocalDateTime.of(1999, 12, 31, 23, 59, 59), LocalDateTime.class),
                Arguments.of("time", LocalTime.of(13, 14, 15), LocalTime.class),
                Arguments.of("bytea", new byte[] {0, -1, 127}, byte[].class),
                Arguments.of("jsonb", Json.of("{\"a\": [1, 2, null]}"), Json.class),
                Arguments.of("json", Json.of("{\"a\": [1, 2, null]}"), Json.class),
                Arguments.of("mood", Mood.BAD, Mood.class),
                Arguments.of("text", Mood.GOOD, Mood.class),
                Arguments.of("text[]", new String[] {"a", "b,\"c\"", ""}, String[].class),
                Arguments.of("text[]", new Mood[] {Mood.GOOD, Mood.BAD}, Mood[].class),
                Arguments.of("int4[]", new Integer[] {1, -2, 3}, Integer[].class),
                Arguments.of("int8[]", new Long[] {1L, Long.MIN_VALUE}, Long[].class),
                Arguments.of("uuid[]", new UUID[] {new UUID(1, 2), new UUID(3, 4)}, UUID[].class),
                Arguments.of("numeric[]", new BigDecimal[] {new BigDecimal("1.50")}, BigDecimal[].class));
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void aValueComesBackAsItWasSent(String type, T value, Class<T> as) {
        Object byIndex = one("select $1::" + type, r -> r.get(0, as), value);
        Object byName = one("select $1::" + type + " as v", r -> r.get("v", as), value);

        assertThat(byIndex).isEqualTo(value);
        assertThat(byName).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void nullComesBackAsNull(String type, T value, Class<T> as) {
        String sql = "select $1::" + type + " as v, 1 as one";
        assertThat(rows(sql, r -> r.get("v", as) == null, new Group.TypedNull(as)))
                .containsExactly(true);
        assertThat(rows(sql, r -> r.get(0, as) == null, new Object[] {null})).containsExactly(true);
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void aValueIsStoredInAColumnOfItsType(String type, T value, Class<T> as) {
        run("create temp table stored (v " + type + ")");
        run("insert into stored values ($1)", value);

        Object stored = one("select v from stored", r -> r.get(0, as));

        assertThat(stored).isEqualTo(value);
    }

    @Test
    void columnsAreFoundByNameWhateverTheirCaseAndDescribed() {
        String sql = "select $1::int as \"Id\", 'x' as name, 'GOOD'::mood as m";
        assertThatObject(one(sql, r -> r.get("ID", Integer.class) + r.get("NAME", String.class), 7))
                .isEqualTo("7x");
        assertThatObject(one(
                        sql, r -> ((Row) r).getMetadata().getColumnMetadatas().size(), 7))
                .isEqualTo(3);
        assertThatObject(one(
                        sql, r -> ((Row) r).getMetadata().getColumnMetadata(0).getName(), 7))
                .isEqualTo("Id");
        assertThatObject(one(sql, r -> ((Row) r).getMetadata().contains("nAmE"), 7))
                .isEqualTo(true);
        assertThatThrownBy(() -> one(sql, r -> r.get("nosuch", String.class), 7))
                .isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> one(sql, r -> r.get(3, String.class), 7))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertUsable();
    }

    @Test
    void aMapperThatThrowsSpoilsItsCallOnly() {
        assertThatThrownBy(() -> rows("select generate_series(1, $1)", r -> fail("mapper"), 100))
                .hasMessage("mapper");
        assertUsable();
    }

    @Test
    void aParameterThatCannotBeSentIsRefusedWithoutItsValue() {
        assertThatThrownBy(() -> one("select $1::text", r -> 1, new Secret()))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.toString()).doesNotContain("hunter2"));
        assertUsable();
    }

    private static final class Secret {
        @Override
        public String toString() {
            return "hunter2";
        }
    }

    @Nested
    class Settings {

        @Test
        void holdForTheirGroupAndEndWithIt() {
            assertThat(tenantIn("acme")).isEqualTo("acme");
            assertThat(tenantIn("globex")).isEqualTo("globex");
            assertThat(tenantNow()).isEmpty();
        }

        @Test
        void endWithAGroupThatFailed() {
            Group failing = group("select 1 / $1::int", List.of(new Setting(Setting.TENANT, "acme")), 0);
            assertThatThrownBy(() -> session.rows(failing, r -> 1, 10).block(PATIENCE))
                    .satisfies(
                            e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("22012"));
            assertThat(tenantNow()).isEmpty();
        }

        @Test
        void mayBeSeveralAndBoundTheStatement() {
            List<Setting> settings =
                    List.of(new Setting(Setting.TENANT, "acme"), new Setting("statement_timeout", "50"));
            Group slow = group("select pg_sleep($1)", settings, 5);
            assertThatThrownBy(() -> session.rows(slow, r -> 1, 10).block(PATIENCE))
                    .satisfies(
                            e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("57014"));
            assertThatObject(one("select current_setting('statement_timeout') || $1", r -> r.get(0, String.class), ""))
                    .isEqualTo("0");
        }

        @Test
        void thatTheServerRefusesFailTheGroupBeforeItsStatement() {
            List<Setting> settings = List.of(new Setting("statement_timeout", "soon"));
            Group insert = group("insert into things values ($1, 'x')", settings, 1);
            assertThatThrownBy(() -> session.rowsUpdated(insert).block(PATIENCE))
                    .satisfies(
                            e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("22023"));
            assertThat(count()).isZero();
        }

        // The negative control: what is not local stays, and this suite would see it.
        @Test
        void thatAreNotLocalWouldStay() {
            one("select set_config('sluice.tenant', $1, false)", r -> 1, "leak");
            assertThat(tenantNow()).isEqualTo("leak");
        }
    }

    @Nested
    class Errors {

        @Test
        void inTheMiddleOfAGroupUndoItWholeAndLeaveTheSessionUsable() {
            run("insert into things values ($1, 'a')", 1);
            String sql = "insert into things select g, 'b' from generate_series($1::int, 1) g order by g desc";
            assertThatThrownBy(() -> run(sql, 0))
                    .isInstanceOf(R2dbcDataIntegrityViolationException.class)
                    .isInstanceOf(PostgresqlException.class);
            assertThat(count()).isEqualTo(1);
            assertUsable();
        }

        @Test
        void ofAStatementThatDoesNotParseLeaveTheOthersPrepared() {
            assertThat(tenantIn("acme")).isEqualTo("acme");
            for (int i = 0; i < 3; i++) {
                Group bad = group("select nosuch from things where id = $1", List.of(setting("globex")), 1);
                assertThatThrownBy(() -> session.rows(bad, r -> 1, 10).block(PATIENCE))
                        .satisfies(e ->
                                assertThat(((R2dbcException) e).getSqlState()).isEqualTo("42703"));
                assertThat(tenantIn("acme")).isEqualTo("acme");
            }
        }

        @Test
        void inAFreshSessionLeaveWhatWasParsedBeforeThem() {
            Group bad = group("select nosuch from things where id = $1", List.of(setting("globex")), 1);
            assertThatThrownBy(() -> session.rows(bad, r -> 1, 10).block(PATIENCE))
                    .isInstanceOf(R2dbcException.class);
            assertThat(tenantIn("acme")).isEqualTo("acme");
        }

        @Test
        void afterRowsWereSentEmitNone() {
            StepVerifier.create(session.rows(
                            group("select 10 / (5 - g) from generate_series(1, $1::int) g", List.of(), 9), r -> 1, 100))
                    .verifyErrorSatisfies(
                            e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("22012"));
            assertUsable();
        }
    }

    @Nested
    class Transactions {

        @Test
        void beginWithTheirSettingsAndEndWithThem() {
            Begun.begin(session, "BEGIN READ WRITE", List.of(setting("acme"))).block(PATIENCE);
            assertThat(session.status()).isEqualTo(Session.Status.IN_TRANSACTION);
            assertThat(tenantNow()).isEqualTo("acme");
            run("insert into things values ($1, 'a')", 1);
            assertThat(session.command("COMMIT").block(PATIENCE)).isEqualTo("COMMIT");
            assertThat(session.status()).isEqualTo(Session.Status.IDLE);
            assertThat(tenantNow()).isEmpty();
            assertThat(count()).isEqualTo(1);
        }

        @Test
        void thatFailedCommitAsRollback() {
            Begun.begin(session, "BEGIN", List.of()).block(PATIENCE);
            assertThatThrownBy(() -> one("select 1 / $1::int", r -> 1, 0)).isInstanceOf(R2dbcException.class);
            assertThat(session.status()).isEqualTo(Session.Status.FAILED);
            assertThatThrownBy(() -> one("select $1::int", r -> 1, 0))
                    .satisfies(
                            e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("25P02"));
            assertThat(session.command("COMMIT").block(PATIENCE)).isEqualTo("ROLLBACK");
            assertThat(session.status()).isEqualTo(Session.Status.IDLE);
        }

        @Test
        void goOnAfterASavepoint() {
            Begun.begin(session, "BEGIN", List.of()).block(PATIENCE);
            session.command("SAVEPOINT a").block(PATIENCE);
            assertThatThrownBy(() -> one("select 1 / $1::int", r -> 1, 0)).isInstanceOf(R2dbcException.class);
            session.command("ROLLBACK TO SAVEPOINT a").block(PATIENCE);
            assertThat(session.status()).isEqualTo(Session.Status.IN_TRANSACTION);
            run("insert into things values ($1, 'a')", 1);
            assertThat(session.command("COMMIT").block(PATIENCE)).isEqualTo("COMMIT");
            assertThat(count()).isEqualTo(1);
        }

        @Test
        void thatCannotBeginLeaveTheSessionToBeRolledBack() {
            List<Setting> bad = List.of(new Setting("statement_timeout", "soon"));
            assertThatThrownBy(() -> Begun.begin(session, "BEGIN", bad).block(PATIENCE))
                    .isInstanceOf(R2dbcException.class);
            session.command("ROLLBACK").block(PATIENCE);
            assertThat(session.status()).isEqualTo(Session.Status.IDLE);
            assertUsable();
        }

        @Test
        void beginWithTheirFirstStatement() {
            Group first = group("insert into things values ($1, current_setting('sluice.tenant'))", tenant(), 1);
            assertThat(session.rowsUpdated(first.beginning("BEGIN")).block(PATIENCE))
                    .isEqualTo(1);
            assertThat(session.status()).isEqualTo(Session.Status.IN_TRANSACTION);
            assertThat(tenantNow()).isEqualTo("acme");
            assertThat(count()).isZero();
            session.command("ROLLBACK").block(PATIENCE);

            Group read = group("select current_setting('sluice.tenant'), id from things where id < $1", tenant(), 9);
            session.rowsUpdated(first).block(PATIENCE);
            assertThat(session.rows(read.beginning("BEGIN READ ONLY"), r -> r.get(0, String.class), 10)
                            .block(PATIENCE))
                    .containsExactly("acme");
            assertThat(session.command("COMMIT").block(PATIENCE)).isEqualTo("COMMIT");

            StepVerifier.create(session.stream(read.beginning("BEGIN"), r -> r.get(1, Integer.class), 5))
                    .expectNext(1)
                    .verifyComplete();
            assertThat(session.status()).isEqualTo(Session.Status.IN_TRANSACTION);
            assertThat(tenantNow()).isEqualTo("acme");
            assertThat(session.command("COMMIT").block(PATIENCE)).isEqualTo("COMMIT");
            assertThat(tenantNow()).isEmpty();
        }

        @Test
        void thatCannotBeginRunNothingAndSaySo() {
            String begin = "BEGIN READ BACKWARDS";
            Group insert = group("insert into things values ($1, 'a')", tenant(), 1);

            assertThatThrownBy(
                            () -> session.rowsUpdated(insert.beginning(begin)).block(PATIENCE))
                    .isInstanceOfSatisfying(
                            R2dbcException.class, e -> assertThat(e.getSql()).isEqualTo(begin));
            assertThat(session.status()).isEqualTo(Session.Status.IDLE);
            assertThat(count()).isZero();
            assertThat(tenantNow()).isEmpty();
        }

        @Test
        void areLeftOpenByAFirstStatementThatFails() {
            Group fails = group("select 1 / $1::int", tenant(), 0);
            Group settingFails = group("select $1::int", List.of(new Setting("statement_timeout", "soon")), 1);

            Stream.of(fails, settingFails).forEach(first -> {
                assertThatThrownBy(() -> session.rows(first.beginning("BEGIN"), r -> 1, 10)
                                .block(PATIENCE))
                        .isInstanceOfSatisfying(R2dbcException.class, e -> assertThat(e.getSql())
                                .isNotEqualTo("BEGIN"));
                assertThat(session.status()).isEqualTo(Session.Status.FAILED);
                assertThat(session.command("COMMIT").block(PATIENCE)).isEqualTo("ROLLBACK");
            });
            assertUsable();
        }

        @Test
        void doNotBeginTwice() {
            Group first = group("select $1::int", List.of(), 1).beginning("BEGIN");
            session.rows(first, r -> 1, 10).block(PATIENCE);
            assertThatThrownBy(() -> session.rows(first, r -> 1, 10).block(PATIENCE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already open");
            session.command("ROLLBACK").block(PATIENCE);
        }

        @Test
        void areNotRepeatedOutsideOfThemselves() {
            Group read = group("select * from changing where id > $1", List.of(), 0);
            session.rows(read, r -> 1, 10).block(PATIENCE);
            database.execute(Role.OWNER, "alter table changing add column of_%d int".formatted(System.nanoTime()));

            try {
                session.rows(read.beginning("BEGIN"), r -> 1, 10).block(PATIENCE);
                assertThat(session.status()).isEqualTo(Session.Status.IN_TRANSACTION);
            } catch (R2dbcException changedPlan) {
                assertThat(changedPlan.getSqlState()).isEqualTo("0A000");
                assertThat(session.status()).isEqualTo(Session.Status.FAILED);
            }
            session.command("ROLLBACK").block(PATIENCE);
        }

        private List<Setting> tenant() {
            return List.of(setting("acme"));
        }

        @Test
        void doNotNest() {
            Begun.begin(session, "BEGIN", List.of()).block(PATIENCE);
            assertThatThrownBy(() -> Begun.begin(session, "BEGIN", List.of()).block(PATIENCE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already open");
        }

        @Test
        void streamInThem() {
            Begun.begin(session, "BEGIN", List.of()).block(PATIENCE);
            StepVerifier.create(numbers(100, 9)).expectNextCount(100).verifyComplete();
            assertThat(session.status()).isEqualTo(Session.Status.IN_TRANSACTION);
            StepVerifier.create(numbers(100, 9), 10)
                    .expectNextCount(10)
                    .thenCancel()
                    .verify(PATIENCE);
            session.idle().block(PATIENCE);
            run("insert into things values ($1, 'a')", 1);
            assertThat(session.command("COMMIT").block(PATIENCE)).isEqualTo("COMMIT");
            assertThat(count()).isEqualTo(1);
        }
    }

    @Nested
    class Cancels {

        @Test
        void ofASubscriberDoNotStopTheServerButACancelRequestDoes() {
            Disposable lost = session.rows(group("select pg_sleep($1)", List.of(), 30), r -> 1, 1)
                    .subscribe();
            Await.until(PATIENCE, () -> database.sessions(LOGIN, "active") == 1, "the query runs");
            lost.dispose();
            assertThat(session.status()).isEqualTo(Session.Status.BUSY);
            assertThatThrownBy(() -> one("select $1::int", r -> 1, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one after another");

            session.cancelRequest().then(session.idle()).block(PATIENCE);

            assertThat(session.status()).isEqualTo(Session.Status.IDLE);
            assertUsable();
        }

        // P1: on the driver's own paths an abandoned result blocks the connection for good.
        @Test
        void atAnyMomentLeaveTheSessionUsable() {
            long seed = System.nanoTime();
            System.out.println("seed " + seed);
            Random random = new Random(seed);
            for (int i = 0; i < 300; i++) {
                Disposable call = random.nextBoolean()
                        ? session.rows(
                                        group("select generate_series(1, $1)", List.of(setting("acme")), 600),
                                        r -> 1,
                                        1000)
                                .subscribe()
                        : session.stream(
                                        group("select generate_series(1, $1)", List.of(setting("acme")), 600),
                                        r -> 1,
                                        100)
                                .take(random.nextInt(300) + 1)
                                .subscribe();
                spin(random.nextInt(300_000));
                call.dispose();
                session.idle().block(PATIENCE);
                assertThat(session.status()).isEqualTo(Session.Status.IDLE);
            }
            assertThat(tenantNow()).isEmpty();
        }

        @Test
        void thatComeTooLateHitNothing() {
            one("select $1::int", r -> 1, 1);
            session.cancelRequest().block(PATIENCE);
            assertUsable();
        }
    }

    @Nested
    class Streams {

        @Test
        void emitNoMoreThanIsWanted() {
            StepVerifier.create(numbers(1000, 10), 0)
                    .thenRequest(1)
                    .expectNext(1)
                    .thenRequest(25)
                    .expectNextCount(25)
                    .thenRequest(Long.MAX_VALUE)
                    .expectNextCount(974)
                    .verifyComplete();
            assertThat(session.status()).isEqualTo(Session.Status.IDLE);
        }

        @Test
        void keepTheirSettingOverAllFetches() {
            Group group = group(
                    "select current_setting('sluice.tenant', true) from generate_series(1, $1::int)",
                    List.of(setting("acme")),
                    500);
            StepVerifier.create(session.stream(group, r -> r.get(0, String.class), 7)
                            .distinct())
                    .expectNext("acme")
                    .verifyComplete();
            assertThat(tenantNow()).isEmpty();
        }

        @Test
        void thatFailLaterEmitTheErrorAfterTheirRows() {
            Group group = group("select 10 / (50 - g) from generate_series(1, $1::int) g", List.of(), 99);
            StepVerifier.create(session.stream(group, r -> 1, 7))
                    .thenConsumeWhile(row -> true)
                    .verifyErrorSatisfies(
                            e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("22012"));
            assertUsable();
        }

        @Test
        void ofNothingComplete() {
            StepVerifier.create(numbers(0, 10)).verifyComplete();
            assertUsable();
        }

        @Test
        void whoseMapperThrowsEndWithThat() {
            StepVerifier.create(session.stream(
                            group("select generate_series(1, $1)", List.of(), 1000), r -> fail("mapper"), 10))
                    .verifyErrorMessage("mapper");
            session.idle().block(PATIENCE);
            assertUsable();
        }
    }

    @Nested
    class Results {

        @Test
        void ofTenThousandRowsAreReadWhole() {
            List<Integer> numbers = rows("select generate_series(1, $1)", r -> r.get(0, Integer.class), 10_000);
            assertThat(numbers).hasSize(10_000).startsWith(1, 2, 3).endsWith(10_000);
        }

        @Test
        void thatAreTooLargeAreRefusedAndTheSessionStaysUsable() {
            Group group = group("select generate_series(1, $1)", List.of(), 1_000_000);
            assertThatThrownBy(() -> session.rows(group, r -> 1, 100).block(PATIENCE))
                    .isInstanceOf(TooManyRowsException.class)
                    .hasMessageContaining("100");
            assertUsable();
            assertThat(session.rows(group("select generate_series(1, $1)", List.of(), 100), r -> 1, 100)
                            .block(PATIENCE))
                    .hasSize(100);
        }

        @Test
        void inATransactionThatAreTooLargeLeaveItOpen() {
            Begun.begin(session, "BEGIN", List.of()).block(PATIENCE);
            Group group = group("select generate_series(1, $1)", List.of(), 1_000);
            assertThatThrownBy(() -> session.rows(group, r -> 1, 100).block(PATIENCE))
                    .isInstanceOf(TooManyRowsException.class);
            assertThat(session.status()).isEqualTo(Session.Status.IN_TRANSACTION);
            assertUsable();
        }

        @Test
        void countTheRowsAffected() {
            assertThat(run("insert into things select g, 'x' from generate_series(1, $1::int) g", 5))
                    .isEqualTo(5);
            assertThat(run("update things set name = $1 where id > 2", "y")).isEqualTo(3);
            assertThat(run("delete from things where id = $1 returning id", 5)).isEqualTo(1);
            assertThat(run("delete from things where id = $1", 5)).isZero();
        }

        @Test
        void withoutParametersWorkToo() {
            assertThat(rows("select 1 where false", r -> 1)).isEmpty();
            assertThatObject(one("select count(*) from things", r -> r.get(0, Long.class)))
                    .isEqualTo(0L);
        }
    }

    @Nested
    class Asides {

        @Test
        void noticesDoNotDisturb() {
            String sql = "do $$ begin raise notice 'one'; raise warning 'two'; end $$";
            run(sql);
            assertUsable();
        }

        @Test
        void changesOfParametersDoNotDisturb() {
            run("set application_name = 'other'");
            assertThatObject(one("select $1::timestamptz", r -> r.get(0, Instant.class), Instant.EPOCH))
                    .isEqualTo(Instant.EPOCH);
            run("set timezone = 'Asia/Tokyo'");
            assertThatObject(one("select $1::timestamptz", r -> r.get(0, Instant.class), Instant.EPOCH))
                    .isEqualTo(Instant.EPOCH);
        }

        @Test
        void aStatementIsPreparedAgainAfterItsTableChanged() {
            database.execute(Role.OWNER, "truncate changing; insert into changing values (1, 'x')");
            String sql = "select * from changing where id = $1";
            assertThatObject(one(
                            sql,
                            r -> ((Row) r).getMetadata().getColumnMetadatas().size(),
                            1))
                    .isEqualTo(2);
            database.execute(Role.OWNER, "alter table changing add column b int not null default 7");
            try {
                assertThatObject(one(sql, r -> r.get("b", Integer.class), 1)).isEqualTo(7);
                assertThatObject(one(sql, r -> r.get("b", Integer.class), 1)).isEqualTo(7);
            } finally {
                database.execute(Role.OWNER, "alter table changing drop column b");
            }
            StepVerifier.create(session.stream(
                            group(sql, List.of(setting("acme")), 1),
                            r -> ((Row) r).getMetadata().contains("b"),
                            10))
                    .expectNext(false)
                    .verifyComplete();
        }

        // P14: what is prepared is bounded.
        @Test
        void manyStatementsStayWithinTheBound() {
            for (int i = 0; i < 600; i++) {
                assertThatObject(one("select $1::int + " + i, r -> r.get(0, Integer.class), 1))
                        .isEqualTo(i + 1);
            }
            long prepared =
                    one("select count(*) from pg_prepared_statements where $1::int = 1", r -> r.get(0, Long.class), 1);
            assertThat(prepared).isLessThan(300);
        }
    }

    @Nested
    class Positions {

        private final Sampled sampled = new Sampled();

        @Test
        void ofAReadAndAWriteAreThoseOfThePrimaryAfterThem() {
            Lsn before = insertLsn();
            Group insert = group("insert into things values ($1, 'a')", List.of(setting("acme")), 1);
            assertThat(session.rowsUpdated(insert.withPosition(sampled)).block(PATIENCE))
                    .isEqualTo(1);
            assertThat(sampled.lsns()).singleElement().satisfies(lsn -> assertThat(lsn.includes(before))
                    .isTrue());

            Group select = group("select id from things where id = $1", List.of(setting("acme")), 1);
            assertThat(session.rows(select.withPosition(sampled), r -> r.get(0, Integer.class), 1)
                            .block(PATIENCE))
                    .containsExactly(1);
            assertThat(sampled.lsns()).hasSize(2).isSorted();
            assertThat(sampled.timelines()).containsOnly(timeline());
            assertUsable();
        }

        @Test
        void ofAStreamIsThereAtItsCompletion() {
            Group group = group("select generate_series(1, $1)", List.of(setting("acme")), 25);
            StepVerifier.create(
                            session.stream(group.withPosition(sampled), r -> r.get(0, Integer.class), 10)
                                    .doOnComplete(
                                            () -> assertThat(sampled.lsns()).hasSize(1)),
                            0)
                    .thenRequest(20)
                    .expectNextCount(20)
                    .then(() -> assertThat(sampled.lsns()).isEmpty())
                    .thenRequest(20)
                    .expectNextCount(5)
                    .verifyComplete();
            assertThat(tenantNow()).isEmpty();
        }

        @Test
        void ofACommitIsBehindItAndInTheTransactionThereIsNone() {
            Begun.begin(session, "BEGIN", List.of()).block(PATIENCE);
            Group insert = group("insert into things values ($1, 'a')", List.of(), 1);
            session.rowsUpdated(insert.withPosition(sampled)).block(PATIENCE);
            session.rows(group("select $1::int", List.of(), 1).withPosition(sampled), r -> 1, 1)
                    .block(PATIENCE);
            StepVerifier.create(
                            session.stream(group("select $1::int", List.of(), 1).withPosition(sampled), r -> 1, 1))
                    .expectNextCount(1)
                    .verifyComplete();
            assertThat(sampled.lsns()).isEmpty();
            Lsn before = insertLsn();

            assertThat(session.command("COMMIT", sampled).block(PATIENCE)).isEqualTo("COMMIT");

            assertThat(sampled.lsns()).singleElement().satisfies(lsn -> assertThat(lsn)
                    .isGreaterThan(before));
            assertThat(session.status()).isEqualTo(Session.Status.IDLE);
        }

        @Test
        void ofACommitThatRolledBackIsNotTold() {
            Begun.begin(session, "BEGIN", List.of()).block(PATIENCE);
            assertThatThrownBy(() -> one("select 1 / $1::int", r -> 1, 0)).isInstanceOf(R2dbcException.class);

            assertThat(session.command("COMMIT", sampled).block(PATIENCE)).isEqualTo("ROLLBACK");

            assertThat(sampled.lsns()).isEmpty();
            assertThat(session.status()).isEqualTo(Session.Status.IDLE);
            Begun.begin(session, "BEGIN", List.of()).block(PATIENCE);
            assertThat(session.command("ROLLBACK", sampled).block(PATIENCE)).isEqualTo("ROLLBACK");
            assertThat(sampled.lsns()).hasSize(1);
        }

        @Test
        void areAlsoThoseOfAnswersThatAreErrors() {
            run("insert into things values ($1, 'a')", 1);
            Group again = group("insert into things values ($1, 'b')", List.of(setting("acme")), 1);
            assertThatThrownBy(() ->
                            session.rowsUpdated(again.withPosition(sampled)).block(PATIENCE))
                    .isInstanceOf(R2dbcDataIntegrityViolationException.class);
            assertThat(sampled.lsns()).hasSize(1);
            assertUsable();
        }

        @Test
        void areToldOnceAlsoWhenTheStatementIsPreparedAgain() {
            database.execute(Role.OWNER, "truncate changing; insert into changing values (1, 'x')");
            Group group =
                    group("select * from changing where id = $1", List.of(), 1).withPosition(sampled);
            session.rows(group, r -> 1, 1).block(PATIENCE);
            database.execute(Role.OWNER, "alter table changing add column b int not null default 7");
            try {
                assertThat(session.rows(group, r -> r.get("b", Integer.class), 1)
                                .block(PATIENCE))
                        .containsExactly(7);
            } finally {
                database.execute(Role.OWNER, "alter table changing drop column b");
            }
            StepVerifier.create(
                            session.stream(group, r -> ((Row) r).getMetadata().contains("b"), 10))
                    .expectNext(false)
                    .verifyComplete();
            assertThat(sampled.lsns()).hasSize(3).isSorted();
        }

        @Test
        void areToldWhenNobodyWaitsAnyMore() {
            Disposable lost = session.rows(
                            group("select pg_sleep($1)", List.of(), 0.2).withPosition(sampled), r -> 1, 1)
                    .subscribe();
            lost.dispose();
            session.idle().block(PATIENCE);
            Await.until(PATIENCE, () -> sampled.lsns().size() == 1, "the position is told");
            assertUsable();
        }

        @Test
        void spoilNothingWhenTheirTakerThrows() {
            Group group = group("select $1::int", List.of(), 1).withPosition((timeline, lsn, shown) -> fail("taker"));
            assertThat(session.rows(group, r -> r.get(0, Integer.class), 1).block(PATIENCE))
                    .containsExactly(1);
            assertUsable();
        }

        private Lsn insertLsn() {
            return Lsn.parse(database.value(Role.OWNER, String.class, "select pg_current_wal_insert_lsn()::text"));
        }

        private int timeline() {
            String file =
                    database.value(Role.OWNER, String.class, "select pg_walfile_name(pg_current_wal_insert_lsn())");
            return Integer.parseInt(file.substring(0, 8), 16);
        }
    }

    @Test
    void aMapperThatThrowsAnErrorFailsItsCallAndNothingElse() {
        Group two = group("select generate_series(1, $1)", List.of(), 2);

        StepVerifier.create(session.rows(two, SessionContract::fail, 10))
                .expectError(AssertionError.class)
                .verify(PATIENCE);
        StepVerifier.create(session.stream(two, SessionContract::fail, 1))
                .expectError(AssertionError.class)
                .verify(PATIENCE);
        session.idle().block(PATIENCE);

        assertUsable();
    }

    private static Integer fail(Readable row) {
        throw new AssertionError("the mapper of " + row.getClass());
    }

    @Test
    void aKilledSessionReportsTheServersReasonAndIsClosed() {
        Mono<List<Integer>> killed = session.rows(group("select pg_sleep($1)", List.of(), 30), r -> 1, 1);
        StepVerifier.create(killed)
                .then(() -> Await.until(PATIENCE, () -> database.sessions(LOGIN, "active") == 1, "the query runs"))
                .then(() -> database.terminateSessions(LOGIN))
                .expectErrorSatisfies(
                        e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("57P01"))
                .verify(PATIENCE);
        Await.until(PATIENCE, () -> session.status() == Session.Status.CLOSED, "the session knows that it is closed");
        assertThatThrownBy(() -> one("select $1::int", r -> 1, 1)).isInstanceOf(R2dbcException.class);
    }

    private reactor.core.publisher.Flux<Integer> numbers(int count, int fetchSize) {
        return session.stream(
                group("select generate_series(1, $1)", List.of(), count), r -> r.get(0, Integer.class), fetchSize);
    }

    private String tenantIn(String tenant) {
        Group group = group("select current_setting('sluice.tenant', true) || $1", List.of(setting(tenant)), "");
        return session.rows(group, r -> r.get(0, String.class), 1)
                .block(PATIENCE)
                .get(0);
    }

    private String tenantNow() {
        return one(
                "select coalesce(current_setting('sluice.tenant', true), '') || $1", r -> r.get(0, String.class), "");
    }

    private long count() {
        return database.value(Role.OWNER, Long.class, "select count(*) from things");
    }

    private void assertUsable() {
        assertThatObject(one("select $1::int + 1", r -> r.get(0, Integer.class), 41))
                .isEqualTo(42);
    }

    private <T> T one(String sql, Function<Readable, T> mapper, Object... parameters) {
        return rows(sql, mapper, parameters).get(0);
    }

    private <T> List<T> rows(String sql, Function<Readable, T> mapper, Object... parameters) {
        return session.rows(group(sql, List.of(), parameters), mapper, 10_000).block(PATIENCE);
    }

    private long run(String sql, Object... parameters) {
        return session.rowsUpdated(group(sql, List.of(), parameters)).block(PATIENCE);
    }

    private static Group group(String sql, List<Setting> settings, Object... parameters) {
        return new Group("test", new ArrayList<>(settings), sql, parameters);
    }

    private static Setting setting(String tenant) {
        return new Setting(Setting.TENANT, tenant);
    }

    private static <T> T fail(String message) {
        throw new IllegalStateException(message);
    }

    private static void spin(long nanos) {
        long until = System.nanoTime() + nanos;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }
}
