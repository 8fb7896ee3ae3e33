# Everything that a contributor does, each from nothing: only Python 3.11 or newer and make need to be there.
#
#   make demo    a year of real flights, monitored through Airflow, on this machine
#   make test    all tests, against real servers
#   make check   lint, format, types, import floors, the documentation's site
#
# Each installs what it needs, and no more, into .venv, pinned and checked by hash, once.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The environments, and which extras of pyproject.toml each one pins, in requirements/NAME.txt. A line adds one: its pins
# are made by `make pins`, and what needs it waits for $(VENV)/.NAME. All go into one .venv, so all agree with `test`.
EXTRAS_test := airflow check demo grafana postgres quality spark test
EXTRAS_demo := airflow demo
EXTRAS_docs := docs
EXTRAS_spark := spark
ENVIRONMENTS := $(patsubst EXTRAS_%,%,$(filter EXTRAS_%,$(.VARIABLES)))
SERVICES := $(VENV)/.services
# One set of flags for every install. No bytecode is compiled ahead: Python does that for what is imported, which is a
# small part, and it saves half a minute.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-compile --no-deps
UV := $(VENV)-pins/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --custom-compile-command "make pins" $(ARGS)
define NEWLINE


endef
# Tools read no settings of the person's own Airflow, and Great Expectations phones nobody.
export GX_ANALYTICS_ENABLED := false

.PHONY: help
help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: install
install: $(ENVIRONMENTS:%=$(VENV)/.%)  ## Everything pinned, into .venv

$(VENV)/.build: requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tidegauge needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV) || { echo "Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) --require-hashes -r $<
	@touch $@

$(ENVIRONMENTS:%=$(VENV)/.%): $(VENV)/.%: requirements/%.txt $(VENV)/.build pyproject.toml
	@echo "Installing what $* needs, pinned, into $(VENV) (once) …"
	@$(PIP) --require-hashes --no-build-isolation -r $<
	@$(PIP) --no-build-isolation --editable .
	@$(BIN)/python -m pip check
	@touch $@

.PHONY: demo
demo: $(VENV)/.demo  ## A year of real flights through Airflow's own scheduler
	$(BIN)/python -m examples.flights.demo

# Servers that tests talk to: asked for once, and each time in CI.
$(SERVICES): tests/services/install.sh $(VENV)/.test
	@tests/services/install.sh
	@touch $@

.PHONY: test
test: $(VENV)/.test $(VENV)/.docs $(SERVICES)  ## All tests and doctests, side by side; ARGS="-k name" for some
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile $(ARGS)

.PHONY: check
check: $(VENV)/.test site  ## Lint, format, types, import floors, the site
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: site
site: $(VENV)/.docs  ## The documentation, into build/site; a link that leads nowhere is an error
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -c tools/site -d build/site/.doctrees . build/site

.PHONY: dashboards
dashboards: $(VENV)/.test  ## Grafana's dashboards anew, from grafana/*.py; ARGS="--airflow URL --reports URL --out FOLDER"
	$(BIN)/python -m grafana.build $(ARGS)

# In an environment of its own: on the lowest versions that pyproject.toml promises, or on another Python with the newest
# (make lowest PYTHON=python3.13 RESOLUTION=highest).
LOWEST := $(VENV)-lowest
RESOLUTION := lowest-direct
.PHONY: lowest
lowest: $(UV)  ## Tests on the lowest versions that pyproject.toml promises
	$(UV) venv --quiet --clear --python $(PYTHON) $(LOWEST)
	$(UV) pip install --quiet --python $(LOWEST) --resolution $(RESOLUTION) --editable '.[demo,postgres,test]'
	$(LOWEST)/bin/python -m pytest -p no:cacheprovider $(or $(ARGS),tests/every tests/laws tests/store tests/test_compare.py)

.PHONY: format
format: $(VENV)/.test  ## Put the code in shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

$(UV):
	@$(PYTHON) -m venv $(VENV)-pins
	@$(VENV)-pins/bin/python -m pip install --quiet --disable-pip-version-check uv

.PHONY: hooks
hooks: $(VENV)/.test  ## Check what is committed before it is committed (pre-commit)
	$(BIN)/pre-commit install

.PHONY: pins
pins: $(UV)  ## New pins in requirements/, from what pyproject.toml asks for; ARGS=--upgrade for newer ones
	$(COMPILE) requirements/build.in --output-file requirements/build.txt
	$(COMPILE) $(EXTRAS_test:%=--extra %) pyproject.toml requirements/build.in \
	  --constraint requirements/build.txt --output-file requirements/test.txt
	$(foreach name,$(filter-out test,$(ENVIRONMENTS)),$(COMPILE) $(EXTRAS_$(name):%=--extra %) pyproject.toml \
	  requirements/build.in --constraint requirements/test.txt --output-file requirements/$(name).txt$(NEWLINE)	)

.PHONY: clean
clean:  ## Remove what the demo, the tests and the tools left
	rm -rf .demo .services .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
