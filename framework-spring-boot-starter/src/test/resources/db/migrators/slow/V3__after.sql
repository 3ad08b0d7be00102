insert into runs (migration) values ('V3');
