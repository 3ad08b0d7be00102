package dev.sluice.spring.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.migration.MigrationObserver.Outcome;
import dev.sluice.spring.settings.MigrationSettings;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a start costs the database when there is nothing to migrate: the rule, whatever the machine's speed. */
@SluiceTest
class CurrentStartTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LOCKS =
            "(?is).*(advisory|lock table|\\bfor (no key )?(update|share)\\b|listen|notify).*";

    private final TestDatabase database;
    private RecordedStatements recorded;

    CurrentStartTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void migrate() {
        database.execute(
                Role.OWNER, "" + " drop table if exists flyway_schema_history, runs, more_2, more_3, more_4, more_5");
        assertThat(start()).isEqualTo(Outcome.ACQUIRED);
        // The negative control: these are seen where they are sent.
        assertThat(recorded.statements()).anyMatch(sql -> sql.matches(LOCKS));
        assertThat(recorded.connections()).isGreaterThan(2);
    }

    @Test
    void aCurrentStartThatIsNotedTakesOneConnectionAndTwoStatements() {
        LazyFlyway flyway = lazyFlyway();
        RecordedConnections asked = new RecordedConnections(ConnectionFactories.get(ConnectionFactoryOptions.parse(
                        database.url())
                .mutate()
                .option(ConnectionFactoryOptions.USER, settings().owner().username())
                .option(ConnectionFactoryOptions.PASSWORD, settings().owner().password())
                .build()));
        Migrations migrations =
                new Migrations(flyway, new CurrentCheck(() -> asked, SOON), settings(), (waited, outcome) -> {});
        assertThat(migrations.notedVersion().blockOptional(SOON))
                .as("without a note")
                .isEmpty();
        assertThat(asked.connections()).isOne();
        assertThat(asked.statements()).hasSize(1);
        assertThat(flyway.isLoaded()).isFalse();

        assertThat(migrations.migrate()).isEqualTo(Outcome.CURRENT);
        assertThat(flyway.isLoaded()).isTrue();
        assertThat(migrations.notedVersion().blockOptional(SOON))
                .as("somebody may have changed a Flyway that is loaded")
                .isEmpty();

        LazyFlyway next = lazyFlyway();
        assertThat(new Migrations(next, new CurrentCheck(() -> asked, SOON), settings(), (waited, outcome) -> {})
                        .notedVersion()
                        .blockOptional(SOON))
                .hasValue("5");
        assertThat(asked.connections()).as("one more").isEqualTo(3);
        assertThat(asked.statements()).as("two more").hasSize(5).noneMatch(sql -> sql.matches(LOCKS));
        assertThat(next.isLoaded()).isFalse();
    }

    @Test
    void aCurrentStartThatAsksFlywayTakesOneConnectionAndNoLock() {
        assertThat(start()).isEqualTo(Outcome.CURRENT);

        assertThat(recorded.connections()).isOne();
        assertThat(recorded.statements()).noneMatch(sql -> sql.matches(LOCKS));
        // The session's settings take two of them, Flyway's look at its history the others.
        assertThat(recorded.statements()).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void aCurrentStartThatAsksFlywayAsksNoMoreThanFlywayAloneDoes() {
        start();
        int connections = recorded.connections();
        int statements = recorded.statements().size();

        RecordedStatements alone = new RecordedStatements(source());
        Flyway.configure()
                .dataSource(alone)
                .locations("classpath:db/migrators/clean")
                .load()
                .migrate();

        assertThat(connections).isLessThanOrEqualTo(alone.connections());
        assertThat(statements).isLessThanOrEqualTo(alone.statements().size());
    }

    private Outcome start() {
        recorded = new RecordedStatements(source());
        MigrationSettings settings = settings();
        CoordinatedFlyway flyway = CoordinatedFlyway.of(
                Flyway.configure().dataSource(recorded).locations("classpath:db/migrators/clean"),
                settings,
                LockTimes.DEFAULT,
                "sluice-migrations test");
        return new MigrationCoordinator(
                        new FlywaySchema(flyway.flyway()),
                        flyway.sessions(),
                        settings,
                        LockTimes.DEFAULT,
                        (waited, outcome) -> {},
                        ThreadLocalRandom.current())
                .run();
    }

    private LazyFlyway lazyFlyway() {
        return new LazyFlyway(
                getClass().getClassLoader(),
                List.of("classpath:db/migrators/clean"),
                database.url(),
                settings(),
                List.of(),
                "sluice-migrations test");
    }

    private MigrationSettings settings() {
        return new MigrationSettings(
                database.credentials(Role.OWNER), Duration.ofSeconds(30), SOON, Duration.ofMillis(200), SOON);
    }

    private DataSource source() {
        return Flyway.configure()
                .dataSource(
                        database.jdbcUrl(),
                        database.credentials(Role.OWNER).username(),
                        database.credentials(Role.OWNER).password())
                .getDataSource();
    }
}
