package dev.sluice.r2dbc.schema;

/** What is asked of the catalog of PostgreSQL. */
final class CatalogSql {

    static final String SEARCH_PATH = "select current_schemas(true)::text[]";

    /** Relations that the current role may use; those of PostgreSQL too, because they come first in the search path. */
    static final String RELATIONS = """
            select n.nspname::text, c.relname::text, c.relkind::text
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'm', 'f')
              and n.nspname !~ '^pg_(toast|temp)'
              and has_schema_privilege(n.oid, 'usage')
              and (has_table_privilege(c.oid, 'select, insert, update, delete')
                or has_any_column_privilege(c.oid, 'select, insert, update'))""";

    /** $1: names of PostgreSQL's own relations whose columns are wanted too. */
    static final String COLUMNS = """
            select n.nspname::text, c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
              a.atttypid::bigint, not a.attnotnull, coalesce(b.typtype, t.typtype) = 'e',
              a.atthasdef or a.attidentity <> '', a.attgenerated <> '' or a.attidentity = 'a'
            from pg_catalog.pg_class c
              join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              join pg_catalog.pg_type t on t.oid = a.atttypid
              left join pg_catalog.pg_type b on b.oid = t.typbasetype
            where c.relkind in ('r', 'p', 'v', 'm', 'f')
              and n.nspname !~ '^pg_(toast|temp)'
              and (n.nspname not in ('pg_catalog', 'information_schema') or c.relname = any ($1))
            order by 1, 2, a.attnum""";

    /** Unique keys over plain columns, the primary key first. */
    static final String KEYS = """
            select n.nspname::text, c.relname::text, i.indisprimary,
              array(select a.attname::text
                from unnest(i.indkey) with ordinality k (attnum, position)
                  join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                where k.position <= i.indnkeyatts
                order by k.position)
            from pg_catalog.pg_index i
              join pg_catalog.pg_class c on c.oid = i.indrelid
              join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
              and (i.indimmediate or i.indisprimary)
              and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            order by 1, 2, i.indisprimary desc, i.indexrelid""";

    /**
     * Built-in functions. Their second column: whether one may be used as it is. Not so if a function of the user has
     * the same name and may win by its parameters, or if the function runs SQL text, sets a setting, or reaches large
     * objects, which belong to no tenant.
     */
    static final String FUNCTIONS = """
            select p.proname::text,
              p.proname !~ '^((query|table|schema|database|cursor)_to_xml|lo_|loread|lowrite)'
                and p.proname not in ('set_config', 'ts_stat', 'ts_rewrite')
                and not exists (select from pg_catalog.pg_proc u
                  where u.proname = p.proname and u.pronamespace <> p.pronamespace
                    and u.pronamespace::regnamespace::text = any (current_schemas(false))),
              bool_or(p.provolatile = 'v')
            from pg_catalog.pg_proc p
            where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind <> 'p'
            group by p.proname, p.pronamespace""";

    /**
     * Of the declared names those of which any function is volatile, or which no function has: what PostgreSQL does not
     * call stable or immutable may write.
     */
    static final String DECLARED_VOLATILE = """
            select declared.name
            from unnest($1::text[]) declared (name)
            where coalesce((
              select bool_or(p.provolatile = 'v')
              from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
              where declared.name in (lower(p.proname), lower(n.nspname || '.' || p.proname))), true)""";

    /** Which relations change when one is written, also through those that the current role cannot reach. */
    static final String INFLUENCES = """
            with relation as (
              select c.oid, n.nspname || '.' || c.relname as name, c.relkind
              from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
              where c.relkind in ('r', 'p', 'v', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'),
            action as (
              select f.confrelid, f.conrelid, f.confdeltype, f.confupdtype, coalesce(i.indisprimary, false) as of_id
              from pg_catalog.pg_constraint f left join pg_catalog.pg_index i on i.indexrelid = f.conindid
              where f.contype = 'f' and f.conparentid = 0),
            influence as (
              select confrelid as written, conrelid as changed, 'ON_DELETE' as kind
              from action where confdeltype in ('c', 'n', 'd')
              union all
              select confrelid, conrelid, case when of_id then 'ON_UPDATE_OF_ID' else 'ON_UPDATE' end
              from action where confupdtype in ('c', 'n', 'd')
              union all
              select i.inhparent, i.inhrelid, 'SAME_ROWS' from pg_catalog.pg_inherits i
              union all
              select i.inhrelid, i.inhparent, 'SAME_ROWS' from pg_catalog.pg_inherits i
              union all
              select d.refobjid, r.ev_class, 'VIEW'
              from pg_catalog.pg_depend d join pg_catalog.pg_rewrite r on r.oid = d.objid
                join pg_catalog.pg_class v on v.oid = r.ev_class and v.relkind = 'v'
              where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
                and d.refobjid <> r.ev_class
              union all
              select k.indrelid, k.indrelid, 'ALIKE_IDS'
              from pg_catalog.pg_index k
                join pg_catalog.pg_attribute a on a.attrelid = k.indrelid and a.attnum = any (k.indkey)
                join pg_catalog.pg_type t on t.oid = a.atttypid
                left join pg_catalog.pg_collation c on c.oid = a.attcollation
              where k.indisprimary
                and (not coalesce(c.collisdeterministic, true)
                  or t.typtype <> 'e' and t.typname not in
                    ('uuid', 'int2', 'int4', 'int8', 'text', 'varchar', 'bool', 'date')))
            select distinct w.name, c.name, i.kind
            from influence i join relation w on w.oid = i.written join relation c on c.oid = i.changed
            order by 1, 2, 3""";

    private CatalogSql() {}
}
