#!/bin/sh
# Measure the engine where this branch left another one and that of this commit, on this machine, and fail where this one
# is slower by more than a quarter. Give the other branch. The results stay in var/speed/.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
results=$root/var/speed
place=$(mktemp -d)
trap 'git -C "$root" worktree remove --force "$place/before" 2>/dev/null || true; rm -rf "$place"' EXIT
mkdir -p "$results"

git -C "$root" worktree add --quiet --detach "$place/before" "$(git -C "$root" merge-base HEAD "$1")"
for side in before after; do
  folder=$root
  test "$side" = after || folder=$place/before
  make -C "$folder" setup
  (cd "$folder" && .venv/bin/python -m pytest -m benchmark --quiet --benchmark-json "$results/$side.json" tests/benchmarks)
done
"$root/.venv/bin/python" "$root/scripts/compare_speed.py" "$results/before.json" "$results/after.json"
