create table more_5 (id bigint primary key, name text not null);
insert into runs (migration) values ('V5');
