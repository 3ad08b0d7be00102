package dev.sluice.r2dbc.transaction;

import dev.sluice.PoolSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.LimitSource;
import dev.sluice.admission.TenantLimits;
import dev.sluice.r2dbc.admission.RateLimits;
import dev.sluice.r2dbc.admission.TestLimits;
import dev.sluice.r2dbc.pool.NodeLeases;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.r2dbc.schema.WriteEffects;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.sql.StatementPlan.Binding;
import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.transaction.Touched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Transactions over a small pool, and the table {@code items} of each tenant under row-level security. */
public final class ItemsNode implements AutoCloseable {

    public static final Duration MOST = Duration.ofSeconds(20);

    private static final StatementPlan INSERT = plan(
            "Items.insert", "insert into items (tenant_id, id, name) values ($1, $2, $3)", Set.of("items"), false, 2);
    private static final StatementPlan RENAME = plan(
            "Items.rename", "update items set name = $3 where tenant_id = $1 and id = $2", Set.of("items"), false, 2);
    private static final StatementPlan NAMES =
            plan("Items.names", "select name from items where tenant_id = $1 order by id", Set.of(), true, 0);
    private static final StatementPlan ALL = unscoped("Items.all", "select name from items order by id", 0);
    private static final StatementPlan SLEEP = unscoped("sleep", "select pg_sleep($1)::text", 1);

    private final SluiceSettings settings;
    private final Leases leases;
    private final Transactions transactions;
    private final StatementRunner statements;

    public ItemsNode(TestDatabase database, int connections) {
        this(database, connections, settings -> settings);
    }

    public ItemsNode(TestDatabase database, int connections, UnaryOperator<SluiceSettings.Builder> change) {
        this(database, connections, change, leases -> leases);
    }

    ItemsNode(
            TestDatabase database,
            int connections,
            UnaryOperator<SluiceSettings.Builder> change,
            UnaryOperator<Leases> decorate) {
        this(database, database.url(), connections, change, decorate);
    }

    ItemsNode(
            TestDatabase database,
            String url,
            int connections,
            UnaryOperator<SluiceSettings.Builder> change,
            UnaryOperator<Leases> decorate) {
        settings = change.apply(SluiceSettings.builder(url, database.credentials(Role.APP))
                        .pool(PoolSettings.ofMax(connections)))
                .build();
        leases = decorate.apply(NodeLeases.open(
                settings.url(),
                settings.app(),
                settings.pool(),
                settings.timeouts(),
                TestLimits.admission(connections, 5_000)));
        transactions = Transactions.over(
                leases, settings, limits(), new RateLimits(limits(), AdmissionObserver.NONE), WriteEffects.NONE);
        statements = transactions.statements();
    }

    /** Makes the table, once for a database. */
    public static void createTable(TestDatabase database) {
        protect(
                database,
                "items",
                "create table items (tenant_id text not null default current_setting('sluice.tenant'),"
                        + " id integer not null, name text not null, primary key (tenant_id, id))");
    }

    /** Makes a table under row-level security. */
    public static void protect(TestDatabase database, String table, String create) {
        database.execute(Role.OWNER, create);
        database.execute(
                Role.OWNER,
                RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                        .across(Role.ACROSS.username())
                        .script(table));
    }

    public SluiceSettings settings() {
        return settings;
    }

    public Leases leases() {
        return leases;
    }

    public Transactions transactions() {
        return transactions;
    }

    public StatementRunner statements() {
        return statements;
    }

    public Mono<Long> insert(int id, String name) {
        return statements.rowsUpdated(
                new Call(INSERT, new Object[] {id, name}, null, null, new Touched.Row("items", id)));
    }

    public Mono<Long> rename(int id, String name) {
        return statements.rowsUpdated(new Call(RENAME, new Object[] {id, name}, null, null, null));
    }

    public Mono<List<String>> names() {
        return strings(new Call(NAMES, new Object[0], null, null, null));
    }

    /** Takes its time. */
    public Mono<Long> slowInsert(int id, double seconds) {
        String sql = "insert into items (tenant_id, id, name) select $1, $2, 'slow' || pg_sleep($3)";
        StatementPlan plan = plan("Items.slowInsert", sql, Set.of("items"), false, 2);
        return statements.rowsUpdated(
                new Call(plan, new Object[] {id, seconds}, null, null, new Touched.Row("items", id)));
    }

    /** Without the predicate: what row-level security alone lets through. */
    public Mono<List<String>> allNames() {
        return strings(new Call(ALL, new Object[0], null, null, null));
    }

    public Mono<List<String>> sleep(double seconds) {
        return strings(new Call(SLEEP, new Object[] {seconds}, null, null, null));
    }

    public Mono<List<String>> strings(String sql) {
        return strings(call(sql));
    }

    static Call call(String sql) {
        return new Call(unscoped("sql", sql, 0), new Object[0], null, null, null);
    }

    private Mono<List<String>> strings(Call call) {
        return statements.rows(call, row -> row.get(0, String.class) == null ? "" : row.get(0, String.class), 10_000);
    }

    @Override
    public void close() {
        leases.closeGracefully().block(MOST);
    }

    static StatementPlan unscoped(String name, String sql, int arguments) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < arguments; i++) {
            slots.add(new Slot.Argument(i, "a" + i));
        }
        return new StatementPlan(name, sql, new Binding(slots), Set.of(), Set.of(), false, true);
    }

    private static StatementPlan plan(String name, String sql, Set<String> writes, boolean rows, int arguments) {
        List<Slot> slots = new ArrayList<>();
        slots.add(new Slot.Tenant());
        for (int i = 0; i < arguments; i++) {
            slots.add(new Slot.Argument(i, "a" + i));
        }
        return new StatementPlan(name, sql, new Binding(slots), Set.of("items"), writes, false, rows);
    }

    static LimitSource limits() {
        return TestLimits.perTenant(TenantLimits.DEFAULT.maxConnections(), 5_000);
    }
}
