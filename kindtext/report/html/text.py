"""The document's text for the page: headings, passages, evidence highlighted in place, and anchors to link to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup, escape

from kindtext.lexicon import Lexicon, Pole
from kindtext.report.html.measures import RUNG_NAMES
from kindtext.report.html.wording import AGENTS, ASSERTIONS, effect, share
from kindtext.report.plain import one_line, readable

if TYPE_CHECKING:
    from kindtext.document import Document, Quote
    from kindtext.scoring import Evidence, PassageScore, Score

HUES: dict[Pole, int] = {"kind": 8, "transactional": 4}
"""Colours that the style has for the signals of each pole: one for each that comes with kindtext."""

_EMPTY_LINE = re.compile(r"\n\s*\n")
_HEADINGS = frozenset(("title", "heading"))


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of evidence as the page shows it.

    Parameters
    ----------
    number : int
        Its place among all evidence, from 1.
    mark : int
        Number of the highlight that it stands in: that of the first of those that share words.
    signal, label, pole : str
        What it is.
    quote, assertion, agent, effect, place : str
        For people.
    rung : str or None
        How far people take part, in words, where it is about that.
    """

    number: int
    mark: int
    signal: str
    label: str
    pole: str
    quote: str
    assertion: str
    agent: str
    effect: str
    place: str
    rung: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """One stretch of the text: a heading, a passage, or text that was not judged.

    Parameters
    ----------
    kind : {"heading", "passage", "plain"}
    html : Markup
        The text, escaped, with its highlights and anchors.
    number : int
        Of a passage, from 0; else -1.
    stance, share, stage : str
        Of a passage.
    page : str
        Its page or field, where it differs from that of the passage before.
    labels : tuple of (str, str, int)
        Signals in it: label, pole, and how many highlights.
    """

    kind: Literal["heading", "passage", "plain"]
    html: Markup
    number: int = -1
    stance: str = ""
    share: str = ""
    stage: str = ""
    page: str = ""
    labels: tuple[tuple[str, str, int], ...] = ()


def hues(lexicon: Lexicon) -> dict[str, str]:
    """Give each signal the class of its colour; poles have colours apart, which repeat where a lexicon has many."""
    return {
        signal: f"{pole[0]}{number % HUES[pole]}"
        for pole in HUES
        for number, signal in enumerate(lexicon.of_pole(pole))
    }


class Text:
    """A document's text, and what on the page links into it.

    Ask for all links with :meth:`link` first, then for :meth:`items`, which set the anchors.

    Parameters
    ----------
    score : Score
    lexicon : Lexicon
        Names of the signals.
    document : Document, optional
        The document itself: its headings and what was not judged are then shown, too.
    """

    def __init__(self, score: Score, lexicon: Lexicon, document: Document | None = None) -> None:
        self._score = score
        self._lexicon = lexicon
        self._document = document
        self._starts = [p.passage.start for p in score.passages]
        self._anchors: set[int] = set()
        self._hues = hues(lexicon)
        self._marks = [list(_marks(p.evidence)) for p in score.passages]

    def link(self, quote: Quote | None) -> str | None:
        """Give the address on the page of a quote's words; None where they do not stand in the text shown."""
        if quote is None or not quote.text:
            return None
        if self._document is None:
            at = bisect_right(self._starts, quote.start) - 1
            if at < 0 or quote.start >= self._score.passages[at].passage.end:
                return None
        self._anchors.add(quote.start)
        return f"#q{quote.start}"

    def evidence(self) -> list[Found]:
        """Give all evidence in the order of the text, numbered as its highlights refer to it."""
        found: list[Found] = []
        for p, marks in zip(self._score.passages, self._marks, strict=True):
            for mark in marks:
                first = len(found) + 1
                found += [self._found(e, len(found) + 1 + i, first, p) for i, e in enumerate(mark)]
        return found

    def items(self) -> Iterator[Item]:
        """Give the text in order."""
        anchors = sorted(self._anchors)
        number = 1
        end = 0
        section: str | None = None
        page = ""
        for index, p in enumerate(self._score.passages):
            if self._document is not None:
                yield from self._between(end, p.passage.start, anchors)
            elif p.passage.section and p.passage.section != section:
                yield Item("heading", escape(one_line(p.passage.section, 300)))
            section, end = p.passage.section, p.passage.end
            where = f"p. {p.passage.page}" if p.passage.page is not None else one_line(p.passage.field or "", 80)
            yield Item(
                "passage",
                self._passage(p, self._marks[index], number, anchors),
                number=index,
                stance=p.stance,
                share=share(max(p.probabilities)),
                stage=p.stage or "",
                page=where if where != page else "",
                labels=tuple(self._labels(p)),
            )
            page = where
            number += len(p.evidence)
        if self._document is not None:
            yield from self._between(end, len(self._document.text), anchors)

    def _found(self, e: Evidence, number: int, mark: int, p: PassageScore) -> Found:
        return Found(
            number=number,
            mark=mark,
            signal=e.signal,
            label=self._lexicon.signals[e.signal].label if e.signal in self._lexicon.signals else e.signal,
            pole=e.pole,
            quote=one_line(e.quote, 200),
            assertion=ASSERTIONS[e.assertion],
            agent=AGENTS[e.agent],
            effect=effect(e.contribution),
            place=one_line(p.passage.place, 90),
            rung=RUNG_NAMES[e.rung] if e.rung else None,
        )

    def _labels(self, p: PassageScore) -> Iterator[tuple[str, str, int]]:
        counts: dict[str, int] = {}
        for e in p.evidence:
            counts[e.signal] = counts.get(e.signal, 0) + 1
        for signal, n in counts.items():
            card = self._lexicon.signals.get(signal)
            yield (card.label if card else signal, next(e.pole for e in p.evidence if e.signal == signal), n)

    def _passage(
        self, p: PassageScore, marks: Sequence[Sequence[Evidence]], number: int, anchors: Sequence[int]
    ) -> Markup:
        text, at = p.passage.text, p.passage.start
        parts: list[Markup] = []
        done = at
        for mark in marks:
            start, end = mark[0].start, max(e.end for e in mark)
            parts.append(_anchored(text[done - at : start - at], done, anchors))
            inner = _anchored(text[start - at : end - at], start, anchors)
            parts.append(_highlight(mark, number, self._hues, inner))
            number += len(mark)
            done = end
        parts.append(_anchored(text[done - at :], done, anchors))
        return Markup("").join(parts)

    def _between(self, start: int, end: int, anchors: Sequence[int]) -> Iterator[Item]:
        """Give what stands between two passages, block by block: headings, and text too short to judge."""
        assert self._document is not None
        blocks, text = self._document.blocks, self._document.text
        for block in blocks[max(0, bisect_right(blocks, start, key=lambda b: b.start) - 1) :]:
            if block.start >= end:
                break
            first, last = max(start, block.start), min(end, block.end)
            if first < last and any(c.isalnum() for c in text[first:last]):
                kind: Literal["heading", "plain"] = "heading" if block.kind in _HEADINGS else "plain"
                first += len(text[first:last]) - len(text[first:last].lstrip())
                yield Item(kind, _anchored(text[first:last].rstrip(), first, anchors))


def _marks(evidence: Iterable[Evidence]) -> Iterator[list[Evidence]]:
    """Gather evidence that shares words into one highlight each, so that highlights never overlap."""
    mark: list[Evidence] = []
    end = 0
    for e in sorted(evidence, key=lambda e: (e.start, -e.end, e.signal)):
        if mark and e.start >= end:
            yield mark
            mark = []
        mark.append(e)
        end = max(end, e.end) if len(mark) > 1 else e.end
    if mark:
        yield mark


def _highlight(mark: Sequence[Evidence], number: int, hue: Mapping[str, str], inner: Markup) -> Markup:
    """Make a highlight: a link to its line in the list of evidence, which a script shows beside it."""
    poles = {e.pole for e in mark}
    pole = poles.pop() if len(poles) == 1 else "both"
    strongest = max(mark, key=lambda e: abs(e.contribution))
    assertion = "" if strongest.assertion == "affirmed" else f" {strongest.assertion}"
    described = " ".join(dict.fromkeys(f"d-{e.signal}" for e in mark))
    return Markup(
        '<a class="ev {pole} {hue}{assertion}" id="e{number}" href="#n{number}" data-n="{several}" data-s="{signals}"'
        ' aria-describedby="{described}">{inner}</a>'
    ).format(
        pole=pole,
        hue=hue.get(strongest.signal, "k0"),
        assertion=assertion,
        number=number,
        several=len(mark),
        signals=" ".join(dict.fromkeys(e.signal for e in mark)),
        described=described,
        inner=inner,
    )


def _anchored(text: str, start: int, anchors: Sequence[int]) -> Markup:
    """Escape a stretch of text that begins at an offset, with an empty anchor wherever something links to."""
    parts: list[Markup] = []
    done = 0
    for at in anchors[bisect_left(anchors, start) : bisect_left(anchors, start + len(text))]:
        parts += [_escaped(text[done : at - start]), Markup('<span id="q{}"></span>').format(at)]
        done = at - start
    parts.append(_escaped(text[done:]))
    return Markup("").join(parts)


def _escaped(text: str) -> Markup:
    """Escape a text; where it has an empty line, put a gap that the style can make smaller than one."""
    return Markup('<span class="gap"></span>').join(_EMPTY_LINE.split(readable(text)))


def described(found: Iterable[Found]) -> Mapping[str, str]:
    """Give, for every signal found, what a screen reader says of its highlights."""
    return {f.signal: f"{f.pole}: {f.label}" for f in found}
