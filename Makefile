# Two commands matter: `make run` and `make test`. Each sets up on first use what it needs, in .venv.
# All targets: run, test, test-all, lint, bench, docs, constraints, clean.

PYTHON ?= python3
BIN := .venv/bin
PINS := pyproject.toml constraints.txt
# Tests run in one process more than there are processors, up to four, since many of them wait; each file in one of
# them, with servers of its own, in the order of tests/conftest.py.
SPREAD = -n $$(( $$(nproc) < 4 ? $$(nproc) + 1 : 4 )) --dist loadfile --no-loadscope-reorder

# What is compiled is kept, whatever the environment says: tests start hundreds of processes, each of which would
# compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-all lint bench docs constraints clean

# The hub with its sample communities: SMTP 127.0.0.1:8025, web http://127.0.0.1:8080.
# `make run ONCE=1` tells the same story on the terminal and ends.
run: .venv/run
ifdef ONCE
	$(BIN)/mailhub sample --once
else
	$(BIN)/mailhub serve --sample
endif

# Every test but the long ones; PYTEST="-k thread -x" passes options on.
test: .venv/dev
	tests/servers/install.sh
	$(BIN)/pytest $(SPREAD) -m "not long" $(PYTEST)

test-all: .venv/dev
	tests/servers/install.sh
	$(BIN)/pytest $(SPREAD) $(PYTEST)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev
	tests/servers/install.sh
	$(BIN)/python -m benchmarks

# The pages of docs/, checked, and as HTML in site/.
docs: .venv/run
	$(BIN)/python docs/build.py site

# After a version in pyproject.toml was changed: pins what comes with it. Run it with the oldest Python
# that we support, 3.11.2 of Debian 12: some packages need one more there.
constraints:
	new=$$(mktemp -d) && trap "rm -rf $$new" EXIT && $(PYTHON) -m venv $$new && \
	$$new/bin/pip install --quiet '.[dev]' && \
	{ echo "# What is installed, at the version that was tested; \`make constraints\` writes it."; \
	  $$new/bin/pip freeze --exclude mailhub; } >constraints.txt

clean:
	rm -rf .venv site .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Two stamps: who only runs the hub installs nothing that only developers need.
.venv/run: $(PINS)
	@test -x $(BIN)/python || { \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "This needs Python 3.11 or newer: make PYTHON=/path/to/it"; exit 1; }; \
	  echo "Setting up .venv, this once; it takes a minute or two."; \
	  $(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/dev: .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
