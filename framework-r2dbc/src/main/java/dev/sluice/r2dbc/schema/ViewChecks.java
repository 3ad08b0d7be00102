package dev.sluice.r2dbc.schema;

import java.util.List;

/** Ways to the rows of a table that do not meet its policies. */
final class ViewChecks {

    /**
     * What each view reads. PostgreSQL treats a view with {@code security_invoker} as if the caller had used it, even
     * within a view that runs as its owner, so such a view ends the search; what went into a materialized view was read
     * by its owner in any case.
     */
    private static final String READS = """
            , reads as (
              select distinct r.ev_class as reader, d.refobjid as source
              from pg_rewrite r
                join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                  and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class),
            viewed as (
              select v.*, v.relkind = 'v' and exists (select from pg_options_to_table(v.reloptions)
                where option_name = 'security_invoker' and option_value::boolean) as is_invoker
              from relation v where v.relkind in ('v', 'm')),
            beneath as (
              select v.oid as root, s.source, v.relkind = 'm' as is_stored
              from viewed v join reads s on s.reader = v.oid
              union
              select b.root, s.source, b.is_stored or v.relkind = 'm'
              from beneath b
                join viewed v on v.oid = b.source and (b.is_stored or v.relkind = 'm' or not v.is_invoker)
                join reads s on s.reader = v.oid),
            open as (
              select v.oid, v.relkind, v.title, v.nspname, v.relname,
                bool_or(not b.is_stored) and not v.is_invoker as as_owner,
                bool_or(b.is_stored) as is_stored,
                string_agg(distinct t.title, ', ') as tables
              from reach v0 join viewed v on v.oid = v0.oid
                join beneath b on b.root = v.oid
                join tenant_table t on t.oid = b.source
              group by v.oid, v.relkind, v.title, v.nspname, v.relname, v.is_invoker),
            revoke as (
              select g.oid, array_agg(distinct format('REVOKE ALL ON %s FROM %s', r.title, g.grantee)) as sql
              from app_grant g join relation r on r.oid = g.oid
              group by g.oid)
            """;

    private static final Check VIEWS = new Check("views", true, READS + """
                    select format('view %s reads %s as its owner', title, tables),
                      array[format('ALTER VIEW %s SET (security_invoker = true)', title)]
                    from open where relkind = 'v' and as_owner
                    order by title""");

    private static final Check STORED = new Check("materialized views", true, READS + """
                    select case relkind
                        when 'm' then format('materialized view %s holds rows of %s and can have no policy', title, tables)
                        else format('view %s reads a materialized view with rows of %s; declare it if it keeps to the tenant',
                          title, tables) end,
                      revoke.sql
                    from input, open join revoke using (oid)
                    where relkind = 'm' or (is_stored and not relname = any (declared)
                      and not nspname || '.' || relname = any (declared))
                    order by title""");

    private static final Check FOREIGN_TABLES = new Check("foreign tables", true, READS + """
                    select format('foreign table %s can have no policy; declare it if it belongs to no tenant', r.title),
                      revoke.sql
                    from input, reach r join revoke using (oid)
                    where r.relkind = 'f' and not r.is_shared and not r.relname = any (declared)
                      and not r.nspname || '.' || r.relname = any (declared)
                    order by r.title""");

    static final List<Check> ALL = List.of(VIEWS, STORED, FOREIGN_TABLES);

    private ViewChecks() {}
}
