"""A small model for tests, trained once a run, so that they depend on the code and not on models/default."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kindtext.corpus import Corpus, load_corpus
from kindtext.model import Model
from kindtext.stance import STANCES
from kindtext.training import train

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpora" / "samples"


@cache
def excerpts(per_stance: int) -> Corpus:
    """As many excerpts of each stance, spread over the whole corpus."""
    every = load_corpus(ROOT / "corpora" / "excerpts")
    chosen = []
    for stance in STANCES:
        records = [record for record in every if record.stance == stance]
        chosen += records[:: len(records) // per_stance][:per_stance]
    return Corpus(f"{per_stance}-of-each", tuple(chosen))


@cache
def small_model() -> Model:
    return train(excerpts(100))
