package dev.sluice.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.Relation;
import dev.sluice.r2dbc.schema.Relation.Kind;
import dev.sluice.r2dbc.schema.WriteEffects;
import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import dev.sluice.repository.StatementRefusedException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plan says beside its rows; the rows are the oracle's matter. */
class SqlScoperTest {

    private static final SqlScoper SCOPER = new SqlScoper(catalog());

    private static Catalog catalog() {
        List<Relation> relations = List.of(
                relation("forecasts", Kind.TENANT_OWNED), relation("scenarios", Kind.TENANT_OWNED),
                relation("units", Kind.SHARED), relation("totals", Kind.DECLARED_VIEW));
        Map<String, Relation> byName = relations.stream().collect(Collectors.toMap(Relation::qualifiedName, r -> r));
        return new Catalog(
                TenantColumn.DEFAULT,
                byName,
                List.of("public"),
                Set.of("reckon", "weigh"),
                Set.of("random", "reckon"),
                Set.of("random", "lower", "count"),
                WriteEffects.NONE);
    }

    private static Relation relation(String name, Kind kind) {
        Relation.Column id = new Relation.Column("id", "integer", 23, false, false);
        return new Relation("public", name, kind, List.of(id), List.of());
    }

    @Test
    void theTenantIsOneParameterHoweverOftenItIsNeeded() {
        StatementPlan plan = SCOPER.scope(
                "t", "select * from forecasts f join scenarios s on s.id = :id where f.id = :id", List.of("x", "id"));

        assertThat(plan.binding().slots()).containsExactly(new Slot.Tenant(), new Slot.Argument(1, "id"));
        assertThat(plan.sql())
                .isEqualTo("select * from (select * from forecasts where \"tenant_id\" = $1::text) f join"
                        + " (select * from scenarios where \"tenant_id\" = $1::text) s on s.id = $2 where f.id = $2");
    }

    @Test
    void whatNeedsNoTenantHasNoSlotForIt() {
        assertThat(SCOPER.scope("t", "select * from units").binding().slots()).isEmpty();
        assertThat(SCOPER.scope("t", "select 1").sql()).isEqualTo("select 1");
    }

    @Test
    void whatIsReadAndWrittenIsKnownByQualifiedName() {
        StatementPlan plan = SCOPER.scope(
                "t",
                "with d as (delete from forecasts where id in (select id from units) returning id)"
                        + " insert into public.scenarios (id) select d.id from d, totals");

        assertThat(plan.reads()).containsExactlyInAnyOrder("public.units", "public.totals");
        assertThat(plan.writes()).containsExactlyInAnyOrder("public.forecasts", "public.scenarios");
        assertThat(plan.returnsRows()).isFalse();
    }

    @Test
    void onlyWhatNeitherWritesNorLocksNorCallsVolatileFunctionsIsForReplicas() {
        assertThat(SCOPER.scope("t", "select lower('A') from forecasts").replicaSafe())
                .isTrue();
        assertThat(SCOPER.scope("t", "values (1)").replicaSafe()).isTrue();
        assertThat(SCOPER.scope("t", "select random() from forecasts").replicaSafe())
                .isFalse();
        assertThat(SCOPER.scope("t", "select reckon(id) from forecasts").replicaSafe())
                .isFalse();
        assertThat(SCOPER.scope("t", "select weigh(id) from forecasts").replicaSafe())
                .isTrue();
        assertThat(SCOPER.scope("t", "select * from forecasts for share").replicaSafe())
                .isFalse();
        assertThat(SCOPER.scope("t", "select * from (select * from forecasts for update) f")
                        .replicaSafe())
                .isFalse();
        assertThat(SCOPER.scope("t", "with d as (delete from forecasts returning id) select * from d")
                        .replicaSafe())
                .isFalse();
    }

    @Test
    void commentsAndLayoutStayAsTheyWereWritten() {
        String text = "select f.id -- the :id\nfrom forecasts /* all */ as f\n where f.id = 1 -- last";

        assertThat(SCOPER.scope("t", text).sql())
                .isEqualTo("select f.id -- the :id\nfrom (select * from forecasts where"
                        + " \"tenant_id\" = $1::text) /* all */ as f\n where f.id = 1 -- last");
        assertThat(SCOPER.scope("t", "delete from forecasts f where f.id = 1 or true -- last")
                        .sql())
                .isEqualTo("delete from forecasts f where (f.id = 1 or true) and f.\"tenant_id\" = $1::text -- last");
    }

    @Test
    void aRefusalNamesTheStatementTheReasonAndThePlace() {
        assertThatThrownBy(() -> SCOPER.scope("Forecasts.all", "select * from secrets"))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessage(
                        "Forecasts.all refused: 'secrets' is no relation that the application role can use; check its"
                                + " name, schema and grants (at character 15)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "array[", "case when true then ", "not ", "- "})
    void whatIsNestedWithoutEndIsRefusedInBoundedTime(String opening) {
        String text = "select " + opening.repeat(90_000 / opening.length());

        assertThatThrownBy(() -> SCOPER.scope("t", text)).isInstanceOf(StatementRefusedException.class);
    }

    @Test
    void textThatNoPersonWroteIsRefusedUnread() {
        assertThatThrownBy(() -> SCOPER.scope("t", "select 1" + " ".repeat(100_000)))
                .hasMessage("t refused: it has 100008 characters (at most 100000)");
        assertThatThrownBy(() -> SCOPER.scope("t", "select " + "(".repeat(201) + 1 + ")".repeat(201)))
                .hasMessageContaining("brackets are nested more than 200 deep");
    }
}
