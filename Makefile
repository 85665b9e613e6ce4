# Everything a newcomer needs. It asks for Python 3.11 or newer with venv, and make; nothing else.

PYTHON ?= python3
PORT ?= 8000
ROWS ?= 100000
IMPORT_ROWS ?= 50000
VENV := .venv
PY := $(VENV)/bin/python
HERE := $(PY) -m config.quickstart
# Tools that only need settings, not a database.
TOOL := $(HERE) do --without-database
ROOMS := config api feedback procedures units tests

.DEFAULT_GOAL := help
.PHONY: help run test demo bench figures stuffing guessing flood fmt stop clean token contract

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-12s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The virtual environment, filled anew when the lock changes; a half-made one is never taken for whole.
$(VENV)/.made: requirements-dev.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make run PYTHON=python3.12"; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || { echo "Making the virtual environment ..."; "$(PYTHON)" -m venv --clear $(VENV); }
	@echo "Installing the locked requirements (half a minute) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(VENV)/.made ## start the service on http://127.0.0.1:8000 (PORT=…)
	@$(HERE) --port $(PORT) run

demo: $(VENV)/.made ## play a real morning against the running service
	@$(HERE) --port $(PORT) do $(PY) -m config.demo --port $(PORT)

token: $(VENV)/.made ## print an access token: make token AS=inspector
	@$(HERE) --port $(PORT) do $(PY) -m config.quickstart.token $(AS) --port $(PORT)

test: $(VENV)/.made ## everything that CI runs
	@echo "== format"; $(PY) -m ruff format --check --quiet .
	@echo "== lint"; $(PY) -m ruff check --quiet .
	@echo "== types"; $(TOOL) $(PY) -m mypy $(ROOMS)
	@echo "== walls of the house"; told=$$(PYTHONPATH=. $(VENV)/bin/lint-imports --no-logo 2>&1) && echo "$$told" | tail -n 1 || { echo "$$told"; exit 1; }
	@echo "== migrations"; $(HERE) do $(PY) manage.py makemigrations --check --dry-run
	@echo "== deployment"; $(TOOL) env SERVED_OVER_TLS=true TRUSTED_PROXIES=1 PUBLIC_BASE_URL=https://phucvu.example $(PY) -W error manage.py check --deploy --fail-level WARNING
	@echo "== contract"; $(TOOL) $(PY) manage.py spectacular --validate --fail-on-warn --file .local/openapi.yaml
	@cmp .local/openapi.yaml openapi.yaml || { echo "openapi.yaml is stale: run make contract"; exit 1; }
	@echo "== tests"; $(PY) -m pytest -n 2

contract: $(VENV)/.made ## regenerate openapi.yaml
	@$(TOOL) $(PY) manage.py spectacular --validate --fail-on-warn --file openapi.yaml

bench: $(VENV)/.made ## measure the promises over 100,000 rows, as ratios (all of it: ROWS=1000000 IMPORT_ROWS=1000000)
	@$(TOOL) $(PY) -m bench --rows $(ROWS) --import-rows $(IMPORT_ROWS)

figures: $(VENV)/.made ## measure the figures of a unit at SIZE transactions (5,000,000)
	@$(TOOL) $(PY) -m bench.figures $(or $(SIZE),5000000)

stuffing: $(VENV)/.made ## measure what share of stuffed ratings is found (WORLDS=…)
	@$(TOOL) $(PY) -m bench.stuffing $(WORLDS)

guessing: $(VENV)/.made ## send GUESSES rights that nobody was given (100,000)
	@$(TOOL) $(PY) -m bench.guessing $(GUESSES)

flood: $(VENV)/.made ## rate honestly beside a thousand junk requests a second, for SECONDS each (60)
	@$(TOOL) $(PY) -m bench.flood $(SECONDS)

fmt: $(VENV)/.made ## format the code
	@$(PY) -m ruff format --quiet . && $(PY) -m ruff check --quiet --fix .

# A database server outlives the command that started it, so that the next one finds it running.
stop: ## stop the database servers of this folder; the data stay
	@for state in .local/*database*; do test ! -d "$$state" || "$(PYTHON)" -m config.database --state "$$state" stop || exit 1; done

# The launcher needs no requirement, so that a cluster goes even when the virtual environment is gone already.
clean: ## remove the local database and everything made (asks first)
	@printf "This deletes the local database and all its data. Type yes: "; read answer; test "$$answer" = yes || { echo "Nothing was deleted"; exit 1; }
	@for state in .local/*database*; do test ! -d "$$state" || "$(PYTHON)" -m config.database --state "$$state" wipe --yes || exit 1; done
	@rm -rf .local $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
