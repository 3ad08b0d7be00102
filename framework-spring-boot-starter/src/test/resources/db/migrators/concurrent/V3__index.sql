create index concurrently items_by_name on items (name);
