# All of it works on a fresh clone: the first use makes .venv and installs what is pinned.
PYTHON ?= python3
SETUP := $(PYTHON) -m devtools.bootstrap
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-catalogue manage lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: ## the whole shop on this machine, until Ctrl-C (PORT, SANDBOX_PORT, PRECHI_LOCAL_DIR, DATABASE_URL, REDIS_URL, ...)
	@$(SETUP) run

test: ## the checks, then all tests on throw-away servers (only="tests/bag -k merge" for some)
	@$(SETUP) test $(only)

check: ## lint, types, floors and other rules, templates, migrations, production settings
	@$(SETUP) check

bench: ## measure the shop's hot paths against bare Django and bare PostgreSQL
	@$(SETUP) bench $(args)

bench-catalogue: ## measure lists, facets and search at 1,000 and 100,000 products
	@$(SETUP) bench-catalogue $(args)

manage: ## a manage.py command beside a running `make run` (do="audit_shop")
	@$(SETUP) manage $(do)

COMPILE = .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
          --custom-compile-command "make lock"

lock: ## pin what requirements*.in ask for (upgrade=--upgrade for the newest)
	@$(SETUP) setup
	$(COMPILE) $(upgrade) requirements.in -o requirements.txt
	$(COMPILE) $(upgrade) -c requirements.txt requirements-local.in -o requirements-local.txt
	$(COMPILE) $(upgrade) -c requirements-local.txt requirements-dev.in -o requirements-dev.txt
