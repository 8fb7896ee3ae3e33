# Everything that a contributor does, each from nothing: only Python 3.11 or newer and make need to be there.
#
#   make demo    a year of real flights, monitored through Airflow, on this machine
#   make test    all tests, against real servers
#   make check   lint, format, types, import floors
#
# Each installs what it needs into .venv, pinned and checked by hash, once.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SERVICES := $(VENV)/.services
# One set of flags for every install. No bytecode is compiled ahead: Python does that for what is imported, which is a
# small part, and it saves half a minute.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-compile --no-deps
# Tools read no settings of the person's own Airflow, and Great Expectations phones nobody.
export GX_ANALYTICS_ENABLED := false

.PHONY: help
help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: install
install: $(INSTALLED)  ## Everything pinned, into .venv

$(INSTALLED): requirements/build.txt requirements/all.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tidegauge needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	@echo "Installing the pinned packages into $(VENV) (about a minute, once) …"
	@$(PYTHON) -m venv $(VENV) || { echo "Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --require-hashes --no-build-isolation -r requirements/all.txt
	@$(PIP) --no-build-isolation --editable .
	@$(BIN)/python -m pip check
	@touch $@

.PHONY: demo
demo: $(INSTALLED)  ## A year of real flights through Airflow's own scheduler
	$(BIN)/python -m examples.flights.demo

# Servers that tests talk to: asked for once, and each time in CI.
$(SERVICES): tests/services/install.sh $(INSTALLED)
	@tests/services/install.sh
	@touch $@

.PHONY: test
test: $(INSTALLED) $(SERVICES)  ## All tests and doctests; ARGS="-k name" for some
	$(BIN)/python -m pytest $(ARGS)

.PHONY: check
check: $(INSTALLED)  ## Lint, format, types, import floors
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(INSTALLED)  ## Put the code in shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: pins
pins:  ## New pins in requirements/, from what pyproject.toml asks for (needs uv)
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make pins" requirements/build.in --output-file requirements/build.txt
	uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make pins" --all-extras pyproject.toml requirements/build.in \
	  --constraint requirements/build.txt --output-file requirements/all.txt

.PHONY: clean
clean:  ## Remove what the demo, the tests and the tools left
	rm -rf .demo .services .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
