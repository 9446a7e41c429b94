# Everything CI runs is `make check`; each step is a target of its own, and says what it does.
BIN := .venv/bin
PY := $(BIN)/python

ifeq ($(wildcard $(BIN)/pytest),)
$(error the test tools are not here yet: run ./install.sh --test once)
endif

.PHONY: check format lint types imports test coverage lane-processes lane-wires lane-rules lane-units simulation machine system system-long search mutants words wheels sbom

check: format lint types imports coverage
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

# Four lanes side by side. What waits for real processes, ports and threads comes first at the processor, and mostly
# sleeps; what only computes fills the gaps.
PROCESSES := tests/system tests/browser
WIRES := tests/drivers tests/sim tests/contract
RULES := tests/domain
# The same lines over and over, of thousands of inputs or of whole weeks: counting them takes as long again, and what
# they show is not which lines there are.
REPEATS := tests/fuzz tests/test_messages.py tests/domain/test_zones.py
PLAYS := $(addprefix tests/sim/,$(addsuffix .py,test_stories test_demo_script test_web_demo test_made_home test_machines_that_talk))
RUN := $(BIN)/coverage run -m pytest --durations=10

coverage:
	@echo "== tests, with coverage, in lanes side by side: real processes; wires; the rules, a simulation; the rest"
	@$(BIN)/coverage erase
	@$(MAKE) --no-print-directory --keep-going --jobs 4 --output-sync=target lane-processes lane-wires lane-rules lane-units
	@$(BIN)/coverage combine -q
	@echo "== coverage: the rules of telecare, each branch; the rest, nine in ten"
	@$(BIN)/coverage report --include='hub/domain/*' --fail-under=100
	@$(BIN)/coverage report --omit='hub/domain/*' --fail-under=90

lane-processes:
	@$(RUN) $(PROCESSES)

lane-wires:
	@nice -n 5 $(RUN) $(addprefix --ignore ,$(PLAYS)) $(WIRES)
	@nice -n 5 $(PY) -m pytest --durations=10 $(PLAYS)

lane-rules:
	@nice -n 10 $(RUN) $(addprefix --ignore ,$(REPEATS)) $(RULES)
	@$(MAKE) --no-print-directory simulation

lane-units:
	@nice -n 10 $(RUN) $(addprefix --ignore ,tests/simulation $(PROCESSES) $(WIRES) $(RULES) $(REPEATS))
	@nice -n 10 $(PY) -m pytest --durations=10 $(REPEATS)

simulation:
	@echo "== simulation: five thousand days of bad luck, on all cores"
	@nice -n 10 $(PY) -m pytest tests/simulation

# As root, with mmdebstrap and systemd-container; the first time it makes a Debian, which takes some minutes.
machine:
	@echo "== machine: install.sh in a Debian with its own systemd: from installed to taken away"
	@TELECARE_MACHINE=1 $(PY) -m pytest -x -s tests/machine

# As root, with QEMU: docs/emulated.md. Neither needs a processor that can virtualise.
system:
	@echo "== system: a kernel, udev, a SIM7600 on USB and a GPIO chip in QEMU: installed, pressed, pulled, frozen, cut off"
	@TELECARE_EMULATED=short $(PY) -m pytest -x -s tests/emulated

system-long:
	@echo "== system-long: the same, and a clock of 1970, many power cuts, and cuts at any write to the disk"
	@TELECARE_EMULATED=long $(PY) -m pytest -x -s tests/emulated

search:
	@echo "== search: the rules with other examples than CI's, for what nobody thought of"
	@nice -n 15 $(PY) -m pytest --hypothesis-profile search tests/domain tests/test_messages.py tests/fuzz

mutants:
	@echo "== mutants: how many small mistakes in the rules and in what sends texts the tests see (half an hour of a core)"
	@nice -n 15 $(PY) bench/mutants.py

wheels:
	@echo "== wheels: is all that a hub needs there for its boards, with nothing to compile?"
	@$(PY) bench/wheels.py

sbom:
	@$(PY) bench/dependencies.py

WORDS := hub/web/translations

words:
	@echo "== words: the pages' sentences, collected from the code and compiled (docs/adr/0031)"
	@mkdir -p build && $(BIN)/pybabel -q extract -F $(WORDS)/babel.cfg --no-location --sort-output --project telecare-hub -o build/pages.pot hub/web
	@$(BIN)/pybabel -q update -i build/pages.pot -d $(WORDS) -D pages -l fr --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete -w 119
	@$(BIN)/pybabel -q compile -d $(WORDS) -D pages
