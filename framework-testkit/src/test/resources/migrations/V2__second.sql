alter table first add second int;
