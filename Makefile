PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

$(BIN)/kindtext: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	touch $@
