insert into runs (migration) values ('V2');
select pg_sleep(1.5);
