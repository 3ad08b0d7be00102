### everything of one table
select * from forecasts
### a schema, and columns by the table's name
select forecasts.id, forecasts.value from public.forecasts
### an alias with AS and a condition with OR
select f.id from forecasts as f where f.id = :f or f.value > 40 order by f.id
### quoted names in mixed case
select "Mixed Case", "O"."Id", "O"."select" from forecasts f join "Odd Names" "O" on "O"."Id" = f.scenario_id
### column aliases of a table
select x.b, x.c from scenarios x (a, b, c) order by x.b
### the whole row as a value
select row_to_json(f)::jsonb from forecasts f where f.id = :f
### an inner join
select s.name, f.value from forecasts f join scenarios s on s.id = f.scenario_id order by f.id
### a left join keeps rows without a partner
select s.id, f.id from scenarios s left join forecasts f on f.scenario_id = s.id and f.value > 30 order by 1, 2
### a right join
select s.id, f.id from forecasts f right outer join scenarios s on s.id = f.scenario_id and f.mood = 'calm'
### a full join
select a.id, b.id from scenarios a full join scenarios b on a.parent = b.id
### a cross join
select a.id, b.id from scenarios a cross join scenarios b
### a comma join
select a.id, b.id, u.code from scenarios a, scenarios b, units u where a.parent = b.id
### a natural join
select id, name from scenarios natural join (select id, parent from scenarios) q
### a join with USING
select id, a.name, b.what from scenarios a join events b using (id)
### a join with USING and an alias
select j.id from scenarios a left join events b using (id) as j
### nested joins in brackets
select a.id, b.id, c.id from scenarios a left join (scenarios b join forecasts c on c.scenario_id = b.id) on a.parent = b.id
### nested joins without brackets
select a.id, b.id, c.id from scenarios a left join scenarios b join forecasts c on c.scenario_id = b.id on a.parent = b.id
### a join in brackets with an alias
select count(*) from (scenarios a join forecasts f on f.scenario_id = a.id) as j (t, i, n)
### a function named like a join word in a condition
select a.id from scenarios a join scenarios b on left(a.name, 1) = left(b.name, 1) and right(a.name, 0) = right(b.name, 0) and a.id < b.id
### a lateral sub-query
select s.id, q.value from scenarios s, lateral (select f.value from forecasts f where f.scenario_id = s.id order by f.value desc limit 1) q
### a lateral join
select s.id, q.n from scenarios s left join lateral (select count(*) n from forecasts f where f.scenario_id = s.id) q on true
### a function over a column in FROM
select s.id, t.tag, t.n from scenarios s, unnest(s.tags) with ordinality as t (tag, n)
### a series joined to a table
select g.n, s.name from generate_series(1, 9) as g (n) left join scenarios s on s.id = g.n order by 1
### a record set with column definitions
select x.rank, s.id from scenarios s, jsonb_to_recordset(jsonb_build_array(s.data)) as x (rank int, owner jsonb)
### several functions side by side
select x.a, x.b, s.id from rows from (generate_series(1, 2), generate_series(5, 8)) as x (a, b) join scenarios s on s.id = x.a
### a sub-query in FROM
select q.id from (select * from forecasts where value > 20) q where q.mood = 'calm'
### a sub-query in FROM with columns
select q.a, q.b from (select id, name from scenarios) as q (a, b)
### a scalar sub-query
select s.id, (select max(f.value) from forecasts f where f.scenario_id = s.id) from scenarios s
### EXISTS
select s.id from scenarios s where exists (select 1 from forecasts f where f.scenario_id = s.id and f.value > 30)
### EXISTS without a select list
select s.id, s.name from scenarios s where exists (select from forecasts f where f.scenario_id = s.id and f.mape > 10)
### IN with a sub-query
select id from forecasts where scenario_id in (select id from scenarios where parent is not null)
### NOT IN with a sub-query
select id from scenarios where id not in (select scenario_id from forecasts where value > 30)
### a row compared with a sub-query
select id from forecasts where (scenario_id, version) in (select parent, 1 from scenarios)
### ALL and ANY with sub-queries
select id from forecasts where value >= all (select value from forecasts) or id = any (select id * 10 + 1 from scenarios)
### an array made of a query
select array(select f.id from forecasts f where f.scenario_id = s.id order by f.id) from scenarios s
### a sub-query in CASE and in ORDER BY
select id, case when id > 3 then (select min(value) from forecasts) else 0 end from scenarios order by (select count(*) from forecasts f where f.scenario_id = scenarios.id), id
### a sub-query in HAVING
select scenario_id, sum(value) from forecasts group by scenario_id having sum(value) > (select avg(value) from forecasts)
### a sub-query in a join's condition
select a.id, b.id from scenarios a join scenarios b on b.id = (select max(c.id) from scenarios c where c.parent = a.id)
### three levels of sub-queries
select id from scenarios where id in (select scenario_id from forecasts where id in (select max(id) from forecasts where scenario_id in (select id from scenarios where parent is null)))
### a query in WITH
with big as (select * from forecasts where value > 20) select b.id, s.name from big b join scenarios s on s.id = b.scenario_id
### several queries in WITH, materialized or not
with a as materialized (select id from scenarios), b (x) as not materialized (select id from a where id > 2) select a.id, b.x from a, b
### a query in WITH named like its table
with forecasts as (select * from forecasts where value > 20) select count(*), sum(value) from forecasts
### a name of WITH does not hide the table with its schema
with forecasts as (select 1 as one) select f.one, count(*) from forecasts f, public.forecasts p group by 1
### a name of WITH ends with its query
select (with scenarios as (select 1 as id) select count(*) from scenarios), count(*) from scenarios
### WITH inside of a sub-query
select id from scenarios where id in (with m as (select max(scenario_id) x from forecasts) select x from m)
### recursion over a tree
with recursive tree as (select id, parent, 1 as depth from scenarios where parent is null union all select s.id, s.parent, t.depth + 1 from scenarios s join tree t on s.parent = t.id) select * from tree order by id
### recursion with SEARCH
with recursive tree (id, parent) as (select id, parent from scenarios where parent is null union all select s.id, s.parent from scenarios s, tree t where s.parent = t.id) search depth first by id set spot select id from tree order by spot
### recursion with CYCLE
with recursive walk as (select id, parent from scenarios where id = 4 union all select s.id, s.parent from scenarios s join walk w on s.id = w.parent) cycle id set looped using path select id, looped from walk
### mutual names in WITH RECURSIVE
with recursive a as (select id from b), b as (select id from scenarios where id > 2) select * from a
### UNION, INTERSECT and EXCEPT
select id from scenarios union select scenario_id from forecasts intersect select id from events except select 3 order by 1
### UNION ALL in brackets with limits
(select id from scenarios order by id desc limit 1) union all (select id from forecasts order by id limit 2) order by 1
### a set operation in FROM
select q.id, count(*) from (select id from scenarios union all (select scenario_id from forecasts)) q group by q.id
### the command TABLE
table scenarios
### TABLE in a set operation and in a sub-query
select count(*) from (table forecasts union all table forecasts) q
### VALUES joined to a table
select v.n, s.name from (values (1, 'one'), (2, 'two')) v (n, word) join scenarios s on s.id = v.n
### VALUES with sub-queries
values ((select count(*) from scenarios)), ((select count(*) from forecasts))
### VALUES in IN
select id from scenarios where (id, parent) in (values (2, 1), (3, 1))
### DISTINCT ON
select distinct on (scenario_id) scenario_id, id, value from forecasts order by scenario_id, value desc
### DISTINCT and aggregates
select distinct mood, value - version from forecasts
### aggregates with FILTER, ORDER BY and DISTINCT
select count(*) filter (where mape > 5), string_agg(distinct unit, ',' order by unit), array_agg(id order by value desc) from forecasts
### ordered-set aggregates
select percentile_cont(0.5) within group (order by value), mode() within group (order by mood) from forecasts
### GROUP BY with HAVING
select mood, count(*), avg(value) from forecasts group by mood having count(*) > 1
### GROUPING SETS
select mood, unit, count(*), grouping(mood, unit) from forecasts group by grouping sets ((mood), (unit), ())
### ROLLUP and CUBE
select mood, unit, version, sum(value) from forecasts group by rollup (mood, unit), cube (version)
### window functions
select id, rank() over (partition by scenario_id order by value desc), sum(value) over (order by id), lag(value, 1, 0) over w from forecasts window w as (order by id desc)
### window frames
select id, sum(value) over (order by id groups between 1 preceding and current row exclude ties), first_value(id) over (w rows between unbounded preceding and 1 following) from forecasts window w as (partition by mood order by id)
### FOR UPDATE
select * from forecasts where id = :f for update
### FOR UPDATE of an alias, skipping what is locked
select f.id from forecasts f join scenarios s on s.id = f.scenario_id order by f.id limit 4 for update of f skip locked
### FOR NO KEY UPDATE and FOR SHARE
select f.id from forecasts f, scenarios s where s.id = f.scenario_id for no key update of f nowait for key share of s
### a lock in a sub-query
select id from (select id from scenarios order by id limit 2 for share) q
### LIMIT and OFFSET as parameters
select id from forecasts order by value desc, id limit :n offset :id
### FETCH FIRST
select id from forecasts order by version fetch first 2 rows with ties
### OFFSET before FETCH
select id from forecasts order by id offset 2 rows fetch next row only
### NULLS LAST and a sort operator
select id from forecasts order by mape desc nulls last, id using >
### a list of ids in one parameter
select id, name from scenarios where id = any (:ids) order by id
### the same parameter twice
select id from forecasts where (:name::text is null or unit = :unit) and id > :id and scenario_id <> :id
### JSON operators
select id, data->>'rank', data#>>'{owner,name}', data->'flags'->>0 from scenarios where data @> '{"flags": ["a"]}' and data ? 'rank'
### JSON operators with question marks
select id from scenarios where data ?| array['none', 'owner'] and data ?& array['rank', 'flags'] and not data ? 'missing'
### JSON paths
select id, jsonb_path_query_first(data, '$.owner.name') from scenarios where data @? '$.flags[*] ? (@ == "a")' and data @@ '$.rank > 2'
### JSON aggregates and elements
select jsonb_agg(data order by id), count(e) from scenarios cross join lateral jsonb_array_elements_text(data->'flags') as e group by tags[2]
### arrays
select id, tags[1], tags[1:2], array_length(tags, 1), tags || array['x'], 'tag1' = any (tags) from scenarios where tags && array['tag0', 'tag1'] 
### casts
select forecasts.id::text, cast(value as int), '7'::int, value::numeric(12, 1), made::date, array[1, 2]::text[], cast(null as timestamp with time zone) from forecasts join scenarios on scenario_id = scenarios.id order by 1
### CASE
select case mood when 'calm' then 1 else 2 end, case when value > 30 then 'big' when mape is null then 'none' else 'small' end as "end" from forecasts order by id
### intervals, dates and time zones
select made + interval '1 day 2 hours', made at time zone 'UTC', extract(dow from made), date_trunc('month', made), made - timestamptz '2026-01-01 00:00Z', date '2026-01-31' - 1 from scenarios
### functions with syntax of their own
select substring(name from 1 for 2), trim(both 's' from name), position('s' in name), overlay(name placing 'X' from 1 for 1), coalesce(parent, 0), nullif(id, 3), greatest(id, 4) from scenarios
### named arguments of functions
select make_interval(days => id), make_date(year := 2026, month := id, day := 1) from scenarios
### patterns
select id from scenarios where name like 's%' and name not like '%x' and name ilike 'S_' or name ~ '^s[0-9]+acme$' or name similar to 's(4|5)%' or name like '!%' escape '!'
### NULL tests and DISTINCT FROM
select id from forecasts where mape is null or (unit is distinct from 'kg' and mape is not null) or (mape > 5) is true
### BETWEEN
select id from forecasts where value between symmetric 900 and 10 and id not between 11 and 12 and day between '2026-01-01' and '2026-01-09'
### rows
select id from forecasts where (scenario_id, version) >= (3, 2) and row(id, 1) <> row(31, 1)
### strings that look like SQL
select 'from globex where '':id'' ; --', $$select * from forecasts$$, $q$ $$ :name $q$, E'it\'s :id', id from scenarios where name <> 'x /* '
### comments that look like SQL
select id /* from forecasts where :id = 1 /* nested */ ; */ from scenarios -- where 'tenant
where id > 2 -- or true
### labels that are keywords
select id as from, name as select, parent "where", id as order from scenarios as "from" order by "from".id
### keywords as columns and functions
select q.values, q.name, left(q.name, 1), q.value from (select 1 as values, name, id as value from scenarios) q
### ONLY and the star behind a table
select f.id, s.id from only forecasts as f, scenarios * s where s.id = f.scenario_id
### collations and operators
select name from scenarios order by name collate "C" desc, -id, id % 2, id # 3, ~ id, @ id
### ranges and overlaps
select id from scenarios where int4range(id, id + 2) && int4range(2, 3) and int4range(1, 9) @> id and (made, interval '1 day') overlaps (timestamptz '2025-12-31Z', timestamptz '2026-01-02Z')
### full-text search
select id from scenarios where to_tsvector('simple', name) @@ plainto_tsquery('simple', 's2') or id % 2 = 0
### a shared table alone
select code, factor from units order by code
### a shared table and a declared view
select f.id, u.factor, c.code from forecasts f left join units u on u.code = f.unit left join unit_codes c on c.code = u.code
### no relation at all
select :id::int + 1, :name::text
### a query in many brackets
((select id from scenarios where ((id) = ((1))) or (((name)) in (('s2'), ('s4')))))
### self joins without aliases for one
select scenarios.id, other.id from scenarios join scenarios other on other.id = scenarios.parent order by scenarios.id
### a table function over a sub-query
select n from generate_series(1, (select max(id) from scenarios)) n where n in (select id from scenarios where id > 2)
