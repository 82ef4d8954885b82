# What people, hooks and CI run. Needs Python 3.11 or newer and nothing else.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint fix lock clean bench

demo: .venv/runtime
	@exec $(BIN)/python manage.py demo

test: .venv/dev
	@$(BIN)/python -m tests.journeys.browser
	$(BIN)/python -m pytest -n 2 --dist loadscope $(ARGS)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --extension=jinja --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy
	PORTAL_DATA=.data/lint SMS_GATEWAY=accounts.gateways.NoSms $(BIN)/python manage.py check --deploy --fail-level WARNING
	PORTAL_DATA=.data/lint $(BIN)/python manage.py makemigrations --check --dry-run

fix: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev
	$(BIN)/python -m benchmarks $(ARGS)
	$(BIN)/python -m benchmarks.feeds
	$(BIN)/python -m benchmarks.village_upload

# Both locks from pyproject.toml, with hashes and without a word about where packages come from.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet
lock:
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf .data .venv

# The environment, made anew when its lock changes.
.venv/runtime: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/runtime

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The portal needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
