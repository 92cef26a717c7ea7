#!/bin/sh
# Proves the images' install steps on a machine that builds no images: runs the line of each Dockerfile that makes its
# environments, as it is written there, on fresh committed sources, then starts what the image would start; and the
# service's tests, in its environment, where there is no engine.
# Needs uv, and a network or a warm cache. Another commit than HEAD may be named.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null || true; rm -rf "$place"' EXIT

mkdir "$place/source"
git -C "$root" archive "${1:-HEAD}" pyproject.toml uv.lock kinemotion-cli backend sdk docker docs | tar -xf - -C "$place/source"
cd "$place/source"

# install DOCKERFILE: its environments, below our place instead of /opt.
install() {
  echo "-- $1"
  rm -rf "$place/opt"
  settings=$(sed -n 's/^ENV \(UV_.*\)/\1/p' "$root/docker/$1")
  step=$(sed -e ':join' -e '/\\$/N; s/\\\n//; t join' "$root/docker/$1" | sed -n 's/^RUN \(UV_PROJECT_ENVIRONMENT=.*\)/\1/p')
  test -n "$step"
  # shellcheck disable=SC2086  # several settings, split at blanks
  env -u VIRTUAL_ENV -u PYTHONDONTWRITEBYTECODE $settings UV_NO_PROGRESS=1 sh -ec "$(echo "$step" | sed "s|/opt/|$place/opt/|g")" 2>"$place/uv.log" || {
    cat "$place/uv.log" >&2
    return 1
  }
  (cd "$place/opt" && du -sm ./*)
}

# hold MB: that no more than this was installed.
hold() {
  test "$(du --summarize --block-size=MB --apparent-size "$place/opt" | cut -f1 | tr -d MB)" -le "$1"
}

# ask PATH: what the service answers, once it does.
ask() {
  "$place/opt/service/bin/python" - "$1" <<'PYTHON'
import sys, time, urllib.request
for attempt in range(1500):  # a busy machine takes its time
    try:
        print(urllib.request.urlopen(f"http://127.0.0.1:18080{sys.argv[1]}", timeout=60).read().decode())
        break
    except OSError:
        time.sleep(0.2)
else:
    sys.exit("the service does not answer")
PYTHON
}

install cli.Dockerfile
hold 360 # Debian slim (75 MB) and its Python (30 MB) come on top
"$place/opt/engine/bin/kinemotion" --version
"$place/opt/engine/bin/kinemotion" selftest
"$place/opt/engine/bin/kinemotion" cmj-analyze --quality fast --json "$place/result.json" -- "$root/docs/samples/cmj.mp4"

install backend.Dockerfile
hold 430
if "$place/opt/service/bin/python" -c "import kinemotion" 2>/dev/null; then
  echo "the service's environment has the engine in it" >&2
  exit 1
fi
export KINEMOTION_CLI="$place/opt/engine/bin/kinemotion" ENVIRONMENT=production WORK_DIR="$place/work" BIND_PORT=18080
"$place/opt/service/bin/kinemotion-backend" doctor
"$place/opt/service/bin/kinemotion-backend" serve 2>"$place/log" &
server=$!
ask /ready
ask /health
kill "$server"
wait "$server" || true
server=
test -z "$(find "$place/work" -mindepth 1)"

echo "-- the service's tests without the engine"
unset KINEMOTION_CLI ENVIRONMENT WORK_DIR BIND_PORT
uv export --quiet --locked --only-group dev --no-hashes --output-file "$place/tools.txt"
uv pip install --quiet --python "$place/opt/service/bin/python" --requirement "$place/tools.txt"
"$place/opt/service/bin/python" -m pytest --quiet --numprocesses 2 backend/tests
echo "the install steps hold"
