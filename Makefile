# make demo    builds the sample catalogue and prints the page to open
# make test    every test, with what they need
# make clean   removes what these two made
#
# Another Python: make PYTHON=python3.12 test

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

.PHONY: demo test clean
.DELETE_ON_ERROR:

demo: $(VENV)/.installed
	@$(BIN)/catalog-builder demo --to demo

# Every part runs, so that one run shows everything there is to mend; pytest's summary comes last.
test: $(VENV)/.installed-for-tests
	@failed=0; \
	$(BIN)/ruff check --quiet . || failed=1; \
	$(BIN)/ruff format --quiet --check . || { echo "Not formatted; type: $(BIN)/ruff format ."; failed=1; }; \
	$(BIN)/mypy --no-error-summary || failed=1; \
	[ $$failed = 0 ] && echo "ruff and mypy: all is well"; \
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile || failed=1; \
	exit $$failed

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing catalog-builder into $(VENV)"
	@$(PIP) install --editable .
	@touch $@

# Ice first: omero-py asks for it, and pip alone would build it for ten minutes, or fail.
$(VENV)/.installed-for-tests: pyproject.toml scripts/install_ice.py scripts/install_chromium.py | $(BIN)/python
	@$(BIN)/python scripts/install_ice.py --optional
	@extras=test; if $(BIN)/python -c "import Ice" 2>/dev/null; then extras=omero,test; fi; \
	echo "Installing catalog-builder[$$extras] into $(VENV)"; \
	$(PIP) install --editable ".[$$extras]"
	@$(BIN)/python scripts/install_chromium.py --optional $(if $(CATALOG_REQUIRE),--shell)
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || \
	{ echo "$(PYTHON) is missing: apt-get install python3 python3-venv, or name another: make PYTHON=..."; exit 1; }
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 10))" || \
	{ echo "catalog-builder needs Python 3.10 or later, and $(PYTHON) is older; name another: make PYTHON=..."; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || \
	{ echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
