# Everything CI runs is `make check`; each step is a target of its own, and says what it does.
BIN := .venv/bin
PY := $(BIN)/python

ifeq ($(wildcard $(BIN)/pytest),)
$(error the test tools are not here yet: run ./install.sh --test once)
endif

.PHONY: check format lint types imports test coverage simulation mutants

check: format lint types imports coverage simulation
	@echo "== all checks passed"

format:
	@echo "== format: is every file in ruff's shape? (put it there: $(BIN)/ruff format .)"
	@$(BIN)/ruff format --check .

lint:
	@echo "== lint: ruff, with a reason beside each exception"
	@$(BIN)/ruff check .

types:
	@echo "== types: mypy, strict"
	@$(BIN)/mypy

imports:
	@echo "== imports: they point one way, and the domain cannot block, fail or tell the time"
	@$(BIN)/lint-imports

test:
	@echo "== tests: units, stories, contracts, real processes, documents"
	@$(PY) -m pytest

# What waits for processes, ports and threads; the other half only computes.
WORLD := tests/system tests/drivers tests/sim tests/contract
OTHERS := $(BIN)/coverage run -m pytest $(addprefix --ignore ,tests/simulation $(WORLD))

coverage:
	@echo "== tests, with coverage, in two halves side by side: units, stories, contracts, real processes, documents"
	@$(BIN)/coverage erase
	@$(OTHERS) > .coverage-others.log 2>&1 & others=$$!; \
	$(BIN)/coverage run -m pytest $(WORLD); world=$$?; \
	wait $$others; others=$$?; cat .coverage-others.log; rm .coverage-others.log; \
	test $$world -eq 0 && test $$others -eq 0
	@$(BIN)/coverage combine -q
	@echo "== coverage: the rules of telecare, each branch; the rest, nine in ten"
	@$(BIN)/coverage report --include='hub/domain/*' --fail-under=100
	@$(BIN)/coverage report --omit='hub/domain/*' --fail-under=90

simulation:
	@echo "== simulation: five thousand days of bad luck, on all cores"
	@$(PY) -m pytest tests/simulation

mutants:
	@echo "== mutants: how many small mistakes in the rules and in what sends texts the tests see (half an hour of a core)"
	@nice -n 15 $(PY) bench/mutants.py
