-- What the same statements need where one tenant is alone: the tenant column fills itself, and keys do without it.
alter table scenarios alter tenant_id set default 'acme';
alter table forecasts alter tenant_id set default 'acme';
alter table "Odd Names" alter tenant_id set default 'acme';
alter table events alter tenant_id set default 'acme';
delete from events where tenant_id <> 'acme';
delete from "Odd Names" where tenant_id <> 'acme';
delete from forecasts where tenant_id <> 'acme';
delete from scenarios where tenant_id <> 'acme';
create unique index on scenarios (id);
create unique index on scenarios (name);
create unique index on forecasts (id);
create unique index on forecasts (lower("Mixed Case")) where value > 500;
create unique index on "Odd Names" ("Id");
