# `make` alone lists what there is.
PYTHON ?= python3
BIN := .venv/bin
HOME_DIR ?= var
PORT ?= 8080
NATS_PORT ?= 4222
BESIDES := not browser and not containers and not mutations

unexport PYTHONDONTWRITEBYTECODE
# Half of what collecting the tests costs is their compilation, in each process anew.

.DEFAULT_GOAL := help
.PHONY: help setup up demo test test-containers test-browser chaos mutations loss deadlines bench lint schemas secrets compose smoke clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-16s %s\n", $$1, $$2}'

.venv/installed: requirements.lock pyproject.toml
	@echo "Installing into .venv (a minute or two, once) …"
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Motcua needs Python 3.11 to 3.13: name one with make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: .venv/installed ## Install into .venv, and nothing else

up: setup ## Start the whole office here (Ctrl-C stops it)
	@$(BIN)/motcua up --home $(HOME_DIR) --port $(PORT) --nats-port $(NATS_PORT)

demo: setup ## A commune's working day in a minute and a half, on an office of its own
	@$(BIN)/motcua demo

test: setup ## All tests on SQLite and a real nats-server, no Docker
	@$(BIN)/pytest -n 5 --dist loadfile --no-loadscope-reorder -m "$(BESIDES)"

test-containers: setup ## The same tests on PostgreSQL and NATS in containers
	@$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder -m "$(BESIDES)" --containers

test-browser: setup ## Walk the pages in a real browser (needs chromium)
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m browser

chaos: setup ## A minute of kill -9 and worse on each database; prints its plan and a verdict
	@$(BIN)/python -m tests.chaos --seconds 60 --database sqlite
	@$(BIN)/python -m tests.chaos --seconds 60 --database postgres

mutations: setup ## Break the mechanism on purpose: chaos must find it each time
	@$(BIN)/pytest -q -m mutations

loss: setup ## 600 messages into five subscribers, 20 rounds, each handled once and in order
	@LOSS_ROUNDS=20 $(BIN)/pytest -q tests/shared/test_loss.py

deadlines: setup ## The deadline engine against a walk minute by minute, in 200,000 seeded cases
	@$(BIN)/python -m tests.shared.worktime_cases --cases 200000

bench: setup ## Ratios against bare baselines, measured by turns; a table and var/bench.json
	@$(BIN)/python -m tests.bench

lint: setup ## ruff, mypy, import-linter, deptry, and events against every release
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry . --no-ansi
	@$(BIN)/python -m tests.contracts check

schemas: setup ## Write shared/schemas/ from the event registry, and keep a sample of each new event
	@$(BIN)/motcua schemas
	@$(BIN)/python -m tests.contracts

secrets: setup ## Keys and passwords for compose, into deploy/secrets/
	@$(BIN)/python -m deploy.secrets

compose: secrets ## Start the office in containers
	docker compose -f deploy/compose.yaml up -d --build --wait

smoke: setup ## Drive the line through the containers, from nothing to a replay
	@$(BIN)/pytest -m containers

clean: ## Remove .venv, build and caches (never var)
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis
