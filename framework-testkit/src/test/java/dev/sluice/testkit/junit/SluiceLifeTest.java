package dev.sluice.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The outer class looks at what the annotated classes inside leave behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SluiceLifeTest {

    private TestDatabase databaseOfTheFirst;
    private TestDatabase databaseOfTheSecond;

    @AfterAll
    void eachClassHadItsOwnDatabaseDroppedAfterIt() {
        assertThat(databaseOfTheFirst).isNotEqualTo(databaseOfTheSecond);
        try (SluiceCluster cluster = SluiceCluster.shared()) {
            TestDatabase probe = cluster.createDatabase(Migrations.of());
            assertThat(probe.rows(
                            Role.SUPERUSER,
                            "select 1 from pg_database where datname in ('" + databaseOfTheFirst.name() + "', '"
                                    + databaseOfTheSecond.name() + "')"))
                    .isEmpty();
            cluster.dropDatabase(probe);
        }
        assertThat(FakeSluice.CLOSED)
                .filteredOn(settings -> settings.url().equals(databaseOfTheFirst.url()))
                .as("connected once, closed once")
                .hasSize(1);
    }

    @Nested
    @SluiceTest
    class First {

        @Test
        void aSluiceIsConnectedWithTheLoginsOfTheDatabase(TestDatabase database, Sluice sluice, Sluice again) {
            databaseOfTheFirst = database;

            assertThat(again).isSameAs(sluice);
            SluiceSettings settings = FakeSluice.CONNECTED.stream()
                    .filter(connected -> connected.url().equals(database.url()))
                    .findFirst()
                    .orElseThrow();
            assertThat(settings.app()).isEqualTo(database.credentials(Role.APP));
            assertThat(settings.monitor()).isEqualTo(database.credentials(Role.MONITOR));
        }
    }

    @Nested
    @SluiceTest
    class Second {

        @Test
        void nothingIsConnectedUnlessAskedFor(TestDatabase database) {
            databaseOfTheSecond = database;

            assertThat(FakeSluice.CONNECTED)
                    .noneMatch(settings -> settings.url().equals(database.url()));
        }
    }

    @Nested
    @SluiceTest(standbys = 1, migrations = "migrations/*.sql")
    class OnItsOwnCluster {

        @Test
        void standbysMeanAClusterOfTheClassesOwn(SluiceCluster cluster, TestDatabase database) {
            cluster.standbys().get(0).awaitReplayOf(cluster.primary());

            assertThat(database.on(cluster.standbys().get(0)).rows(Role.APP, "select tenth from first"))
                    .isEmpty();
        }
    }
}
