"""A few damaged files of each kind, the same at every run; benchmarks/fuzz.py tries thousands."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import fuzz

COUNTS = {"pdf": 20, "model": 8, "lexicon": 15}


@pytest.mark.filterwarnings("ignore")  # what odd arrays make numpy say is no fault
@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(kind):
    result = fuzz.run(kind, seed=1, start=0, count=COUNTS.get(kind, 30))
    assert result.faults == []
    assert result.read + result.refused == result.tried
