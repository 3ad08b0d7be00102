#!/usr/bin/env bash
# A standby of the primary: copied from it at the first start, then it follows.
set -euo pipefail

# A directory of its own in the volume: the server wants one that nobody else may read.
export PGDATA=/var/lib/postgresql/data/standby

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  pg_basebackup --pgdata="$PGDATA" --wal-method=stream --checkpoint=fast --write-recovery-conf \
    --dbname="host=primary user=replicator password=$REPLICATION_PASSWORD application_name=$HOSTNAME"
fi
exec postgres -c max_connections=200 -c client_connection_check_interval=1s -c hot_standby_feedback=on
