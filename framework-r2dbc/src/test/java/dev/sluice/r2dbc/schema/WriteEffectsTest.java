package dev.sluice.r2dbc.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceSettings;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@SluiceTest(migrations = """
                create collation alike (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
                create table tops (tenant_id text, id int, code text, primary key (tenant_id, id), unique (tenant_id, code));
                create table middles (tenant_id text, id int, top int, primary key (tenant_id, id),
                  foreign key (tenant_id, top) references tops (tenant_id, id) on delete cascade on update cascade);
                create table hidden (tenant_id text, id int, middle int, primary key (tenant_id, id),
                  foreign key (tenant_id, middle) references middles (tenant_id, id) on delete cascade);
                create table lows (tenant_id text, id int, hidden int, code text, primary key (tenant_id, id),
                  foreign key (tenant_id, hidden) references hidden (tenant_id, id) on delete set null (hidden),
                  foreign key (tenant_id, code) references tops (tenant_id, code) on update cascade);
                create table plain (tenant_id text, id int, top int, primary key (tenant_id, id),
                  foreign key (tenant_id, top) references tops (tenant_id, id));
                create table trees (tenant_id text, id int, parent int, primary key (tenant_id, id),
                  foreign key (tenant_id, parent) references trees (tenant_id, id) on delete cascade);
                create table parted (tenant_id text not null, id int not null, primary key (tenant_id, id))
                  partition by range (id);
                create table parted_1 partition of parted for values from (0) to (100);
                create table named (tenant_id text, id text collate alike, primary key (tenant_id, id));
                create table counted (tenant_id text, id numeric, primary key (tenant_id, id));
                create table rates (id text primary key);
                create table taxed (tenant_id text, id int, rate text references rates (id) on delete cascade,
                  primary key (tenant_id, id));
                create view sums as select tenant_id, count(*) as n from lows group by tenant_id;
                create view sums_of_sums as select tenant_id, n from sums;
                create schema other;
                create table other.plain (tenant_id text, id int, primary key (tenant_id, id));
                grant usage on schema other to sluice_app;
                grant select on other.plain to sluice_app;
                revoke all on hidden from sluice_app""")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WriteEffectsTest {

    private final TestDatabase database;
    private WriteEffects effects;

    WriteEffectsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void read() {
        SluiceSettings settings = SluiceSettings.builder(database.url(), database.credentials(Role.APP))
                .sharedTables(List.of("rates"))
                .declared(List.of("sums"))
                .build();
        effects = PlainSession.with(database, Role.APP, session -> new CatalogReader(settings).read(session))
                .effects();
    }

    @Test
    void aDeletedRowTakesAllThatHangsOnItAlsoThroughTablesThatTheRoleCannotReach() {
        WriteEffects.OfRow top = effects.ofRow("public.tops");

        assertThat(top.deleted())
                .containsExactlyInAnyOrder("public.middles", "public.lows", "public.sums", "public.sums_of_sums");
    }

    @Test
    void anUpdatedRowTakesWhatRefersToAnotherKeyThanItsId() {
        WriteEffects.OfRow top = effects.ofRow("public.tops");

        assertThat(top.updated()).containsExactlyInAnyOrder("public.lows", "public.sums", "public.sums_of_sums");
        assertThat(effects.ofRow("public.middles").updated()).isEmpty();
    }

    @Test
    void anInsertedRowTakesOnlyViews() {
        assertThat(effects.ofRow("public.tops").inserted()).isEmpty();
        assertThat(effects.ofRow("public.lows").inserted())
                .containsExactlyInAnyOrder("public.sums", "public.sums_of_sums");
        assertThat(effects.ofRow("public.plain")).isEqualTo(WriteEffects.OfRow.NOTHING);
    }

    @Test
    void aWriteOfUnknownRowsTakesEverything() {
        assertThat(effects.of(Set.of("public.middles")))
                .containsExactlyInAnyOrder("public.middles", "public.lows", "public.sums", "public.sums_of_sums");
    }

    @Test
    void aTreeIsNotKnownRowByRow() {
        assertThat(effects.ofRow("public.trees").deleted()).containsExactly("public.trees");
        assertThat(effects.ofRow("public.trees").updated()).isEmpty();
    }

    @Test
    void idsThatAreEqualAndLookDifferentAreNotKnownRowByRow() {
        assertThat(effects.ofRow("public.named").inserted()).containsExactly("public.named");
        assertThat(effects.ofRow("public.counted").updated()).containsExactly("public.counted");
    }

    @Test
    void partitionsAndTheirTableAreTheSameRows() {
        assertThat(effects.ofRow("public.parted").inserted()).containsExactly("public.parted_1");
        assertThat(effects.ofRow("public.parted_1").deleted()).containsExactly("public.parted");
    }

    @Test
    void whoWritesToAViewWritesToItsTables() {
        assertThat(effects.of(Set.of("sums_of_sums")))
                .containsExactlyInAnyOrder("public.lows", "public.sums", "public.sums_of_sums");
    }

    @Test
    void aNameWithoutSchemaMeansAllThatHaveIt() {
        assertThat(effects.of(Set.of("plain"))).containsExactlyInAnyOrder("public.plain", "other.plain");
        assertThat(effects.of(Set.of("app.other.plain"))).containsExactly("other.plain");
        assertThat(effects.of(Set.of("unknown"))).containsExactly("unknown");
    }

    @Test
    void whatIsSharedIsSharedWithWhatHangsOnIt() {
        assertThat(effects.shared(Set.of("public.rates", "public.tops")))
                .containsExactlyInAnyOrder("public.rates", "public.taxed");
        assertThat(effects.shared(Set.of("public.taxed"))).isEmpty();
    }
}
