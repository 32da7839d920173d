# Every target makes what it needs, the virtual environment included.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: samples test setup check bench gate lexicon train notebooks clean

samples: $(VENV)/.user  ## Score the sample tenders
	@$(BIN)/kindtext score corpora/samples

test: $(VENV)/.dev  ## Run the tests
	@$(BIN)/python -m pytest

setup: $(VENV)/.dev  ## Make the development environment in .venv

check: $(VENV)/.dev  ## Lint, types, import contract, corpus and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kindtext corpus check corpora/excerpts
	$(BIN)/kindtext corpus check corpora/challenge
	$(BIN)/kindtext corpus check corpora/heldout
	$(BIN)/python benchmarks/gate.py
	$(BIN)/python -m pytest

bench: $(VENV)/.dev  ## Time kindtext against the bare tokenizer
	$(BIN)/python benchmarks/speed.py

lexicon: $(VENV)/.dev  ## Compile the lexicon after a change of it
	$(BIN)/python -m kindtext.pipeline.compiled

gate: $(VENV)/.dev  ## Hold the shipped model to its floors on excerpts that it was not trained on
	$(BIN)/python benchmarks/gate.py

train: lexicon  ## Train the default model again
	$(BIN)/kindtext train corpora/excerpts -o models/default --notes benchmarks/ablation.md

notebooks: $(VENV)/.dev  ## Run the notebooks and write their outputs into them
	$(BIN)/python notebooks/run.py

clean:  ## Remove what the other targets made
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/.user: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.user
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@
