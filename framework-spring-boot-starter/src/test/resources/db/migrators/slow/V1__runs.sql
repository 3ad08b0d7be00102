-- Each migration of these folders notes that it ran; rolled back with it, kept when it ran twice.
create table runs (migration text not null, pid int not null default pg_backend_pid());
insert into runs (migration) values ('V1');
