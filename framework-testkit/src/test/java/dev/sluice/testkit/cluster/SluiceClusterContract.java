package dev.sluice.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Await;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What every provider's clusters do. The tests share one cluster and leave it as they found it; the
 * promotion, which cannot be undone, comes last.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class SluiceClusterContract {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int LAST = Integer.MAX_VALUE;

    private final ClusterProvider provider;
    private SluiceCluster cluster;
    private TestDatabase database;
    private ClusterNode standby;

    SluiceClusterContract(ClusterProvider provider) {
        this.provider = provider;
    }

    @BeforeAll
    void start() {
        cluster = provider.start(ClusterSpec.withStandbys(1));
        database = cluster.createDatabase(
                Migrations.of("create table things (id serial primary key, name text not null)"));
        standby = cluster.standbys().get(0);
        standby.awaitReplayOf(cluster.primary());
    }

    @AfterAll
    void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void theAppWritesRowsAndMayDoNothingElse() {
        database.execute(Role.APP, "insert into things (name) values ('lock')");

        for (String forbidden : new String[] {
            "truncate things",
            "create table mine (id int)",
            "create temp table mine (id int)",
            "create trigger t before insert on things execute function suppress_redundant_updates_trigger()",
            "set role " + Role.OWNER.username()
        }) {
            assertThatThrownBy(() -> database.execute(Role.APP, forbidden))
                    .as(forbidden)
                    .hasMessageContaining("42501");
        }
        assertThatThrownBy(() -> database.execute(Role.APP, "drop table things"))
                .hasMessageContaining("42501");
    }

    @Test
    void theOwnerAloneBypassesRowLevelSecurity() {
        assertThat(database.rows(
                        Role.SUPERUSER,
                        "select rolname from pg_roles where rolbypassrls and not rolsuper and rolcanlogin"))
                .singleElement()
                .asString()
                .contains(Role.OWNER.username());
    }

    @Test
    void theMonitorSeesOtherSessionsButNoRows() {
        assertThat(database.value(Role.MONITOR, Boolean.class, "select pg_has_role('pg_monitor', 'usage')"))
                .isTrue();
        assertThatThrownBy(() -> database.rows(Role.MONITOR, "select * from things"))
                .hasMessageContaining("42501");
    }

    @Test
    void aWrongPasswordIsRefused() {
        assertThatThrownBy(
                        () -> DriverManager.getConnection(database.jdbcUrl(), Role.APP.username(), "not the password"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void databasesOfOneTemplateShareNothing() {
        Migrations migrations = Migrations.of("create table notes (id int)", "insert into notes values (1)");
        TestDatabase one = cluster.createDatabase(migrations);
        TestDatabase other = cluster.createDatabase(migrations);

        one.execute(Role.APP, "delete from notes");

        assertThat(other.value(Role.APP, Long.class, "select count(*) from notes"))
                .isEqualTo(1);
        cluster.dropDatabase(one);
        cluster.dropDatabase(other);
    }

    @Test
    void aDatabaseIsDroppedUnderOpenSessions() throws SQLException {
        TestDatabase doomed = cluster.createDatabase();
        try (Connection session = doomed.connect(Role.APP)) {
            cluster.dropDatabase(doomed);

            assertThat(session.isValid(5)).isFalse();
        }
        assertThatThrownBy(() -> doomed.rows(Role.APP, "select 1")).hasMessageContaining("3D000");
    }

    @Test
    void aFailedMigrationSaysSoAndLeavesNoTemplateBehind() {
        Migrations broken = Migrations.of("create table half (id int)", "create table half (id int)");

        assertThatThrownBy(() -> cluster.createDatabase(broken)).hasMessageContaining("half");
        assertThatThrownBy(() -> cluster.createDatabase(broken)).hasMessageContaining("half");
    }

    @Test
    void sessionsCanBeCountedAndCut() throws SQLException {
        try (Connection session = database.connect(Role.ACROSS)) {
            assertThat(database.sessions(Role.ACROSS, "idle")).isEqualTo(1);

            assertThat(database.terminateSessions(Role.ACROSS)).isEqualTo(1);

            assertThat(session.isValid(5)).isFalse();
        }
    }

    @Test
    void theStandbyStreamsAndRefusesWrites() {
        database.execute(Role.APP, "insert into things (name) values ('streamed')");

        awaitOnStandby("streamed");
        assertThat(standby.isInRecovery()).isTrue();
        assertThatThrownBy(() -> database.on(standby).execute(Role.APP, "delete from things"))
                .hasMessageContaining("25006");
    }

    @Test
    void aPausedReplayShowsNothingNewUntilItResumes() {
        standby.pauseReplay();
        database.execute(Role.APP, "insert into things (name) values ('paused')");
        String before = standby.walPosition();

        assertThat(seenOnStandby("paused")).isFalse();
        assertThat(standby.walPosition()).isEqualTo(before);
        standby.resumeReplay();

        awaitOnStandby("paused");
    }

    @Test
    void aDelayedReplayLagsByThatMuch() {
        standby.delayReplay(Duration.ofSeconds(1));
        long start = System.nanoTime();
        database.execute(Role.APP, "insert into things (name) values ('delayed')");

        awaitOnStandby("delayed");
        standby.delayReplay(Duration.ZERO);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
    }

    @Test
    void aFrozenNodeKeepsConnectionsAndAnswersAfterwards() throws Exception {
        try (Connection session = database.connect(Role.APP);
                Statement statement = session.createStatement()) {
            cluster.primary().freeze();
            session.setNetworkTimeout(Runnable::run, 300);

            assertThatThrownBy(() -> statement.execute("select 1")).isInstanceOf(SQLException.class);
        } finally {
            cluster.primary().thaw();
        }
        Await.until(SOON, () -> cluster.primary().answers(), "the thawed primary answers");
    }

    @Test
    void aKilledNodeRecoversWithWhatWasCommitted() {
        database.execute(Role.APP, "insert into things (name) values ('committed')");
        cluster.primary().kill();

        assertThat(cluster.primary().answers()).isFalse();
        cluster.primary().start();

        assertThat(database.rows(Role.APP, "select 1 from things where name = 'committed'"))
                .isNotEmpty();
        database.execute(Role.APP, "insert into things (name) values ('after the crash')");
        awaitOnStandby("after the crash");
    }

    @Test
    void aStandbyCatchesUpAfterARestart() {
        standby.stop();
        database.execute(Role.APP, "insert into things (name) values ('missed')");
        assertThat(standby.answers()).isFalse();

        standby.start();

        awaitOnStandby("missed");
    }

    @Test
    void redisAnswersAndSurvivesAFreezeAndAKill() {
        RedisNode redis = cluster.redis();
        assertThat(redis.answers()).isTrue();
        assertThat(cluster.redis().port()).isEqualTo(redis.port());

        redis.freeze();
        assertThat(redis.answers()).isFalse();
        redis.thaw();
        Await.until(SOON, redis::answers, "the thawed Redis answers");

        redis.kill();
        assertThat(redis.answers()).isFalse();
        redis.start();
        redis.stop();
        assertThat(redis.answers()).isFalse();
        redis.start();
    }

    @Test
    @Order(LAST)
    void aPromotedStandbyTakesWrites() {
        cluster.primary().stop();

        standby.promote();

        assertThat(standby.isInRecovery()).isFalse();
        database.on(standby).execute(Role.APP, "insert into things (name) values ('promoted')");
    }

    private void awaitOnStandby(String name) {
        Await.until(SOON, () -> seenOnStandby(name), "the standby shows '" + name + "'");
    }

    private boolean seenOnStandby(String name) {
        return !database.on(standby)
                .rows(Role.APP, "select 1 from things where name = '" + name + "'")
                .isEmpty();
    }
}
