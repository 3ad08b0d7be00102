package dev.sluice.r2dbc.schema;

import dev.sluice.SluiceSettings;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Looks at the policies of each tenant-owned table; {@link RowLevelSecurity} mends what is missing. */
final class PolicyCheck {

    /**
     * A restrictive policy counts for a command if it applies to the role and its condition is the prescribed one; for
     * UPDATE and ALL, PostgreSQL takes USING also for new rows where WITH CHECK is left out.
     */
    private static final String TABLES = """
            , policy as (
              select p.polrelid, p.polpermissive, p.polcmd, r.oid as role,
                coalesce(pg_get_expr(p.polqual, p.polrelid) ~ input.condition, false) as reads_own,
                coalesce(pg_get_expr(
                  coalesce(p.polwithcheck, case when p.polcmd in ('*', 'w') then p.polqual end), p.polrelid)
                  ~ input.condition, false) as writes_own
              from input, pg_policy p, pg_roles r
              where (r.oid in (select oid from app_role) or r.rolname = input.across)
                and exists (select from unnest(p.polroles) t where t = 0 or pg_has_role(r.oid, t, 'usage'))),
            lock as (
              select polrelid, role, bool_or(polpermissive) as has_rows, coalesce(
                bool_or(not polpermissive and polcmd in ('*', 'r') and reads_own)
                and bool_or(not polpermissive and polcmd in ('*', 'a') and writes_own)
                and bool_or(not polpermissive and polcmd in ('*', 'w') and reads_own)
                and bool_or(not polpermissive and polcmd in ('*', 'w') and writes_own)
                and bool_or(not polpermissive and polcmd in ('*', 'd') and reads_own), false) as is_locked
              from policy
              group by polrelid, role)
            """;

    private static final String STATE = TABLES + """
            select t.nspname::text, t.relname::text, t.title, t.relispartition, t.relrowsecurity, t.relforcerowsecurity,
              coalesce(app.has_rows, false), coalesce(app.is_locked, false),
              input.across = '' or coalesce(across.has_rows, false)
                or exists (select from pg_roles where rolname = input.across and (rolsuper or rolbypassrls)),
              coalesce((select string_agg(distinct g.grantee, ', ') from app_grant g where g.oid = t.oid), '')
            from input, owned t
              left join lock app on app.polrelid = t.oid and app.role = (select oid from me)
              left join lock across on across.polrelid = t.oid
                and across.role = (select oid from pg_roles where rolname = (select across from input))
            order by t.title""";

    /** Roles that the application role may become, and that see rows which it does not. */
    static final Check OTHER_ROLES = new Check("roles that the application role may become", true, TABLES + """
                    , way as (
                      select m.roleid as first, m.roleid as role
                      from pg_auth_members m where m.member = (select oid from me)
                      union
                      select w.first, m.roleid from way w join pg_auth_members m on m.member = w.role)
                    select format('%s may become %s, which a policy of %s shows the rows of all tenants',
                        current_user, l.role::regrole, string_agg(t.title, ', ' order by t.title)),
                      array[format('REVOKE %s FROM %s', w.first::regrole, quote_ident(current_user))]
                    from lock l
                      join tenant_table t on t.oid = l.polrelid
                      join way w on w.role = l.role
                    where l.has_rows and not l.is_locked and l.role <> (select oid from me)
                      and has_any_column_privilege(l.role, t.oid, 'select, insert, update')
                    group by l.role, w.first""");

    private final RowLevelSecurity mend;

    PolicyCheck(SluiceSettings settings) {
        RowLevelSecurity forApp =
                RowLevelSecurity.of(settings.tenantColumn(), settings.app().username());
        mend = settings.acrossTenants() == null
                ? forApp
                : forApp.across(settings.acrossTenants().credentials().username());
    }

    Mono<List<Hole>> holes(CheckedDatabase database) {
        return database.rows("policies", STATE, this::state)
                .map(tables ->
                        tables.stream().filter(State::isOpen).map(State::hole).toList());
    }

    private State state(Readable row) {
        String table = text(row, 0) + "." + text(row, 1);
        List<String> open = new ArrayList<>();
        if (!flag(row, 4)) {
            open.add("row-level security is not enabled");
        }
        if (!flag(row, 5)) {
            open.add("row-level security is not forced on its owner");
        }
        if (!flag(row, 6)) {
            open.add("no permissive policy shows the application role any row");
        }
        if (!flag(row, 7)) {
            open.add("no restrictive policy keeps the application role within its tenant, for each command");
        }
        if (flag(row, 3)) {
            return State.ofPartition(text(row, 2), open, text(row, 9));
        }
        if (!flag(row, 8)) {
            open.add("no policy shows rows to the role of acrossTenants");
        }
        return new State(
                "table " + text(row, 2) + ": " + String.join("; ", open), !open.isEmpty(), mend.policies(table));
    }

    private static String text(Readable row, int index) {
        return Objects.requireNonNull(row.get(index, String.class));
    }

    private static boolean flag(Readable row, int index) {
        return Objects.requireNonNull(row.get(index, Boolean.class));
    }

    private record State(String description, boolean isOpen, List<String> mend) {

        /** Used directly, a partition obeys its own policies and not those of its parent. Superusers need no grant. */
        static State ofPartition(String partition, List<String> open, String grantees) {
            return new State(
                    "partition %s is granted directly, past the policies of its parent".formatted(partition),
                    !open.isEmpty() && !grantees.isEmpty(),
                    List.of("REVOKE ALL ON %s FROM %s".formatted(partition, grantees)));
        }

        Hole hole() {
            return new Hole(description, mend);
        }
    }
}
