package dev.sluice.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.AppProcess.Way;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Five processes of the service that start at once on a clean database, as rows of a table: with Sluice, of which something is
 * promised, and with Spring Boot's Flyway in its place.
 */
@Tag("long")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FiveProcessesTest {

    private static final int PROCESSES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final String ALL = "1 2 3 4 5 6 7";

    @TempDir
    private Path folder;

    private final List<AppProcess> processes = new ArrayList<>();
    private SluiceCluster cluster;
    private TestDatabase database;

    @BeforeEach
    void prepare() throws Exception {
        cluster = SluiceCluster.shared();
        database = cluster.createDatabase();
        Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(KeyPairGenerator.getInstance("RSA")
                                        .generateKeyPair()
                                        .getPublic()
                                        .getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        // Notes each time that it ran, and leaves time to be interrupted.
        Files.writeString(
                folder.resolve("V6__slow.sql"),
                "create table runs (migration int); insert into runs values (6); select pg_sleep(3);");
        Files.writeString(folder.resolve("V7__after.sql"), "insert into runs values (7);");
    }

    @AfterEach
    void clean() {
        processes.forEach(AppProcess::close);
        cluster.dropDatabase(database);
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void startAtOnce(Way way) throws Exception {
        long begin = startAll(way);
        boolean ended = await(processes);
        row("clean database", way, begin, ended, 0);
        if (way == Way.SLUICE) {
            assertThat(processes).allMatch(AppProcess::isUp);
            assertMigratedOnce(ALL);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theOneThatMigratesIsKilled(Way way) throws Exception {
        long begin = startAll(way);
        AppProcess holder = running("pg_sleep");
        holder.kill();
        processes.remove(holder);
        boolean ended = await(processes);
        row("holder killed", way, begin, ended, 1);
        if (way == Way.SLUICE) {
            assertThat(processes).hasSize(PROCESSES - 1).allMatch(AppProcess::isUp);
            assertMigratedOnce(ALL);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theOneThatMigratesIsFrozen(Way way) throws Exception {
        long begin = startAll(way);
        AppProcess holder = running("pg_sleep");
        holder.signal("-STOP");
        List<AppProcess> others = new ArrayList<>(processes);
        others.remove(holder);
        boolean ended = await(others);
        row("holder frozen", way, begin, ended, 1);
        if (way == Way.SLUICE) {
            assertThat(others).hasSize(PROCESSES - 1).allMatch(AppProcess::isUp);
            holder.signal("-CONT");
            Await.until(PATIENCE, holder::isUp, "the frozen one wakes up and finds the schema current");
            assertMigratedOnce(ALL);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aMigrationFails(Way way) throws Exception {
        Files.writeString(
                folder.resolve("V8__failing.sql"), "insert into runs values (8); insert into nowhere values (1);");
        long begin = startAll(way);
        boolean ended = await(processes);
        row("failing migration", way, begin, ended, 0);
        if (way == Way.SLUICE) {
            assertThat(processes).allMatch(AppProcess::hasFailed);
            assertMigratedOnce(ALL);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void anIndexIsMadeConcurrently(Way way) throws Exception {
        writeIndex();
        long begin = startAll(way);
        boolean ended = await(processes);
        row("index concurrently", way, begin, ended, 0);
        if (way == Way.SLUICE) {
            assertThat(processes).allMatch(AppProcess::isUp).noneMatch(AppProcess::hasFoundAnInvalidIndex);
            assertMigratedOnce(ALL + " 8");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theOneThatMakesAnIndexConcurrentlyIsKilled(Way way) throws Exception {
        writeIndex();
        long begin;
        try (Connection reader = database.connect(Role.OWNER);
                Statement statement = reader.createStatement()) {
            // What every CREATE INDEX CONCURRENTLY must wait for; so it is in the middle when it is killed.
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("select 1");
            begin = startAll(way);
            Await.until(PATIENCE, () -> invalidIndexes() == 1, "the index is being made");
            AppProcess holder = running("create index");
            Object session = database.value(Role.SUPERUSER, Integer.class, sessions("pid", "create index"));
            holder.kill();
            processes.remove(holder);
            if (way == Way.SLUICE) {
                Await.until(
                        PATIENCE,
                        () -> database.rows(Role.SUPERUSER, "select 1 from pg_stat_activity where pid = " + session)
                                .isEmpty(),
                        "the server ends the session, and so leaves the index invalid");
                assertThat(invalidIndexes()).isOne();
            }
            reader.rollback();
        }
        boolean ended = await(processes);
        row("index concurrently, holder killed", way, begin, ended, 1);
        if (way == Way.SLUICE) {
            assertThat(processes)
                    .hasSize(PROCESSES - 1)
                    .allMatch(AppProcess::isUp)
                    .anyMatch(AppProcess::hasFoundAnInvalidIndex);
            assertMigratedOnce(ALL + " 8");
        }
    }

    private void writeIndex() throws IOException {
        Files.writeString(
                folder.resolve("V8__index.sql"),
                "create index concurrently forecasts_by_value on forecasts (tenant_id, value);");
    }

    private long startAll(Way way) throws Exception {
        long begin = System.nanoTime();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(AppProcess.start(way, i, database, folder));
        }
        return begin;
    }

    /** Waits until one is in the middle of a statement. */
    private AppProcess running(String text) {
        String sql = sessions("application_name", text);
        Await.until(PATIENCE, () -> database.rows(Role.SUPERUSER, sql).size() == 1, "one runs " + text);
        String application = database.value(Role.SUPERUSER, String.class, sql);
        return processes.stream()
                .filter(process -> process.application().equals(application))
                .findFirst()
                .orElseThrow();
    }

    private static String sessions(String column, String text) {
        return "select " + column + " from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid() and state = 'active' and query like '%" + text + "%'";
    }

    private static boolean await(List<AppProcess> processes) {
        try {
            Await.until(
                    PATIENCE,
                    () -> processes.stream().allMatch(process -> process.isUp() || process.hasFailed()),
                    "all are up or have failed");
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    private void row(String what, Way way, long begin, boolean ended, int gone) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d up | %d failed | %d gone | %s | %d invalid | %s | %.0f |%n",
                what,
                way.name().toLowerCase(Locale.ROOT),
                processes.stream().filter(AppProcess::isUp).count(),
                processes.stream().filter(AppProcess::hasFailed).count(),
                gone,
                applied(),
                invalidIndexes(),
                ended ? "ended" : "not ended",
                (System.nanoTime() - begin) / 1e9);
    }

    private void assertMigratedOnce(String versions) {
        assertThat(applied()).isEqualTo(versions);
        assertThat(database.rows(Role.OWNER, "select migration from runs order by 1"))
                .isEqualTo(List.of(List.of(6), List.of(7)));
        assertThat(database.value(
                        Role.OWNER, Long.class, "select count(*) from flyway_schema_history where not success"))
                .isZero();
        assertThat(invalidIndexes()).isZero();
    }

    private long invalidIndexes() {
        return database.value(Role.OWNER, Long.class, "select count(*) from pg_index where not indisvalid");
    }

    private String applied() {
        if (database.rows(Role.OWNER, "select 1 from pg_tables where tablename = 'flyway_schema_history'")
                .isEmpty()) {
            return "none";
        }
        return database
                .rows(
                        Role.OWNER,
                        "select version from flyway_schema_history where success and version is not null"
                                + " order by installed_rank")
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .collect(Collectors.joining(" "));
    }
}
