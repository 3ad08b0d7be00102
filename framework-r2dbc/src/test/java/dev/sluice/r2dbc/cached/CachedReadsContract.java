package dev.sluice.r2dbc.cached;

import static dev.sluice.r2dbc.cached.CachedFixture.WAIT;
import static dev.sluice.r2dbc.cached.CachedFixture.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.Access;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.CacheStatus;
import dev.sluice.cache.TenantCache;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cached.Day.Days;
import dev.sluice.r2dbc.cached.Plan.Folder;
import dev.sluice.r2dbc.cached.Plan.Folders;
import dev.sluice.r2dbc.cached.Plan.Plans;
import dev.sluice.r2dbc.cached.Plan.Price;
import dev.sluice.r2dbc.cached.Plan.Prices;
import dev.sluice.r2dbc.cached.Plan.Remark;
import dev.sluice.r2dbc.cached.Plan.Remarks;
import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.Scope;
import dev.sluice.repository.Sort;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.Settlement;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What {@code @Cached} promises, on a real database. */
@SluiceTest(migrations = CachedFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CachedReadsContract {

    private final TestDatabase database;
    private CachedFixture app;
    private Days days;
    private Plan plan;
    private Day day;

    CachedReadsContract(TestDatabase database) {
        this.database = database;
    }

    abstract CacheSettings settings();

    @BeforeAll
    void start() {
        CachedFixture.protect(database);
        database.execute(Role.OWNER, "insert into rates values ('vat', 1.19)");
        app = CachedFixture.start(database, settings());
        days = app.repository(Days.class);
    }

    @AfterAll
    void close() {
        app.close();
    }

    @BeforeEach
    void store() {
        plan = Plan.of("p" + UUID.randomUUID());
        as("acme", app.repository(Plans.class).insert(plan));
        day = as("acme", days.insert(Day.of(plan.id(), "12.5000")));
    }

    @Nested
    class Hits {

        @Test
        void aRowIsReadOnceAndEqualsWhatTheDatabaseHolds() {
            int before = app.count("Days.findById");

            assertThat(as("acme", days.findById(day.id()))).isEqualTo(day);
            assertThat(as("acme", days.findById(day.id()))).isEqualTo(day);
            assertThat(app.count("Days.findById") - before).isEqualTo(1);
        }

        @Test
        void anAnswerIsKeptForItsArguments() {
            Day dearer = as("acme", days.insert(Day.of(plan.id(), "99.0000")));
            int before = app.count("Days.ofPlan");

            assertThat(as("acme", days.ofPlan(plan.id()))).containsExactly(day, dearer);
            assertThat(as("acme", days.ofPlan(plan.id()))).containsExactly(day, dearer);
            assertThat(as("acme", days.ofPlan(UUID.randomUUID()))).isEmpty();
            assertThat(as("acme", days.listOfPlan(plan.id()))).containsExactly(day, dearer);
            assertThat(app.count("Days.ofPlan") - before).isEqualTo(2);
        }

        @Test
        void anEmptyListIsAnAnswer() {
            UUID nobodys = UUID.randomUUID();
            int before = app.count("Days.ofPlan");

            assertThat(as("acme", days.ofPlan(nobodys))).isEmpty();
            assertThat(as("acme", days.ofPlan(nobodys))).isEmpty();
            assertThat(app.count("Days.ofPlan") - before).isEqualTo(1);
        }

        @Test
        void countsTestsAndPagesAreCachedToo() {
            PageRequest first = PageRequest.of(1).sortBy(Sort.descending("amount"));
            int before = app.count("Days.findPage") + app.count("Days.count") + app.count("Days.existsById");
            for (int i = 0; i < 2; i++) {
                assertThat(as("acme", days.count())).isPositive();
                assertThat(as("acme", days.existsById(day.id()))).isTrue();
                assertThat(as("acme", days.findPage(first)).items()).hasSize(1);
                assertThat(as("acme", days.findPage(PageRequest.of(1))).items()).hasSize(1);
            }

            int after = app.count("Days.findPage") + app.count("Days.count") + app.count("Days.existsById");
            assertThat(after - before).isEqualTo(4);
        }

        @Test
        void theCursorOfACachedPageLeadsOn() {
            as("acme", days.insert(Day.of(plan.id(), "1.0000")));
            as("acme", days.findPage(PageRequest.of(1)));
            Page<Day> first = Objects.requireNonNull(as("acme", days.findPage(PageRequest.of(1))));
            Page<Day> second = Objects.requireNonNull(
                    as("acme", days.findPage(PageRequest.of(1).after(first.next()))));

            assertThat(second.items()).hasSize(1).doesNotContainAnyElementsOf(first.items());
        }

        @Test
        void anotherTenantsAnswerIsNeverServed() {
            as("acme", days.findById(day.id()));
            as("acme", days.ofPlan(plan.id()));

            assertThat(as("globex", days.findById(day.id()))).isNull();
            assertThat(as("globex", days.ofPlan(plan.id()))).isEmpty();
            assertThat(as("acme", days.findById(day.id()))).isEqualTo(day);
        }

        @Test
        void readsOfThePrimaryAndReadsInATransactionGoPastTheCache() {
            as("acme", days.findById(day.id()));
            int before = app.count("Days.findById");

            as("acme", days.findById(day.id()).contextWrite(Access.consistency(ReadConsistency.primary())));
            as("acme", app.sluice().inTransaction(() -> days.findById(day.id())));
            assertThat(app.count("Days.findById") - before).isEqualTo(2);
        }

        @Test
        void aTransactionFillsNothing() {
            as("acme", app.sluice().inTransaction(() -> days.findById(day.id())));
            int before = app.count("Days.findById");

            as("acme", days.findById(day.id()));
            assertThat(app.count("Days.findById") - before).isEqualTo(1);
        }

        @Test
        void anArgumentThatIsRefusedIsRefusedAsWithoutACache() {
            assertThatThrownBy(() -> as("acme", days.findById(null)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("id: null");
            assertThatThrownBy(() -> days.findById(day.id()).block(WAIT))
                    .isInstanceOf(dev.sluice.tenant.MissingTenantException.class);
        }
    }

    @Nested
    class AfterAWrite {

        @Test
        void ofItsRowAnAnswerIsRead() {
            warm();
            Day dearer = Objects.requireNonNull(as("acme", days.update(day.costing("20.0000"))));

            assertFresh(dearer);
            as("acme", days.upsert(dearer.costing("21.0000")));
            assertThat(amount()).isEqualByComparingTo("21");
            as("acme", days.deleteById(day.id()));
            assertThat(as("acme", days.findById(day.id()))).isNull();
            assertThat(as("acme", days.ofPlan(plan.id()))).isEmpty();
        }

        @Test
        void ofItsRowOtherRowsStay() {
            Day other = Objects.requireNonNull(as("acme", days.insert(Day.of(plan.id(), "1.0000"))));
            as("acme", days.findById(other.id()));
            int before = app.count("Days.findById");

            as("acme", days.update(day.costing("20.0000")));
            assertThat(as("acme", days.findById(other.id()))).isEqualTo(other);
            assertThat(app.count("Days.findById") - before).isZero();
        }

        @Test
        void ofAnotherTenantAnswersStay() {
            warm();
            int before = app.count("Days.findById") + app.count("Days.ofPlan");

            as("globex", days.raise(plan.id()));
            assertFresh(day);
            assertThat(app.count("Days.findById") + app.count("Days.ofPlan") - before)
                    .isZero();
        }

        @Test
        void byHandWrittenSqlAnAnswerIsRead() {
            warm();
            as("acme", days.raise(plan.id()));
            assertThat(amount()).isEqualByComparingTo("13.5");

            as("acme", app.sluice().sql("update days set amount = 14").rowsUpdated());
            assertThat(amount()).isEqualByComparingTo("14");

            as(
                    "acme",
                    app.sluice()
                            .sql("update days set amount = 15")
                            .scope(Scope.ROW_LEVEL_SECURITY)
                            .rowsUpdated());
            assertThat(amount()).isEqualByComparingTo("15");

            as(
                    "acme",
                    app.sluice().sql("update days set amount = 16 returning amount").as(BigDecimal.class).stream(10));
            assertThat(amount()).isEqualByComparingTo("16");
        }

        @Test
        void ofAnInsertTheAnswerThatThereIsNothingIsNoMore() {
            Day later = Day.of(plan.id(), "3.0000");
            int before = app.count("Days.findById");
            assertThat(as("acme", days.findById(later.id()))).isNull();
            assertThat(as("acme", days.findById(later.id()))).isNull();
            assertThat(app.count("Days.findById") - before).isEqualTo(1);

            as("acme", days.insert(later));
            assertThat(as("acme", days.findById(later.id()))).isEqualTo(later);
        }

        @Test
        void ofManyRowsAllAreRead() {
            warm();
            Day later = Day.of(plan.id(), "3.0000");
            assertThat(as("acme", days.findById(later.id()))).isNull();

            as("acme", days.insertAll(List.of(later)));
            assertThat(as("acme", days.findById(later.id()))).isEqualTo(later);
            assertThat(as("acme", days.ofPlan(plan.id()))).containsExactly(later, day);
        }

        @Test
        void throughThePlainViewAnAnswerIsRead() {
            ConnectionFactory connections = app.sluice().connectionFactory();
            warm();
            as("acme", plain(connections, "update days set amount = 17"));
            assertThat(amount()).isEqualByComparingTo("17");

            as("acme", plain(connections, "update public.days set amount = 18"));
            assertThat(amount()).isEqualByComparingTo("18");

            as(
                    "acme",
                    Mono.usingWhen(
                            connections.create(),
                            connection -> Mono.from(connection.beginTransaction())
                                    .then(execute(connection, "update days set amount = 19"))
                                    .then(Mono.from(connection.commitTransaction())),
                            Connection::close));
            assertThat(amount()).isEqualByComparingTo("19");
        }

        @Test
        void acrossTenantsTheAnswersOfAllAreRead() {
            warm();
            UUID theirs = plan.id();
            as("globex", app.repository(Plans.class).insert(plan));
            Day other = Objects.requireNonNull(as("globex", days.insert(Day.of(theirs, "1.0000"))));
            as("globex", days.findById(other.id()));

            app.sluice()
                    .acrossTenants("test")
                    .execute("update days set amount = amount * 2", Map.of())
                    .block(WAIT);
            assertThat(amount()).isEqualByComparingTo("25");
            assertThat(as("globex", days.findById(other.id())).amount()).isEqualByComparingTo("2");
        }

        @Test
        void ofASharedTableTheAnswersOfAllAreRead() {
            as("acme", days.rerate("vat", new BigDecimal("1.19")));
            assertThat(as("globex", days.rate("vat"))).isEqualByComparingTo("1.19");

            as("acme", days.rerate("vat", new BigDecimal("1.16")));
            assertThat(as("globex", days.rate("vat"))).isEqualByComparingTo("1.16");
            assertThat(as("acme", days.rate("vat"))).isEqualByComparingTo("1.16");
        }

        @Test
        void aDeclaredViewIsReadAgain() {
            assertThat(as("acme", days.totalOf(plan.id()))).isEqualByComparingTo("12.5");

            as("acme", days.update(day.costing("2.0000")));
            assertThat(as("acme", days.totalOf(plan.id()))).isEqualByComparingTo("2");
        }

        @Test
        void ofIdsThatAreEqualAndLookDifferentAllAreRead() {
            Prices prices = app.repository(Prices.class);
            as("acme", prices.upsert(new Price(new BigDecimal("1.50"), "old")));
            assertThat(as("acme", prices.findById(new BigDecimal("1.5"))).name())
                    .isEqualTo("old");

            as("acme", prices.update(new Price(new BigDecimal("1.500"), "new")));
            assertThat(as("acme", prices.findById(new BigDecimal("1.5"))).name())
                    .isEqualTo("new");
        }
    }

    @Nested
    class AfterAnActionOfAForeignKey {

        @Test
        void onDeleteCascadeEndsTheChildren() {
            warm();

            as("acme", app.repository(Plans.class).deleteById(plan.id()));
            assertThat(as("acme", days.findById(day.id()))).isNull();
            assertThat(as("acme", days.ofPlan(plan.id()))).isEmpty();
        }

        @Test
        void onDeleteSetNullEndsTheChildrenOfChildren() {
            Remark remark = remark(null);
            assertThat(as("acme", app.repository(Remarks.class).findById(remark.id())))
                    .isEqualTo(remark);
            assertThat(as("acme", days.remarked())).extracting(Day.Remarked::id).contains(day.id());

            as("acme", app.repository(Plans.class).deleteById(plan.id()));
            assertThat(as("acme", app.repository(Remarks.class).findById(remark.id()))
                            .dayId())
                    .isNull();
            assertThat(as("acme", days.remarked())).extracting(Day.Remarked::id).doesNotContain(day.id());
        }

        @Test
        void onUpdateCascadeEndsTheChildren() {
            Remark remark = remark(plan.code());
            assertThat(as("acme", app.repository(Remarks.class).findById(remark.id()))
                            .planCode())
                    .isEqualTo(plan.code());

            String code = "renamed " + plan.code();
            as("acme", app.repository(Plans.class).update(new Plan(plan.id(), code)));
            assertThat(as("acme", app.repository(Remarks.class).findById(remark.id()))
                            .planCode())
                    .isEqualTo(code);
        }

        @Test
        void aTreeEndsAsAWhole() {
            Folders folders = app.repository(Folders.class);
            as("acme", folders.upsert(new Folder("root", null)));
            as("acme", folders.upsert(new Folder("leaf", "root")));
            assertThat(as("acme", folders.findById("leaf"))).isNotNull();

            as("acme", folders.deleteById("root"));
            assertThat(as("acme", folders.findById("leaf"))).isNull();
        }

        private Remark remark(@Nullable String code) {
            as(
                    "acme",
                    app.repository(Remarks.class)
                            .insert(new Remark(null, day.id(), code, plan.id().toString())));
            Long id = as(
                    "acme",
                    app.sluice()
                            .sql("select id from remarks where words = :words")
                            .bind("words", plan.id().toString())
                            .as(Long.class)
                            .one());
            return new Remark(id, day.id(), code, plan.id().toString());
        }
    }

    @Nested
    class Transactions {

        @Test
        void endWithTheirCommitWhatTheyChanged() {
            warm();
            as("acme", app.sluice().inTransaction(() -> days.raise(plan.id())
                    .then(days.findById(day.id()))
                    .doOnNext(seen -> assertThat(seen.amount()).isEqualByComparingTo("13.5"))
                    .then(Mono.fromRunnable(() -> assertThat(outside()).isEqualByComparingTo("12.5"))
                            .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic()))));

            assertThat(amount()).isEqualByComparingTo("13.5");
        }

        // Another caller, before the commit.
        private BigDecimal outside() {
            return amount();
        }

        @Test
        void thatAreRolledBackEndNothing() {
            warm();
            int before = app.count("Days.findById");

            assertThatThrownBy(() -> as("acme", app.sluice().inTransaction(() -> days.raise(plan.id())
                            .then(Mono.error(new IllegalStateException("on purpose"))))))
                    .hasMessage("on purpose");
            assertThat(as("acme", days.findById(day.id()))).isEqualTo(day);
            assertThat(app.count("Days.findById") - before).isZero();
        }

        @Test
        void coverWhatTheirSettlementsWrite() {
            warm();
            as("acme", app.sluice().inTransaction(() -> dev.sluice.transaction.TransactionHandle.current()
                    .doOnNext(transaction -> transaction.register(new Settlement() {
                        @Override
                        public Mono<Void> beforeCommit(dev.sluice.transaction.Touched touched) {
                            return days.raise(plan.id()).then();
                        }
                    }))));

            assertThat(amount()).isEqualByComparingTo("13.5");
        }

        @Test
        void aSessionSeesItsOwnWriteAndThenHits() {
            SessionPosition session = SessionPosition.none();
            warm();
            block(session, days.update(day.costing("30.0000")));
            assertThat(block(session, days.findById(day.id())).amount()).isEqualByComparingTo("30");
            int before = app.count("Days.findById");

            for (int i = 0; i < 3; i++) {
                assertThat(block(session, days.findById(day.id())).amount()).isEqualByComparingTo("30");
            }
            assertThat(app.count("Days.findById")).as("reads of the database").isEqualTo(before);
        }

        private <T> T block(SessionPosition session, Mono<T> call) {
            return Objects.requireNonNull(as("acme", call.contextWrite(Access.session(session))));
        }
    }

    @Nested
    class NegativeControls {

        @Test
        void withoutSettlementsAnOldRowIsServed() {
            try (CachedFixture broken = CachedFixture.start(database, settings(), Unsettled::new)) {
                Days unsettled = broken.repository(Days.class);
                as("acme", unsettled.findById(day.id()));
                as("acme", unsettled.update(day.costing("20.0000")));

                assertThat(as("acme", unsettled.findById(day.id())).amount()).isEqualByComparingTo("12.5");
            }
        }

        @Test
        void withoutACacheEveryReadReachesTheDatabase() {
            try (CachedFixture plain = CachedFixture.start(database, settings(), cache -> TenantCache.none())) {
                Days uncached = plain.repository(Days.class);
                as("acme", uncached.findById(day.id()));
                as("acme", uncached.findById(day.id()));

                assertThat(plain.count("Days.findById")).isEqualTo(2);
            }
        }
    }

    private void warm() {
        as("acme", days.findById(day.id()));
        as("acme", days.ofPlan(plan.id()));
    }

    private void assertFresh(Day expected) {
        assertThat(as("acme", days.findById(expected.id()))).isEqualTo(expected);
        assertThat(as("acme", days.ofPlan(plan.id()))).containsExactly(expected);
    }

    private BigDecimal amount() {
        Day found = Objects.requireNonNull(as("acme", days.findById(day.id())));
        assertThat(as("acme", days.ofPlan(plan.id()))).containsExactly(found);
        return found.amount();
    }

    private static Mono<Void> plain(ConnectionFactory connections, String sql) {
        return Mono.usingWhen(connections.create(), connection -> execute(connection, sql), Connection::close);
    }

    private static Mono<Void> execute(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(result -> result.getRowsUpdated())
                .then();
    }

    /** Tells the cache of no write. */
    private record Unsettled(TenantCache cache) implements TenantCache {

        @Override
        public <T> CacheRegion<T> region(CacheSpec<T> spec) {
            return cache.region(spec);
        }

        @Override
        public Settlement settlement(@Nullable TenantId tenant, @Nullable SessionPosition session) {
            return new Settlement() {};
        }

        @Override
        public Mono<Void> flush(TenantId tenant) {
            return cache.flush(tenant);
        }

        @Override
        public CacheStatus status() {
            return cache.status();
        }

        @Override
        public Mono<Void> closeGracefully() {
            return cache.closeGracefully();
        }
    }
}
