-- What the statements that must be refused would reach.
create table loose (id int);
create view all_scenarios as select * from scenarios;
create materialized view kept as select * from scenarios;
create function leak(int) returns int security definer language sql return 1;
create function upper(mood) returns text immutable language sql return 'X';
create schema hidden;
create table hidden.scenarios (tenant_id text not null, id int);
