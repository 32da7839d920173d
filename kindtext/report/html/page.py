"""The page of one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date as Date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from kindtext.report.html import measures, wording
from kindtext.report.html.changes import first_changes
from kindtext.report.html.rendering import render
from kindtext.report.html.text import Found, Text, described, hues
from kindtext.report.plain import one_line, writable

if TYPE_CHECKING:
    from kindtext.document import Document
    from kindtext.lexicon import Lexicon, Signal
    from kindtext.scoring import Score

EXTREMES = 4
"""Kindest and hardest passages shown of either sort."""

_ABOUT = (
    ("buyer", "Buyer"),
    ("published", "Published"),
    ("deadline", "Deadline"),
    ("ocid", "OCID"),
    ("pages", "Pages"),
)


def document_html(
    score: Score,
    lexicon: Lexicon,
    document: Document | None = None,
    *,
    date: Date | None = None,
    index: str | None = None,
) -> str:
    """Show one document: its score, what to change first, the measures, and its text with the evidence in place.

    Parameters
    ----------
    score : Score
    lexicon : Lexicon
        Whose labels and advice are shown: :func:`kindtext.load_lexicon` gives it.
    document : Document, optional
        The document itself: its headings and what was too short to judge are then shown, too.
    date : datetime.date, optional
        The day to put on the page; by default none, so that the same document gives the same page.
    index : str, optional
        Address of the index page that it belongs to.

    Returns
    -------
    str
        HTML, complete in itself: it fetches nothing.

    Examples
    --------
    >>> import kindtext as kt
    >>> page = document_html(kt.score("We will work with tenants. " * 8), kt.load_lexicon())
    >>> page.startswith("<!doctype html>")
    True
    """
    text = Text(score, lexicon, document)
    found = text.evidence()
    low, high = score.interval or (None, None)
    seen = [lexicon.signals[signal] for signal in lexicon.signals if any(f.signal == signal for f in found)]
    page = render(
        "document.html",
        "document.js",
        title=wording.title(score),
        name=one_line(score.name, 200),
        about=_about(score),
        document_notes=[one_line(note) for note in score.notes],
        value=score.value,
        low=low,
        high=high,
        reason=one_line(score.reason or ""),
        meaning=wording.meaning(score),
        stances=score.stances(),
        words=wording.count(score.words, "word"),
        passages=wording.count(len(score.passages), "passage"),
        changes=[
            {"change": change, "quotes": [measures.words(quote, text.link, 230) for quote in change.quotes]}
            for change in first_changes(score, lexicon)
        ],
        extremes=_extremes(score),
        measures=measures.views(score.measures, text.link),
        found=found,
        described=described(found),
        signals=seen,
        hues=hues(lexicon),
        filters=_filters(found, seen),
        items=list(text.items()),
        provenance=_provenance(score, lexicon),
        date=f"{date.day} {date:%B %Y}" if date else None,
        index=index,
        count=wording.count,
    )
    return str(writable(page))


def _about(score: Score) -> list[tuple[str, str]]:
    """Tell what a document says of itself, as far as a reader knows it by."""
    rows = [("File", one_line(score.name, 200))] if wording.title(score) != one_line(score.name, 200) else []
    for key, name in _ABOUT:
        value = score.metadata.get(key)
        if isinstance(value, (str, int)) and str(value).strip():
            rows.append((name, _day(one_line(str(value), 200)) if key in ("published", "deadline") else str(value)))
    value = score.metadata.get("value")
    if isinstance(value, Mapping) and isinstance(value.get("amount"), (int, float)):
        rows.append(("Value", measures.amount(float(value["amount"]), str(value.get("currency") or ""))))
    return [(name, one_line(value, 200)) for name, value in rows]


def _day(text: str) -> str:
    """Show a time stamp as people write it; what is none stays as it is."""
    return text[:16].replace("T", ", ") if len(text) > 10 and text[10:11] == "T" else text


def _extremes(score: Score) -> dict[str, list[dict[str, Any]]]:
    numbers = {id(p): number for number, p in enumerate(score.passages)}
    return {
        stance: [
            {
                "number": numbers[id(p)],
                "words": wording.excerpt(p, width=260),
                "place": one_line(p.passage.place, 90),
                "share": wording.share(max(p.probabilities)),
            }
            for p in score.extremes(stance, EXTREMES)
        ]
        for stance in ("kind", "transactional")
    }


def _filters(found: Iterable[Found], seen: Iterable[Signal]) -> list[tuple[str, list[tuple[Signal, int]]]]:
    """Give the signals found, by pole, each with how many times."""
    counts = Counter(f.signal for f in found)
    by_pole: dict[str, list[tuple[Signal, int]]] = {}
    for signal in seen:
        by_pole.setdefault(signal.pole, []).append((signal, counts[signal.id]))
    return list(by_pole.items())


def _provenance(score: Score, lexicon: Lexicon) -> list[tuple[str, str, bool]]:
    """Tell how the page was made: name, value, and whether it is a digest."""
    model = score.model
    rows = (
        ("Document", one_line(score.name, 200), False),
        ("Document, SHA-256", score.sha256, True),
        ("Read as", score.format, False),
        ("kindtext", version("kindtext"), False),
        ("Model trained with kindtext", str(model.get("kindtext") or ""), False),
        ("Model, SHA-256", str(model.get("sha256") or ""), True),
        ("Corpus it learned from", str(model.get("corpus") or ""), False),
        ("Lexicon", f"{lexicon.name}, {wording.count(len(lexicon.signals), 'signal')}", False),
        ("Lexicon, SHA-256", lexicon.digest, True),
    )
    return [(name, one_line(value), digest) for name, value, digest in rows if value]
