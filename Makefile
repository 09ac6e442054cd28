# Every command of the project. `make` alone lists them.
# Needs python3 (3.11 or later), pip and make; on Debian and Ubuntu also python3-venv.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The stamps carry a checksum of what was installed, so that a fresh checkout's file times, or a
# switch of branches, neither reinstall for nothing nor keep what is stale.
sum = $(shell cat $(1) pyproject.toml | cksum | tr ' ' -)
RUNTIME := $(VENV)/.runtime-$(call sum,requirements/runtime.txt)
DEV := $(VENV)/.dev-$(call sum,requirements/dev.txt)
# What is enough to run the program: the test environment holds the runtime's pins too.
RUNNABLE := $(if $(wildcard $(DEV)),$(DEV),$(RUNTIME))

PIP := $(BIN)/python -m pip --disable-pip-version-check
# Missing bytecode makes the first start 2.2 times slower.
INSTALL := $(PIP) install --quiet --compile --no-deps

.DEFAULT_GOAL := help
.PHONY: help venv demo test lint format screenshots bench requirements clean

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(RUNNABLE) ## the console on a sample team
	@$(BIN)/bgconsole demo

# Every check runs, whatever the ones before it found; the tests come last.
CHECKS := 'ruff format --check .' 'ruff check .' 'basedpyright' 'lint-imports'
TESTS := 'pytest --numprocesses 2 --dist loadgroup --cov --cov-report term'
each = failed=; for command in $(1); do \
	echo "$(BIN)/$$command"; $(BIN)/$$command || failed="$$failed, $$command"; done; \
	if [ -n "$$failed" ]; then echo "Failed: $${failed\#, }" >&2; exit 1; fi

test: $(DEV) ## every check, then every test
	@$(call each,$(CHECKS) $(TESTS))

lint: $(DEV) ## formatting, lint, types and import arrows
	@$(call each,$(CHECKS))

format: $(DEV) ## format the code and mend what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

screenshots: $(DEV) ## draw the pictures of every screen from the real app
	$(BIN)/python screenshots/make.py

bench: $(DEV) ## measure speed beside the reference apps
	$(BIN)/python -m benchmarks

venv: $(DEV) ## the environment for development, in .venv

# Pins come from the public index alone: whatever indexes or folders this machine's pip knows
# besides are shut out, and no address is written to the files.
COMPILE := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
	CUSTOM_COMPILE_COMMAND='make requirements' $(VENV)-pins/bin/pip-compile --quiet --no-config \
	--upgrade --generate-hashes --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
requirements: ## pin the newest releases that requirements/*.in allow
	$(PYTHON) -m venv $(VENV)-pins
	$(VENV)-pins/bin/python -m pip install --quiet pip-tools
	$(COMPILE) --output-file requirements/runtime.txt requirements/runtime.in
	$(COMPILE) --output-file requirements/server.txt requirements/server.in
	$(COMPILE) --output-file requirements/dev.txt requirements/dev.in
	$(COMPILE) --output-file benchmarks/references/posting.txt benchmarks/references/posting.in
	$(COMPILE) --output-file benchmarks/references/harlequin.txt benchmarks/references/harlequin.in

clean: ## remove the environments and everything that was built
	rm -rf $(VENV) $(VENV)-pins dist build htmlcov .coverage .coverage.* snapshot_report.html
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests benchmarks screenshots -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment that was moved, or whose Python is gone, is made again; any other is kept.
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo 'bgconsole needs Python 3.11 or later. Name one: make PYTHON=python3.12' >&2; exit 1; }
@$(PIP) --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || \
	{ rm -rf $(VENV); echo 'Python could not make an environment in $(VENV).' \
	'On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
@rm -f $(VENV)/.runtime-* $(VENV)/.dev-*
@echo 'Installing $(1) into $(VENV) (once) ...'
@$(INSTALL) --require-hashes --requirement $(1)
@$(INSTALL) --no-build-isolation --editable .
@touch $@
endef

$(RUNTIME): requirements/runtime.txt
	$(call install,requirements/runtime.txt)

$(DEV): requirements/dev.txt
	$(call install,requirements/dev.txt)
