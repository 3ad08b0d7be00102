#!/usr/bin/env bash
# Run once by the image of PostgreSQL, as superuser: the roles of docs/own-database.md, and one for the standbys.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres \
  --set=owner="$OWNER_PASSWORD" --set=app="$APP_PASSWORD" --set=across="$ACROSS_PASSWORD" \
  --set=monitor="$MONITOR_PASSWORD" --set=replication="$REPLICATION_PASSWORD" <<'SQL'
create role planning_owner   login bypassrls   nosuperuser nocreatedb nocreaterole noreplication password :'owner';
create role planning_app     login nobypassrls nosuperuser nocreatedb nocreaterole noreplication password :'app';
create role planning_across  login nobypassrls nosuperuser nocreatedb nocreaterole noreplication password :'across';
create role planning_monitor login nobypassrls nosuperuser nocreatedb nocreaterole noreplication password :'monitor';
grant pg_monitor to planning_monitor;
create role replicator login replication password :'replication';
create database planning owner planning_owner;
\connect planning
revoke all on database planning from public;
grant connect on database planning to planning_app, planning_across, planning_monitor;
revoke all on schema public from public;
grant create, usage on schema public to planning_owner;
grant usage on schema public to planning_app, planning_across, planning_monitor;
SQL
echo "host replication replicator all scram-sha-256" >>"$PGDATA/pg_hba.conf"
