"""kindtext scores tender documents for kindness signals, with evidence for every claim.

>>> import kindtext as kt
>>> result = kt.score(
...     "We will involve local residents in the design of the service and give feedback to every bidder. "
...     "Staff are paid at least the real Living Wage, and we meet every month to solve problems together."
... )
>>> result.value > 50
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kindtext.comparing import Comparison, compare
    from kindtext.corpus import Corpus, check_corpus, corpus_stats, load_corpus
    from kindtext.document import Block, Document, Passage
    from kindtext.errors import (
        CorpusError,
        ExtraMissingError,
        InputError,
        KindtextError,
        LexiconError,
        ModelError,
        NoTextError,
        ReadError,
        UnsupportedError,
    )
    from kindtext.features import SignalVectorizer, TermVectorizer
    from kindtext.lexicon import Lexicon, Signal, load_lexicon
    from kindtext.model import Model, load_model
    from kindtext.pipeline import load_pipeline
    from kindtext.plots import plot_score, plot_scores, plot_signals, plot_stages
    from kindtext.readers import read, read_all
    from kindtext.scoring import Evidence, PassageScore, Score, classify, score, score_all, score_many
    from kindtext.training import evaluate, train

_HOME = {
    "comparing": ["Comparison", "compare"],
    "corpus": ["Corpus", "check_corpus", "corpus_stats", "load_corpus"],
    "document": ["Block", "Document", "Passage"],
    "errors": [
        "CorpusError",
        "ExtraMissingError",
        "InputError",
        "KindtextError",
        "LexiconError",
        "ModelError",
        "NoTextError",
        "ReadError",
        "UnsupportedError",
    ],
    "features": ["SignalVectorizer", "TermVectorizer"],
    "lexicon": ["Lexicon", "Signal", "load_lexicon"],
    "model": ["Model", "load_model"],
    "pipeline": ["load_pipeline"],
    "plots": ["plot_score", "plot_scores", "plot_signals", "plot_stages"],
    "readers": ["read", "read_all"],
    "scoring": ["Evidence", "PassageScore", "Score", "classify", "score", "score_all", "score_many"],
    "training": ["evaluate", "train"],
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__version__ = "0.1.0"
__all__ = [
    "Block",
    "Comparison",
    "Corpus",
    "CorpusError",
    "Document",
    "Evidence",
    "ExtraMissingError",
    "InputError",
    "KindtextError",
    "Lexicon",
    "LexiconError",
    "Model",
    "ModelError",
    "NoTextError",
    "Passage",
    "PassageScore",
    "ReadError",
    "Score",
    "Signal",
    "SignalVectorizer",
    "TermVectorizer",
    "UnsupportedError",
    "__version__",
    "check_corpus",
    "classify",
    "compare",
    "corpus_stats",
    "evaluate",
    "load_corpus",
    "load_lexicon",
    "load_model",
    "load_pipeline",
    "plot_score",
    "plot_scores",
    "plot_signals",
    "plot_stages",
    "read",
    "read_all",
    "score",
    "score_all",
    "score_many",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import kindtext`` itself is quick."""
    if name not in _MODULE:
        raise AttributeError(f"module 'kindtext' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"kindtext.{_MODULE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
