package dev.sluice.r2dbc.schema;

import java.util.List;

/** Keys are checked behind policies and predicates: without the tenant they tell of, or block, rows of others. */
final class KeyChecks {

    /** To be mended first: the policies that follow compare the column with a value of the right type. */
    static final Check TENANT_TYPE = new Check("type of the tenant column", false, """
            select format('column %I of %s is %s (expected: %s), so its rows count as nobody''s', input.tenant, r.title,
                format_type(r.tenant_type, null), input.tenant_type),
              coalesce((select array_agg(format('DROP POLICY %I ON %s', p.polname, r.title))
                  from pg_policy p where p.polrelid = r.oid), '{}')
                || array[format('ALTER TABLE %s ALTER COLUMN %I TYPE %s USING %I::text::%s', r.title, input.tenant,
                  input.tenant_type, input.tenant, input.tenant_type)]
            from owned r, input
            where not r.relispartition and not r.has_tenant_type
            order by r.title""");

    private static final Check TENANT_REQUIRED = new Check("tenant column that may be null", false, """
            select format('column %I of %s may be null', input.tenant, r.title),
              array[format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', r.title, input.tenant)]
            from owned r, input
            where not r.relispartition and not r.tenant_required
            order by r.title""");

    /** The new definition is the old one with the tenant column put in front. */
    private static final Check UNIQUE = new Check("unique keys", false, """
            , bare as (
              select i.indexrelid, r.title, quote_ident(input.tenant) as tenant, c.conname,
                pg_get_constraintdef(c.oid) as constraint_definition,
                pg_get_indexdef(i.indexrelid) as index_definition, i.indisexclusion
              from owned r
                join pg_index i on i.indrelid = r.oid and (i.indisunique or i.indisexclusion)
                left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'), input
              where not r.relispartition
                and not exists (select from unnest(i.indkey) with ordinality k (attnum, position)
                  where k.attnum = r.tenant_column and k.position <= i.indnkeyatts))
            select format('%s of %s does not contain %s: %s',
                coalesce('constraint ' || quote_ident(conname), 'index ' || indexrelid::regclass), title, tenant,
                coalesce(constraint_definition, index_definition)),
              coalesce((select array_agg(format('ALTER TABLE %s DROP CONSTRAINT %I', f.conrelid::regclass, f.conname))
                  from pg_constraint f
                  where f.contype = 'f' and f.conindid = indexrelid and f.conparentid = 0), '{}')
                || case when conname is null
                  then array[format('DROP INDEX %s', indexrelid::regclass),
                    replace(regexp_replace(index_definition, ' USING \\w+ \\(', '\\&' || tenant || ', '), ' ON ONLY ', ' ON ')]
                  else array[format('ALTER TABLE %s DROP CONSTRAINT %I', title, conname),
                    format('ALTER TABLE %s ADD CONSTRAINT %I %s', title, conname, regexp_replace(constraint_definition,
                      '\\(', '(' || tenant || case when indisexclusion then ' WITH =, ' else ', ' end))]
                  end
            from bare
            order by title, indexrelid""");

    /** Comes after the unique keys, whose new definitions it refers to and whose change may have dropped it. */
    private static final Check FOREIGN = new Check("foreign keys", false, """
            , bare as (
              select f.*, r.title, p.title as parent, quote_ident(input.tenant) as tenant,
                pg_get_constraintdef(f.oid) as definition, p.tenant_column = any (f.confkey) as is_crossed,
                (select string_agg(quote_ident(a.attname), ', ' order by k.position)
                  from unnest(f.conkey) with ordinality k (attnum, position)
                    join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum) as columns
              from owned r
                join pg_constraint f on f.conrelid = r.oid and f.contype = 'f' and f.conparentid = 0
                join tenant_table p on p.oid = f.confrelid, input
              where not r.relispartition
                and not exists (select from unnest(f.conkey, f.confkey) k (child, parent)
                  where k.child = r.tenant_column and k.parent = p.tenant_column))
            select format('constraint %I of %s refers to rows of other tenants: %s', conname, title, definition),
              array[format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', title, conname)]
                || case when is_crossed then '{}' else array[
                  format('ALTER TABLE %s ADD CONSTRAINT %I %s', title, conname,
                    regexp_replace(regexp_replace(replace(
                      definition, 'REFERENCES ' || parent || '(', 'REFERENCES ' || parent || '(' || tenant || ', '),
                      '^FOREIGN KEY \\(', '\\&' || tenant || ', '),
                      'ON DELETE SET (NULL|DEFAULT)(?! ?\\()', '\\& (' || columns || ')'))] end
            from bare
            order by title, conname""");

    static final List<Check> ALL = List.of(TENANT_REQUIRED, UNIQUE, FOREIGN);

    private KeyChecks() {}
}
