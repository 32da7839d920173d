"""The measures of a document as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kindtext.report.plain import one_line

if TYPE_CHECKING:
    from kindtext.document import Quote
    from kindtext.measures.balance import Balance
    from kindtext.measures.burdens import Burden, Burdens
    from kindtext.measures.criteria import AwardCriteria
    from kindtext.measures.language import Language
    from kindtext.measures.participation import Participation
    from kindtext.measures.record import Measures

RUNG_NAMES = {
    "inform": "informed",
    "consult": "consulted",
    "involve": "involved",
    "co_design": "co-designing",
    "decide_together": "deciding together",
    "community_led": "leading",
}
"""Rungs of the ladder, for people."""

FACT_NAMES = {
    "days_to_deadline": "time to answer",
    "clarification": "questions until, before closing",
    "contract_value": "contract value",
    "turnover": "turnover required",
    "insurance": "insurance required",
    "bond": "bond or guarantee",
    "response_limit": "limit of an answer",
    "document": "document to attach",
    "contract_length": "contract length",
    "extension": "extension",
    "contract_length_total": "length with extensions",
    "termination_notice": "notice to end it",
    "payment": "payment within",
    "damages": "damages or deductions",
    "liability": "limit of liability",
    "bid_validity": "bid stays valid",
}
"""Kinds of burden, for people."""

MOST_FACTS = 25
"""Facts shown; a framework's terms may hold a hundred."""


def measures(found: Measures) -> Iterator[RenderableType]:
    """Show all measures that say something, a heading and a table each."""
    for title, parts in (
        ("Who takes part, and when", _participation(found.participation)),
        ("Talk against terms", _balance(found.balance)),
        ("Award criteria", _criteria(found.criteria)),
        ("Burden in numbers", _burdens(found.burdens)),
        ("Plain language", _language(found.language)),
    ):
        shown = list(parts)
        if shown:
            yield Text(f"\n{title}", style="bold")
            yield from (Padding(part, (0, 0, 0, 2)) for part in shown)


def place(quote: Quote | None) -> str:
    """Tell where a quote stands, for people; empty if nothing is known."""
    if quote is None:
        return ""
    where = f"p. {quote.page}" if quote.page is not None else (quote.field or "")
    return one_line(", ".join(part for part in (where, quote.section) if part))


def fact(item: Burden) -> str:
    """Give a burden's number with its unit, for people."""
    if item.value is None:
        return item.unit
    number = f"{item.value:,.0f}" if float(item.value).is_integer() else f"{item.value:,.2f}"
    text = f"{number} %" if item.unit == "percent" else f"{number} {item.unit}"
    return f"{text} ({item.detail})" if item.detail else text


def _grid(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(
            column, justify="right" if column in ("kind", "transactional", "weight", "passages") else "left"
        )
    return table


def _participation(found: Participation) -> Iterator[RenderableType]:
    if found.sentence is None:
        return
    yield Text(found.sentence)
    table = _grid("stage", "passages", "kind", "transactional", "people are")
    for row in found.stages:
        rung = RUNG_NAMES[row.highest] if row.highest else "-"
        table.add_row(row.stage, str(row.passages), f"{row.kind:.1f}", f"{row.transactional:.1f}", rung)
    yield table


def _balance(found: Balance) -> Iterator[RenderableType]:
    if found.sentence:
        yield Text(found.sentence)


def _criteria(found: AwardCriteria) -> Iterator[RenderableType]:
    if found.method:
        yield Text("Method: " + found.method.replace("_", " ") + _quoted(found.method_quote))
    if found.items:
        table = _grid("criterion", "kind", "weight", "lot", "where")
        for item in found.items:
            weight = f"{item.weight:g} %" if item.weight is not None else f"{item.points:g}" if item.points else ""
            name = "  " * item.level + one_line(item.name)
            table.add_row(Text(name), item.kind.replace("_", " "), weight, item.lot or "", Text(place(item.quote)))
        yield table
    yield from _notes(found.notes)


def _burdens(found: Burdens) -> Iterator[RenderableType]:
    if found.facts:
        table = _grid("what", "how much", "side", "the words", "where")
        for item in found.facts[:MOST_FACTS]:
            words = one_line(item.quote.text) if item.quote else "from the notice's own data"
            words = words if len(words) <= 60 else words[:57] + "..."
            table.add_row(
                FACT_NAMES.get(item.kind, item.kind), fact(item), item.side or "", Text(words), Text(place(item.quote))
            )
        yield table
        if found.facts[MOST_FACTS:]:
            yield Text(f"... and {len(found.facts) - MOST_FACTS} more; 'kindtext score --format json' has them all")
    if found.requirements:
        per = found.mandatory_per_1000_words
        yield Text(f"{len(found.requirements)} things that the bidder must do, {per} in a thousand words")
    yield from _notes(found.notes)


def _language(found: Language) -> Iterator[RenderableType]:
    if found.flesch_reading_ease is not None and found.flesch_kincaid_grade is not None:
        line = f"Reading ease {found.flesch_reading_ease:.0f} (60 is plain English, under 30 is for graduates)"
        line += f", {found.mean_sentence_words:.0f} words a sentence"
        yield Text(line + (f", {found.passive_share:.0%} of them passive" if found.passive_share is not None else ""))
    for sentence in found.hardest[:2]:
        yield Text(f"Hardest: {one_line(sentence.quote.text)[:160]} ({place(sentence.quote) or 'no place'})")
    plain = {item.phrase: item.plain for item in found.legalese}
    if plain:
        yield Text("Legalese: " + ", ".join(f"'{phrase}' ({word})" for phrase, word in list(plain.items())[:6]))
    if found.acronyms:
        yield Text("Never spelt out: " + ", ".join(acronym.name for acronym in found.acronyms[:10]))


def _notes(notes: Iterable[str]) -> Iterator[RenderableType]:
    for note in notes:
        yield Text(one_line(note), style="dim")


def _quoted(quote: Quote | None) -> str:
    if quote is None:
        return ""
    where = place(quote)
    return f' ("{one_line(quote.text)}"' + (f", {where})" if where else ")")
