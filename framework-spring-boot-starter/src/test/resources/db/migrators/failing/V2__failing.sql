-- A sequence keeps what a rollback takes back: how often this was tried.
insert into runs (migration) values ('V2');
select nextval('probe.attempts');
insert into nowhere values (1);
