-- Work in the background. What is to be done is in rows of the tenant: a crash drops none of it.

-- Scenarios whose search document is not up to date; a writer's transaction adds its own, by the trigger below.
create table search_queue (
  tenant_id text        not null check (tenant_id <> ''),
  id        uuid        not null,
  queued_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references scenarios (tenant_id, id) on delete cascade
);
create index search_queue_by_age on search_queue (tenant_id, queued_at);

create table search_documents (
  tenant_id text not null check (tenant_id <> ''),
  id        uuid not null,
  body      text not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references scenarios (tenant_id, id) on delete cascade
);

-- Documents that are all to be written again, in the order of ids, as far as reached.
create table search_jobs (
  tenant_id  text        not null check (tenant_id <> ''),
  id         uuid        not null,
  state      text        not null check (state in ('QUEUED', 'DONE')),
  reached    uuid        not null,
  queued     integer     not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index search_jobs_open on search_jobs (tenant_id, created_at) where state = 'QUEUED';

create function queue_for_search() returns trigger language plpgsql as $$
begin
  insert into search_queue (tenant_id, id) values (new.tenant_id, new.id)
  on conflict (tenant_id, id) do update set queued_at = excluded.queued_at;
  return null;
end
$$;
create trigger scenario_for_search after insert or update on scenarios for each row execute function queue_for_search();

-- How many forecasts of a scenario are to be ready before somebody asks.
alter table scenarios add column prebuilds integer not null default 1 check (prebuilds between 0 and 12);

create table ready_forecasts (
  tenant_id        text    not null check (tenant_id <> ''),
  id               uuid    not null,
  scenario_id      uuid    not null,
  place            integer not null,
  scenario_version bigint  not null,
  months           jsonb   not null,
  primary key (tenant_id, id),
  unique (tenant_id, scenario_id, place),
  foreign key (tenant_id, scenario_id) references scenarios (tenant_id, id) on delete cascade
);

-- What the signal service says about a scenario; scenario_version is the one that it was asked for, -1 if it has not answered.
create table scenario_signals (
  tenant_id        text        not null check (tenant_id <> ''),
  id               uuid        not null,
  scenario_version bigint      not null,
  signal           text        not null,
  due_at           timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references scenarios (tenant_id, id) on delete cascade
);

-- As V2 does for the tables before.
do $$
declare
  owned text;
begin
  foreach owned in array array['search_queue', 'search_documents', 'search_jobs', 'ready_forecasts', 'scenario_signals'] loop
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
