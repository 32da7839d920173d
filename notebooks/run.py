"""Run the notebooks and write their outputs into them: ``python notebooks/run.py [NOTEBOOK ...]``.

A notebook must leave nothing behind in the checkout, and should take two minutes at most.
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
LIMIT = 120
"""Seconds that a notebook should take at most: who tries one should not have to wait."""


def present() -> set[Path]:
    """Files where a notebook might leave something: beside itself, beside the models, at the top."""
    return {*HERE.rglob("*"), *(HERE.parent / "models").rglob("*"), *HERE.parent.iterdir()}


for path in [Path(argument) for argument in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    before, started = present(), time.monotonic()
    NotebookClient(notebook, timeout=5 * LIMIT, resources={"metadata": {"path": str(HERE)}}).execute()
    took = time.monotonic() - started
    if left := present() - before:
        sys.exit(f"{path.name}: it left {', '.join(sorted(p.name for p in left))} behind; write to a temporary folder.")
    if took > LIMIT:
        sys.stderr.write(f"{path.name}: over {LIMIT} s; on a machine with nothing else to do that is too long\n")
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of the run, which would change at every run
    nbformat.write(notebook, path)
    sys.stdout.write(f"{path.name}: {len(notebook.cells)} cells ran in {took:.0f} s\n")
