"""Talk against terms: how kind a tender's preamble is beside what it binds people to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kindtext.document import Stage
from kindtext.lexicon import load_measure
from kindtext.measures.participation import StagedPassage
from kindtext.posterior import aggregate

Side = Literal["talk", "terms"]

TERMS: frozenset[Stage] = frozenset(("specify", "tender", "evaluate", "award", "deliver", "review"))
"""Stages whose text binds somebody; planning is talk, and engagement has happened or will: it is neither."""

LEAST = 1.0
"""Expected weight of passages that are not neutral which each side must have: one full passage."""

GAP = 15.0
"""Points by which the sides must differ, beside intervals that do not overlap, to be called different."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The two sides of a document, each with the score that it would have by itself.

    Parameters
    ----------
    talk, terms : float or None
        0 (transactional) to 100 (kind); None where a side has too little to say.
    talk_interval, terms_interval : tuple of float or None
        Their 90 % intervals.
    sentence : str or None
        What that means, in words; None unless both sides are known.
    """

    talk: float | None = None
    terms: float | None = None
    talk_interval: tuple[float, float] | None = None
    terms_interval: tuple[float, float] | None = None
    sentence: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {
            "talk": _rounded(self.talk),
            "talk_interval": [_rounded(end) for end in self.talk_interval] if self.talk_interval else None,
            "terms": _rounded(self.terms),
            "terms_interval": [_rounded(end) for end in self.terms_interval] if self.terms_interval else None,
            "sentence": self.sentence,
        }

    def to_row(self) -> dict[str, Any]:
        """One flat row for a table: ``talk_score`` and ``terms_score``."""
        return {"talk_score": _rounded(self.talk), "terms_score": _rounded(self.terms)}


def balance(passages: Iterable[StagedPassage]) -> Balance:
    """Score a document's preamble and its terms apart.

    Parameters
    ----------
    passages : iterable of StagedPassage
        Of one document.

    Returns
    -------
    Balance
        Empty for no passage.

    Examples
    --------
    >>> warm = [StagedPassage(None, kind=0.9, section="Our vision")] * 8
    >>> hard = [StagedPassage("deliver", transactional=0.9, section="Termination")] * 8
    >>> found = balance(warm + hard)
    >>> round(found.talk), round(found.terms), found.sentence
    (89, 11, 'Warm in its introduction (89) and hard in its terms (11).')
    """
    sums = {"talk": [0.0, 0.0], "terms": [0.0, 0.0]}
    for passage in passages:
        side = side_of(passage.stage, passage.section)
        if side:
            sums[side][0] += passage.kind
            sums[side][1] += passage.transactional
    scored = {side: aggregate(*both) for side, both in sums.items() if sum(both) >= LEAST}
    talk, terms = scored.get("talk"), scored.get("terms")
    return Balance(
        talk=talk[0] if talk else None,
        terms=terms[0] if terms else None,
        talk_interval=talk[1] if talk else None,
        terms_interval=terms[1] if terms else None,
        sentence=_sentence(talk, terms) if talk and terms else None,
    )


def side_of(stage: Stage | None, section: str | None) -> Side | None:
    """Tell whether a passage is talk or terms, by its heading first and its stage then.

    Examples
    --------
    >>> side_of("specify", "1. Introduction"), side_of("deliver", "14. Termination"), side_of(None, "Annex B")
    ('talk', 'terms', None)
    """
    if section and _is_talk(section):
        return "talk"
    if stage in TERMS:
        return "terms"
    return "talk" if stage == "plan" else None


_Scored = tuple[float, tuple[float, float]]


def _sentence(talk: _Scored, terms: _Scored) -> str:
    (warm, (warm_low, warm_high)), (hard, (hard_low, hard_high)) = talk, terms
    if abs(warm - hard) < GAP or (warm_low <= hard_high and hard_low <= warm_high):
        return f"Its introduction ({warm:.0f}) and its terms ({hard:.0f}) do not clearly differ."
    if warm > hard:
        words = "Warm in its introduction" if warm >= 50 else "Less hard in its introduction"
        other = "hard in its terms" if hard < 50 else "less so in its terms"
        return f"{words} ({warm:.0f}) and {other} ({hard:.0f})."
    return f"Kinder in its terms ({hard:.0f}) than in its introduction ({warm:.0f})."


@cache
def _is_talk(section: str) -> bool:
    return _talk_words().search(section.lower()) is not None


@cache
def _talk_words() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, load_measure("balance")["talk"])) + r")\b")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
