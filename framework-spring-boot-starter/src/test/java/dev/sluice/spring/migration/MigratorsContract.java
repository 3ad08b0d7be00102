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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many instances bring one database up to date, whatever happens to the one that does it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MigratorsContract {

    private static final Duration SOON = Duration.ofSeconds(120);

    private final int total;
    private SluiceCluster cluster;
    private final MigratorFleet fleet;
    private TestDatabase database;

    MigratorsContract(int processes, int instances, LockTimes times) {
        this.total = instances;
        this.fleet = new MigratorFleet(processes, instances, times);
    }

    @BeforeAll
    void start() {
        cluster = SluiceCluster.shared();
    }

    @AfterAll
    void end() {
        fleet.close();
        cluster.close();
    }

    @BeforeEach
    void prepare() {
        database = cluster.createDatabase();
        database.execute(Role.OWNER, "create schema probe; create sequence probe.attempts");
    }

    @AfterEach
    void clean() {
        cluster.dropDatabase(database);
    }

    @Test
    void aCleanDatabaseIsMigratedOnce() throws Exception {
        fleet.begin("sluice", database, "clean");

        List<Answer> answers = fleet.answers();

        assertThat(answers).hasSize(total).noneMatch(Answer::failed);
        assertThat(runs()).containsExactly("V1", "V2", "V3", "V4", "V5");
        assertThat(applied()).isEqualTo(5);

        fleet.begin("sluice", database, "clean");
        assertThat(fleet.answers()).hasSize(total).allMatch(answer -> answer.outcome()
                .equals("CURRENT"));
    }

    @Test
    void aHolderThatIsKilledInTheMiddleIsFollowedByAnother() throws Exception {
        fleet.begin("sluice", database, "slow");
        fleet.process(sleeper()).kill();

        List<Answer> answers = fleet.answers();

        assertThat(answers).hasSizeBetween(fleet.fewest(), total - 1).noneMatch(Answer::failed);
        assertThat(runs()).containsExactly("V1", "V2", "V3");
    }

    @Test
    void aHolderThatIsFrozenLosesTheLockAndWritesNothingWhenItWakesUp() throws Exception {
        fleet.begin("sluice", database, "slow");
        MigratorProcess frozen = fleet.process(sleeper());
        frozen.signal("-STOP");
        try {
            Await.until(SOON, () -> runs().equals(List.of("V1", "V2", "V3")), "another has migrated");
        } finally {
            frozen.signal("-CONT");
        }

        List<Answer> answers = fleet.answers();

        assertThat(answers).hasSize(total).noneMatch(Answer::failed);
        assertThat(runs()).containsExactly("V1", "V2", "V3");
        assertThat(applied()).isEqualTo(3);
    }

    @Test
    void aFailingMigrationFailsAllWithOneClearErrorAndIsNotTriedByEach() throws Exception {
        fleet.begin("sluice", database, "failing");

        List<Answer> answers = fleet.answers();

        assertThat(answers).hasSize(total).allMatch(Answer::failed);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.message())
                .contains("migration V2__failing.sql failed: 42P01", "\"nowhere\" does not exist")
                .contains("correct it and start again"));
        assertThat(runs()).containsExactly("V1");
        assertThat(database.value(Role.OWNER, Long.class, "select last_value from probe.attempts"))
                .as("tries of all instances")
                .isLessThanOrEqualTo(1 + total / 3);
    }

    /** Without a wait for the server to notice, its maker's orphan completes the index that nobody has noted. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anIndexIsMadeConcurrentlyAlsoWhenItsFirstMakerIsKilled(boolean serverNotices) throws Exception {
        try (Connection reader = database.connect(Role.OWNER);
                Statement statement = reader.createStatement()) {
            // What every CREATE INDEX CONCURRENTLY must wait for; so it is in the middle when it is killed.
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("select 1");
            fleet.begin("sluice", database, "concurrent");
            Await.until(SOON, () -> invalidIndexes() == 1, "the index is being made");
            String maker = active("create index");
            Object session = database.rows(Role.SUPERUSER, activity("pid", "create index"))
                    .get(0)
                    .get(0);
            fleet.process(maker).kill();
            if (serverNotices) {
                Await.until(
                        SOON,
                        () -> database.rows(Role.SUPERUSER, "select 1 from pg_stat_activity where pid = " + session)
                                .isEmpty(),
                        "the maker's session is gone");
            }
            reader.rollback();
        }

        List<Answer> answers = fleet.answers();

        assertThat(answers).hasSizeBetween(fleet.fewest(), total - 1).noneMatch(Answer::failed);
        assertThat(runs()).containsExactly("V1", "V2", "V4");
        assertThat(applied()).isEqualTo(4);
        assertThat(invalidIndexes()).isZero();
        assertThat(database.value(Role.OWNER, Long.class, "select count(*) from pg_indexes where tablename = 'items'"))
                .isEqualTo(2);
    }

    private String sleeper() {
        return active("pg_sleep");
    }

    private String active(String text) {
        List<Object> found = new ArrayList<>();
        Await.until(
                SOON,
                () -> {
                    found.clear();
                    database.rows(Role.SUPERUSER, activity("application_name", text))
                            .forEach(found::addAll);
                    return found.size() == 1;
                },
                "one runs " + text);
        return (String) found.get(0);
    }

    private static String activity(String column, String text) {
        return "select " + column + " from pg_stat_activity where datname = current_database()"
                + " and pid <> pg_backend_pid() and state = 'active' and query like '%" + text + "%'";
    }

    private List<Object> runs() {
        return database.rows(Role.OWNER, "select migration from runs order by migration").stream()
                .map(row -> row.get(0))
                .toList();
    }

    private long applied() {
        return database.value(
                Role.OWNER,
                Long.class,
                "select count(*) from flyway_schema_history where success and version is not null");
    }

    private long invalidIndexes() {
        return database.value(Role.OWNER, Long.class, "select count(*) from pg_index where not indisvalid");
    }
}
