# Each target sets up what it needs; only Python >= 3.11 with venv, and make, must be there first.
PYTHON ?= python3
VENV := .venv
CONTRACT_EXAMPLES ?= 200
PIP := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check
.PHONY: serve test coverage contract bench lock openapi docs

serve: $(VENV)/.serves
	$(VENV)/bin/rectify-api serve $(ARGS)

test: $(VENV)/.tests
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/pytest

coverage: $(VENV)/.tests
	$(VENV)/bin/pytest --cov --cov-report=term:skip-covered

contract: $(VENV)/.tests
	$(VENV)/bin/python tests/contract/run.py $(CONTRACT_EXAMPLES)

bench: $(VENV)/.serves
	$(VENV)/bin/python bench/read_lane.py

openapi: $(VENV)/.serves
	$(VENV)/bin/rectify-api openapi > openapi/rectify.json

docs: $(VENV)/.serves
	$(VENV)/bin/rectify-api procedures > docs/procedure.md

lock: $(VENV)/.tests
	$(PIP) uv
	$(VENV)/bin/uv pip compile -q --universal --no-header --python-version 3.11 pyproject.toml -o requirements.lock --upgrade
	$(VENV)/bin/uv pip compile -q --universal --no-header --python-version 3.11 -c requirements.lock pyproject.toml --group dev -o requirements-dev.lock --upgrade

$(VENV)/.serves: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.lock
	$(PIP) --no-deps --editable .
	touch $@

$(VENV)/.tests: $(VENV)/.serves requirements-dev.lock
	$(PIP) -r requirements-dev.lock
	touch $@
