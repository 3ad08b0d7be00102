create table plans (
  tenant_id text not null check (tenant_id <> ''),
  id        uuid not null,
  code      text not null,
  parent_id uuid,
  primary key (tenant_id, id),
  unique (tenant_id, code)
);

create table days (
  tenant_id text   not null check (tenant_id <> ''),
  id        uuid   not null,
  plan_id   uuid   not null,
  amount    numeric(14, 4) not null,
  made_at   timestamptz not null default '2026-11-20T08:15:30.123456Z',
  version   bigint not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, plan_id) references plans (tenant_id, id) on delete cascade
);

create table remarks (
  tenant_id text   not null check (tenant_id <> ''),
  id        bigint not null generated always as identity,
  day_id    uuid,
  plan_code text,
  words     text   not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, day_id) references days (tenant_id, id) on delete set null (day_id),
  foreign key (tenant_id, plan_code) references plans (tenant_id, code) on update cascade
);

create table folders (
  tenant_id text not null check (tenant_id <> ''),
  id        text not null,
  parent    text,
  primary key (tenant_id, id),
  foreign key (tenant_id, parent) references folders (tenant_id, id) on delete cascade
);

create table prices (
  tenant_id text    not null check (tenant_id <> ''),
  id        numeric not null,
  name      text    not null,
  primary key (tenant_id, id)
);

create table rates (
  id     text primary key,
  factor numeric not null
);

create view totals with (security_invoker = true) as
  select tenant_id, plan_id, sum(amount) as amount from days group by tenant_id, plan_id;
