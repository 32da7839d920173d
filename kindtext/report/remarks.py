"""What there is to say to the writer of a draft: which words, what they do, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kindtext.lexicon import STANDING, Lexicon, Signal, load_lexicon, load_measure

if TYPE_CHECKING:
    from kindtext.scoring import Evidence, Score

_WEAK = {
    "hedged": "This is hedged, so nobody can rely on it. Say plainly what will be done, by whom and by when.",
    "conditional": "This holds only on a condition. Say who decides whether it is met, and what happens if it is not.",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about some words.

    Parameters
    ----------
    start, end : int
        Offsets of the words in the document's text.
    quote : str
        The words.
    title : str
        What it is about, in a few words.
    lines : tuple of str
        Why it matters and what to write instead, a paragraph each; empty where the remark before said so.
    """

    start: int
    end: int
    quote: str
    title: str
    lines: tuple[str, ...] = ()


def remarks(score: Score, *, language: bool = False) -> list[Remark]:
    """Collect what there is to say about a draft.

    Transactional wording that counts, kind wording that is refused, and kind commitments that are not firm. The second
    of a kind in a passage is named without its reasons, which stand beside the first.

    Parameters
    ----------
    score : Score
    language : bool
        Whether hard sentences and legal stock phrases are remarked on too.

    Returns
    -------
    list of Remark
        In the order of the text.
    """
    lexicon = load_lexicon()
    found = [remark for p in score.passages for remark in _of_passage(p.evidence, lexicon)]
    if language:
        found += _of_language(score)
    return sorted(found, key=lambda remark: (remark.start, -remark.end))


def _of_passage(evidence: tuple[Evidence, ...], lexicon: Lexicon) -> Iterator[Remark]:
    said: set[str] = set()
    for e in evidence:
        signal = lexicon.signals.get(e.signal)
        found = None if signal is None else _of(e, signal)
        if found is None:
            continue
        title, lines = found
        yield Remark(e.start, e.end, e.quote, title, () if title in said else lines)
        said.add(title)


def _of(e: Evidence, signal: Signal) -> tuple[str, tuple[str, ...]] | None:
    """Give title and lines; None where there is nothing to say."""
    example = f"For example: {signal.example}"
    if signal.pole == "transactional":
        if e.assertion not in STANDING or e.contribution >= 0:
            return None
        return signal.label, (f"Why it matters: {signal.why}", f"Write instead: {signal.advice}", example)
    if e.assertion in _WEAK:
        return f"{signal.label}, not firm", (_WEAK[e.assertion], f"Why it matters: {signal.why}", example)
    if e.assertion == "negated" and e.contribution < 0:
        title = f"{signal.label}, refused"
        return title, (f"Why it matters: {signal.why}", f"Write instead: {signal.advice}", example)
    return None


def _of_language(score: Score) -> Iterator[Remark]:
    found = score.measures.language
    card = load_measure("language")
    for number, sentence in enumerate(found.hardest):
        title = f"Hard to read: {sentence.words} words in one sentence"
        lines = () if number else (f"Why it matters: {card['why']}", f"Write instead: {card['advice']}")
        yield Remark(sentence.quote.start, sentence.quote.end, sentence.quote.text, title, lines)
    for phrase in found.legalese:
        quote = phrase.quote
        yield Remark(quote.start, quote.end, quote.text, f"Legalese: write '{phrase.plain}'")
