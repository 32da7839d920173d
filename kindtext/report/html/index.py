"""The index page over several documents: a table that sorts, and a picture of the spread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from statistics import median
from typing import TYPE_CHECKING, Any

from kindtext.report.html.measures import RUNG_NAMES
from kindtext.report.html.rendering import render
from kindtext.report.html.wording import count, title
from kindtext.report.plain import one_line, writable

if TYPE_CHECKING:
    from kindtext.scoring import Score

MOST_DRAWN = 300
"""Documents drawn in the picture of the spread; of more, as many are taken at even steps from lowest to highest."""

TALLEST_LINE = 14
"""Units of height that a document has in the picture, at most; many share what there is."""

PICTURE_HEIGHT = 420


@dataclass(frozen=True, slots=True)
class Entry:
    """One document's line on the index page: all that is kept of it while the others are scored.

    Parameters
    ----------
    href : str
        Name of its page.
    title, name : str
        What it is called; ``name`` is that of its file.
    words : int
    value : float or None
    interval : tuple of float or None
    reason : str or None
        As in :class:`kindtext.Score`.
    stances : mapping of str to int
        Passages by stance.
    people : str
        How far people take part, at most.
    price : float or None
        Weight of the price in percent.
    """

    href: str
    title: str
    name: str
    words: int
    value: float | None
    interval: tuple[float, float] | None
    reason: str | None
    stances: Mapping[str, int]
    people: str
    price: float | None


def entry(score: Score, href: str) -> Entry:
    """Keep what the index page shows of a score."""
    highest = score.measures.participation.highest
    return Entry(
        href=href,
        title=title(score),
        name=one_line(score.name, 200),
        words=score.words,
        value=score.value,
        interval=score.interval,
        reason=one_line(score.reason or "") or None,
        stances=score.stances(),
        people=RUNG_NAMES[highest] if highest else "",
        price=score.measures.criteria.share("price"),
    )


def index_html(entries: Sequence[Entry], *, failures: Iterable[str] = (), date: Date | None = None) -> str:
    """Show several documents: a picture of how their scores spread, and a table that leads to their pages.

    Parameters
    ----------
    entries : sequence of Entry
        In the order in which they were read.
    failures : iterable of str
        What could not be read, each a sentence.
    date : datetime.date, optional
        The day to put on the page.

    Returns
    -------
    str
        HTML, complete in itself.
    """
    values = sorted(e.value for e in entries if e.value is not None)
    drawn = _drawn(entries)
    page = render(
        "index.html",
        "index.js",
        entries=entries,
        scored=len(values),
        lowest=values[0] if values else None,
        highest=values[-1] if values else None,
        middle=median(values) if values else None,
        drawn=drawn,
        picture_height=max((line["y"] + line["height"] for line in drawn), default=0),
        failures=[one_line(failure) for failure in failures],
        date=f"{date.day} {date:%B %Y}" if date else None,
        count=count,
        any_people=any(e.people for e in entries),
        any_price=any(e.price is not None for e in entries),
    )
    return str(writable(page))


def _drawn(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Lay out the picture: one line a document, lowest score first."""
    scored = [(e, e.value, e.interval) for e in entries if e.value is not None and e.interval is not None]
    scored.sort(key=lambda line: line[1])
    if len(scored) > MOST_DRAWN:
        step = (len(scored) - 1) / (MOST_DRAWN - 1)
        scored = [scored[round(i * step)] for i in range(MOST_DRAWN)]
    height = min(TALLEST_LINE, PICTURE_HEIGHT / max(1, len(scored)))
    return [
        {
            "y": round(i * height, 2),
            "height": round(height, 2),
            "value": f"{value:.1f}",
            "low": f"{interval[0]:.1f}",
            "width": f"{interval[1] - interval[0]:.1f}",
            "title": f"{e.title}: {value:.0f} ({interval[0]:.0f} to {interval[1]:.0f})",
        }
        for i, (e, value, interval) in enumerate(scored)
    ]
