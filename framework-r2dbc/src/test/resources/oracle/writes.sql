### update all rows
update forecasts set value = value + 1
### update with a condition that has OR
update forecasts set mood = 'tense' where id = :f or version = 1
### update with an alias and RETURNING
update forecasts as f set value = f.value * 2, version = f.version + 1 where f.id = :f and f.version = 1 returning f.*
### update with an alias without AS, and an array element
update scenarios s set tags[1] = 'new', data = s.data || '{"x": 1}' where s.parent is null returning id, tags, data
### update a schema's table, with DEFAULT
update public.forecasts set unit = default, (value, version) = (7, default) where forecasts.id > 20
### update from another table
update forecasts f set value = s.id, "Mixed Case" = s.name from scenarios s where s.id = f.scenario_id and s.parent is not null returning f.id, s.name
### update from a join and a sub-query
update forecasts set value = q.total from (select scenario_id, sum(value) total from forecasts group by 1) q join scenarios s on s.id = q.scenario_id where q.scenario_id = forecasts.scenario_id
### update with a row from a sub-query
update forecasts set (value, mape) = (select max(x.value), count(*) from forecasts x where x.scenario_id = forecasts.scenario_id) where version = 2
### update where EXISTS
update scenarios set name = name || '!' where exists (select from forecasts f where f.scenario_id = scenarios.id and f.value > 40)
### update only, with a query in WITH
with top as (select id from forecasts order by value desc limit 2) update only forecasts set version = 99 from top where forecasts.id = top.id returning forecasts.id
### update with a comment at the end
update forecasts set version = 5 where id = 11 or id = 21 -- or true
### delete all rows
delete from events
### delete with OR and RETURNING
delete from events e where e.id = :id or e.what like 's1%' returning e.id, (select count(*) from scenarios)
### delete using another table
delete from forecasts using scenarios s where s.id = forecasts.scenario_id and s.parent = 1
### delete using a list with a join
delete from events as e using scenarios s left join forecasts f on f.scenario_id = s.id and f.value > 50, units u where e.id = s.id and f.id is null returning e.id, u.code
### delete with IN, and cascade
delete from scenarios where id in (select scenario_id from forecasts group by scenario_id having sum(value) > 60) returning id
### delete from a quoted table
delete from "Odd Names" "O" where "O"."Id" = :id
### insert one row
insert into events (id, what) values (100, 'hundred') returning *
### insert several rows with DEFAULT and sub-queries
insert into forecasts (scenario_id, value, mood) values (1, default, 'calm'), (2, (select max(value) from forecasts), default) returning id, value, mood
### insert with an alias and a schema
insert into public.scenarios as s (id, name) values (:id + 100, :name || 'x') returning s.id, s.name, s.data
### insert DEFAULT VALUES
insert into events default values returning *
### insert with OVERRIDING
insert into forecasts (id, scenario_id) overriding system value values (5000, 1) returning id
### insert from a query
insert into events (id, what) select id + 100, name from scenarios where id < 4
### insert from a query with ORDER BY, LIMIT and set operations
insert into events (id, what) (select id, name from scenarios order by id limit 1) union all select f.id, s.name from forecasts f join scenarios s on s.id = f.scenario_id order by 1 desc limit 5
### insert from a query in brackets
insert into events (what) (select name from scenarios) returning id, what
### insert from TABLE, VALUES and WITH
insert into events (id, what) with v as (values (200, 'a'), (201, 'b')) select * from v union all (values (202, 'c'))
### insert from TABLE
with copies as (select id + 500, what from events) insert into events (id, what) table copies
### ON CONFLICT DO NOTHING
insert into scenarios (id, name) values (1, 'taken'), (300, 'free') on conflict do nothing returning id
### ON CONFLICT with a target DO NOTHING
insert into scenarios (id, name) values (1, 'taken'), (301, 'free') on conflict (id) do nothing
### an upsert
insert into scenarios as s (id, name) values (:id, 'changed'), (7, 'seven'), (8, 'eight') on conflict (id) do update set name = excluded.name, data = s.data || '{"n": 1}' returning s.id, s.name
### an upsert with a condition that has OR
insert into scenarios (id, name) values (1, 'one'), (2, 'two') on conflict (id) do update set name = excluded.name where scenarios.parent is null or scenarios.id > 5 returning id
### an upsert that names the tenant column in its target
insert into scenarios (id, name) values (2, 'two') on conflict (tenant_id, id) do update set name = excluded.name
### an upsert on an index over an expression with a condition
insert into forecasts (id, scenario_id, value, "Mixed Case") values (6000, 1, 600, 'HOT'), (6001, 2, 601, 'cold') on conflict (lower("Mixed Case")) where value > 500 do update set (value, version) = (select excluded.value, count(*) from forecasts)
### an upsert from a query
insert into scenarios (id, name) select id + 4, name || '+' from scenarios where true on conflict (id) do update set name = excluded.name, parent = (select max(x.id) from scenarios x)
### an upsert from a join
insert into scenarios (id, name) select f.id, s.name || f.id from forecasts f join scenarios s on s.id = f.scenario_id on conflict (id) do nothing
### an upsert by name
insert into scenarios (id, name) values (400, 's2') on conflict (name) do update set tags = array['seen'] returning id, tags
### a query in WITH that deletes
with gone as (delete from events where id < 4 returning id, what) insert into events (id, what) select id + 1000, initcap(what) from gone returning id, what
### queries in WITH that write, and read each other
with up as (update forecasts set value = 0 where id = :f returning id, scenario_id), ins as (insert into events (id, what) select id, 'zeroed' from up returning id) select up.scenario_id, ins.id, s.name from up join ins on ins.id = up.id join scenarios s on s.id = up.scenario_id
### a query in WITH that upserts
with w as (insert into scenarios (id, name) values (1, 'w'), (500, 'w5') on conflict (id) do update set name = excluded.name where scenarios.id > 0 returning id, name) delete from events using w where events.id = w.id returning events.what
### merge: update and insert
merge into events e using (select id, name from scenarios where id > 2 union all select 900, 'new') s on s.id = e.id when matched then update set what = s.name || '!' when not matched then insert (id, what) values (s.id, s.name)
### merge: conditions with OR
merge into events using scenarios on events.id = scenarios.id or events.id = scenarios.id + 100 when matched and scenarios.id = 6 or events.id = 2 then delete when not matched by target and scenarios.id > 0 or true then insert (id) values (scenarios.id + 1)
### merge: not matched by source deletes
merge into events e using (values (1, 'one'), (77, 'new')) v (id, what) on v.id = e.id when not matched by source then delete when not matched then insert (id, what) values (v.id, v.what) when matched then do nothing
### merge: not matched by source with a condition updates
merge into events e using scenarios s on s.id = e.id and s.id < 3 when matched then update set what = 'kept' when not matched by source and e.id > 3 or e.id = 3 then update set what = 'orphan'
### merge: DEFAULT VALUES and DO NOTHING
merge into events as e using (select 1 as one) s on e.id = s.one + 5000 when not matched then insert default values
### merge: a query in WITH and a join as the source
with s as (select id, name from scenarios) merge into events e using s join forecasts f on f.scenario_id = s.id and f.version = 1 on e.id = s.id when matched and f.value > 20 then update set what = f.value::text when matched then delete
### merge: RETURNING
merge into events e using scenarios s on s.id = e.id and s.parent is null when matched then update set what = 'root' returning e.id, e.what, merge_action()
### write to a shared table
insert into units (code, factor) values ('lb', (select max(value) from forecasts)) on conflict (code) do update set factor = excluded.factor returning *
### update a shared table from a tenant's
update units set factor = q.n from (select unit, count(*) n from forecasts group by unit) q where q.unit = units.code returning units.*
