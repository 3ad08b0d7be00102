create table notes (
  tenant_id text   not null check (tenant_id <> ''),
  id        uuid   not null,
  text      text   not null,
  version   bigint not null,
  primary key (tenant_id, id)
);

-- The second lock: whatever SQL is sent, the role sees the rows of the tenant that the call is for.
alter table notes enable row level security;
alter table notes force row level security;
grant select, insert, update, delete on notes to sluice_app;
create policy tenant_access on notes as permissive to sluice_app using (true) with check (true);
create policy tenant_isolation on notes as restrictive to sluice_app
  using (tenant_id = (select nullif(current_setting('sluice.tenant', true), '')::text))
  with check (tenant_id = (select nullif(current_setting('sluice.tenant', true), '')::text));

-- The instance that the testkit injects has a role for work across tenants, too.
create policy tenant_across on notes as permissive to sluice_across using (true) with check (true);
