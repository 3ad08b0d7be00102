package dev.sluice.spring.sampler;

/** What the sampler asks. All of it may be seen by a member of {@code pg_monitor} that owns nothing and reads no table. */
final class SamplerSql {

    // The migrator has the lock of class 1397509452, and beside it one of class 1397509459 whose number is the second
    // in
    // which it got it; MigrationLock says so, and a test there keeps them together.
    /** Parameters: application names of connections that Sluice opens, its roles, and from when on a statement is long. */
    static final String ACTIVITY = """
            with clients as (
                select pid, usename, application_name, state, wait_event_type, backend_xmin,
                       datname = current_database() as here,
                       extract(epoch from now() - xact_start)::float8 as open_for,
                       extract(epoch from now() - query_start)::float8 as runs_for,
                       extract(epoch from now() - state_change)::float8 as in_state_for
                  from pg_stat_activity
                 where backend_type = 'client backend' and pid <> pg_backend_pid()),
            idler as (
                select in_state_for, application_name
                  from clients
                 where here and state like 'idle in transaction%'
                 order by in_state_for desc
                 limit 1),
            waits as (
                select count(distinct l.pid)::int as waiting,
                       max(extract(epoch from clock_timestamp() - l.waitstart))::float8 as longest
                  from pg_locks l join clients c on c.pid = l.pid
                 where not l.granted and c.here),
            migrator as (
                select c.application_name,
                       extract(epoch from clock_timestamp() - to_timestamp(s.objid::bigint))::float8 as held
                  from pg_locks l
                  join clients c on c.pid = l.pid and c.here
                  left join pg_locks s on s.pid = l.pid and s.locktype = 'advisory' and s.classid = 1397509459
                 where l.locktype = 'advisory' and l.classid = 1397509452 and l.granted
                 limit 1),
            horizons as (
                select age(backend_xmin)::bigint as transactions, open_for from clients where backend_xmin is not null
                union all
                select greatest(age(xmin), age(catalog_xmin))::bigint, null
                  from pg_replication_slots where coalesce(xmin, catalog_xmin) is not null
                union all
                select age(transaction)::bigint, extract(epoch from now() - prepared)::float8 from pg_prepared_xacts),
            horizon as (
                select transactions, open_for from horizons order by transactions desc, open_for desc nulls last limit 1)
            select count(*) filter (where state = 'active')::int as active,
                   count(*) filter (where state = 'idle')::int as idle,
                   count(*) filter (where state like 'idle in transaction%')::int as idle_in_transaction,
                   count(*) filter (where state is null or state not in ('active', 'idle')
                                          and state not like 'idle in transaction%')::int as other,
                   current_setting('max_connections')::int as max,
                   count(*) filter (where here and usename = any ($2)
                                          and not application_name = any ($1))::int as unmanaged,
                   coalesce(max(open_for) filter (where here), 0) as longest_transaction,
                   coalesce((select in_state_for from idler), 0) as longest_idle,
                   (select application_name from idler) as idler,
                   count(*) filter (where here and state = 'active' and runs_for > $3)::int as long_queries,
                   (select waiting from waits) as lock_waits,
                   coalesce((select longest from waits), 0) as longest_lock_wait,
                   (select application_name from migrator) as migrator,
                   coalesce((select held from migrator), 0) as migrating_for,
                   count(distinct application_name) filter (where here and application_name like 'sluice-migrations %'
                       and application_name <> (select application_name from migrator))::int as migrators_waiting,
                   coalesce((select transactions from horizon), 0) as horizon_transactions,
                   coalesce((select open_for from horizon), 0) as horizon_time
              from clients""";

    static final String SLOTS = """
            select slot_name::text as name, active,
                   coalesce(pg_wal_lsn_diff(
                       case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
                       restart_lsn), 0)::bigint as retained
              from pg_replication_slots
             order by slot_name""";

    // Of a table the share of rows that are dead. Of a B-tree the pages that its rows would not need at a fill factor
    // of
    // 90 %: 12 bytes for each entry, and its columns, of which those without a fixed length count as 24 bytes. What a
    // column really holds only those may see who may read it.
    static final String BLOAT = """
            with sizes as (
                select current_setting('block_size')::float8 as page),
            tables as (
                select coalesce(sum(pg_table_size(s.relid)), 0)::float8 as size,
                       coalesce(sum(pg_table_size(s.relid) * s.n_dead_tup::float8
                           / nullif(s.n_live_tup + s.n_dead_tup, 0)), 0)::float8 as dead
                  from pg_stat_user_tables s),
            entries as (
                select i.indexrelid, c.relpages::float8 as pages, greatest(c.reltuples, 0)::float8 as rows,
                       12 + sum(case when a.attlen > 0 then a.attlen else 24 end)::float8 as width
                  from pg_index i
                  join pg_class c on c.oid = i.indexrelid and c.reltuples >= 0
                  join pg_am m on m.oid = c.relam and m.amname = 'btree'
                  join pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                  join pg_attribute a on a.attrelid = i.indexrelid
                 group by i.indexrelid, c.relpages, c.reltuples),
            indexes as (
                select coalesce(sum(pages * page), 0)::float8 as size,
                       coalesce(sum(greatest(0, pages - 2 - ceil(rows * width / (page * 0.9))) * page), 0)::float8 as dead
                  from entries, sizes)
            select t.dead::bigint as table_dead, coalesce(t.dead / nullif(t.size, 0), 0) as table_share,
                   i.dead::bigint as index_dead, coalesce(i.dead / nullif(i.size, 0), 0) as index_share
              from tables t, indexes i""";

    private SamplerSql() {}
}
