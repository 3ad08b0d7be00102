package dev.sluice.r2dbc.repository;

import static dev.sluice.r2dbc.repository.RepositoryFixture.WAIT;
import static dev.sluice.r2dbc.repository.RepositoryFixture.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.AdmissionSettings;
import dev.sluice.Credentials;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.Sql;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Access;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.repository.Query;
import dev.sluice.repository.Scope;
import dev.sluice.repository.StatementRefusedException;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.TooManyRowsException;
import dev.sluice.repository.VersionConflictException;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The facade on a pool of one connection, where whatever waits for a second one waits forever. */
@SluiceTest(migrations = RepositoryFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SluiceFacadeTest {

    /** More waiters than one subscriber's fan-out asks for. */
    private static final TenantLimits FANS_OUT = new TenantLimits(5, 0, 1, 512, 0, PrincipalLimits.NONE);
    // On a slow machine those many are told at once that their turn will not come within the default time.
    private static final TimeoutSettings TIMEOUTS = new TimeoutSettings(
            Duration.ofHours(1),
            TimeoutSettings.DEFAULT.statement(),
            TimeoutSettings.DEFAULT.lock(),
            TimeoutSettings.DEFAULT.transaction(),
            TimeoutSettings.DEFAULT.idleInTransaction());

    private final TestDatabase database;
    private Sluice sluice;
    private Items items;

    SluiceFacadeTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void connect() {
        sluice = RepositoryFixture.connect(database, Isolation.RLS, settings -> settings.pool(PoolSettings.ofMax(1))
                .timeouts(TIMEOUTS)
                .maxRows(1_000)
                .admission(AdmissionSettings.DEFAULT.withTenantDefaults(FANS_OUT)));
        items = sluice.repository(Items.class);
    }

    @AfterEach
    void empty() {
        database.execute(Role.OWNER, "delete from items");
    }

    @AfterAll
    void close() {
        sluice.closeGracefully().block(WAIT);
    }

    @Test
    void aFluxHoldsNoConnectionWhileItEmitsP2() {
        List<Item> rows = many(500);
        as("acme", items.insertAll(rows));

        assertThat(as("acme", items.findAll().flatMap(item -> items.findById(item.id()), 300)))
                .hasSize(500);
        assertThat(as("acme", items.named("row").flatMap(item -> items.update(item.noted("x")))))
                .hasSize(500);
    }

    @Test
    void repositoriesInATransactionShareIt() {
        Item first = Item.named("first");

        assertThatThrownBy(() -> as("acme", sluice.inTransaction(() -> items.insert(first)
                        .then(items.insertAll(many(10)))
                        .then(items.count())
                        .doOnNext(count -> assertThat(count).isEqualTo(11))
                        .then(Mono.error(new IllegalStateException("changed my mind"))))))
                .hasMessageContaining("changed my mind");
        assertThat(as("acme", items.count())).isZero();

        as("acme", sluice.inTransaction(() -> items.insert(first).then(items.insertAll(many(10)))));
        assertThat(as("acme", items.count())).isEqualTo(11);
    }

    @Test
    void ofManyUpdatesOfOneVersionExactlyOneWins() {
        Item item = as("acme", items.insert(Item.named("contended")));
        AtomicInteger conflicts = new AtomicInteger();

        List<Item> won = as("acme", Flux.range(0, 20).flatMap(i -> items.update(item.renamed("by " + i))
                .onErrorResume(VersionConflictException.class, e -> {
                    conflicts.incrementAndGet();
                    return Mono.empty();
                })));

        assertThat(won).hasSize(1);
        assertThat(conflicts).hasValue(19);
        assertThat(as("acme", items.findById(item.id()))).isEqualTo(won.get(0));
    }

    /** xmin names the transaction that made a row, cmin the command in it. */
    @Test
    void manyRowsAreInsertedByOneStatement() {
        as("acme", items.insertAll(many(2_000)));

        assertThat(database.rows(Role.OWNER, "select count(*), count(distinct (xmin::text, cmin::text)) from items"))
                .containsExactly(List.of(2_000L, 1L));
    }

    @Test
    void adHocStatementsBindByNameAndReadRecordsScalarsAndRows() {
        Item item = as("acme", items.insert(Item.named("x").ranked(3)));
        Sql byName = sluice.sql("select * from items where name = :name and rank = any(:ranks)")
                .bind("name", "x")
                .bind("ranks", List.of(3, 4));

        assertThat(as("acme", byName.as(Item.class).one())).isEqualTo(item);
        assertThat(as("globex", byName.as(Item.class).one())).isNull();
        assertThat(as("acme", byName.map(row -> row.get("rank", Integer.class)).all()))
                .containsExactly(3);
        assertThat(as("acme", byName.as(Item.class).stream(10))).containsExactly(item);
        assertThat(as(
                        "acme",
                        sluice.sql("select count(*) from items").as(long.class).one()))
                .isEqualTo(1);
        assertThat(as(
                        "acme",
                        sluice.sql("select id from items where mood = :mood and note is not distinct from :note")
                                .bind("mood", Mood.CALM)
                                .bindNull("note", String.class)
                                .as(UUID.class)
                                .first()))
                .isEqualTo(item.id());
        assertThat(as(
                        "acme",
                        sluice.sql("update items set rank = :rank")
                                .bind("rank", 9)
                                .rowsUpdated()))
                .isEqualTo(1);
    }

    @Test
    void anAdHocStatementIsImmutable() {
        Sql statement = sluice.sql("select name from items where name = :x");
        Sql bound = statement.bind("x", "secret");

        assertThatThrownBy(() -> as("acme", statement.as(String.class).all())).hasMessageContaining("no value for :x");
        assertThatThrownBy(() -> as("acme", bound.bind("y", 1).as(String.class).all()))
                .hasMessageContaining("no such parameters: [y]");
        assertThatThrownBy(() -> statement.bind("x", Thread.currentThread())).hasMessageContaining("cannot be bound");
        assertThat(bound.toString()).doesNotContain("secret").contains("x");
    }

    @Test
    void oneRowMeansOneRowAndAllMeansAtMostMaxRows() {
        as("acme", items.insertAll(many(1_001)));
        Sql all = sluice.sql("select * from items");

        assertThatThrownBy(() -> as("acme", all.as(Item.class).one())).isInstanceOf(TooManyRowsException.class);
        assertThatThrownBy(() -> as("acme", all.as(Item.class).all()))
                .isInstanceOf(TooManyRowsException.class)
                .hasMessageContaining("more than 1000 rows");
        assertThat(as("acme", all.as(Item.class).stream(100))).hasSize(1_001);
    }

    @Test
    void whatCannotBeScopedIsRefusedAtSubscription() {
        Sql settings = sluice.sql("select set_config('sluice.tenant', 'globex', false)");

        assertThatThrownBy(() -> as("acme", settings.as(String.class).one()))
                .isInstanceOf(StatementRefusedException.class);
    }

    @Test
    void rowLevelSecurityAloneKeepsAStatementThatIsLeftToIt() {
        as("acme", items.insertAll(many(3)));
        as("globex", items.insertAll(many(2)));
        Sql statement = sluice.sql("select count(*) from items where name = :name")
                .bind("name", "row")
                .scope(Scope.ROW_LEVEL_SECURITY);

        assertThat(as("acme", statement.as(Long.class).one())).isEqualTo(3);
        assertThat(as("globex", statement.as(Long.class).one())).isEqualTo(2);
        assertThat(as("acme", sluice.repository(Unscoped.class).howMany("row"))).isEqualTo(3);
        sluice.verify().block(WAIT);
    }

    @Test
    void theDoorAcrossTenantsSeesThemAll() {
        as("acme", items.insertAll(many(3)));
        as("globex", items.insertAll(many(2)));

        assertThat(sluice.acrossTenants("a report")
                        .query(
                                "select tenant_id, count(*) from items where name = :name group by 1 order by 1",
                                Map.of("name", "row"),
                                row -> row.get(0, String.class) + "=" + row.get(1, Long.class))
                        .collectList()
                        .block(WAIT))
                .containsExactly("acme=3", "globex=2");
        assertThat(sluice.acrossTenants("a clean-up")
                        .execute("delete from items where name = :name", Map.of("name", "row"))
                        .block(WAIT))
                .isEqualTo(5);
        assertThatThrownBy(() -> sluice.acrossTenants(" ")).hasMessageContaining("reason: blank");
    }

    @Test
    void withoutItsRoleTheDoorAcrossTenantsDoesNotExist() {
        Sluice without = RepositoryFixture.connect(database, Isolation.RLS, settings -> settings.acrossTenants(null));

        assertThatThrownBy(() -> without.acrossTenants("a report"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sluice.across-tenants.username");
        without.closeGracefully().block(WAIT);
    }

    @Test
    void withThePredicateAloneThereIsNoPlainConnectionFactory() {
        Sluice predicate = RepositoryFixture.connect(database, Isolation.PREDICATE);

        assertThatThrownBy(predicate::connectionFactory)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected: rls");
        predicate.closeGracefully().block(WAIT);
    }

    @Test
    void thePlainConnectionFactoryIsOfTheSameTenantAndTransaction() {
        Item item = Item.named("shared");
        Mono<String> plain = Mono.usingWhen(
                sluice.connectionFactory().create(),
                connection -> Flux.from(connection
                                .createStatement("select name from items where id = $1")
                                .bind("$1", item.id())
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, String.class)))
                        .next(),
                connection -> connection.close());

        assertThat(as("acme", sluice.inTransaction(() -> items.insert(item).then(plain))))
                .isEqualTo("shared");
        assertThat(as("acme", plain)).isEqualTo("shared");
        assertThat(as("globex", plain)).isNull();
    }

    @Test
    void afterClosingCallsAreRefusedAndNoConnectionIsLeft() {
        Sluice closing = RepositoryFixture.connect(database, Isolation.RLS);
        Items closed = closing.repository(Items.class);
        Mono<Long> running = closing.sql("select 1 from pg_sleep(0.3)")
                .scope(Scope.ROW_LEVEL_SECURITY)
                .as(Long.class)
                .one()
                .contextWrite(Access.tenant("acme"))
                .cache();
        running.subscribe(one -> {}, error -> {});

        closing.closeGracefully().block(WAIT);

        assertThat(running.block(Duration.ofMillis(100))).isEqualTo(1);
        assertThatThrownBy(() -> as("acme", closed.count())).hasMessageContaining("closed");
    }

    @Test
    void aStartThatFailsLeavesNoConnectionBehind() {
        database.execute(Role.OWNER, "alter table parts disable row level security");
        long before = connections();

        assertThatThrownBy(() -> Sluice.connect(
                                dev.sluice.SluiceSettings.builder(database.url(), database.credentials(Role.APP))
                                        .build())
                        .block(WAIT))
                .hasMessageContaining("parts");
        assertThatThrownBy(() -> Sluice.connect(
                                dev.sluice.SluiceSettings.builder(database.url(), new Credentials("nobody", "wrong"))
                                        .build())
                        .block(WAIT))
                .isInstanceOf(R2dbcException.class);
        Await.until(WAIT, () -> connections() <= before, "the connections are closed");
        database.execute(Role.OWNER, "alter table parts enable row level security");
    }

    private long connections() {
        return database.value(
                Role.SUPERUSER,
                Long.class,
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    }

    private static List<Item> many(int rows) {
        return IntStream.range(0, rows).mapToObj(i -> Item.named("row")).toList();
    }

    interface Unscoped extends TenantRepository<Item, UUID> {

        @Query(value = "select count(*) from items where name = :name", scope = Scope.ROW_LEVEL_SECURITY)
        Mono<Long> howMany(String name);
    }
}
