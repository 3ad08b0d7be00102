insert into runs (migration) values ('V4');
