package dev.sluice.r2dbc.schema;

import java.util.List;

/** What the roles may do beyond reading and changing rows. */
final class RoleChecks {

    /** Attributes that reach past policies, or give somebody else such an attribute. */
    private static final Check ATTRIBUTES = new Check("attributes of roles", true, """
            select format('role %I has %s', r.rolname, a.attribute),
              array[format('ALTER ROLE %I NO%s', r.rolname, a.attribute)]
            from input, pg_roles r, lateral (values
              ('SUPERUSER', r.rolsuper), ('CREATEROLE', r.rolcreaterole), ('REPLICATION', r.rolreplication),
              ('BYPASSRLS', r.rolbypassrls and r.rolname <> input.across), ('CREATEDB', r.rolcreatedb))
              a (attribute, given)
            where a.given and r.rolname in (current_user, input.across, input.monitor)""");

    private static final Check MEMBERSHIPS = new Check("memberships", true, """
            , way as (
              select m.roleid as first, m.roleid as role from pg_auth_members m where m.member = (select oid from me)
              union
              select w.first, m.roleid from way w join pg_auth_members m on m.member = w.role),
            power as (
              select r.oid, case
                when r.rolsuper then 'is a superuser'
                when r.rolbypassrls then 'bypasses row-level security'
                when r.rolcreaterole then 'makes roles'
                when r.rolreplication then 'reads the log of all changes'
                when r.rolname = input.across then 'works across tenants'
                when r.rolname = input.monitor then 'monitors'
                when r.rolname ~ '^pg_' then 'is one of PostgreSQL''s power roles'
                when exists (select from tenant_table t where t.relowner = r.oid) then 'owns tables of tenants'
                end as what
              from input, pg_roles r)
            select format('role %I is a member of %I, which %s', current_user, r.rolname, p.what),
              array_agg(format('REVOKE %s FROM %I', w.first::regrole, current_user))
            from way w join power p on p.oid = w.role join pg_roles r on r.oid = w.role
            where p.what is not null
            group by r.rolname, p.what""");

    /** The owner of a thing may change it, and its policies. */
    private static final Check OWNERSHIP = new Check("ownership", true, """
            , possession as (
              select 0 as rank, 'DATABASE' as kind, quote_ident(datname) as thing
              from pg_database where datname = current_database() and datdba = (select oid from me)
              union all
              select 1, 'SCHEMA', oid::regnamespace::text from pg_namespace
              where nspowner = (select oid from me) and nspname !~ '^pg_'
              union all
              select 2, case c.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' when 'f' then 'FOREIGN TABLE'
                when 'S' then 'SEQUENCE' else 'TABLE' end, c.oid::regclass::text
              from pg_class c
              where c.relowner = (select oid from me) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
                and c.relnamespace::regnamespace::text !~ '^pg_'
                and not exists (select from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
                    and c.relkind = 'S')
              union all
              select 3, 'ROUTINE', oid::regprocedure::text from pg_proc where proowner = (select oid from me)),
            heir as (
              select coalesce(
                (select datdba::regrole::text from pg_database
                  where datname = current_database() and datdba <> (select oid from me)),
                (select oid::regrole::text from pg_roles where oid = 10)) as name)
            select format('role %I owns %s %s, and may change what it is', current_user, lower(o.kind), o.thing),
              array[format('ALTER %s %s OWNER TO %s', o.kind, o.thing, heir.name)]
            from possession o, heir
            order by o.rank, o.thing""");

    /** A temporary table stays on its connection, where the next tenant finds it in place of the real one. */
    private static final Check CREATION = new Check("rights to create", true, """
            , place as (
              select 'SCHEMA' as kind, n.oid::regnamespace::text as thing, a.privilege_type, a.grantee
              from pg_namespace n, lateral aclexplode(n.nspacl) a
              where n.nspowner <> a.grantee and a.privilege_type = 'CREATE'
              union all
              select 'DATABASE', quote_ident(d.datname), a.privilege_type, a.grantee
              from pg_database d, lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
              where d.datname = current_database() and d.datdba <> a.grantee
                and a.privilege_type in ('CREATE', 'TEMPORARY'))
            select format('role %I has %s on %s %s', current_user, p.privilege_type, lower(p.kind), p.thing),
              array_agg(format('REVOKE %s ON %s %s FROM %s', p.privilege_type, p.kind, p.thing,
                case p.grantee when 0 then 'PUBLIC' else p.grantee::regrole::text end))
            from place p
            where p.grantee = 0 or p.grantee in (select oid from app_role)
            group by p.kind, p.thing, p.privilege_type
            order by 1""");

    /** TRUNCATE obeys no policy, REFERENCES tells which keys exist, a TRIGGER runs in the sessions of others. */
    private static final Check TABLE_RIGHTS = new Check("rights on tables", true, """
            select format('role %I has %s on %s', current_user, string_agg(distinct g.privilege_type, ', '), r.title),
              array_agg(distinct format('REVOKE TRUNCATE, REFERENCES, TRIGGER ON %s FROM %s', r.title, g.grantee))
            from app_grant g join relation r on r.oid = g.oid
            where g.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')
            group by r.title
            order by r.title""");

    /** Such a default gives a tenant to sessions that have none. */
    private static final Check DEFAULT_TENANT = new Check("default of sluice.tenant", true, """
            select 'sessions begin with a tenant: sluice.tenant has a default', array[
              format('ALTER ROLE %I RESET sluice.tenant', current_user),
              format('ALTER ROLE %I IN DATABASE %I RESET sluice.tenant', current_user, current_database()),
              format('ALTER DATABASE %I RESET sluice.tenant', current_database())]
            where current_setting('sluice.tenant', true) <> ''""");

    /** A function that runs as its owner obeys the policies for its owner. */
    private static final Check FUNCTIONS = new Check("functions", true, """
            select format('function %s runs as its owner %s and may be called by %s; declare it if it keeps to the tenant',
                p.oid::regprocedure, p.proowner::regrole, quote_ident(current_user)),
              (select array_agg(distinct format('REVOKE EXECUTE ON ROUTINE %s FROM %s', p.oid::regprocedure,
                  case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end))
                from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                where a.grantee = 0 or a.grantee in (select oid from app_role))
            from input, pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where p.prosecdef and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
              and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
              and p.proowner <> (select oid from me)
              and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
              and not lower(p.proname) = any (input.declared)
              and not lower(n.nspname || '.' || p.proname) = any (input.declared)""");

    static final List<Check> ALL =
            List.of(ATTRIBUTES, MEMBERSHIPS, OWNERSHIP, CREATION, TABLE_RIGHTS, DEFAULT_TENANT, FUNCTIONS);

    private RoleChecks() {}
}
