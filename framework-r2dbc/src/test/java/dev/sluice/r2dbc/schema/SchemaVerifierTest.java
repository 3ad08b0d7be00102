package dev.sluice.r2dbc.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.Credentials;
import dev.sluice.Isolation;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each hole is made in a sound database, found, mended with the SQL that the error holds, and found no more. */
@SluiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaVerifierTest {

    private static final String TABLES = """
            create table notes (tenant_id text not null, id bigint, words text, primary key (tenant_id, id));
            create table plans (code text primary key);
            create table days (tenant_id text not null, day date, primary key (tenant_id, day)) partition by range (day);
            create table days_1 partition of days for values from ('2026-01-01') to ('2027-01-01');
            create view words with (security_invoker) as select words from notes;
            grant select on plans, words to $app;
            """;

    private final TestDatabase database;
    // Roles belong to the cluster, which other test processes use: this one is broken instead of theirs.
    private final Credentials app =
            new Credentials("app_" + UUID.randomUUID().toString().substring(0, 8), "secret");

    SchemaVerifierTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void makeASoundDatabase() {
        superuser("create role $app login password 'secret';" + "grant connect on database " + database.name()
                + " to $app; grant usage on schema public to $app");
        owner(TABLES + policies().script("notes", "days"));
    }

    @AfterAll
    void dropTheRole() {
        superuser("reassign owned by $app to postgres; drop owned by $app; drop role $app");
    }

    private record Case(String name, String make, String found, String undo) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Case hole(String name, String make, String found, String undo) {
        return new Case(name, make, found, undo);
    }

    private static Case hole(String name, String make, String found) {
        return new Case(name, make, found, "select 1");
    }

    static Stream<Case> holes() {
        return Stream.of(policyHoles(), viewHoles(), keyHoles(), roleHoles()).flatMap(cases -> cases);
    }

    private static Stream<Case> policyHoles() {
        String within = "tenant_id = (select nullif(current_setting('sluice.tenant', true), ''))";
        return Stream.of(
                hole(
                        "row-level security is off",
                        "alter table notes disable row level security",
                        "table public.notes: row-level security is not enabled"),
                hole(
                        "row-level security does not bind the owner",
                        "alter table notes no force row level security",
                        "table public.notes: row-level security is not forced on its owner"),
                hole(
                        "a table without any policy",
                        "create table bare (tenant_id text not null); grant select on bare to $app",
                        "table public.bare: row-level security is not enabled; row-level security is not forced on its owner;"
                                + " no permissive policy shows the application role any row; no restrictive policy keeps the"
                                + " application role within its tenant, for each command; no policy shows rows to the role of"
                                + " acrossTenants",
                        "drop table bare"),
                hole(
                        "no permissive policy",
                        "drop policy sluice_rows on notes",
                        "table public.notes: no permissive policy shows the application role any row"),
                hole(
                        "no restrictive policy, only a permissive one that can be widened",
                        "drop policy sluice_tenant on notes; create policy narrow on notes to $app using (" + within
                                + ")",
                        "table public.notes: no restrictive policy",
                        "drop policy narrow on notes"),
                hole(
                        "a restrictive policy with another condition",
                        "alter policy sluice_tenant on notes using (tenant_id <> '')",
                        "table public.notes: no restrictive policy"),
                hole(
                        "a restrictive policy whose condition is widened",
                        "alter policy sluice_tenant on notes using (" + within + " or words is null)",
                        "table public.notes: no restrictive policy"),
                hole(
                        "a condition that lets an ended setting read rows of the empty tenant (§0.5)",
                        "alter policy sluice_tenant on notes using (tenant_id = (select current_setting('sluice.tenant', true)))",
                        "table public.notes: no restrictive policy"),
                hole(
                        "a condition that reads another setting",
                        "alter policy sluice_tenant on notes using (tenant_id = (select nullif(current_setting('sluicestenant', true), '')))",
                        "table public.notes: no restrictive policy"),
                hole(
                        "a restrictive policy that checks no new rows",
                        "alter policy sluice_tenant on notes with check (true)",
                        "table public.notes: no restrictive policy"),
                hole(
                        "a restrictive policy for reads only",
                        "drop policy sluice_tenant on notes;"
                                + "create policy sluice_tenant on notes as restrictive for select to $app using ("
                                + within + ")",
                        "table public.notes: no restrictive policy"),
                hole(
                        "a restrictive policy for another role",
                        "alter policy sluice_tenant on notes to sluice_across",
                        "table public.notes: no restrictive policy"),
                hole(
                        "no policy for the door across tenants",
                        "drop policy sluice_across on notes",
                        "table public.notes: no policy shows rows to the role of acrossTenants"),
                hole(
                        "a partition that is granted directly",
                        "grant select on days_1 to $app",
                        "partition public.days_1 is granted directly, past the policies of its parent"),
                hole(
                        "a column of a partition that is granted to everybody",
                        "grant select (day) on days_1 to public",
                        "partition public.days_1 is granted directly, past the policies of its parent"));
    }

    private static Stream<Case> viewHoles() {
        String extension = "create foreign data wrapper nowhere; create server nowhere foreign data wrapper nowhere;";
        return Stream.of(
                hole(
                        "a view that reads as its owner",
                        "create view everything as select * from notes; grant select on everything to $app",
                        "view public.everything reads public.notes as its owner",
                        "drop view everything"),
                hole(
                        "a view over a view that reads as its owner",
                        "create view inner_view as select * from notes;"
                                + "create view outer_view as select * from inner_view; grant select on outer_view to $app",
                        "view public.outer_view reads public.notes as its owner",
                        "drop view outer_view, inner_view"),
                hole(
                        "a materialized view",
                        "create materialized view stored as select * from notes; grant select on stored to $app",
                        "materialized view public.stored holds rows of public.notes and can have no policy",
                        "drop materialized view stored"),
                hole(
                        "a materialized view over a view that obeys its caller, who was its owner",
                        "create materialized view stored as select * from words; grant select on stored to public",
                        "materialized view public.stored holds rows of public.notes and can have no policy",
                        "drop materialized view stored"),
                hole(
                        "a view over a materialized view",
                        "create materialized view stored as select * from notes;"
                                + "create view \"Peek\" as select * from stored; grant select on \"Peek\" to $app",
                        "view public.\"Peek\" reads a materialized view with rows of public.notes; declare it",
                        "drop materialized view stored cascade"),
                hole(
                        "a foreign table",
                        extension
                                + "create foreign table far (tenant_id text) server nowhere; grant select on far to $app",
                        "foreign table public.far can have no policy",
                        "drop foreign data wrapper nowhere cascade"));
    }

    private static Stream<Case> keyHoles() {
        return Stream.of(
                hole(
                        "a tenant column that may be null",
                        "create table keyed (tenant_id text, id int)",
                        "column tenant_id of public.keyed may be null"),
                hole(
                        "a tenant column of another type",
                        "create table keyed (tenant_id int not null)",
                        "column tenant_id of public.keyed is integer (expected: text)"),
                hole(
                        "a primary key without the tenant",
                        "create table keyed (tenant_id text not null, id int primary key)",
                        "constraint keyed_pkey of public.keyed does not contain tenant_id: PRIMARY KEY (id)"),
                hole(
                        "a unique constraint without the tenant",
                        "create table keyed (tenant_id text not null, \"e Mail\" text unique nulls not distinct)",
                        "constraint \"keyed_e Mail_key\" of public.keyed does not contain tenant_id"),
                hole(
                        "the tenant included in a key is not part of it",
                        "create table keyed (tenant_id text not null, mail text, unique (mail) include (tenant_id))",
                        "constraint keyed_mail_tenant_id_key of public.keyed does not contain tenant_id"),
                hole(
                        "a unique index over an expression, for some rows",
                        "create table keyed (tenant_id text not null, mail text);"
                                + "create unique index keyed_mail on keyed (lower(mail)) where mail <> ''",
                        "index public.keyed_mail of public.keyed does not contain tenant_id"),
                hole(
                        "an exclusion constraint without the tenant",
                        "create table keyed (tenant_id text not null, mail text, exclude using btree (mail with =))",
                        "constraint keyed_mail_excl of public.keyed does not contain tenant_id"),
                hole(
                        "keys of a partitioned table without the tenant",
                        "create table keyed (tenant_id text not null, day date primary key) partition by range (day);"
                                + "create table keyed_1 partition of keyed for values from ('2026-01-01') to ('2027-01-01')",
                        "constraint keyed_pkey of public.keyed does not contain tenant_id"),
                hole(
                        "a foreign key without the tenant",
                        "create table keyed (tenant_id text not null, note bigint, unique (tenant_id, note));"
                                + "alter table notes add unique (id);"
                                + "alter table keyed add foreign key (note) references notes (id) on delete set null on update cascade",
                        "constraint keyed_note_fkey of public.keyed refers to rows of other tenants: FOREIGN KEY (note)",
                        "alter table notes drop constraint notes_id_key cascade"));
    }

    private static Stream<Case> roleHoles() {
        return Stream.of(
                hole("a superuser", "alter role $app superuser", "role $app has SUPERUSER"),
                hole("a role that bypasses policies", "alter role $app bypassrls", "role $app has BYPASSRLS"),
                hole("a role that makes roles", "alter role $app createrole", "role $app has CREATEROLE"),
                hole("a role that makes databases", "alter role $app createdb", "role $app has CREATEDB"),
                hole("a role that replicates", "alter role $app replication", "role $app has REPLICATION"),
                hole(
                        "a member of the owner",
                        "grant sluice_owner to $app",
                        "role $app is a member of sluice_owner, which bypasses row-level security"),
                hole(
                        "a member of the role across tenants",
                        "grant sluice_across to $app",
                        "role $app is a member of sluice_across, which works across tenants"),
                hole(
                        "a member of the monitor",
                        "grant sluice_monitor to $app",
                        "role $app is a member of sluice_monitor, which monitors"),
                hole(
                        "a member of a power role, through another one",
                        "create role $app_group; grant pg_read_all_data to $app_group; grant $app_group to $app",
                        "role $app is a member of pg_read_all_data, which is one of PostgreSQL's power roles",
                        "drop role $app_group"),
                hole(
                        "a member of a role that policies let see everything",
                        "create role $app_group; grant select on notes to $app_group; grant $app_group to $app;"
                                + "create policy wide on notes to $app_group",
                        "$app may become $app_group, which a policy of public.notes shows the rows of all tenants",
                        "drop owned by $app_group; drop role $app_group"),
                hole(
                        "a role that owns a table",
                        "create table mine (tenant_id text not null);" + "alter table mine owner to $app",
                        "role $app owns table public.mine, and may change what it is",
                        "drop table mine"),
                hole(
                        "a role that owns a schema",
                        "create schema mine authorization $app",
                        "role $app owns schema mine, and may change what it is",
                        "drop schema mine"),
                hole(
                        "a role that may create in a schema",
                        "grant create on schema public to $app",
                        "role $app has CREATE on schema public"),
                hole(
                        "everybody may create in a schema",
                        "grant create on schema public to public",
                        "role $app has CREATE on schema public"),
                hole(
                        "a role that may make temporary tables, which stay on a pooled connection",
                        "grant temporary on database $database to public",
                        "role $app has TEMPORARY on database $database"),
                hole(
                        "a role that may truncate",
                        "grant truncate, trigger on notes to $app",
                        "role $app has TRIGGER, TRUNCATE on public.notes"),
                hole(
                        "a role that may refer to a column",
                        "grant references (id) on notes to $app",
                        "role $app has REFERENCES on public.notes"),
                hole(
                        "sessions that begin with a tenant",
                        "alter role $app in database $database set sluice.tenant = 'acme'",
                        "sessions begin with a tenant: sluice.tenant has a default"),
                hole(
                        "a function that runs as its owner",
                        "create function peek(int) returns bigint language sql security definer return (select count(*) from public.notes)",
                        "function public.peek(integer) runs as its owner postgres and may be called by $app",
                        "drop function peek"));
    }

    @Test
    void aSoundDatabasePasses() {
        assertThatCode(() -> verify(settings())).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("holes")
    void aHoleStopsTheStartAndItsSqlMendsIt(Case hole) {
        superuser(hole.make() + secured(hole));
        try {
            UnsafeSchemaException stopped = stopped(settings());
            assertThat(stopped.holes()).extracting(Hole::description).anyMatch(d -> d.startsWith(named(hole.found())));
            stopped.holes().forEach(found -> assertThat(found.mend()).isNotEmpty());

            superuser(afterHeadline(stopped.getMessage()));

            assertThatCode(() -> verify(settings())).doesNotThrowAnyException();
        } finally {
            superuser("drop table if exists keyed;" + hole.undo());
        }
    }

    @Test
    void oneErrorHoldsAllHoles() {
        superuser("alter role $app bypassrls; alter table notes disable row level security;"
                + "grant select on days_1 to $app");
        try {
            UnsafeSchemaException stopped = stopped(settings());

            assertThat(stopped.holes()).hasSize(3);
            assertThat(stopped)
                    .hasMessageStartingWith(named("role '$app' could reach rows of other tenants, in 3 ways."))
                    .hasMessageContaining("\n-- table public.notes: row-level security is not enabled\n")
                    .hasMessageContaining("\nALTER TABLE \"public\".\"notes\" ENABLE ROW LEVEL SECURITY;\n")
                    .hasMessageContaining(named("\nREVOKE ALL ON public.days_1 FROM $app;"));
        } finally {
            superuser("alter role $app nobypassrls; alter table notes enable row level security;"
                    + "revoke all on days_1 from $app");
        }
    }

    @Test
    void whatTheUserDeclaresIsNoHole() {
        superuser("create materialized view stored as select * from notes;"
                + "create view peek as select * from stored where tenant_id = current_setting('sluice.tenant', true);"
                + "grant select on peek to $app;"
                + "create function tell() returns bigint language sql security definer return 1");
        try {
            assertThat(stopped(settings()).holes()).hasSize(2);
            SluiceSettings declared = SluiceSettings.builder(database.url(), app)
                    .declared(List.of("peek", "public.tell"))
                    .build();

            assertThatCode(() -> verify(declared)).doesNotThrowAnyException();
        } finally {
            superuser("drop materialized view stored cascade; drop function tell");
        }
    }

    @Test
    void conditionsThatMeanTheSameAreAccepted() {
        String within = "tenant_id = nullif(current_setting('sluice.tenant', true), '')";
        superuser("drop policy sluice_tenant on notes;"
                + "create policy a on notes as restrictive for select using (" + within + ");"
                + "create policy b on notes as restrictive for insert with check (" + within + ");"
                + "create policy c on notes as restrictive for update using (" + within + ");"
                + "create policy d on notes as restrictive for delete using (" + within + ");"
                + "create policy wide on notes to public using (true)");
        try {
            assertThatCode(() -> verify(settings())).doesNotThrowAnyException();
        } finally {
            superuser("drop policy a on notes; drop policy b on notes; drop policy c on notes; drop policy d on notes;"
                    + "drop policy wide on notes;" + String.join(";", policies().policies("notes")));
        }
    }

    @Test
    void withPredicatesAloneKeysAreHolesAndPoliciesAreNot() {
        SluiceSettings predicate = SluiceSettings.builder(database.url(), app)
                .isolation(Isolation.PREDICATE)
                .build();
        superuser("alter table notes disable row level security; alter role $app bypassrls");
        try {
            assertThatCode(() -> verify(predicate)).doesNotThrowAnyException();

            superuser("create unique index loose on notes (words)");
            assertThat(stopped(predicate).holes()).singleElement().satisfies(hole -> assertThat(hole.description())
                    .startsWith("index public.loose of public.notes does not contain tenant_id"));
        } finally {
            superuser("drop index loose; alter table notes enable row level security; alter role $app nobypassrls");
        }
    }

    @Test
    void aSharedTableThatIsNotThereStopsTheStart() {
        SluiceSettings misspelt = SluiceSettings.builder(database.url(), app)
                .sharedTables(List.of("plans", "plan"))
                .build();

        assertThatThrownBy(() -> verify(misspelt))
                .hasMessage(named("shared-tables: [plan] (expected: tables that role '$app' may use)"));
    }

    @Test
    void anOldServerIsRefusedAndOneThatLacksAFixIsWarnedOf() {
        assertThat(new ServerVersion(140019).hole()).hasValueSatisfying(hole -> assertThat(hole.description())
                .startsWith("the server is PostgreSQL 14.19"));
        assertThat(new ServerVersion(150000).hole()).isEmpty();
        assertThat(new ServerVersion(170005).warning())
                .hasValueSatisfying(w -> assertThat(w).endsWith("upgrade to 17.6"));
        assertThat(new ServerVersion(170006).warning()).isEmpty();
        assertThat(new ServerVersion(180000).warning()).isEmpty();
    }

    /** Tables that are made to have a key hole are sound otherwise. */
    private String secured(Case hole) {
        if (!hole.make().contains("create table keyed")) {
            return "";
        }
        boolean text = !hole.make().contains("tenant_id int");
        return ";" + (text ? policies().script("keyed") : "grant select on keyed to $app");
    }

    private RowLevelSecurity policies() {
        return RowLevelSecurity.of(TenantColumn.DEFAULT, app.username()).across(Role.ACROSS.username());
    }

    private SluiceSettings settings() {
        return SluiceSettings.builder(database.url(), app)
                .sharedTables(List.of("plans"))
                .acrossTenants(new AcrossTenantsSettings(database.credentials(Role.ACROSS), 2))
                .monitor(database.credentials(Role.MONITOR))
                .build();
    }

    private UnsafeSchemaException stopped(SluiceSettings settings) {
        UnsafeSchemaException stopped = catchThrowableOfType(UnsafeSchemaException.class, () -> verify(settings));
        assertThat(stopped).as("the start was not stopped").isNotNull();
        return stopped;
    }

    private void verify(SluiceSettings settings) {
        PlainSession.with(database, app, session -> new CatalogReader(settings)
                .read(session)
                .flatMap(catalog -> new SchemaVerifier(settings).verify(session, catalog)));
    }

    private static String afterHeadline(String message) {
        return message.substring(message.indexOf('\n'));
    }

    private void superuser(String sql) {
        database.execute(Role.SUPERUSER, named(sql));
    }

    private void owner(String sql) {
        database.execute(Role.OWNER, named(sql));
    }

    private String named(String text) {
        return text.replace("$app", app.username()).replace("$database", database.name());
    }
}
