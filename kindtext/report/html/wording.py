"""What the report says in words: the score, its interval, and what a piece of evidence asserts and does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kindtext.lexicon import Agent, Assertion
from kindtext.report.plain import one_line

if TYPE_CHECKING:
    from kindtext.scoring import Evidence, PassageScore, Score

SURE = (35, 65)
"""Below the first a tender mostly commands, above the second it mostly involves, as the README says; 50 is even."""

WIDE = 30
"""Points from which on an interval is called wide: it then spans a third of the scale."""

BARELY = 0.05
"""Log-odds under which a piece of evidence is said to move nothing: it changes the odds by less than a twentieth."""

MOST_TIMES = 20
"""Odds from which on no number is given: such a piece of evidence decides its passage by itself."""

ASSERTIONS: Mapping[Assertion, str] = {
    "affirmed": "affirmed",
    "negated": "negated: it is refused or ruled out",
    "hedged": "hedged: words such as “where possible” weaken it",
    "conditional": "conditional: only if something else happens",
    "citation": "citation: the name of a law, title or body",
}
AGENTS: Mapping[Agent, str] = {
    "buyer": "the buyer",
    "supplier": "the supplier",
    "community": "the community",
    "none": "nobody named",
}


def meaning(score: Score) -> str:
    """Say in a sentence or two what a score and its interval mean.

    Parameters
    ----------
    score : Score

    Returns
    -------
    str
        Of a document without a score, what to do about it.
    """
    from kindtext.scoring import PLAIN

    if score.value is None or score.interval is None:
        if score.reason == PLAIN:
            return "That is an answer: the text informs, and neither commits the buyer to anybody nor threatens anyone."
        return "The text was not fit to be scored. Give the whole document, in English."
    low, high = score.interval
    return f"{_leaning(low, high)} {_certainty(low, high)}"


def _leaning(low: float, high: float) -> str:
    hard, kind = SURE
    if low >= kind:
        return "It mostly involves, supports and shares."
    if low > 50:
        return "It is more kind than transactional: it involves and supports more than it commands and rejects."
    if high <= hard:
        return "It mostly commands, rejects and punishes."
    if high < 50:
        return "It is more transactional than kind: it commands and rejects more than it involves and supports."
    return "Kind and transactional wording are close to even, so neither can be said to prevail."


def _certainty(low: float, high: float) -> str:
    ends = f"The score lies between {low:.0f} and {high:.0f} with a probability of 90 %"
    if high - low >= WIDE:
        return f"{ends}: that is wide, for there is little in the text that speaks for either side."
    return f"{ends}."


def effect(contribution: float) -> str:
    """Say what a piece of evidence does to its passage.

    Parameters
    ----------
    contribution : float
        What it adds to the log-odds of kind against transactional.

    Examples
    --------
    >>> effect(0.7), effect(-0.41), effect(5.2), effect(0.001)
    ('odds of kind × 2.0', 'odds of transactional × 1.5', 'odds of kind × 20 or more', 'hardly moves it')
    """
    if abs(contribution) < BARELY:
        return "hardly moves it"
    times = math.exp(min(abs(contribution), math.log(MOST_TIMES)))
    shown = f"{times:.0f} or more" if times >= MOST_TIMES - 0.5 else f"{times:.1f}" if times < 10 else f"{times:.0f}"
    return f"odds of {'kind' if contribution > 0 else 'transactional'} × {shown}"


def share(probability: float) -> str:
    """Show a probability as a percentage that never claims certainty.

    Examples
    --------
    >>> share(0.874), share(0.999), share(0.0001)
    ('87 %', 'over 99 %', 'under 1 %')
    """
    if probability >= 0.995:
        return "over 99 %"
    return "under 1 %" if probability < 0.005 else f"{100 * probability:.0f} %"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> count(1, "passage"), count(1200, "passage"), count(2, "inquiry", "inquiries")
    ('1 passage', '1,200 passages', '2 inquiries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def excerpt(p: PassageScore, evidence: Evidence | None = None, width: int = 230) -> str:
    """Give a passage on one line, from a little before the words that matter where it is too long for all.

    Parameters
    ----------
    p : PassageScore
    evidence : Evidence, optional
        The words that matter; by default those that moved the passage most.
    width : int
        Most characters.
    """
    text = p.passage.text
    if evidence is None and p.evidence:
        evidence = max(p.evidence, key=lambda e: abs(e.contribution))
    start = 0
    if evidence is not None and len(text) > width:
        place = evidence.start - p.passage.start
        ends = (text.rfind(mark, 0, place) + len(mark) for mark in (". ", "; ", "\n") if mark in text[:place])
        start = max(ends, default=0)
        if place - start > width // 2:  # a long sentence: what matters would be cut off
            start = text.rfind(" ", 0, place - width // 3) + 1
    return ("… " if start else "") + shortened(text[start : start + 4 * width], width)


def shortened(text: str, width: int) -> str:
    """Show a text on one line, cut between words where it is longer than ``width``.

    Examples
    --------
    >>> shortened("We will involve residents.", 20)
    'We will involve …'
    """
    line = one_line(text)
    if len(line) <= width:
        return line
    cut = line.rfind(" ", width // 2, width - 1)
    return f"{line[:cut]} …" if cut > 0 else one_line(line, width)


def title(score: Score) -> str:
    """Give a document's title where it has one, else its name; on one line.

    A title that a program left in the file, as "Microsoft Word - tender.docx", is none.
    """
    found = one_line(str(score.metadata.get("title") or ""), 200)
    if not found or found.lower().startswith("microsoft word -") or found.lower().startswith("untitled"):
        return one_line(score.name, 200)
    return found
