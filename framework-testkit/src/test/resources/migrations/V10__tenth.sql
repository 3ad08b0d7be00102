alter table first rename second to tenth;
