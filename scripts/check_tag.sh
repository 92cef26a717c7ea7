#!/bin/sh
# Check that a tag such as engine-v1.2.0 names the version that the part declares.
set -eu

part=${1%-v*}
version=${1##*-v}
case "$part" in
  engine) file=kinemotion-cli/pyproject.toml ;;
  service) file=backend/pyproject.toml ;;
  client-python) file=sdk/python/pyproject.toml ;;
  client-js) file=sdk/js/package.json ;;
  *)
    echo "no part is called $part" >&2
    exit 1
    ;;
esac
grep -Eq "^ *\"?version\"? *[=:] *\"$version\"" "$file" || {
  echo "$file does not declare $version" >&2
  exit 1
}
