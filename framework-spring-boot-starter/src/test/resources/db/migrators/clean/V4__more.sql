create table more_4 (id bigint primary key, name text not null);
insert into runs (migration) values ('V4');
