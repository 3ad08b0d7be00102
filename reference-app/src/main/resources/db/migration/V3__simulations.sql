-- A simulation and, while it is unfinished, its place in its tenant's queue and its worker's claim: whoever holds the
-- current epoch may write, until leased_until comes and the next worker raises it. tally is what is counted so far.
create table simulations (
  tenant_id     text        not null check (tenant_id <> ''),
  id            uuid        not null,
  scenario_id   uuid        not null,
  industry      text        not null,
  history_until date        not null,
  runs          integer     not null check (runs > 0),
  horizon       integer     not null check (horizon > 0),
  seed          bigint      not null,
  place         integer,
  created_at    timestamptz not null,
  state         text        not null check (state in ('QUEUED', 'RUNNING', 'DONE', 'FAILED')),
  runs_done     integer     not null,
  quantiles     jsonb,
  failure       text,
  epoch         bigint      not null default 0,
  attempts      integer     not null default 0,
  leased_until  timestamptz,
  tally         jsonb,
  primary key (tenant_id, id),
  -- The bound on unfinished simulations: two requests cannot have one place.
  unique (tenant_id, place),
  foreign key (tenant_id, scenario_id) references scenarios (tenant_id, id) on delete cascade,
  check ((place is null) = (state in ('DONE', 'FAILED'))),
  check ((leased_until is null) = (state <> 'RUNNING'))
);
create index simulations_by_scenario on simulations (tenant_id, scenario_id);
create index simulations_unfinished on simulations (tenant_id, created_at, id) where place is not null;

-- As V2 does for the tables before.
do $$
declare
  owned text;
begin
  foreach owned in array array['simulations'] loop
    execute format('alter table %I enable row level security', owned);
    execute format('alter table %I force row level security', owned);
    execute format('grant select, insert, update, delete on %I to %I', owned, '${app_role}');
    execute format('create policy tenant_access on %I as permissive to %I using (true) with check (true)',
        owned, '${app_role}');
    execute format('create policy tenant_isolation on %I as restrictive to %I'
        ' using (tenant_id = (select nullif(current_setting(''sluice.tenant'', true), '''')::text))'
        ' with check (tenant_id = (select nullif(current_setting(''sluice.tenant'', true), '''')::text))',
        owned, '${app_role}');
    if '${across_role}' <> '' then
      execute format('grant select, insert, update, delete on %I to %I', owned, nullif('${across_role}', ''));
      execute format('create policy across_tenants on %I as permissive to %I using (true) with check (true)',
          owned, nullif('${across_role}', ''));
    end if;
  end loop;
end
$$;
