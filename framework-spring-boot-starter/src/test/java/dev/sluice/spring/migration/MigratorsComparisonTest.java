package dev.sluice.spring.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.migration.MigratorProcess.Answer;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of 41 instances in 5 JVMs, as rows of a table: with Sluice, and with Flyway as it is. */
@Tag("long")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class MigratorsComparisonTest {

    private static final Duration SOON = Duration.ofSeconds(300);

    /** What happens after the instances were told to begin. */
    private interface Accident {
        void happen(TestDatabase database) throws Exception;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sluice", "flyway"})
    void each(String way) throws Exception {
        try (SluiceCluster cluster = SluiceCluster.shared();
                MigratorFleet fleet = new MigratorFleet(5, 41, LockTimes.DEFAULT)) {
            run(cluster, fleet, way, "clean database", "clean", database -> {});
            run(cluster, fleet, way, "failing migration", "failing", database -> {});
            run(cluster, fleet, way, "holder killed", "slow", database -> fleet.process(active(database, "pg_sleep"))
                    .kill());
            run(cluster, fleet, way, "index concurrently, holder killed", "concurrent", database -> {
                try (Connection reader = database.connect(Role.OWNER);
                        Statement statement = reader.createStatement()) {
                    reader.setAutoCommit(false);
                    reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                    statement.execute("select 1");
                    fleet.process(active(database, "create index")).kill();
                }
            });
            run(cluster, fleet, way, "index concurrently", "concurrent", database -> {});
            run(cluster, fleet, way, "holder frozen", "slow", database -> {
                MigratorProcess holder = fleet.process(active(database, "pg_sleep"));
                holder.signal("-STOP");
                fleet.forget(holder);
            });
        }
    }

    private static void run(
            SluiceCluster cluster, MigratorFleet fleet, String way, String name, String location, Accident accident)
            throws Exception {
        TestDatabase database = cluster.createDatabase();
        try {
            database.execute(Role.OWNER, "create schema probe; create sequence probe.attempts");
            long begin = System.nanoTime();
            fleet.begin(way, database, location);
            accident.happen(database);
            row(way, name, database, fleet, begin);
            if (location.equals("clean")) {
                begin = System.nanoTime();
                fleet.begin(way, database, location);
                row(way, "current already", database, fleet, begin);
            }
        } finally {
            cluster.dropDatabase(database);
        }
    }

    private static boolean ended(MigratorFleet fleet) {
        try {
            fleet.answers(SOON);
            return true;
        } catch (AssertionError hung) {
            // The next ones begin in new processes.
            fleet.close();
            return false;
        }
    }

    private static void row(String way, String name, TestDatabase database, MigratorFleet fleet, long begin) {
        boolean ended = ended(fleet);
        long millis = (System.nanoTime() - begin) / 1_000_000;
        List<Answer> answers = fleet.given();
        assertThat(answers).hasSizeLessThanOrEqualTo(41);
        List<Long> sorted = answers.stream().map(Answer::millis).sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %d | %d | %s | %s | %d | %s | %.1f | %s |%n",
                name,
                way,
                answers.stream().filter(answer -> !answer.failed()).count(),
                answers.stream().filter(Answer::failed).count(),
                41 - answers.size(),
                history(database, "success"),
                history(database, "not success"),
                database.value(Role.OWNER, Long.class, "select count(*) from pg_index where not indisvalid"),
                ended ? "yes" : "no, after " + SOON.toSeconds() + " s",
                millis / 1000.0,
                sorted.isEmpty() ? "-" : sorted.get(sorted.size() / 2) + " / " + sorted.get(sorted.size() - 1));
        answers.stream()
                .filter(Answer::failed)
                .map(answer -> answer.message()
                        .substring(0, Math.min(140, answer.message().length())))
                .distinct()
                .limit(3)
                .forEach(message -> System.out.println("    " + message));
    }

    private static String history(TestDatabase database, String which) {
        if (database.rows(Role.OWNER, "select 1 from pg_tables where tablename = 'flyway_schema_history'")
                .isEmpty()) {
            return "none";
        }
        return database
                .rows(
                        Role.OWNER,
                        "select version from flyway_schema_history where " + which + " order by installed_rank")
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .collect(Collectors.joining(" "));
    }

    private static String active(TestDatabase database, String text) {
        String sql = "select application_name from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid() and state = 'active' and query like '%" + text + "%'";
        Await.until(SOON, () -> database.rows(Role.SUPERUSER, sql).size() == 1, "one runs " + text);
        return database.value(Role.SUPERUSER, String.class, sql);
    }
}
