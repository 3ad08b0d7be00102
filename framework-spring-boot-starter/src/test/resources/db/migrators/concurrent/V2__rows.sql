create table items (id bigint primary key, name text not null);
insert into items select i, 'item ' || i from generate_series(1, 20000) i;
insert into runs (migration) values ('V2');
