package dev.sluice.spring.migration;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceSettings;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.migration.MigrationObserver.Outcome;
import dev.sluice.spring.settings.MigrationSettings;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import javax.tools.ToolProvider;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A start whose schema Flyway has found current before, for the same application, does without Flyway; every other asks it. */
@SluiceTest
class NotedStartTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Consumer<FluentConfiguration> AS_IT_IS = flyway -> {};

    private final TestDatabase database;
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private final List<String> versions = new CopyOnWriteArrayList<>();
    private URLClassLoader classes;

    @TempDir
    private Path folder;

    NotedStartTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void migrate() throws IOException {
        classes = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        Files.createDirectories(folder.resolve("db/noted"));
        database.execute(Role.OWNER, "drop table if exists flyway_schema_history, kept, one, two, things");
        write("V1__one.sql", "create table one (id int, name text default '${name}')");
        write("R__about.sql", "comment on table one is 'the first'");
        assertThat(isDone(AS_IT_IS)).isFalse();

        assertThat(start(AS_IT_IS)).isEqualTo(Outcome.ACQUIRED);

        assertThat(isDone(AS_IT_IS))
                .as("what each change below is compared with")
                .isTrue();
    }

    @AfterEach
    void close() throws IOException {
        classes.close();
    }

    @Test
    void whatFlywayFindsCurrentIsNotedAlsoWhenItHadNothingToDo() {
        database.execute(Role.OWNER, "comment on column flyway_schema_history.installed_rank is null");
        assertThat(isDone(AS_IT_IS)).isFalse();

        assertThat(start(AS_IT_IS)).isEqualTo(Outcome.CURRENT);

        assertThat(isDone(AS_IT_IS)).isTrue();
    }

    @Test
    void aFlywayOfWhichNobodySaysMoreIsComparedByItsScriptsAndItsHistory() throws IOException {
        database.execute(Role.OWNER, "drop table flyway_schema_history, one");
        write("V1__one.sql", "create table one (id int)");
        assertThat(isDone(asFlywayHasIt())).isFalse();

        assertThat(asFlywayHasIt().migrate()).isEqualTo(Outcome.ACQUIRED);
        assertThat(isDone(asFlywayHasIt())).isTrue();
        assertThat(isDone(AS_IT_IS)).as("that of another application").isFalse();

        write("V2__two.sql", "create table two (id int)");
        assertThat(isDone(asFlywayHasIt())).isFalse();

        Files.delete(file("V2__two.sql"));
        assertThat(isDone(asFlywayHasIt())).isTrue();

        database.execute(Role.OWNER, "update flyway_schema_history set success = false");
        assertThat(isDone(asFlywayHasIt())).isFalse();
    }

    @Test
    void whatNobodySaysIsWhatFlywayTakes() throws UndecidedException, IOException {
        assertThat(FlywayVersion.read())
                .as("the version that the defaults were compared with")
                .isEqualTo(FlywaySettings.VERSION);
        List<String> locations = List.of("classpath:db/noted");
        ConfiguredFlyway configured =
                new ConfiguredFlyway(classes, locations, database.url(), database.credentials(Role.OWNER), List.of());

        assertThat(configured.settings())
                .usingRecursiveComparison()
                .ignoringFields("values")
                .isEqualTo(FlywaySettings.defaults(locations));
        assertThat(configured.history()).isEqualTo(HistoryTable.DEFAULT);
    }

    @Test
    void manyThatNoteItAtOnceAreNotInEachOthersWay() throws Exception {
        database.execute(Role.OWNER, "comment on column flyway_schema_history.installed_rank is null");
        ExecutorService starts = Executors.newFixedThreadPool(6);
        try {
            List<Future<Outcome>> all =
                    starts.invokeAll(Collections.nCopies(12, (Callable<Outcome>) () -> start(AS_IT_IS)));
            for (Future<Outcome> one : all) {
                assertThat(one.get()).isEqualTo(Outcome.CURRENT);
            }
        } finally {
            starts.shutdownNow();
        }

        assertThat(isDone(AS_IT_IS)).isTrue();
    }

    @Test
    void whatFlywayDoesNotFindCurrentIsNotNoted() throws IOException {
        write("V1__one.sql", "create table one (id bigint)");

        start(flyway -> flyway.validateOnMigrate(false));

        assertThat(isDone(flyway -> flyway.validateOnMigrate(false))).isFalse();
        assertThat(isDone(AS_IT_IS)).isFalse();
    }

    @Test
    void anotherVersionOfTheApplicationAsksFlyway() throws IOException {
        write("V2__two.sql", "create table two (id int)");
        assertThat(isDone(AS_IT_IS)).isFalse();
        assertThat(start(AS_IT_IS)).isEqualTo(Outcome.ACQUIRED);
        assertThat(isDone(AS_IT_IS)).isTrue();

        Files.delete(file("V2__two.sql"));

        assertThat(isDone(AS_IT_IS)).isFalse();
        assertThat(start(AS_IT_IS)).as("the database is ahead of it").isEqualTo(Outcome.CURRENT);
        assertThat(isDone(AS_IT_IS)).isTrue();
    }

    @Test
    void aHistoryThatHasChangedIsFlywaysToJudge() {
        database.execute(
                Role.OWNER,
                "create table kept (like flyway_schema_history including all);"
                        + " insert into kept select * from flyway_schema_history");
        for (String change : List.of(
                "update flyway_schema_history set checksum = checksum + 1 where version = '1'",
                "update flyway_schema_history set checksum = null where version is null",
                "update flyway_schema_history set success = false where version = '1'",
                "update flyway_schema_history set description = 'two' where version = '1'",
                "update flyway_schema_history set type = 'JDBC' where version = '1'",
                "update flyway_schema_history set version = '1.1' where version = '1'",
                "update flyway_schema_history set installed_rank = 7 where version = '1'",
                "delete from flyway_schema_history where version = '1'",
                "delete from flyway_schema_history where version is null",
                "truncate flyway_schema_history",
                "drop table flyway_schema_history",
                "insert into flyway_schema_history select 3, '2', 'two', 'SQL', 'V2__two.sql', 5, 'me', now(), 1, false",
                "insert into flyway_schema_history select 3, '2', 'two', 'SQL', 'V2__two.sql', 5, 'me', now(), 1, true",
                "alter table flyway_schema_history rename column checksum to sum",
                "alter table flyway_schema_history rename to another",
                "comment on column flyway_schema_history.installed_rank is null",
                "comment on column flyway_schema_history.installed_rank is 'the order'")) {
            database.execute(Role.OWNER, change);
            assertThat(isDone(AS_IT_IS)).as(change).isFalse();

            database.execute(
                    Role.OWNER,
                    "drop table if exists flyway_schema_history, another;"
                            + " create table flyway_schema_history (like kept including all);"
                            + " insert into flyway_schema_history select * from kept");
            assertThat(isDone(AS_IT_IS)).as("without: " + change).isTrue();
        }
    }

    @Test
    void aNoteOfAnotherVersionIsNone() {
        String note = database.value(
                Role.OWNER, String.class, "select col_description('flyway_schema_history'::regclass, 1)");
        assertThat(CurrentNote.parse(note))
                .hasValueSatisfying(read -> assertThat(read.text()).isEqualTo(note));

        database.execute(
                Role.OWNER,
                "comment on column flyway_schema_history.installed_rank is '%s'"
                        .formatted(note.replace("version 1", "version 2")));

        assertThat(isDone(AS_IT_IS)).isFalse();
    }

    @Test
    void onlyTheOwnerWritesTheNote() {
        for (Role role : List.of(Role.APP, Role.ACROSS, Role.MONITOR)) {
            assertThatThrownBy(() ->
                            database.execute(role, "comment on column flyway_schema_history.installed_rank is 'mine'"))
                    .hasStackTraceContaining("must be owner of relation flyway_schema_history");
        }
    }

    @Test
    void scriptsThatHaveChangedAreFlywaysToJudge() throws IOException {
        for (String name : List.of(
                "V1__one.sql",
                "V1.1__between.sql",
                "V2__two.sql",
                "R__about.sql",
                "R__more.sql",
                "beforeInfo.sql",
                "afterConnect__x.sql",
                "V1__one.sql.conf",
                "below/V3__three.sql")) {
            String before = Files.exists(file(name)) ? Files.readString(file(name)) : null;
            write(name, "select 'something else'");
            assertThat(isDone(AS_IT_IS)).as(name).isFalse();

            if (before == null) {
                Files.delete(file(name));
            } else {
                write(name, before);
            }
            assertThat(isDone(AS_IT_IS)).as("without: " + name).isTrue();
        }
    }

    @Test
    void aScriptThatIsMissingOrRenamedIsFlywaysToJudge() throws IOException {
        Files.move(file("V1__one.sql"), file("V1__uno.sql"));
        assertThat(isDone(AS_IT_IS)).isFalse();

        Files.delete(file("V1__uno.sql"));
        assertThat(isDone(AS_IT_IS)).isFalse();
    }

    @Test
    void aConfigurationThatHasChangedIsFlywaysToJudge() {
        Map<String, Consumer<FluentConfiguration>> changes = Map.ofEntries(
                entry("target", flyway -> flyway.target("1")),
                entry("out of order", flyway -> flyway.outOfOrder(true)),
                entry("what is ignored", flyway -> flyway.ignoreMigrationPatterns("*:missing")),
                entry("table", flyway -> flyway.table("other_history")),
                entry("default schema", flyway -> flyway.defaultSchema("public")),
                entry("schemas", flyway -> flyway.schemas("public", "pg_temp")),
                entry("prefix", flyway -> flyway.sqlMigrationPrefix("X")),
                entry("repeatable prefix", flyway -> flyway.repeatableSqlMigrationPrefix("X")),
                entry("suffix", flyway -> flyway.sqlMigrationSuffixes(".ddl")),
                entry("encoding", flyway -> flyway.encoding(StandardCharsets.ISO_8859_1)),
                entry("baseline", flyway -> flyway.baselineVersion("2")),
                entry("naming", flyway -> flyway.validateMigrationNaming(true)),
                entry("locations", flyway -> flyway.locations("classpath:db/noted", "classpath:db/migrators/clean")),
                entry("no such location", flyway -> flyway.locations("classpath:db/noted", "classpath:db/missing")),
                entry("location of files", flyway -> flyway.locations("filesystem:/tmp")),
                entry("location of any name", flyway -> flyway.locations("classpath:db/note*")),
                entry("location of callbacks", flyway -> flyway.callbackLocations("classpath:db/noted")),
                entry("callback", flyway -> flyway.callbacks(new Silent())),
                entry("Java migration", flyway -> flyway.javaMigrations(new db.own.V1__Own())),
                entry("resolver", flyway -> flyway.resolvers(context -> List.of())),
                entry("data source", flyway -> flyway.dataSource(new DriverManagerDataSource())),
                entry("login", flyway -> flyway.dataSource("jdbc:postgresql://localhost:1/none", "me", "mine")),
                entry("session", flyway -> flyway.initSql("set search_path = other")),
                entry("driver", flyway -> flyway.driver("org.postgresql.Driver")),
                entry("properties of the driver", flyway -> flyway.jdbcProperties(Map.of("currentSchema", "other"))),
                entry("plugin", flyway -> flyway.getPluginRegister().getExact(PostgreSQLConfigurationExtension.class)),
                entry("properties", flyway -> flyway.configuration(Map.of("flyway.baselineMigrationPrefix", "X"))));

        changes.forEach((name, change) -> assertThat(isDone(change)).as(name).isFalse());
    }

    @Test
    void callbacksBelowFlywaysOwnFolderAreFlywaysToJudgeAndRunBesideOthers() throws IOException {
        Path source = Files.writeString(folder.resolve("Below.java"), """
                package db.callback;
                import org.flywaydb.core.api.callback.*;
                public class Below extends BaseCallback {
                    @Override
                    public void handle(Event event, Context context) {}
                }
                """);
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-cp", path, "-d", folder.toString(), source.toString()))
                .isZero();

        assertThat(isDone(AS_IT_IS)).isFalse();
        assertThat(lazyFlyway(database.url(), settings(database), customizers(flyway -> flyway.callbacks(new Silent())))
                        .get()
                        .flyway()
                        .getConfiguration()
                        .getCallbacks())
                .extracting(callback -> callback.getClass().getSimpleName())
                .containsExactlyInAnyOrder("Below", "Silent", "ConcurrentStatements");
    }

    @Test
    void placeholdersAreFlywaysToJudgeWhereItComparesThem() throws IOException {
        Consumer<FluentConfiguration> another = flyway -> flyway.placeholders(Map.of("name", "another"));
        assertThat(isDone(another))
                .as("versioned scripts are compared as they are written")
                .isTrue();

        write("R__about.sql", "comment on table one is '${name}'");
        start(another);

        assertThat(isDone(another)).isFalse();
        assertThat(isDone(flyway -> flyway.placeholderReplacement(false))).isFalse();
    }

    @Test
    void aJavaMigrationIsToldByItsNameUnlessItSaysMore() throws Exception {
        assertThat(fingerprint("classpath:db/migration").sha256()).hasSize(64);

        assertThatThrownBy(() -> fingerprint("classpath:db/own"))
                .isInstanceOf(UndecidedException.class)
                .hasMessage("V1__Own.class may decide more than its name does");
        assertThatThrownBy(() -> fingerprint("classpath:dev/sluice/spring/migration"))
                .isInstanceOf(UndecidedException.class)
                .hasMessageContaining("may decide more than its name does");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNoErrorOfTheQuestion() {
        assertThat(isDone(migrations(database, "r2dbc:postgresql://127.0.0.1:1/none", AS_IT_IS)))
                .isFalse();
    }

    @Test
    void aStandbyIsNotBelievedSinceItMayBeBehind() {
        try (SluiceCluster cluster = SluiceCluster.start(ClusterSpec.withStandbys(1))) {
            TestDatabase primary = cluster.createDatabase();
            assertThat(on(primary).migrate()).isEqualTo(Outcome.ACQUIRED);
            ClusterNode standby = cluster.standbys().get(0);
            standby.awaitReplayOf(cluster.primary());

            assertThat(isDone(on(primary))).isTrue();
            assertThat(isDone(on(primary.on(standby)))).isFalse();

            standby.promote();
            assertThat(isDone(on(primary.on(standby)))).isTrue();
        }
    }

    @Test
    void anApplicationWhoseSchemaIsNotedDoesNotLoadFlyway() {
        database.execute(Role.OWNER, "drop table flyway_schema_history, one");
        ApplicationContextRunner application = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(SluiceAutoConfiguration.class, SluiceMigrationAutoConfiguration.class))
                .withUserConfiguration(Initialized.class)
                .withBean(MigrationObserver.class, () -> new MigrationObserver() {
                    @Override
                    public void lockWaited(Duration waited, Outcome outcome) {
                        outcomes.add(outcome);
                    }

                    @Override
                    public void current(String version) {
                        versions.add(version);
                    }
                })
                .withPropertyValues(
                        "sluice.url=" + database.url(),
                        "sluice.username=" + database.credentials(Role.APP).username(),
                        "sluice.password=" + database.credentials(Role.APP).password(),
                        "sluice.pool.min=0",
                        "sluice.pool.max=2",
                        "sluice.migrations.username="
                                + database.credentials(Role.OWNER).username(),
                        "sluice.migrations.password="
                                + database.credentials(Role.OWNER).password());
        outcomes.clear();

        application.run(context -> assertThat(context.getBean(LazyFlyway.class).isLoaded())
                .as("what a start that asks Flyway looks like")
                .isTrue());
        application.run(context -> {
            assertThat(context.getBean(LazyFlyway.class).isLoaded()).isFalse();

            assertThat(Objects.requireNonNull(
                                    context.getBean(Flyway.class).info().current())
                            .getScript())
                    .endsWith("V1__Things");
            assertThat(context.getBean(LazyFlyway.class).isLoaded()).isTrue();
        });

        assertThat(outcomes).containsExactly(Outcome.ACQUIRED, Outcome.CURRENT);
        assertThat(versions).containsExactly("1", "1");
    }

    /** As Spring Boot's own auto-configurations have it. */
    @Configuration(proxyBeanMethods = false)
    @Import(DatabaseInitializationDependencyConfigurer.class)
    static class Initialized {}

    /** Does nothing, which nobody can know. */
    private static final class Silent extends BaseCallback {

        @Override
        public void handle(Event event, Context context) {}
    }

    private Outcome start(Consumer<FluentConfiguration> customizer) {
        return migrations(database, customizer).migrate();
    }

    private boolean isDone(Consumer<FluentConfiguration> customizer) {
        return isDone(migrations(database, customizer));
    }

    private static boolean isDone(Migrations migrations) {
        return Objects.requireNonNull(migrations.notedVersion().hasElement().block(PATIENCE));
    }

    private Migrations on(TestDatabase other) {
        return migrations(other, AS_IT_IS);
    }

    private Migrations migrations(TestDatabase where, Consumer<FluentConfiguration> customizer) {
        return migrations(where, where.url(), customizer);
    }

    private Migrations asFlywayHasIt() {
        return migrations(database, database.url(), List.of());
    }

    private Migrations migrations(TestDatabase where, String url, Consumer<FluentConfiguration> customizer) {
        return migrations(where, url, customizers(customizer));
    }

    private Migrations migrations(TestDatabase where, String url, List<Consumer<FluentConfiguration>> customizers) {
        SluiceSettings sluice =
                SluiceSettings.builder(url, where.credentials(Role.APP)).build();
        MigrationSettings settings = settings(where);
        return new Migrations(
                lazyFlyway(url, settings, customizers),
                CurrentCheck.of(sluice, settings.owner()),
                settings,
                (waited, outcome) -> outcomes.add(outcome));
    }

    private Fingerprint fingerprint(String location) throws UndecidedException {
        return Fingerprint.of(
                lazyFlyway(database.url(), settings(database), customizers(flyway -> flyway.locations(location))));
    }

    private LazyFlyway lazyFlyway(
            String url, MigrationSettings settings, List<Consumer<FluentConfiguration>> customizers) {
        return new LazyFlyway(
                classes, List.of("classpath:db/noted"), url, settings, customizers, "sluice-migrations test");
    }

    private static List<Consumer<FluentConfiguration>> customizers(Consumer<FluentConfiguration> customizer) {
        return List.of(flyway -> flyway.placeholders(Map.of("name", "somebody")), customizer);
    }

    private static MigrationSettings settings(TestDatabase where) {
        return new MigrationSettings(
                where.credentials(Role.OWNER), PATIENCE, PATIENCE, Duration.ofMillis(200), PATIENCE);
    }

    private void write(String name, String sql) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file(name).getParent()));
        Files.writeString(file(name), sql);
    }

    private Path file(String name) {
        return folder.resolve("db/noted").resolve(name);
    }
}
