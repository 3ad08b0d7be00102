package dev.sluice.r2dbc.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.sluice.tenant.MissingTenantException;
import dev.sluice.transaction.TransactionOptions;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** jOOQ works on the view of a Context, and row-level security keeps two tenants apart that it does not know of. */
class JooqTest extends NotesFixture {

    private static final Table<Record> NOTES = table(name("notes"));
    private static final Field<Long> ID = field(name("id"), Long.class);
    private static final Field<String> TEXT = field(name("text"), String.class);
    private static final Field<Integer> STARS = field(name("stars"), Integer.class);

    @Test
    void itsQueriesSeeTheirTenantOnly() {
        Record saved = as(
                "acme",
                sql -> sql.insertInto(NOTES, TEXT, STARS).values("of acme", 3).returning(ID, TEXT));
        as("globex", sql -> sql.insertInto(NOTES, TEXT, STARS).values("of globex", 5));

        Record own = as("acme", sql -> sql.select(TEXT).from(NOTES).where(ID.eq(saved.get(ID))));
        Record foreign = as("globex", sql -> sql.select(TEXT).from(NOTES).where(ID.eq(saved.get(ID))));

        assertThat(saved.get(TEXT)).isEqualTo("of acme");
        assertThat(own.get(TEXT)).isEqualTo("of acme");
        assertThat(foreign).isNull();
        assertThat(texts("globex")).containsExactly("of globex");
    }

    @Test
    void updatesDeletesAndNullsWork() {
        as("acme", sql -> sql.insertInto(NOTES, TEXT, STARS)
                .values((String) null, 1)
                .values("two", 2));

        int changed = as("acme", sql -> sql.update(NOTES).set(TEXT, "changed").where(STARS.eq(2)));
        List<String> texts = texts("acme");
        int deleted = as("acme", sql -> sql.deleteFrom(NOTES));

        assertThat(changed).isOne();
        assertThat(texts).containsExactly("null", "changed");
        assertThat(deleted).isEqualTo(2);
    }

    @Test
    void itsTransactionsCommitAndRollBack() {
        as(
                "acme",
                sql -> sql.transactionPublisher(
                        inner -> inner.dsl().insertInto(NOTES, TEXT, STARS).values("kept", 1)));
        assertThatThrownBy(() -> as(
                        "acme",
                        sql -> sql.transactionPublisher(inner -> Mono.from(inner.dsl()
                                        .insertInto(NOTES, TEXT, STARS)
                                        .values("undone", 1))
                                .then(Mono.error(new IllegalStateException("no"))))))
                .hasMessageContaining("no");

        assertThat(texts("acme")).containsExactly("kept");
    }

    /** One transaction identity: jOOQ joins the transaction that Sluice began. */
    @Test
    void itJoinsTheTransactionOfTheContext() {
        Mono<Void> work = node.transactions()
                .inTransaction(TransactionOptions.DEFAULT, () -> node.insert(1, "by sluice")
                        .then(jooq(sql -> sql.insertInto(NOTES, TEXT, STARS).values("by jooq", 1)))
                        .then(Mono.error(new IllegalStateException("no"))));

        assertThatThrownBy(() -> as("acme", work)).hasMessage("no");
        assertThat(texts("acme")).isEmpty();
    }

    /** Why {@code connectionFactory(context)} is there: jOOQ's publishers leave out the Context. */
    @Test
    void withoutATenantNothingRuns() {
        DSLContext sql = DSL.using(connections, SQLDialect.POSTGRES);

        assertThatThrownBy(() -> as("acme", Mono.from(sql.select(count()).from(NOTES))))
                .hasRootCauseInstanceOf(MissingTenantException.class);
    }

    /** P2: more calls at once than there are connections. */
    @Test
    void manyCallsAtOnceShareTwoConnections() {
        as(
                "acme",
                Flux.range(0, 100)
                        .flatMap(
                                i -> jooq(sql ->
                                        sql.insertInto(NOTES, TEXT, STARS).values("n", i)),
                                50)
                        .then());

        assertThat(texts("acme")).hasSize(100);
    }

    private List<String> texts(String tenant) {
        Flux<Record1<String>> rows = Flux.deferContextual(
                context -> Flux.from(using(context).select(TEXT).from(NOTES).orderBy(STARS)));
        return as(tenant, rows.map(row -> String.valueOf(row.value1())).collectList());
    }

    private <T> T as(String tenant, Function<DSLContext, Publisher<T>> work) {
        return as(tenant, jooq(work));
    }

    private <T> Mono<T> jooq(Function<DSLContext, Publisher<T>> work) {
        return Mono.deferContextual(context -> Mono.from(work.apply(using(context))));
    }

    private DSLContext using(ContextView context) {
        return DSL.using(connections.within(context), SQLDialect.POSTGRES);
    }
}
