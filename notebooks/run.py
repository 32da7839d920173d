"""Run the notebooks and write their outputs into them: ``python notebooks/run.py [NOTEBOOK ...]``."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent

for path in [Path(argument) for argument in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(HERE)}}).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of the run, which would change at every run
    nbformat.write(notebook, path)
    sys.stdout.write(f"{path.name}: {len(notebook.cells)} cells ran\n")
