### a table that does not exist => 'secrets' is no relation that the application role can use
select * from secrets
### a relation in a sub-query that does not exist => 'secrets' is no relation
select id from scenarios where id in (select id from secrets)
### a table without the tenant column => it has no column tenant_id and is not declared shared
select * from loose
### a view that is not declared => it is a view and not declared
select * from all_scenarios
### writing to a declared view => is a view; write to its tables
insert into unit_codes (code) values ('x')
### a relation of PostgreSQL => it is PostgreSQL's own and not declared
select * from pg_stat_activity
### the information schema => it is PostgreSQL's own and not declared
select * from information_schema.tables
### a sequence => is no relation that the application role can use
select last_value from forecasts_id_seq
### a function that is not built in => the function 'leak' is not built into PostgreSQL
select leak(id) from scenarios
### a function that is not built in, in FROM => the function 'leak' is not built into PostgreSQL
select * from scenarios s, leak(s.id) x
### a function of a schema => the function 'public.leak' is not built into PostgreSQL
select public.leak(1)
### a quoted function => the function 'leak' is not built into PostgreSQL
select "leak"(1)
### a function of the user with a built-in name => a function of yours has its name
select upper('calm'::mood)
### a setting => the function 'set_config'
select set_config('sluice.tenant', 'globex', true)
### a setting, with the schema => set_config
select pg_catalog.set_config('sluice.tenant', 'globex', true)
### a function that runs SQL text => the function 'query_to_xml'
select query_to_xml('select * from scenarios', true, true, '')
### a function that runs SQL text, as an attribute => the function 'ts_stat'
select ('select tags from scenarios'::text).ts_stat
### a function that reads files => the function 'pg_read_file'
select pg_read_file('/etc/passwd')
### a lock that outlives the transaction => the function 'pg_advisory_lock'
select pg_advisory_lock(1)
### ending other sessions => the function 'pg_terminate_backend'
select pg_terminate_backend(pg_backend_pid())
### large objects => the function 'lo_get'
select lo_get(1)
### setting a sequence => the function 'setval'
select setval('forecasts_id_seq', 1)
### SET => SET is no statement that reads or writes rows
set sluice.tenant = 'globex'
### RESET => RESET is no statement
reset all
### COPY => COPY is no statement
copy scenarios to stdout
### DO => DO is no statement
do $$ begin perform 1; end $$
### CALL => CALL is no statement
call housekeeping()
### TRUNCATE => TRUNCATE is no statement
truncate scenarios
### CREATE => CREATE is no statement
create table mine as select * from scenarios
### ALTER => ALTER is no statement
alter table scenarios disable row level security
### DROP => DROP is no statement
drop table scenarios
### GRANT => GRANT is no statement
grant select on scenarios to public
### LOCK => LOCK is no statement
lock table scenarios
### BEGIN => BEGIN is no statement
begin
### PREPARE => PREPARE is no statement
prepare p as select * from scenarios
### EXPLAIN => EXPLAIN is no statement
explain analyze delete from scenarios
### LISTEN => LISTEN is no statement
listen scenarios
### DECLARE CURSOR => DECLARE is no statement
declare c cursor for select * from scenarios
### two statements => it is more than one statement
select 1; delete from scenarios
### nothing => it is empty
-- only a comment
### writing the tenant column in UPDATE => it writes tenant_id
update scenarios set tenant_id = 'globex' where id = 1
### writing the tenant column in a row of UPDATE => it writes tenant_id
update scenarios set (name, "tenant_id") = ('x', 'globex')
### writing the tenant column in INSERT => it writes tenant_id
insert into scenarios (id, TENANT_ID, name) values (1, 'globex', 'x')
### writing the tenant column in an upsert => it writes tenant_id
insert into scenarios (id, name) values (1, 'x') on conflict (id) do update set tenant_id = 'globex'
### writing the tenant column in MERGE => it writes tenant_id
merge into events e using scenarios s on s.id = e.id when matched then update set tenant_id = 'globex'
### inserting the tenant column in MERGE => it writes tenant_id
merge into events e using scenarios s on s.id = e.id when not matched then insert (tenant_id, id) values ('globex', 1)
### writing the tenant column in WITH => it writes tenant_id
with w as (update scenarios set tenant_id = 'globex' returning id) select * from w
### INSERT without columns => INSERT names no columns
insert into scenarios values (1, 'x')
### INSERT of a query without columns => INSERT names no columns
insert into scenarios select * from scenarios
### MERGE that inserts without columns => INSERT names no columns
merge into events e using scenarios s on s.id = e.id when not matched then insert values ('globex', 1)
### ON CONFLICT ON CONSTRAINT => does not show that the constraint holds tenant_id
insert into scenarios (id, name) values (1, 'x') on conflict on constraint scenarios_pkey do nothing
### WHERE CURRENT OF => WHERE CURRENT OF needs a cursor
delete from scenarios where current of c
### SELECT INTO => SELECT INTO makes a table
select * into mine from scenarios
### TABLESAMPLE => TABLESAMPLE samples the rows of all tenants
select * from scenarios tablesample system (100)
### a positional parameter => $1 and the like are not parameters here
select * from scenarios where id = $1
### a string that is not closed => a string is not closed
select * from scenarios where name = 'x
### a bracket that is not closed => a bracket is not closed
select (1 from scenarios
### writing to a name of WITH => is the name of a query in WITH, and cannot be written to
with scenarios as (select 1) update scenarios set name = 'x'
### a keyword where a relation should be => stands where Sluice expects the name of a relation
select * from only where
### a name of WITH that is a keyword does not hide ONLY => 'secrets' is no relation
with "only" as (select 1) select * from only secrets
### a condition that closes a bracket of its own => a bracket is closed that was not opened
delete from scenarios where id = 1) or (1 = 1
### a clause inside of an expression => stands where Sluice expects an expression
select id from scenarios where (id = 1 where true)
### an operator by its schema => the function 'operator'
select id from scenarios where id operator(public.=) 1
### a sub-query that the second reading does not see => it can be read in two ways
select count(*) from scenarios group by (select max(id) from forecasts)
### grammar that the second reading does not know => Sluice cannot analyse it
select xmlelement(name foo, id) from scenarios
### a user's function in a window => the function 'leak'
select sum(id) over (order by leak(id)) from scenarios
### a user's function behind WITH columns => the function 'leak'
with x (a) as (select leak(1)) select a from x
### a materialized view => it is a materialized view and not declared
select * from kept
### a foreign schema's table => is no relation that the application role can use
select * from hidden.scenarios
### a user's function as an attribute => the function 'leak' could be called here
select (id).leak from scenarios
### a user's function as a column => the function 'leak' could be called here
select u.leak from units u
### a user's function with the name of a clause => the function 'filter' is not built into PostgreSQL
select filter(id) from scenarios
