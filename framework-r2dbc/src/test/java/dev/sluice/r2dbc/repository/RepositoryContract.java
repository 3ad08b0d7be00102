package dev.sluice.r2dbc.repository;

import static dev.sluice.r2dbc.repository.RepositoryFixture.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Isolation;
import dev.sluice.Sluice;
import dev.sluice.r2dbc.repository.Items.NameCount;
import dev.sluice.repository.TooManyRowsException;
import dev.sluice.repository.VersionConflictException;
import dev.sluice.tenant.MissingTenantException;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a repository promises, whatever keeps tenants apart. */
@SluiceTest(migrations = RepositoryFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RepositoryContract {

    private final Isolation isolation;
    private final TestDatabase database;
    private Sluice sluice;
    private Items items;

    RepositoryContract(Isolation isolation, TestDatabase database) {
        this.isolation = isolation;
        this.database = database;
    }

    @BeforeAll
    void connect() {
        sluice = RepositoryFixture.connect(database, isolation, settings -> settings.maxRows(12_000));
        items = sluice.repository(Items.class);
    }

    @AfterEach
    void empty() {
        database.execute(Role.OWNER, "delete from items; delete from parts; delete from every_type");
    }

    @AfterAll
    void close() {
        sluice.closeGracefully().block(RepositoryFixture.WAIT);
    }

    @Test
    void everyStatementCanBePrepared() {
        sluice.repository(Part.Repository.class);
        sluice.repository(EveryTypes.class);

        sluice.verify().block(RepositoryFixture.WAIT);
    }

    @Test
    void anInsertedRowIsFoundAsItWasStored() {
        Item item = Item.named("lock").of(new BigDecimal("1.5"));

        Item stored = as("acme", items.insert(item));

        assertThat(stored).isEqualTo(item.of(new BigDecimal("1.5000")));
        assertThat(as("acme", items.findById(item.id()))).isEqualTo(stored);
        assertThat(as("acme", items.existsById(item.id()))).isTrue();
        assertThat(as("acme", items.count())).isEqualTo(1);
    }

    @Test
    void whatDoesNotExistIsEmpty() {
        UUID nobody = UUID.randomUUID();

        assertThat(as("acme", items.findById(nobody))).isNull();
        assertThat(as("acme", items.existsById(nobody))).isFalse();
        assertThat(as("acme", items.deleteById(nobody))).isFalse();
        assertThat(as("acme", items.update(Item.named("none")))).isNull();
        assertThat(as("acme", items.findAllById(List.of(nobody)))).isEmpty();
        assertThat(as("acme", items.findAllById(List.of()))).isEmpty();
        assertThat(as("acme", items.findAll())).isEmpty();
        assertThat(as("acme", items.stream())).isEmpty();
        assertThat(as("acme", items.count())).isZero();
    }

    @Test
    void anUpdateRaisesTheVersionAndAStaleOneConflicts() {
        Item item = as("acme", items.insert(Item.named("first")));

        Item updated = as("acme", items.update(item.renamed("second")));

        assertThat(updated.version()).isEqualTo(item.version() + 1);
        assertThat(updated.name()).isEqualTo("second");
        assertThatThrownBy(() -> as("acme", items.update(item.renamed("third"))))
                .isInstanceOf(VersionConflictException.class)
                .hasMessageContaining("Item: version 0");
        assertThat(as("acme", items.findById(item.id()))).isEqualTo(updated);
    }

    @Test
    void anUpsertInsertsAndThenReplacesWhateverTheVersion() {
        Item item = Item.named("first");

        Item inserted = as("acme", items.upsert(item));
        Item replaced = as("acme", items.upsert(item.renamed("second")));

        assertThat(inserted).isEqualTo(item);
        assertThat(replaced.name()).isEqualTo("second");
        assertThat(replaced.version()).isEqualTo(1);
        assertThat(as("acme", items.count())).isEqualTo(1);
    }

    @Test
    void manyRowsAreInsertedByOneStatementAllOrNone() {
        List<Item> rows = new ArrayList<>(IntStream.range(0, 10_000)
                .mapToObj(i -> Item.named("row " + i).ranked(i % 7 == 0 ? null : i))
                .toList());

        assertThat(as("acme", items.insertAll(rows))).isEqualTo(10_000);
        assertThat(new HashSet<>(as("acme", items.findAll()))).isEqualTo(new HashSet<>(rows));
        assertThat(as("acme", items.stream(1_000))).hasSize(10_000);

        List<Item> another = List.of(Item.named("new"), rows.get(0));
        assertThatThrownBy(() -> as("acme", items.insertAll(another))).hasMessageContaining("items_pkey");
        assertThat(as("acme", items.count())).isEqualTo(10_000);
        assertThat(as("acme", items.insertAll(List.of()))).isZero();
    }

    @Test
    void tooManyRowsAreAnErrorAndNotATruncation() {
        as(
                "acme",
                items.insertAll(IntStream.range(0, 12_001)
                        .mapToObj(i -> Item.named("row"))
                        .toList()));

        assertThatThrownBy(() -> as("acme", items.findAll()))
                .isInstanceOf(TooManyRowsException.class)
                .hasMessageContaining("12000");
        assertThat(as("acme", items.stream(5_000))).hasSize(12_001);
    }

    @Test
    void aCallWithoutTenantIsRefused() {
        assertThatThrownBy(() -> items.findAll().collectList().block()).isInstanceOf(MissingTenantException.class);
        assertThatThrownBy(() -> items.insert(Item.named("x")).block()).isInstanceOf(MissingTenantException.class);
    }

    @Test
    void noMethodReachesTheRowsOfAnotherTenant() {
        Item theirs = as("globex", items.insert(Item.named("theirs").ranked(1)));

        assertThat(as("acme", items.findById(theirs.id()))).isNull();
        assertThat(as("acme", items.findAllById(List.of(theirs.id())))).isEmpty();
        assertThat(as("acme", items.findAll())).isEmpty();
        assertThat(as("acme", items.stream())).isEmpty();
        assertThat(as("acme", items.existsById(theirs.id()))).isFalse();
        assertThat(as("acme", items.count())).isZero();
        assertThat(as("acme", items.deleteById(theirs.id()))).isFalse();
        assertThat(as("acme", items.update(theirs.renamed("mine")))).isNull();
        assertThat(as("acme", items.named("theirs"))).isEmpty();
        assertThat(as("acme", items.deleteNamed("theirs", "x"))).isZero();
        assertThat(as("acme", items.annotate("theirs", "mine"))).isZero();
        assertThat(as("acme", items.raise("theirs"))).isNull();
        assertThat(as("acme", items.howMany())).isZero();
        assertThat(as("acme", items.names())).isEmpty();
        as("acme", items.forget("theirs"));

        Item mine = as("acme", items.upsert(theirs.renamed("mine")));

        assertThat(mine.name()).isEqualTo("mine");
        assertThat(as("globex", items.findById(theirs.id()))).isEqualTo(theirs);
        assertThat(as("globex", items.findAll())).containsExactly(theirs);
    }

    @Test
    void fragmentsSelectCountTestAndDelete() {
        as(
                "acme",
                items.insertAll(List.of(
                        Item.named("a").ranked(1),
                        Item.named("b").ranked(2),
                        Item.named("b"),
                        Item.named("c").ranked(2))));

        assertThat(as("acme", items.named("b"))).hasSize(2);
        assertThat(as("acme", items.theOneNamed("a")).name()).isEqualTo("a");
        assertThat(as("acme", items.theOneNamed("z"))).isNull();
        assertThatThrownBy(() -> as("acme", items.theOneNamed("b"))).isInstanceOf(TooManyRowsException.class);
        assertThat(as("acme", items.inMood(Mood.CALM))).extracting(Item::name).containsExactly("b", "c", "a");
        assertThat(as("acme", items.countMatching("b%", 1))).isEqualTo(3);
        assertThat(as("acme", items.countMatching("b%", null))).isEqualTo(2);
        assertThat(as("acme", items.existsNamed("a", List.of()))).isTrue();
        assertThat(as("acme", items.existsNamed("z", List.of(UUID.randomUUID()))))
                .isFalse();
        assertThat(as("acme", items.deleteNamed("a", "b"))).isEqualTo(3);
        assertThat(as("acme", items.count())).isEqualTo(1);
    }

    @Test
    void queriesAnswerEntitiesProjectionsScalarsAndRowsAffected() {
        Item a = as("acme", items.insert(Item.named("a").of(new BigDecimal("2.0000"))));
        as("acme", items.insert(Item.named("a").of(new BigDecimal("10.0000"))));
        as("acme", items.insert(Item.named("b")));
        Part.Repository parts = sluice.repository(Part.Repository.class);
        as("acme", parts.insert(new Part(null, a.id(), "bolt")));

        assertThat(as("acme", items.names()))
                .containsExactly(new NameCount("a", 2, new BigDecimal("10.0000")), new NameCount("b", 1, null));
        assertThat(as("acme", items.withPart("bolt"))).containsExactly(a);
        assertThat(as("globex", items.withPart("bolt"))).isEmpty();
        assertThat(as("acme", items.howMany())).isEqualTo(3);
        assertThat(as("acme", items.greatest("a"))).isEqualTo(new BigDecimal("10.0000"));
        assertThat(as("acme", items.greatest("b"))).isNull();
        assertThat(as("acme", items.annotate("a", "x"))).isEqualTo(2);
        assertThat(as("acme", items.raise("b"))).isEqualTo(1);
        assertThatThrownBy(() -> as("acme", items.notes())).hasMessageContaining("Items.notes: a row holds NULL");
        as("acme", items.forget("b"));
        assertThat(as("acme", items.notes())).containsExactly("x", "x");
    }

    @Test
    void theDatabaseMakesTheIdWhereTheEntityHasNone() {
        Part.Repository parts = sluice.repository(Part.Repository.class);
        Item item = as("acme", items.insert(Item.named("whole")));

        Part first = as("acme", parts.insert(new Part(null, item.id(), "first")));
        as("acme", parts.insertAll(List.of(new Part(null, item.id(), "2"), new Part(null, item.id(), "3"))));

        assertThat(first.id()).isPositive();
        assertThat(as("acme", parts.findById(first.id()))).isEqualTo(first);
        assertThat(as("acme", parts.findAll())).extracting(Part::label).containsExactly("first", "2", "3");
    }

    @Test
    void aTextThatIsTooLongIsRefusedAndNotCut() {
        Part.Repository parts = sluice.repository(Part.Repository.class);
        Item item = as("acme", items.insert(Item.named("whole")));
        Part tooLong = new Part(null, item.id(), "x".repeat(21));

        assertThatThrownBy(() -> as("acme", parts.insert(tooLong))).hasMessageContaining("character varying(20)");
        assertThatThrownBy(() -> as("acme", parts.insertAll(List.of(tooLong))))
                .hasMessageContaining("character varying(20)");
    }

    @Test
    void metacharactersOfSqlAreOnlyText() {
        String text = "'; drop table items; -- \" $1 :name \\ % _ /* {}";
        Item item = as("acme", items.insert(Item.named(text).noted(text)));

        assertThat(as("acme", items.named(text))).containsExactly(item);
        assertThat(as("acme", items.annotate(text, text))).isEqualTo(1);
        as("acme", items.insertAll(List.of(Item.named(text).noted(text))));
        assertThat(as("acme", items.findAll())).extracting(Item::note).containsExactly(text, text);
    }

    @Test
    void everyTypeIsReadAsItWasWritten() {
        EveryTypes types = sluice.repository(EveryTypes.class);
        EveryType full = EveryType.full("full");
        EveryType empty = EveryType.empty("empty");

        EveryType stored = as("acme", types.insert(full));
        as("acme", types.insert(empty));
        as("acme", types.insertAll(List.of(EveryType.full("full 2"), EveryType.empty("empty 2"))));
        as("acme", types.upsert(full));

        assertThat(stored).usingRecursiveComparison().isEqualTo(full);
        for (String id : List.of("full", "full 2")) {
            assertThat(as("acme", types.findById(id)))
                    .usingRecursiveComparison()
                    .ignoringFields("id")
                    .isEqualTo(stored);
        }
        for (String id : List.of("empty", "empty 2")) {
            assertThat(as("acme", types.findById(id)))
                    .usingRecursiveComparison()
                    .ignoringFields("id")
                    .isEqualTo(empty);
        }
        assertThat(as("acme", types.update(EveryType.full("empty"))))
                .usingRecursiveComparison()
                .ignoringFields("id")
                .isEqualTo(stored);
    }

    @Test
    void defaultMethodsAndTheMethodsOfObjectWork() {
        Item item = Item.named("either way");

        assertThat(as("acme", items.findOrInsert(item))).isEqualTo(item);
        assertThat(as("acme", items.findOrInsert(item.renamed("other")))).isEqualTo(item);
        assertThat(items).hasToString("Items").isEqualTo(items).hasSameHashCodeAs(items);
        assertThat(sluice.repository(Items.class)).isSameAs(items);
    }

    @Test
    void nullArgumentsAreRefusedByName() {
        assertThatThrownBy(() -> items.findById(null)).hasMessageContaining("id: null");
        assertThatThrownBy(() -> items.insert(null)).hasMessageContaining("entity: null");
        assertThatThrownBy(() -> items.stream(0)).hasMessageContaining("fetchSize: 0");
    }

    interface EveryTypes extends dev.sluice.repository.TenantRepository<EveryType, String> {}
}
