create table more_2 (id bigint primary key, name text not null);
insert into runs (migration) values ('V2');
