#!/usr/bin/env bash
# Installs the servers and the browser that tests talk to, where they are missing and where that is possible
# (Debian or Ubuntu, as root). Elsewhere it says what to install; tests that lack a server then skip, but in CI
# (CI=true) a missing one is an error here and now.
set -euo pipefail

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql-15)
command -v prometheus-pushgateway >/dev/null || command -v pushgateway >/dev/null || missing+=(prometheus-pushgateway)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
  || missing+=(chromium)
command -v prometheus >/dev/null && command -v promtool >/dev/null || missing+=(prometheus)
{ command -v prometheus-alertmanager || command -v alertmanager; } >/dev/null && command -v amtool >/dev/null \
  || missing+=(prometheus-alertmanager)
command -v victoria-metrics >/dev/null || missing+=(victoria-metrics)
command -v java >/dev/null || [ -x "${JAVA_HOME:-}/bin/java" ] || missing+=(default-jre-headless) # Spark needs 17 or newer
[ ${#missing[@]} -eq 0 ] && exit 0

give_up() {
  echo "tests/services/install.sh: $1" >&2
  echo "  Missing: ${missing[*]}. Tests that need them will be skipped until you install them." >&2
  case "${CI:-}" in 1 | true | yes) exit 1 ;; esac
  exit 0
}

command -v apt-get >/dev/null || give_up "this machine has no apt-get; install these by your own package manager."
[ "$(id -u)" = 0 ] || give_up "not root, so nothing was installed. Run: sudo tests/services/install.sh"

echo "Installing for the tests: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  give_up "apt-get could not install them; its last words are above."
fi
