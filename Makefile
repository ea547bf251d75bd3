# Every command here works on a bare machine with Python 3.11+ and make: .venv is made when it is first needed.
# Paths are relative and nothing is run through a script's shebang, so the folder may have any name.

VENV := .venv
export PYTHON

PY := $(VENV)/bin/python
READY := $(VENV)/.ready
SCENARIOS := $(patsubst scenarios/%.yaml,%,$(wildcard scenarios/*.yaml))
NAMES ?= calm port_shutdown supplier_failure

.PHONY: help setup scenario compare optimise test theory peers cluster e2e lint bench picture clean named

help:  ## This list
	@echo 'A digital twin of a supply chain. Set-up happens by itself.'; echo
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile; echo
	@echo '  ARGS="..."     goes to twin or pytest as it is: make scenario NAME=calm ARGS="--replications 5"'
	@echo '  PYTHON=...     the Python to make $(VENV) with'
	@echo '  scenarios:     $(SCENARIOS)'

setup:  ## Make .venv, or bring it up to date
	@sh bootstrap $(VENV)

$(READY): pyproject.toml bootstrap
	@sh bootstrap $(VENV)

scenario: NAMES = $(NAME)
scenario: named $(READY)  ## Run one scenario into outputs/: make scenario NAME=port_shutdown
	@$(PY) -m twin run "scenarios/$(NAME).yaml" --out "outputs/$(NAME)" $(ARGS)

compare: named $(READY)  ## Put several side by side, in outputs/compare/: make compare NAMES="calm port_shutdown"
	@$(PY) -m twin compare $(NAMES:%=scenarios/%.yaml) --out outputs/compare $(ARGS)

optimise: NAMES = $(NAME)
optimise: named $(READY)  ## Find the cheapest values that serve well enough: make optimise NAME=port_shutdown_buffers
	@$(PY) -m twin optimise "scenarios/$(NAME).yaml" --out "outputs/$(NAME)_optimise" $(ARGS)

named:
	@for name in $(or $(NAMES),''); do test -f "scenarios/$$name.yaml" && continue; \
	  echo "$${name:+There is no scenario called $$name. }Say NAME=... with one of: $(SCENARIOS)" >&2; exit 2; done

test: $(READY)  ## Run the fast tests on all cores: make test ARGS="-k port"
	@$(PY) -m pytest -q -n auto --dist worksteal --ignore=tests/bench $(ARGS)

theory: $(READY)  ## Hold the simulation against queueing and inventory theory, long runs too; writes docs/proof.md
	@$(PY) -m pytest -q tests/theory -m "slow or not slow" --proof docs/proof.md $(ARGS)

peers:  ## Install stockpyl and SupplyNetPy, and compare the same networks in them, evening by evening
	@EXTRAS=dev,peers sh bootstrap $(VENV) && $(PY) -m pytest -q tests/peers $(ARGS)

cluster:  ## Install dask.distributed, and share a run among a scheduler and two workers of this machine
	@EXTRAS=dev,cluster sh bootstrap $(VENV) && $(PY) -m pytest -q tests/cluster $(ARGS)

e2e:  ## Open a report in a real browser, headless; as root with apt it installs Debian's chromium
	@command -v chromedriver >/dev/null || [ "$$(id -u)" != 0 ] || timeout 120 sh -c 'apt-get update && \
	  apt-get install -y --no-install-recommends chromium chromium-driver' >/dev/null 2>&1 || true
	@EXTRAS=dev,e2e sh bootstrap $(VENV) && $(PY) -m pytest -q -rs tests/e2e $(ARGS)

lint: $(READY)  ## Check style (ruff) and types (mypy)
	@$(PY) -m ruff check . && $(PY) -m mypy

bench: $(READY)  ## Measure how fast it is
	@$(PY) -m pytest tests/bench --benchmark-only $(ARGS)

picture: $(READY)  ## Draw the pictures of the README and the tutorial again
	@$(PY) -m twin run scenarios/port_shutdown.yaml --out outputs/port_shutdown --quiet && cp outputs/port_shutdown/verdict.png docs/images/
	@$(PY) docs/pictures.py

clean:  ## Remove results and caches; .venv stays
	@rm -rf outputs/* build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	@find . -path './.venv*' -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
