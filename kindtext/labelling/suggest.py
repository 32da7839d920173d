"""Draft labels from lexicon and model, for a person to confirm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kindtext.corpus import LONGEST, SHORTEST, Record, Span
from kindtext.labelling.pool import id_of
from kindtext.lexicon import STANDING
from kindtext.scoring import PassageScore, Score

SURE = 0.7
"""Probability under which a stance that is not neutral is guessed to be weak."""


def drafts_of(scores: Iterable[Score], *, register: str = "notice", sector: str = "general") -> Iterator[Record]:
    """Guess the labels of every passage that has the length of an excerpt; each text once.

    Parameters
    ----------
    scores : iterable of Score
        Of the documents.
    register, sector : str
        What the records are said to be from.

    Yields
    ------
    Record
        Marked as a draft. Its spans are the words that the lexicon found and that stand.
    """
    seen: set[str] = set()
    for score in scores:
        for judged in score.passages:
            name = id_of(judged.passage.text)
            if SHORTEST <= judged.passage.words <= LONGEST and name not in seen:
                seen.add(name)
                yield _draft(judged, name, score.name, register, sector)


def _draft(judged: PassageScore, name: str, group: str, register: str, sector: str) -> Record:
    start = judged.passage.start
    standing = [e for e in judged.evidence if e.assertion in STANDING]
    return Record(
        id=name,
        text=judged.passage.text,
        stance=judged.stance,
        signals=tuple(dict.fromkeys(e.signal for e in standing)),
        strength=_strength(judged),
        register=register,
        sector=sector,
        group=group,
        spans=tuple(Span(e.start - start, e.end - start, e.signal) for e in standing),
        draft=True,
    )


def _strength(judged: PassageScore) -> int:
    """Guess the strength: 2 where the model is sure, a signal stands outright, and there is a number to check."""
    if judged.stance == "neutral":
        return 0
    outright = any(e.assertion == "affirmed" for e in judged.evidence)
    particular = any(c.isdigit() for c in judged.passage.text)
    return 2 if max(judged.probabilities) >= SURE and outright and particular else 1
