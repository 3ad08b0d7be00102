package dev.sluice.r2dbc.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.Relation;
import dev.sluice.r2dbc.schema.Relation.Column;
import dev.sluice.r2dbc.schema.Relation.Kind;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import dev.sluice.repository.Sort;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SluiceTest(migrations = RepositoryFixture.TABLES)
class EntitySqlTest {

    private static final Entity<Item> ITEM = new EntityCompiler(Catalog.of(
                    TenantColumn.DEFAULT,
                    List.of(new Relation(
                            "public",
                            "items",
                            Kind.TENANT_OWNED,
                            List.of(
                                    new Column("tenant_id", "text", 25, false, false),
                                    new Column("id", "uuid", 2950, false, false),
                                    new Column("name", "text", 25, false, false),
                                    new Column("note", "text", 25, true, false),
                                    new Column("amount", "numeric(14,4)", 1700, true, false),
                                    new Column("rank", "integer", 23, true, false),
                                    new Column("mood", "mood", 16_400, false, true),
                                    new Column("created_at", "timestamp with time zone", 1184, false, false),
                                    new Column("version", "bigint", 20, false, false)),
                            List.of("tenant_id", "id"))),
                    List.of("public")))
            .compile(Item.class);

    private static final String COLUMNS =
            "\"id\", \"name\", \"note\", \"amount\", \"rank\", \"mood\", \"created_at\", \"version\"";

    private final EntitySql sql = new EntitySql(ITEM, TenantColumn.DEFAULT);

    @Test
    void onlyReadsByIdThatWaitForNothingShareAConnection() {
        assertThat(Stream.of(sql.findById("t"), sql.exists("t", true)))
                .allMatch(statement -> statement.plan().pointRead());
        assertThat(Stream.of(sql.exists("t", false), sql.findAllById("t"), sql.findAll("t"), sql.count("t")))
                .noneMatch(statement -> statement.plan().pointRead());
    }

    @Test
    void everyStatementCarriesTheTenant() {
        List<Property> all = ITEM.properties();
        Keyset byId = new Keyset(List.of(new OrderKey(ITEM.id(), false)));

        Stream.of(
                        sql.findById("t"),
                        sql.findAllById("t"),
                        sql.findAll("t"),
                        sql.count("t"),
                        sql.exists("t", true),
                        sql.page("t", byId, null),
                        sql.page("t", byId, List.of(false)),
                        sql.update("t", all),
                        sql.deleteById("t"))
                .forEach(statement -> assertThat(carried(statement))
                        .contains("where \"tenant_id\" = $1")
                        .doesNotContain(" or "));
        Stream.of(sql.insert("t", all), sql.upsert("t", all)).forEach(statement -> assertThat(carried(statement))
                .startsWith("insert into \"public\".\"items\" (\"tenant_id\", \"id\"")
                .contains(") values ($1, $2,"));
        assertThat(carried(sql.insertAll("t", all))).contains(") select $1::text, r.\"id\"::uuid,");
        assertThat(carried(sql.upsert("t", all))).contains("on conflict (\"tenant_id\", \"id\") do update");
    }

    @Test
    void withoutItsPredicateAStatementWouldReachAnotherTenant(TestDatabase database) {
        UUID theirs = UUID.randomUUID();
        database.execute(
                Role.OWNER,
                "insert into items values ('globex', '%s', 'theirs', null, null, null, 'CALM', now(), 0)"
                        .formatted(theirs));
        String mine = sql.findById("t").plan().sql().replace("$1", "'acme'").replace("$2", "'" + theirs + "'");

        assertThat(database.rows(Role.APP, mine)).isEmpty();
        assertThat(database.rows(Role.APP, mine.replace("\"tenant_id\" = 'acme'", "true")))
                .hasSize(1);
    }

    @Test
    void findByIdIsAPlainPointSelect() {
        StatementPlan plan = sql.findById("Items.findById").plan();

        assertThat(plan.sql())
                .isEqualTo("select " + COLUMNS + " from \"public\".\"items\" where \"tenant_id\" = $1 and \"id\" = $2");
        assertThat(plan.reads()).containsExactly("public.items");
        assertThat(plan.writes()).isEmpty();
        assertThat(plan.replicaSafe()).isTrue();
    }

    @Test
    void aWriteIsNotForReplicasAndSaysWhatItWrites() {
        StatementPlan plan = sql.deleteById("Items.deleteById").plan();

        assertThat(plan.writes()).containsExactly("public.items");
        assertThat(plan.replicaSafe()).isFalse();
        assertThat(plan.returnsRows()).isFalse();
    }

    @Test
    void keysThatGoOneWayWithoutNullsAreComparedAsARow() {
        Keyset keyset = keyset(Sort.ascending("name"), Sort.ascending("id"));

        assertThat(keyset.orderBy()).isEqualTo("\"name\", \"id\"");
        assertThat(keyset.behind(List.of("$3", "$4"))).isEqualTo("(\"name\", \"id\") > ($3, $4)");
        assertThat(keyset(Sort.descending("name"), Sort.descending("id")).behind(List.of("$3", "$4")))
                .isEqualTo("(\"name\", \"id\") < ($3, $4)");
    }

    @Test
    void otherKeysAreComparedOneByOneWithNullsLast() {
        Keyset keyset = keyset(Sort.descending("rank"), Sort.ascending("id"));

        assertThat(keyset.orderBy()).isEqualTo("\"rank\" desc nulls last, \"id\"");
        assertThat(keyset.behind(List.of("$3", "$4")))
                .isEqualTo("((\"rank\" < $3 or \"rank\" is null) or (\"rank\" = $3 and \"id\" > $4))");
        assertThat(keyset.behind(Arrays.asList(null, "$3"))).isEqualTo("(\"rank\" is null and \"id\" > $3)");
    }

    private static String carried(CompiledStatement statement) {
        assertThat(statement.plan().binding().slots().get(0)).isInstanceOf(Slot.Tenant.class);
        assertThat(statement.parameterTypes())
                .hasSameSizeAs(statement.plan().binding().slots());
        return statement.plan().sql();
    }

    private static Keyset keyset(Sort... sorts) {
        List<OrderKey> keys = new ArrayList<>();
        for (Sort sort : sorts) {
            keys.add(new OrderKey(
                    ITEM.property(sort.property()).orElseThrow(), sort.direction() == Sort.Direction.DESCENDING));
        }
        return new Keyset(keys);
    }
}
