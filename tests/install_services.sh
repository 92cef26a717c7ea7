#!/bin/sh
# Install PostgreSQL and Redis for the tests with the marker `services`, and the packages named as arguments, where this
# is Debian and it is allowed; elsewhere say what is missing: those tests are skipped then.
set -eu

missing=""
command -v redis-server >/dev/null || missing="$missing redis-server"
command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
for package in "$@"; do
    PATH="$PATH:/usr/sbin" command -v "$package" >/dev/null || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ]; then as_root=""; else as_root="sudo -n"; fi
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
    $as_root apt-get update -qq
    # shellcheck disable=SC2086
    # The packages' own services stay off: RUNLEVEL 1 starts none.
    $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Missing for the tests that start servers or a browser:$missing"
fi
