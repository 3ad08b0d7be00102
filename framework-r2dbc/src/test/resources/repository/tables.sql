create type mood as enum ('CALM', 'STORMY');

create table items (
  tenant_id  text        not null check (tenant_id <> ''),
  id         uuid        not null,
  name       text        not null,
  note       text,
  amount     numeric(14, 4),
  rank       integer,
  mood       mood        not null,
  created_at timestamptz not null,
  version    bigint      not null,
  primary key (tenant_id, id)
);

create table parts (
  tenant_id text   not null check (tenant_id <> ''),
  id        bigint not null generated always as identity,
  item_id   uuid   not null,
  label     varchar(20) not null,
  made_at   timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, item_id) references items (tenant_id, id) on delete cascade
);

create table every_type (
  tenant_id   text     not null check (tenant_id <> ''),
  id          text     not null,
  flag        boolean  not null,
  flag_box    boolean,
  small       smallint not null,
  whole       integer  not null,
  big         bigint   not null,
  big_box     bigint,
  real_number real     not null,
  double_number double precision not null,
  amount      numeric,
  uid         uuid,
  at          timestamptz,
  offset_at   timestamptz,
  local_at    timestamp,
  day         date,
  time_of_day time,
  bytes       bytea,
  mood_text   text,
  mood        mood,
  document    jsonb,
  plain_json  json,
  fixed       character(5),
  short_text  varchar(10),
  words       text[],
  word_list   text[],
  numbers     integer[],
  number_list bigint[],
  uids        uuid[],
  amounts     numeric[],
  primary key (tenant_id, id)
);

create table settings (
  id    text primary key,
  value text not null
);

create table odd_keys (
  tenant_id text not null,
  id        uuid not null primary key
);
