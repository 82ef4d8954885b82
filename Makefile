# What people, hooks and CI run. Needs Python 3.11 or newer and nothing else.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint fix lock clean manual usability bench backup restore prove-restore sbom

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

# Every picture of docs/manual (and of the README) anew, from a demo of its own; fails where a page cannot be reached any more.
manual: .venv/dev
	@$(BIN)/python -m tests.journeys.browser
	$(BIN)/python -m tests.manual $(ARGS)

# Pages, clicks, keys and seconds of each task, counted anew.
usability: .venv/dev
	@$(BIN)/python -m tests.journeys.browser
	$(BIN)/python -m benchmarks.usability

bench: .venv/dev
	$(BIN)/python -m benchmarks $(ARGS)
	$(BIN)/python -m benchmarks.feeds
	$(BIN)/python -m benchmarks.village_upload

# Of the embedded server of PORTAL_DATA (default .data), into BACKUP_FOLDER (default backups beside it). A server of your own:
# docs/production.md.
backup: .venv/runtime
	@$(BIN)/python -m foundation.backup take

# UNTIL=2026-11-27T11:59:59+08:00 stops just before that moment.
restore: .venv/runtime
	@$(BIN)/python -m foundation.backup restore $(if $(UNTIL),--until $(UNTIL))

# The portal under load loses its database with all files twice, at random seconds; nothing that was answered may be gone.
prove-restore: .venv/dev
	$(BIN)/python -m tests.storm --approvals 60 --kills 6 --restarts 1 --losses 2 $(ARGS)

# What the portal is made of: .data/sbom.cdx.json and docs/licences.md, from the lock.
sbom: .venv/runtime
	$(BIN)/python -m refunds_portal.production.sbom

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
