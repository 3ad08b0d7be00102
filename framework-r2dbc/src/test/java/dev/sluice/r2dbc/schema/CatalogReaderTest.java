package dev.sluice.r2dbc.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.r2dbc.schema.Relation.Column;
import dev.sluice.r2dbc.schema.Relation.Kind;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.util.List;
import org.junit.jupiter.api.Test;

@SluiceTest(migrations = """
                create type mood as enum ('calm', 'angry');
                create table notes (
                  tenant_id text, id bigint generated always as identity, at timestamptz default now(),
                  mood mood, words text not null, shout text generated always as (upper(words)) stored,
                  price numeric(10, 2), tags text[], primary key (tenant_id, id), unique (tenant_id, words) include (at));
                create unique index notes_hot on notes (tenant_id, price) where price > 100;
                create table parted (tenant_id text not null, day date not null) partition by range (day);
                create table parted_1 partition of parted for values from ('2026-01-01') to ('2027-01-01');
                create table numbered (tenant_id bigint not null);
                create table plans (code text primary key);
                create table loose (id int);
                create table hidden (tenant_id text not null);
                revoke all on hidden from sluice_app;
                create view calm as select * from notes where mood = 'calm';
                create view angry as select * from notes where mood = 'angry';
                create function lower(mood) returns text immutable language sql return 'low';
                create function own(int) returns int immutable language sql return 1;
                create function moody(int) returns int language sql return 1;
                create function twofold(int) returns int stable language sql return 1;
                create function twofold(text) returns int language sql return 1""")
class CatalogReaderTest {

    private static final Role APP = Role.APP;

    private final TestDatabase database;

    CatalogReaderTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void aTableWithTheTenantColumnIsTenantOwned() {
        Catalog catalog = read(settings());

        assertThat(kind(catalog, "notes")).isEqualTo(Kind.TENANT_OWNED);
        assertThat(kind(catalog, "public.notes")).isEqualTo(Kind.TENANT_OWNED);
        assertThat(kind(catalog, "parted")).isEqualTo(Kind.TENANT_OWNED);
    }

    @Test
    void whatIsNeitherTenantOwnedNorDeclaredIsRefusedWithAReason() {
        Catalog catalog = read(settings());

        assertThat(refusal(catalog, "loose")).isEqualTo("it has no column tenant_id and is not declared shared");
        assertThat(refusal(catalog, "numbered")).isEqualTo("its column tenant_id is bigint, not text");
        assertThat(refusal(catalog, "calm")).isEqualTo("it is a view and not declared");
        assertThat(refusal(catalog, "pg_class")).isEqualTo("it is PostgreSQL's own and not declared");
        assertThat(refusal(catalog, "information_schema.tables")).isEqualTo("it is PostgreSQL's own and not declared");
    }

    @Test
    void declarationsWorkWithAndWithoutSchema() {
        Catalog catalog = read(SluiceSettings.builder(database.url(), database.credentials(APP))
                .sharedTables(List.of("plans", "public.loose"))
                .declared(List.of("calm", "pg_catalog.pg_settings", "Own"))
                .build());

        assertThat(kind(catalog, "plans")).isEqualTo(Kind.SHARED);
        assertThat(kind(catalog, "loose")).isEqualTo(Kind.SHARED);
        assertThat(kind(catalog, "calm")).isEqualTo(Kind.DECLARED_VIEW);
        assertThat(kind(catalog, "angry")).isEqualTo(Kind.REFUSED);
        assertThat(kind(catalog, "pg_settings")).isEqualTo(Kind.DECLARED_VIEW);
        assertThat(catalog.find("pg_settings").orElseThrow().column("name")).isPresent();
        assertThat(catalog.declaredFunctions()).contains("own");
    }

    @Test
    void aDeclaredFunctionIsVolatileUnlessAllOfItsNameAreSaidNotToBe() {
        Catalog catalog = read(SluiceSettings.builder(database.url(), database.credentials(APP))
                .declared(List.of("Own", "public.own", "moody", "twofold", "missing", "pg_sleep", "lower"))
                .build());

        assertThat(catalog.volatileFunctions())
                .contains("moody", "twofold", "missing", "pg_sleep", "random")
                .doesNotContain("own", "public.own", "lower");
    }

    @Test
    void aTenantColumnMayHaveAnotherType() {
        Catalog catalog = read(SluiceSettings.builder(database.url(), database.credentials(APP))
                .tenantColumn(new TenantColumn("tenant_id", TenantColumn.Type.BIGINT))
                .build());

        assertThat(kind(catalog, "numbered")).isEqualTo(Kind.TENANT_OWNED);
        assertThat(refusal(catalog, "notes")).isEqualTo("its column tenant_id is text, not bigint");
    }

    @Test
    void whatTheRoleCannotReachIsNotThere() {
        assertThat(read(settings()).find("hidden")).isEmpty();
    }

    @Test
    void columnsTellTypeAndDefault() {
        Relation notes = read(settings()).find("notes").orElseThrow();

        assertThat(notes.columns())
                .extracting(Column::name)
                .containsExactly("tenant_id", "id", "at", "mood", "words", "shout", "price", "tags");
        assertThat(notes.column("tenant_id")).contains(new Column("tenant_id", "text", 25, false, false));
        assertThat(notes.column("id")).contains(new Column("id", "bigint", 20, false, false, true, true));
        assertThat(notes.column("at"))
                .contains(new Column("at", "timestamp with time zone", 1184, true, false, true, false));
        assertThat(notes.column("mood")).hasValueSatisfying(mood -> {
            assertThat(mood.enumeration()).isTrue();
            assertThat(mood.type()).isEqualTo("mood");
        });
        assertThat(notes.column("shout").orElseThrow().generated()).isTrue();
        assertThat(notes.column("price").orElseThrow().type()).isEqualTo("numeric(10,2)");
        assertThat(notes.column("tags").orElseThrow().type()).isEqualTo("text[]");
    }

    @Test
    void keysAreThoseThatOnConflictCanName() {
        Relation notes = read(settings()).find("notes").orElseThrow();

        assertThat(notes.primaryKey()).containsExactly("tenant_id", "id");
        assertThat(notes.uniqueKeys()).containsExactly(List.of("tenant_id", "id"), List.of("tenant_id", "words"));
    }

    @Test
    void theSearchPathBeginsAsPostgresqlLooksNamesUp() {
        assertThat(read(settings()).searchPath()).containsExactly("pg_catalog", "public");
    }

    @Test
    void builtInFunctionsAreThoseThatAreSafeAndCannotBeMistaken() {
        Catalog catalog = read(settings());

        assertThat(catalog.builtInFunctions())
                .contains("upper", "count", "row_number", "now")
                .doesNotContain("lower", "own", "set_config", "query_to_xml", "lo_import");
        assertThat(catalog.volatileFunctions())
                .contains("nextval", "random", "clock_timestamp", "set_config")
                .doesNotContain("now", "upper");
    }

    private static Kind kind(Catalog catalog, String name) {
        return catalog.find(name).orElseThrow().kind();
    }

    private static String refusal(Catalog catalog, String name) {
        return catalog.find(name).orElseThrow().refusal();
    }

    private SluiceSettings settings() {
        return SluiceSettings.builder(database.url(), database.credentials(APP)).build();
    }

    private Catalog read(SluiceSettings settings) {
        return PlainSession.with(database, APP, session -> new CatalogReader(settings).read(session));
    }
}
