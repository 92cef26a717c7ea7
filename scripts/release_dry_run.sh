#!/bin/sh
# Build everything that a release publishes, install each artefact in an environment of its own, and try it there.
# Nothing is published. What is left in dist/: the artefacts, an SBOM of each environment, and their hashes.
# Needs uv and Node; NPM_CLI is npm's program. The web page must have been built (make web).
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
dist=$root/dist
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$root"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH UV_NO_PROGRESS=1

# version_of FILE: the version that a pyproject.toml or package.json declares.
version_of() {
  sed -n 's/^ *"\{0,1\}version"\{0,1\} *[=:] *"\(.*\)".*/\1/p' "$1" | head -n 1
}

npm() {
  node "$NPM_CLI" "$@"
}

echo "-- versions and changelogs"
for package in kinemotion-cli backend sdk/python sdk/js; do
  file=$package/pyproject.toml
  test -f "$file" || file=$package/package.json
  version=$(version_of "$file")
  grep -q "^## $version" "$package/CHANGELOG.md" || {
    echo "$package/CHANGELOG.md has no section for $version" >&2
    exit 1
  }
  echo "$package $version"
done
uv lock --check --quiet

echo "-- artefacts"
rm -rf "$dist"
for name in kinemotion kinemotion-backend kinemotion-client; do
  uv build --quiet --package "$name" --out-dir "$dist"
  uv build --quiet --package "$name" --wheel --out-dir "$place/again"
done
for wheel in "$place"/again/*.whl; do # the same sources give the same bytes
  cmp "$wheel" "$dist/$(basename "$wheel")"
done
(cd sdk/js && npm pack --silent --pack-destination "$dist" >/dev/null)
ls -sh "$dist"

# install NAME WHEEL EXPORT...: an environment with the wheel and the versions of the lock file, and its SBOM.
install() {
  name=$1 wheel=$2
  shift 2
  echo "-- $name in a clean environment"
  uv export --quiet --locked --no-emit-workspace --no-hashes --no-default-groups --package "$name" "$@" >"$place/$name.txt"
  uv venv --quiet "$place/$name"
  uv pip install --quiet --python "$place/$name" --requirement "$place/$name.txt" "$wheel"
  uv pip check --quiet --python "$place/$name"
  cyclonedx-py environment --output-reproducible --output-file "$dist/$name.cdx.json" "$place/$name"
}

install kinemotion "$dist"/kinemotion-[0-9]*.whl
"$place/kinemotion/bin/kinemotion" --version
"$place/kinemotion/bin/kinemotion" selftest

install kinemotion-backend "$dist"/kinemotion_backend-*.whl --extra scale-out
backend=$place/kinemotion-backend/bin
if "$backend/python" -c "import kinemotion" 2>/dev/null; then
  echo "the service's environment has the engine in it" >&2
  exit 1
fi
"$backend/kinemotion-backend" --version
"$backend/kinemotion-backend" openapi | cmp - backend/openapi.json
"$backend/python" -c "
from pathlib import Path
import kinemotion_backend
assert (Path(kinemotion_backend.__file__).parent / 'static' / 'index.html').is_file(), 'the web page is missing'
"
(cd "$place" && KINEMOTION_CLI="$place/kinemotion/bin/kinemotion" "$backend/kinemotion-backend" doctor)

install kinemotion-client "$dist"/kinemotion_client-*.whl
"$place/kinemotion-client/bin/python" -c "import kinemotion_client; print('kinemotion-client', kinemotion_client.KinemotionClient.__name__)"

echo "-- @kinemotion/client in a clean folder"
mkdir "$place/js"
cd "$place/js"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "$dist"/kinemotion-client-*.tgz
node --input-type=module --eval 'import { KinemotionClient } from "@kinemotion/client"; console.log("@kinemotion/client", KinemotionClient.name);'

cd "$dist"
sha256sum -- * >"$place/SHA256SUMS"
mv "$place/SHA256SUMS" .
echo "the release is ready in dist/"
