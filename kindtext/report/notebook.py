"""How a Score and a Document show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from kindtext.lexicon import load_lexicon
from kindtext.report.plain import one_line

if TYPE_CHECKING:
    from kindtext.document import Document
    from kindtext.measures.burdens import Burdens
    from kindtext.measures.criteria import AwardCriteria
    from kindtext.measures.record import Measures
    from kindtext.scoring import PassageScore, Score

_COLOURS = {"kind": "#0b6e4f", "neutral": "#767676", "transactional": "#a23b00"}  # all 4.5:1 or more on white

FIRST_PASSAGES = 5
"""Passages of a document that are shown: enough to see whether it was read well."""

_METHODS = {
    "lowest_price": "The lowest price wins.",
    "best_price_quality": "Price and quality are weighed together.",
    "quality_only": "Quality alone decides; the price is fixed.",
}


def score_html(score: Score) -> str:
    """Show a score as HTML: the number, its interval on a scale, the stances, the measures, and the poles' words.

    Parameters
    ----------
    score : Score

    Returns
    -------
    str
        A self-contained fragment; everything from the document is escaped.
    """
    name = escape(one_line(score.name))
    if score.value is None or score.interval is None:
        return f"<div><strong>{name}</strong>: no score; {escape(one_line(score.reason or ''))}.</div>"
    low, high = score.interval
    scale = (
        '<svg width="320" height="34" role="img" '
        f'aria-label="Score {score.value:.0f} of 100, 90 percent interval {low:.0f} to {high:.0f}">'
        '<line x1="10" y1="16" x2="310" y2="16" stroke="#bbb" stroke-width="2"/>'
        f'<line x1="{10 + 3 * low:.0f}" y1="16" x2="{10 + 3 * high:.0f}" y2="16" stroke="#555" stroke-width="6"/>'
        f'<circle cx="{10 + 3 * score.value:.0f}" cy="16" r="7" fill="#0b3d91"/>'
        '<text x="10" y="32" font-size="10" fill="#555">0 transactional</text>'
        '<text x="310" y="32" font-size="10" fill="#555" text-anchor="end">kind 100</text></svg>'
    )
    counts = ", ".join(
        f'<span style="color:{_COLOURS[stance]}">{n} {stance}</span>' for stance, n in score.stances().items()
    )
    parts = [
        f"<div><strong>{name}</strong>: <strong>{score.value:.0f}</strong> of 100 "
        f"(90 % interval {low:.0f} to {high:.0f})<br>{scale}<br>Passages: {counts}",
    ]
    said = list(main_sentences(score.measures))
    if said:
        parts.append('<p style="margin:.6em 0 0">What else it says</p><ul>')
        parts.extend(f"<li>{escape(one_line(sentence))}</li>" for sentence in said)
        parts.append("</ul>")
    for stance in ("kind", "transactional"):
        passages = score.extremes(stance)
        if passages:
            parts.append(f'<p style="margin:.6em 0 0;color:{_COLOURS[stance]}">Most {stance}</p><ul>')
            parts.extend(_item(p) for p in passages)
            parts.append("</ul>")
    return "".join(parts) + "</div>"


def document_html(document: Document) -> str:
    """Show a document as HTML: what was read, and its first passages with their place.

    Parameters
    ----------
    document : Document

    Returns
    -------
    str
        A self-contained fragment; everything from the document is escaped.
    """
    name, form = escape(one_line(document.name)), escape(one_line(document.format))
    passages = document.passages
    parts = [
        f"<div><strong>{name}</strong>: {form}, {_count(document.words, 'word')}, {_count(len(passages), 'passage')}"
    ]
    title = document.metadata.get("title")
    if isinstance(title, str) and title.strip():
        parts.append(f"<br>{escape(one_line(title, 200))}")
    parts.extend(f"<br><small>{escape(one_line(note, 280))}</small>" for note in document.notes)
    if passages:
        parts.append("<ul>")
        for p in passages[:FIRST_PASSAGES]:
            where = f" <small>({escape(one_line(p.place, 120))})</small>" if p.place else ""
            parts.append(f"<li>{escape(one_line(p.text, 280))}{where}</li>")
        more = len(passages) - FIRST_PASSAGES
        if more > 0:
            parts.append(f"<li>… and {more:,} more, in <code>.passages</code></li>")
        parts.append("</ul>")
    return "".join(parts) + "</div>"


def main_sentences(measures: Measures) -> Iterator[str]:
    """Say the most important thing that each measure found, a sentence each.

    Parameters
    ----------
    measures : Measures

    Yields
    ------
    str
        Not escaped; nothing for a measure that found nothing.
    """
    if measures.participation.sentence:
        yield measures.participation.sentence
    if measures.balance.sentence:
        yield measures.balance.sentence
    yield from _criteria(measures.criteria)
    yield from _burdens(measures.burdens)
    language = measures.language
    if language.flesch_reading_ease is not None and language.mean_sentence_words is not None:
        yield (
            f"Reading ease {language.flesch_reading_ease:.0f} (60 is plain English, under 30 is for graduates), "
            f"{language.mean_sentence_words:.0f} words a sentence."
        )


def _criteria(found: AwardCriteria) -> Iterator[str]:
    """Say what is weighed, of each lot if they differ; else how the contract is awarded."""
    weights: dict[str, list[str]] = {}
    for share in found.shares:
        kinds = sorted(share.by_kind().items(), key=lambda item: -item[1])
        said = ", ".join(f"{kind.replace('_', ' ')} {weight:g} %" for kind, weight in kinds if weight)
        weights.setdefault(said, []).append(share.lot or "")
    for said, lots in weights.items():
        which = f"{', '.join(filter(None, lots))}: judged" if len(weights) > 1 else "Judged"
        yield f"{which} on {said}."
    if not weights and found.method:
        yield _METHODS[found.method]


def _burdens(found: Burdens) -> Iterator[str]:
    """Say the numbers that decide whether a small organisation can bid."""
    row = found.to_row()
    currency = f" {row['currency']}" if row["currency"] else ""
    said = []
    if row["days_to_deadline"]:
        said.append(f"{_count(int(row['days_to_deadline']), 'day')} to answer")
    if found.requirements:
        said.append(f"{_count(len(found.requirements), 'thing')} that bidders must do")
    for key, words in (("turnover_required", "turnover of"), ("insurance_required", "insurance of")):
        if row[key]:
            said.append(f"{words} {row[key]:,.0f}{currency}")
    if row["payment_days"]:
        said.append(f"payment within {_count(int(row['payment_days']), 'day')}")
    if said:
        yield f"Asked and offered: {'; '.join(said)}."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _item(p: PassageScore) -> str:
    signals = load_lexicon().signals
    labels = sorted({signals[e.signal].label for e in p.evidence})
    about = "; ".join(filter(None, [p.passage.place, ", ".join(labels)]))
    return f"<li>{escape(one_line(p.passage.text, 280))} <small>({escape(one_line(about))})</small></li>"
