-- Needs the table for itself, for a moment.
alter table probe.traffic add column note text;
