-- Ids are (tenant_id, id) in every primary, unique and foreign key: a key without the tenant would answer, by its
-- violation, whether another tenant has such a row.

create table demand_history (
  tenant_id    text    not null check (tenant_id <> ''),
  id           uuid    not null,
  industry     text    not null,
  month        date    not null,
  thousands    integer not null,
  rate_percent numeric not null,
  primary key (tenant_id, id),
  unique (tenant_id, industry, month)
);

create table scenarios (
  tenant_id   text        not null check (tenant_id <> ''),
  id          uuid        not null,
  name        text        not null,
  industry    text        not null,
  description text        not null,
  created_at  timestamptz not null,
  version     bigint      not null,
  primary key (tenant_id, id)
);
create index scenarios_by_name on scenarios (tenant_id, name, id);

create table forecasts (
  tenant_id   text    not null check (tenant_id <> ''),
  id          uuid    not null,
  scenario_id uuid    not null,
  day         date    not null,
  value       numeric not null,
  mape        numeric,
  model       text    not null,
  version     bigint  not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, scenario_id) references scenarios (tenant_id, id) on delete cascade
);
create index forecasts_by_scenario on forecasts (tenant_id, scenario_id, day, id);

create table constraints (
  tenant_id   text    not null check (tenant_id <> ''),
  id          uuid    not null,
  name        text    not null,
  scenario_id uuid,
  kind        text    not null check (kind in ('MIN_VALUE', 'MAX_VALUE', 'MAX_MAPE')),
  threshold   numeric not null,
  version     bigint  not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, scenario_id) references scenarios (tenant_id, id) on delete cascade
);
create index constraints_by_scenario on constraints (tenant_id, scenario_id, id);
