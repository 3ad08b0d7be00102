package dev.sluice.r2dbc.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Isolation;
import dev.sluice.Sluice;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.repository.Column;
import dev.sluice.repository.Id;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.Page;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.Query;
import dev.sluice.repository.Read;
import dev.sluice.repository.RunsIn;
import dev.sluice.repository.Scope;
import dev.sluice.repository.StatementRefusedException;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.TenantRepository;
import dev.sluice.repository.Version;
import dev.sluice.repository.Where;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What cannot be compiled stops the start, and the message says what, why and what is expected. */
@SluiceTest(migrations = RepositoryFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InvalidMappingTest {

    private final TestDatabase database;
    private Sluice sluice;

    InvalidMappingTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void connect() {
        sluice = RepositoryFixture.connect(database, Isolation.PREDICATE);
    }

    @AfterAll
    void close() {
        sluice.closeGracefully().block(RepositoryFixture.WAIT);
    }

    private AbstractThrowableAssert<?, ?> refusal(Class<?> repository) {
        return assertThatThrownBy(() -> sluice.repository(repository)).isInstanceOf(InvalidMappingException.class);
    }

    record NoEntity(@Id UUID id) {}

    @TenantOwned("nowhere")
    record NoTable(@Id UUID id) {}

    @TenantOwned("settings")
    record Shared(@Id String id, String value) {}

    @TenantOwned("items")
    record NoId(UUID id, String name, Mood mood, Instant createdAt, long version) {}

    @TenantOwned("items")
    record TwoIds(@Id UUID id, @Id String name, Mood mood, Instant createdAt, long version) {}

    @TenantOwned("items")
    record WrongId(UUID id, @Id String name, Mood mood, Instant createdAt, long version) {}

    @TenantOwned("items")
    record NoColumn(@Id UUID id, String title, Mood mood, Instant createdAt, long version) {}

    @TenantOwned("items")
    record WrongType(@Id UUID id, int name, Mood mood, Instant createdAt, long version) {}

    @TenantOwned("items")
    record StrangeType(@Id UUID id, Thread name, Mood mood, Instant createdAt, long version) {}

    @TenantOwned("items")
    record Uncovered(@Id UUID id, String name) {}

    @TenantOwned("items")
    record WithTenant(@Id UUID id, String tenantId, String name, Mood mood, Instant createdAt, long version) {}

    @TenantOwned("items")
    record Twice(@Id UUID id, String name, @Column("name") String again, Mood mood, Instant createdAt, long version) {}

    @TenantOwned("items")
    record TextVersion(@Id UUID id, @Version String name, Mood mood, Instant createdAt, long version) {}

    @TenantOwned("items")
    record NullInPrimitive(@Id UUID id, String name, int rank, Mood mood, Instant createdAt, long version) {}

    @Nested
    class Entities {

        @Test
        void aRecordWithoutTableIsNoEntity() {
            refusal(OfNoEntity.class).hasMessageContaining("NoEntity: is no entity (expected: a record marked");
        }

        interface OfNoEntity extends TenantRepository<NoEntity, UUID> {}

        @Test
        void theTableMustExist() {
            refusal(OfNoTable.class).hasMessageContaining("table 'nowhere' does not exist in [pg_catalog, public]");
        }

        interface OfNoTable extends TenantRepository<NoTable, UUID> {}

        @Test
        void theTableMustBeTenantOwned() {
            refusal(OfShared.class)
                    .hasMessageContaining("'settings' is not tenant-owned: it has no column 'tenant_id text'");
        }

        interface OfShared extends TenantRepository<Shared, String> {}

        @Test
        void oneComponentIsTheId() {
            refusal(OfNoId.class).hasMessageContaining("no component is marked @Id");
            refusal(OfTwoIds.class).hasMessageContaining("'id' and 'name' are both marked @Id");
        }

        interface OfNoId extends TenantRepository<NoId, UUID> {}

        interface OfTwoIds extends TenantRepository<TwoIds, UUID> {}

        @Test
        void thePrimaryKeyIsTenantAndId() {
            refusal(OfWrongId.class).hasMessageContaining("is (tenant_id, id) (expected: (tenant_id, name))");
        }

        interface OfWrongId extends TenantRepository<WrongId, String> {}

        @Test
        void theIdOfTheRepositoryIsThatOfTheEntity() {
            refusal(OfItemByText.class)
                    .hasMessageContaining("its id is java.lang.String, and the @Id of Item is java.util.UUID");
        }

        interface OfItemByText extends TenantRepository<Item, String> {}

        @Test
        void eachComponentHasItsColumn() {
            refusal(OfNoColumn.class)
                    .hasMessageContaining(
                            "NoColumn.title: table 'items' has no column 'title' (expected one of: tenant_id, id,");
        }

        interface OfNoColumn extends TenantRepository<NoColumn, UUID> {}

        @Test
        void theColumnHoldsTheType() {
            refusal(OfWrongType.class)
                    .hasMessageContaining(
                            "WrongType.name: column 'name' is text, which int does not hold (expected: integer or smallint)");
        }

        interface OfWrongType extends TenantRepository<WrongType, UUID> {}

        @Test
        void theTypeIsOneThatTravels() {
            refusal(OfStrangeType.class)
                    .hasMessageContaining("type java.lang.Thread is not supported; column 'name' is text");
        }

        interface OfStrangeType extends TenantRepository<StrangeType, UUID> {}

        @Test
        void eachRequiredColumnHasAComponent() {
            refusal(OfUncovered.class)
                    .hasMessageContaining("no component for mood, created_at, version of table 'items'");
        }

        interface OfUncovered extends TenantRepository<Uncovered, UUID> {}

        @Test
        void theTenantIsNoComponent() {
            refusal(OfWithTenant.class).hasMessageContaining("WithTenant.tenantId: is the tenant column");
        }

        interface OfWithTenant extends TenantRepository<WithTenant, UUID> {}

        @Test
        void twoComponentsDoNotShareAColumn() {
            refusal(OfTwice.class).hasMessageContaining("Twice.again: column 'name' has another component");
        }

        interface OfTwice extends TenantRepository<Twice, UUID> {}

        @Test
        void aVersionIsANumber() {
            refusal(OfTextVersion.class).hasMessageContaining("@Version is String (expected: long or int)");
        }

        interface OfTextVersion extends TenantRepository<TextVersion, UUID> {}

        @Test
        void aPrimitiveTakesNoNull() {
            Items items = sluice.repository(Items.class);
            Item item = RepositoryFixture.as("acme", items.insert(Item.named("no rank")));
            OfNullInPrimitive repository = sluice.repository(OfNullInPrimitive.class);

            assertThatThrownBy(() -> RepositoryFixture.as("acme", repository.findById(item.id())))
                    .hasMessageContaining("NullInPrimitive.rank: a row holds NULL, and a int cannot");
        }

        interface OfNullInPrimitive extends TenantRepository<NullInPrimitive, UUID> {}
    }

    @Nested
    class Methods {

        @Test
        void aMethodSaysWhatItDoes() {
            refusal(Silent.class)
                    .hasMessageContaining(
                            "Silent.findByName: Sluice cannot tell what it does (expected: @Query or @Where)");
        }

        interface Silent extends TenantRepository<Item, UUID> {
            Flux<Item> findByName(String name);
        }

        @Test
        void aMethodHasOneStatement() {
            refusal(Both.class).hasMessageContaining("has both @Query and @Where");
        }

        interface Both extends TenantRepository<Item, UUID> {
            @Query("select * from items")
            @Where("true")
            Flux<Item> everything();
        }

        @Test
        void theResultIsAPublisher() {
            refusal(Blocking.class).hasMessageContaining("answers java.util.List<");
        }

        interface Blocking extends TenantRepository<Item, UUID> {
            @Query("select * from items")
            List<Item> everything();
        }

        @Test
        void rowsAreRecordsOrScalars() {
            refusal(Maps.class).hasMessageContaining("Maps.everything: rows cannot be read as java.util.Map");
        }

        interface Maps extends TenantRepository<Item, UUID> {
            @Query("select * from items")
            Flux<Map<String, Object>> everything();
        }

        @Test
        void anUpdateAnswersANumber() {
            refusal(Updates.class).hasMessageContaining("its statement answers no rows");
        }

        interface Updates extends TenantRepository<Item, UUID> {
            @Query("update items set note = null")
            Flux<Item> everything();
        }

        @Test
        void statementAndMethodNameTheSameParameters() {
            refusal(Missing.class).hasMessageContaining("has the parameters [], and its statement names [name]");
            refusal(Extra.class)
                    .hasMessageContaining("has the parameters [name, note], and its statement names [name]");
            refusal(ExtraInFragment.class)
                    .hasMessageContaining("has the parameters [name], and its statement names []");
        }

        interface Missing extends TenantRepository<Item, UUID> {
            @Query("select * from items where name = :name")
            Flux<Item> some();
        }

        interface Extra extends TenantRepository<Item, UUID> {
            @Query("select * from items where name = :name")
            Flux<Item> some(String name, String note);
        }

        interface ExtraInFragment extends TenantRepository<Item, UUID> {
            @Where("true")
            Flux<Item> some(String name);
        }

        @Test
        void aParameterTravels() {
            refusal(Threads.class).hasMessageContaining("parameter 'name' is java.lang.Thread, which cannot be bound");
        }

        interface Threads extends TenantRepository<Item, UUID> {
            @Where("name = :name")
            Flux<Item> some(Thread name);
        }

        @Test
        void theWorkloadIsConfigured() {
            refusal(Idle.class)
                    .hasMessageContaining("Idle.")
                    .hasMessageContaining("@RunsIn(\"idling\") names no workload of sluice.workloads"
                            + " (expected one of: [background, interactive, reconciliation, reporting, stream])");
        }

        @Test
        void aWorkloadThatWasAddedWhileRunningIsConfigured() {
            Sluice another = RepositoryFixture.connect(database, Isolation.PREDICATE);
            another.limits()
                    .change(now -> now.withWorkload(Workload.of("idling"), new WorkloadLimits(Priority.BACKGROUND, 1)));

            assertThat(another.repository(Idle.class)).isNotNull();
            another.closeGracefully().block(RepositoryFixture.WAIT);
        }

        @RunsIn("idling")
        interface Idle extends TenantRepository<Item, UUID> {}

        @Test
        void theStalenessIsADuration() {
            refusal(Stale.class)
                    .hasMessageContaining("@Read staleness 'soon' (expected: a positive number and ms, s, m or h");
            refusal(StaleSession.class).hasMessageContaining("@Read(SESSION) with a staleness");
        }

        interface Stale extends TenantRepository<Item, UUID> {
            @Where("true")
            @Read(value = Read.Freshness.BOUNDED, staleness = "soon")
            Flux<Item> some();
        }

        interface StaleSession extends TenantRepository<Item, UUID> {
            @Where("true")
            @Read(value = Read.Freshness.SESSION, staleness = "5s")
            Flux<Item> some();
        }

        @Test
        void aPageNeedsItsRequest() {
            refusal(NoRequest.class).hasMessageContaining("a page needs both");
            refusal(QueryPage.class).hasMessageContaining("@Query answers no pages");
        }

        interface NoRequest extends TenantRepository<Item, UUID> {
            @Where("true")
            Mono<Page<Item>> some();
        }

        interface QueryPage extends TenantRepository<Item, UUID> {
            @Query("select * from items")
            Mono<Page<Item>> some(PageRequest page);
        }

        @Test
        void aPageIsOrderedByColumnsWithNullsLast() {
            refusal(ByExpression.class).hasMessageContaining("'order by lower(name)' cannot be paged");
            refusal(NullsFirst.class).hasMessageContaining("'order by rank nulls first' cannot be paged");
            refusal(ByNothing.class).hasMessageContaining("'title' has no component of Item");
        }

        interface ByExpression extends TenantRepository<Item, UUID> {
            @Where("true order by lower(name)")
            Mono<Page<Item>> some(PageRequest page);
        }

        interface NullsFirst extends TenantRepository<Item, UUID> {
            @Where("true order by rank nulls first")
            Mono<Page<Item>> some(PageRequest page);
        }

        interface ByNothing extends TenantRepository<Item, UUID> {
            @Where("true order by title")
            Mono<Page<Item>> some(PageRequest page);
        }

        @Test
        void aFragmentIsOfTheEntity() {
            refusal(Scalar.class)
                    .hasMessageContaining(
                            "Scalar.greatest: answers java.math.BigDecimal (expected: Item, Mono<Long> count");
            refusal(OrderedCount.class).hasMessageContaining("an order means nothing here");
        }

        interface Scalar extends TenantRepository<Item, UUID> {
            @Where("true")
            Mono<BigDecimal> greatest();
        }

        interface OrderedCount extends TenantRepository<Item, UUID> {
            @Where("true order by name")
            Mono<Long> countAll();
        }

        @Test
        void rowLevelSecurityMustBeOnToLeaveAStatementToIt() {
            assertThatThrownBy(() -> sluice.repository(Left.class))
                    .isInstanceOf(StatementRefusedException.class)
                    .hasMessageContaining(
                            "Left.some refused: scope = ROW_LEVEL_SECURITY, and row-level security is off");
        }

        interface Left extends TenantRepository<Item, UUID> {
            @Query(value = "select * from items", scope = Scope.ROW_LEVEL_SECURITY)
            Flux<Item> some();
        }

        @Test
        void whatCannotBeScopedIsRefusedByName() {
            assertThatThrownBy(() -> sluice.repository(Catalog.class))
                    .isInstanceOf(StatementRefusedException.class)
                    .hasMessageContaining("Catalog.some");
        }

        interface Catalog extends TenantRepository<Item, UUID> {
            @Query("select relname from pg_class")
            Flux<String> some();
        }

        @Test
        void onlyInterfacesThatExtendTenantRepositoryAreRepositories() {
            refusal(Runnable.class).hasMessageContaining("java.lang.Runnable: is no repository");
            refusal(TenantRepository.class).hasMessageContaining("is no repository");
        }

        @Test
        void verifyNamesEachStatementThatTheDatabaseRefuses() {
            Sluice another = RepositoryFixture.connect(database, Isolation.PREDICATE);
            another.repository(Wrong.class);

            assertThatThrownBy(() -> another.verify().block(RepositoryFixture.WAIT))
                    .isInstanceOf(InvalidMappingException.class)
                    .hasMessageContaining("2 of ")
                    .hasMessageContaining("Wrong.some: ")
                    .hasMessageContaining("nowhere")
                    .hasMessageContaining("Wrong.more: ")
                    .hasMessageContaining("nothing");
            another.closeGracefully().block(RepositoryFixture.WAIT);
        }

        interface Wrong extends TenantRepository<Item, UUID> {
            @Where("nowhere = :name")
            Flux<Item> some(String name);

            @Query("select nothing from items")
            Flux<String> more();
        }
    }
}
