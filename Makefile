# Every command of the project. `make` alone lists them.
# Needs python3 (3.11 or later), pip and make; on Debian and Ubuntu also python3-venv.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

PEERS := .bench-peers

# The stamps carry a checksum of what was installed, so that a fresh checkout's file times, or a
# switch of branches, neither reinstall for nothing nor keep what is stale.
sum = $(shell cksum <$(1) | tr ' ' -)
RUNTIME := $(VENV)/.runtime-$(call sum,requirements/runtime.txt)
DEV := $(VENV)/.dev-$(call sum,requirements/dev.txt)
PINNING := $(VENV)-pins/.pinning-$(call sum,requirements/pinning.txt)
POSTING := $(PEERS)/posting/.pins-$(call sum,benchmarks/references/posting.txt)
HARLEQUIN := $(PEERS)/harlequin/.pins-$(call sum,benchmarks/references/harlequin.txt)
SBOM := $(VENV)-release/.pins-$(call sum,requirements/release.txt)
PROGRAM := bgconsole-$(call sum,pyproject.toml)
# The OpenID providers that tests sign in at: one for node, one for Python, each in a folder of its
# own. Without npm the tests at the first are skipped, and say so.
NANOIDP := .venv-nanoidp/.pins-$(call sum,requirements/nanoidp.txt)
PROVIDER := tests/openid/panva
MODULES := $(if $(shell command -v npm),.venv-node/.modules-$(call sum,$(PROVIDER)/package-lock.json))
# What is enough to run the program: the test environment holds the runtime's pins too.
RUNNABLE := $(if $(wildcard $(DEV)),$(DEV),$(RUNTIME))-$(PROGRAM)
READY := $(DEV)-$(PROGRAM)

# This machine's settings say where packages come from and how to get there. Those that change
# what is installed, or where, are shut out, and so are modules on a PYTHONPATH.
KEPT := PIP_CACHE_DIR PIP_CERT PIP_CLIENT_CERT PIP_CONFIG_FILE PIP_DEFAULT_TIMEOUT \
	PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_INDEX_URL PIP_KEYRING_PROVIDER PIP_NO_CACHE_DIR \
	PIP_NO_INDEX PIP_PROXY PIP_RETRIES PIP_TIMEOUT PIP_TRUSTED_HOST
unexport $(filter-out $(KEPT),$(filter PIP_% PYTHON% UV_%,$(.VARIABLES)))

# Each list of pins is complete: pip takes it as it is and resolves nothing. Wheels only, because a
# build would fetch tools that no list pins.
pip = PIP_CONSTRAINT=/dev/null PIP_USER=0 $(@D)/bin/python -m pip --disable-pip-version-check
# Missing bytecode makes the first start 2.2 times slower.
BYTECODE := --compile
INSTALL := install --quiet $(BYTECODE) --no-deps
HASHED := --require-hashes --only-binary :all: --requirement

.DEFAULT_GOAL := help
.PHONY: help venv demo test long lint format docs screenshots bench peers providers dist requirements clean stale

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(RUNNABLE) ## the console on a sample team
	@$(BIN)/bgconsole demo

# Every check runs, whatever the ones before it found; the tests come last.
CHECKS := 'ruff format --check .' 'ruff check .' 'basedpyright' 'lint-imports'
# Tests wait for half of their time: four processes keep two cores busy.
TESTS := 'pytest --numprocesses 4 --dist loadgroup --cov --cov-report term'
# The long forms of the tests take hours, and each as long as it needs.
LONG := 'pytest --numprocesses 2 --dist loadgroup --timeout 0'
each = failed=; for command in $(1); do \
	echo "$(BIN)/$$command"; $(BIN)/$$command || failed="$$failed, $$command"; done; \
	if [ -n "$$failed" ]; then echo "Failed: $${failed\#, }" >&2; exit 1; fi

test: $(READY) $(MODULES) $(NANOIDP) ## every check, then every test
	@$(call each,$(CHECKS) $(TESTS))

long: export LONG_TESTS := 1
long: $(READY) $(MODULES) $(NANOIDP) ## every test in its long form: more faults, more kinds of input
	@$(call each,$(LONG))

lint: $(READY) ## formatting, lint, types and import arrows
	@$(call each,$(CHECKS))

format: $(READY) ## format the code and mend what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: $(READY) ## write the pages that are generated: commands, keys, settings, manual page
	$(BIN)/python docs/make.py

screenshots: $(READY) ## draw every screen from the real app, in screenshots/all
	$(BIN)/python screenshots/make.py

bench: $(READY) ## measure speed beside the reference apps
	$(BIN)/python -m benchmarks

peers: $(POSTING) $(HARLEQUIN) ## the programs that bench compares with, in .bench-peers

providers: $(MODULES) $(NANOIDP) ## the OpenID providers that tests sign in at

# What a release consists of. The SBOM lists the pins of an installation with all extras.
dist: $(READY) $(SBOM) ## wheel, source distribution and SBOM of a release, in dist/
	@rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist
	@$(dir $(SBOM))bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
		--of JSON --output-file dist/sbom.cdx.json requirements/server.txt

venv: $(READY) ## the environment for development, in .venv

# The releases of Python that the pins are made for and checked against.
PYTHONS := 3.11 3.12 3.13 3.14
# Pins come from the public index alone: whatever indexes or folders this machine knows besides are
# shut out, and no address is written to the files. One list holds for every Python.
UV := $(VENV)-pins/bin/uv --no-config --quiet pip
COMPILE := $(UV) compile --universal --python-version $(firstword $(PYTHONS)) --upgrade \
	--generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make requirements'
# Fails where a Python finds no wheel of a pin, or where a pin is missing.
WHEELS := $(UV) install --dry-run --require-hashes --only-binary :all: --target $(VENV)-pins/none
LISTS := $(basename $(wildcard requirements/*.in benchmarks/references/*.in))
requirements: $(PINNING) ## pin the newest releases that requirements/*.in allow
	@for list in $(LISTS); do \
		echo "$$list.txt"; \
		$(COMPILE) --output-file $$list.txt $$list.in || exit; \
		for python in $(PYTHONS); do \
			$(WHEELS) --python-version $$python --requirement $$list.txt || exit; \
		done; \
	done

clean: ## remove the environments and everything that was built
	rm -rf $(VENV) $(VENV)-pins $(VENV)-release .venv-node .venv-nanoidp $(PEERS) dist build htmlcov .coverage .coverage.* snapshot_report.html screenshots/all
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests benchmarks screenshots docs -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python that is named is the one that the environment gets. Without a name it keeps its own.
version = $(shell "$(1)" -c 'import sys; print(sys.version)' 2>/dev/null)
ifneq ($(origin PYTHON),file)
ifneq ($(call version,$(PYTHON)),$(call version,$(BIN)/python))
STALE := stale
endif
endif

# An environment that holds anything is made again from nothing, so that it holds the pins alone,
# and so is one that was moved or whose Python is gone.
define pins
@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo 'bgconsole needs Python 3.11 or later. Name one: make PYTHON=python3.12' >&2; exit 1; }
@{ held=$$($(pip) freeze 2>/dev/null) && [ -z "$$held" ]; } || \
	"$(PYTHON)" -m venv --clear $(@D) || \
	{ rm -rf $(@D); echo 'Python could not make an environment in $(@D).' \
	'On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
@echo 'Installing $(1) into $(@D) (once) ...'
@$(pip) $(INSTALL) $(HASHED) $(1)
@$(pip) check --quiet
@touch $@
endef

# The program itself, beside the pins.
define program
@rm -f $(@D)/.*-bgconsole-*
@$(pip) $(INSTALL) --no-build-isolation --editable .
@$(pip) check --quiet
@touch $@
endef

$(RUNTIME): $(STALE)
	$(call pins,requirements/runtime.txt)
$(DEV): $(STALE)
	$(call pins,requirements/dev.txt)
$(PINNING):
	$(call pins,requirements/pinning.txt)
$(SBOM):
	$(call pins,requirements/release.txt)
$(NANOIDP):
	$(call pins,requirements/nanoidp.txt)
$(POSTING):
	$(call pins,benchmarks/references/posting.txt)
$(HARLEQUIN):
	$(call pins,benchmarks/references/harlequin.txt)

.venv-node/.modules-%: $(PROVIDER)/package.json $(PROVIDER)/package-lock.json
	@echo 'Installing $(PROVIDER)/package-lock.json into $(@D) (once) ...'
	@rm -rf $(@D) && mkdir $(@D) && cp $^ $(@D)
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(RUNTIME)-$(PROGRAM): $(RUNTIME)
	$(program)
$(DEV)-$(PROGRAM): $(DEV)
	$(program)
