#!/usr/bin/env bash
# Checks the configuration and the rules, and tests the rules, with promtool: the one on the path, or the one of Debian's package prometheus, unpacked aside.
set -euo pipefail
cd "$(dirname "$0")"

if command -v promtool >/dev/null; then
  promtool=promtool
else
  aside=$(mktemp -d)
  trap 'rm -rf "$aside"' EXIT
  chmod 755 "$aside"
  download() { (cd "$aside" && apt-get -qq download prometheus && dpkg -x prometheus_*.deb .) >/dev/null 2>&1; }
  if ! { download || { apt-get -qq update && download; }; } 2>/dev/null; then
    echo "prometheus: no promtool here, and none to be had with apt-get: the rules were not checked" >&2
    exit 0
  fi
  promtool=$aside/usr/bin/promtool
fi
"$promtool" check config prometheus.yml >/dev/null || { "$promtool" check config prometheus.yml; exit 1; }
"$promtool" check rules sluice-alerts.yml >/dev/null || { "$promtool" check rules sluice-alerts.yml; exit 1; }
"$promtool" test rules sluice-alerts.test.yml
