#!/usr/bin/env bash
# token.sh TENANT|_admin: prints a token for the app of compose.yaml, good for a day. Makes the keys if there are none.
set -euo pipefail
keys=$(dirname "$0")/keys
who=${1:?which tenant, or _admin}

if [[ ! -s $keys/public.pem ]]; then
  mkdir -p "$keys"
  (umask 077 && openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$keys/private.pem")
  openssl pkey -in "$keys/private.pem" -pubout -out "$keys/public.pem"
fi

url64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

now=$(date +%s)
case $who in
  _admin) claims='"sub":"admin","scope":"sluice-admin"' ;;
  *[!A-Za-z0-9._:@-]*) echo "token: '$who' is no tenant" >&2; exit 2 ;;
  *) claims="\"sub\":\"planner@$who\",\"tenant_id\":\"$who\"" ;;
esac
head=$(printf '{"alg":"RS256","typ":"JWT"}' | url64)
body=$(printf '{%s,"iat":%d,"exp":%d}' "$claims" "$now" $((now + 86400)) | url64)
sign=$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -sign "$keys/private.pem" -binary | url64)
printf '%s.%s.%s\n' "$head" "$body" "$sign"
