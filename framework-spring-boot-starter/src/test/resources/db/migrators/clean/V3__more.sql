create table more_3 (id bigint primary key, name text not null);
insert into runs (migration) values ('V3');
