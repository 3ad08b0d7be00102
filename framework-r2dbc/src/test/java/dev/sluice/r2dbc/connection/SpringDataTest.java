package dev.sluice.r2dbc.connection;

import static dev.sluice.r2dbc.transaction.ItemsNode.MOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.tenant.MissingTenantException;
import dev.sluice.transaction.TransactionOptions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.annotation.Id;
import org.springframework.data.domain.Sort;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.r2dbc.repository.support.R2dbcRepositoryFactory;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.relational.core.query.Criteria;
import org.springframework.data.relational.core.query.Update;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring Data R2DBC works on the view unchanged, and row-level security keeps two tenants apart that know of neither. */
class SpringDataTest extends NotesFixture {

    /** A note; which tenant it belongs to is the table's default. */
    @Table("notes")
    record Note(@Id Long id, String text, int stars) {}

    interface Notes extends ReactiveCrudRepository<Note, Long> {

        Flux<Note> findByStarsGreaterThanOrderByText(int stars);

        @Query("select * from notes where text like :pattern order by id")
        Flux<Note> like(String pattern);
    }

    private R2dbcEntityTemplate template;
    private Notes notes;

    @BeforeEach
    void openTemplate() {
        template = new R2dbcEntityTemplate(connections);
        notes = new R2dbcRepositoryFactory(template).getRepository(Notes.class);
    }

    @Test
    void aRepositorySeesItsTenantOnly() {
        Note saved = as("acme", notes.save(new Note(null, "of acme", 3)));
        as("globex", notes.save(new Note(null, "of globex", 5)));

        assertThat(saved.id()).isNotNull();
        assertThat(as("acme", notes.findById(saved.id())).text()).isEqualTo("of acme");
        assertThat(as("globex", notes.findById(saved.id()))).isNull();
        assertThat(as("acme", notes.count())).isOne();
        assertThat(as("globex", notes.findAll().map(Note::text).collectList())).containsExactly("of globex");
    }

    @Test
    void derivedAndWrittenQueriesDeletesAndUpdatesWork() {
        as(
                "acme",
                notes.saveAll(IntStream.range(0, 5)
                                .mapToObj(i -> new Note(null, "note " + i, i))
                                .toList())
                        .then());

        assertThat(as(
                        "acme",
                        notes.findByStarsGreaterThanOrderByText(2)
                                .map(Note::stars)
                                .collectList()))
                .containsExactly(3, 4);
        assertThat(as("acme", notes.like("%4").map(Note::text).collectList())).containsExactly("note 4");
        Note first = as("acme", notes.like("note 0").next());
        as("acme", notes.save(new Note(first.id(), "changed", 9)));
        assertThat(as("acme", notes.findById(first.id())).stars()).isEqualTo(9);
        as("acme", notes.deleteById(first.id()));
        assertThat(as("acme", notes.existsById(first.id()))).isFalse();
        assertThat(as("globex", notes.count())).isZero();
    }

    @Test
    void theTemplateWorks() {
        as("acme", template.insert(new Note(null, "one", 1)));

        Long changed = as(
                "acme",
                template.update(Note.class)
                        .matching(org.springframework.data.relational.core.query.Query.query(
                                Criteria.where("stars").is(1)))
                        .apply(Update.update("text", "two")));

        assertThat(changed).isOne();
        assertThat(as(
                        "acme",
                        template.select(Note.class)
                                .matching(org.springframework.data.relational.core.query.Query.empty()
                                        .sort(Sort.by("id")))
                                .all()
                                .map(Note::text)
                                .collectList()))
                .containsExactly("two");
    }

    @Test
    void theDatabaseClientWorks() {
        DatabaseClient client = DatabaseClient.create(connections);

        Long inserted = as(
                "acme",
                client.sql("insert into items (id, name) values (:id, :name)")
                        .bind("id", 1)
                        .bind("name", "one")
                        .fetch()
                        .rowsUpdated());
        List<String> names = as(
                "acme",
                client.sql("select name from items where id = :id")
                        .bind("id", 1)
                        .map(row -> row.get("name", String.class))
                        .all()
                        .collectList());

        assertThat(inserted).isOne();
        assertThat(names).containsExactly("one");
        assertThat(as(
                        "acme",
                        client.sql("select count(*) as n from items").fetch().one()))
                .containsEntry("n", 1L);
        assertThatThrownBy(() -> as(
                        "acme",
                        client.sql("insert into items (id, name) values (1, 'again')")
                                .then()))
                .isInstanceOf(DuplicateKeyException.class);
    }

    @Test
    void withoutATenantNothingRuns() {
        assertThatThrownBy(() -> notes.count().block(MOST)).hasRootCauseInstanceOf(MissingTenantException.class);
    }

    @Test
    void springsTransactionManagerCommitsAndRollsBack() {
        TransactionalOperator transactional = TransactionalOperator.create(new R2dbcTransactionManager(connections));

        as("acme", notes.save(new Note(null, "kept", 1)).as(transactional::transactional));
        assertThatThrownBy(() -> as(
                        "acme",
                        notes.save(new Note(null, "undone", 1))
                                .then(Mono.error(new IllegalStateException("no")))
                                .as(transactional::transactional)))
                .hasMessage("no");

        assertThat(as("acme", notes.findAll().map(Note::text).collectList())).containsExactly("kept");
    }

    /** One transaction identity: Spring Data joins the transaction that Sluice began. */
    @Test
    void itJoinsTheTransactionOfTheContext() {
        Mono<Void> work = node.transactions()
                .inTransaction(TransactionOptions.DEFAULT, () -> node.insert(1, "by sluice")
                        .then(notes.save(new Note(null, "by spring", 1)))
                        .then(Mono.error(new IllegalStateException("no"))));

        assertThatThrownBy(() -> as("acme", work)).hasMessage("no");
        assertThat(as("acme", notes.count())).isZero();
        assertThat(as("acme", node.names())).isEmpty();
    }

    /** P2: more calls at once than there are connections. */
    @Test
    void manyCallsAtOnceShareTwoConnections() {
        as(
                "acme",
                Flux.range(0, 100)
                        .flatMap(i -> notes.save(new Note(null, "n", i)), 50)
                        .then());

        assertThat(as(
                        "acme",
                        notes.findAll()
                                .flatMap(note -> notes.findById(note.id()))
                                .count()))
                .isEqualTo(100);
    }
}
