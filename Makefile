# Everything a newcomer needs: `make demo` and `make test` do all the set-up.
# Debian's own interpreter, if it can make a virtual environment: it is built with profile-guided optimisation, which is
# worth a quarter of the CPU over a plain build that may come first on the path.
DEBIAN := /usr/bin/python3
PYTHON ?= $(shell $(DEBIAN) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(DEBIAN) || echo python3)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Tests run on both cores; `make test WORKERS=0` runs them in one process, for a debugger.
WORKERS ?= 2
.DEFAULT_GOAL := help
.PHONY: help venv packages demo test check bench soak screenshots lock clean

help:
	@echo "make venv | demo [ARGS=--once] | test | check | bench | soak | screenshots | lock | clean"

venv: $(VENV)/.ready

# The lock names every file by hash; dkimpy comes as source only and is built here.
$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The real servers, clients and the browser that the tests talk to (Debian). Installs only what is missing.
packages:
	@sh tests/packages.sh

demo: venv
	@$(BIN)/postwacht demo $(ARGS)

test: venv packages
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/python tests/coverage_gate.py

check: venv
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: venv packages
	$(BIN)/python -m tests.bench $(ARGS)

soak: venv packages
	POSTWACHT_SOAK=1 $(BIN)/python -m pytest tests/faults tests/fuzz tests/gateway/delivery/test_spam.py -n $(WORKERS) --timeout 3600 $(ARGS)

# Every page in every state, as a browser draws it, in build/screenshots.
screenshots: venv packages
	POSTWACHT_PICTURES=build/screenshots $(BIN)/python -m pytest tests/browser -n $(WORKERS) $(ARGS)

# Writes the hashed locks without any address in them: for working here, and for what is deployed.
lock:
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --group dev pyproject.toml -o requirements.lock --quiet
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" -c requirements.lock pyproject.toml -o deploy/requirements.lock --quiet

clean:
	rm -rf $(VENV) build .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache
