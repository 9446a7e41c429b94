# Everything CI runs is `make check`; each step is a target of its own.
BIN := .venv/bin
PY := $(BIN)/python

.PHONY: check format lint types imports test coverage

check: format lint types imports coverage

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

test:
	$(PY) -m pytest

coverage:
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine -q
	# The rules of telecare, each branch; the rest, nine in ten.
	$(BIN)/coverage report --include='hub/domain/*' --fail-under=100
	$(BIN)/coverage report --omit='hub/domain/*' --fail-under=90
