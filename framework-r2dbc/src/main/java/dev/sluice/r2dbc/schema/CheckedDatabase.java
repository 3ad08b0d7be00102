package dev.sluice.r2dbc.schema;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.schema.Relation.Kind;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.r2dbc.work.LeaseTable;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The database under verification: runs queries over the facts that all checks share. */
final class CheckedDatabase {

    /**
     * What all checks can name. The search path is {@code pg_catalog} while they run, so that PostgreSQL writes every
     * other name with its schema, quoted where needed.
     */
    private static final String FACTS = """
            with recursive input as (
              select $1::text[] as owned, $2::text[] as shared, $3::text[] as declared, $4::text as tenant,
                $5::text as tenant_type, $6::text as condition, $7::text as across, $8::text as monitor),
            me as (select oid from pg_roles where rolname = current_user),
            -- the application role and all roles that it is a member of, through any number of grants
            app_role as (
              select oid from me
              union
              select m.roleid from pg_auth_members m join app_role a on m.member = a.oid),
            relation as (
              select c.*, n.nspname, c.oid::regclass::text as title, a.attnum as tenant_column,
                a.attnotnull as tenant_required, a.atttypid as tenant_type,
                n.nspname || '.' || c.relname = any (input.shared) as is_shared,
                n.nspname || '.' || c.relname = any (input.owned) as has_tenant_type
              from input, pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                  and a.attname = (select tenant from input)
              where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                and c.relkind in ('r', 'p', 'v', 'm', 'f')),
            reach as (
              select r.* from relation r
              where has_schema_privilege(r.relnamespace, 'usage')
                and (has_table_privilege(r.oid, 'select, insert, update, delete')
                  or has_any_column_privilege(r.oid, 'select, insert, update'))),
            -- what the settings call tenant-owned, also where the column has the wrong type
            owned as (
              select r.* from reach r where r.relkind in ('r', 'p') and r.tenant_column is not null and not r.is_shared),
            tenant_table as (
              select r.* from relation r where r.relkind in ('r', 'p') and r.tenant_column is not null and not r.is_shared),
            -- by which grants, to itself, a role above or everybody, the application role may do what with a relation
            app_grant as (
              select r.oid, a.privilege_type,
                case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end as grantee
              from relation r
                left join pg_attribute c on c.attrelid = r.oid and c.attacl is not null,
                lateral (select * from aclexplode(r.relacl) union select * from aclexplode(c.attacl)) a
              where a.grantee <> r.relowner
                and (a.grantee = 0 or a.grantee in (select oid from app_role)))
            """;

    private static final int MAX_ROWS = 100_000;

    private final Session session;
    private final @Nullable Object[] facts;

    CheckedDatabase(Session session, Catalog catalog, SluiceSettings settings) {
        this.session = session;
        AcrossTenantsSettings across = settings.acrossTenants();
        Credentials monitor = settings.monitor();
        facts = new @Nullable Object[] {
            names(catalog, Kind.TENANT_OWNED),
            names(catalog, Kind.SHARED),
            declared(catalog),
            settings.tenantColumn().name(),
            TenantType.of(settings.tenantColumn()).sql(),
            PolicyCondition.pattern(settings.tenantColumn()),
            across == null ? "" : across.credentials().username(),
            monitor == null ? "" : monitor.username()
        };
    }

    <T> Mono<List<T>> rows(String name, String sql, Function<? super Readable, ? extends T> mapper) {
        Group group =
                new Group("verify: " + name, List.of(new Setting("search_path", "pg_catalog")), FACTS + sql, facts);
        return session.rows(group, mapper, MAX_ROWS);
    }

    // Sluice's own keep to their one table, which belongs to no tenant.
    private static String[] declared(Catalog catalog) {
        return Stream.concat(catalog.declaredFunctions().stream(), LeaseTable.functionNames().stream())
                .toArray(String[]::new);
    }

    private static String[] names(Catalog catalog, Kind kind) {
        return catalog.relations().values().stream()
                .filter(relation -> relation.kind() == kind)
                .map(Relation::qualifiedName)
                .toArray(String[]::new);
    }
}
