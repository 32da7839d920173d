"""The measures as the page shows them: rows of plain text, each with its link into the document's text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kindtext.document import Quote, Stage
from kindtext.measures.balance import Balance
from kindtext.measures.burdens import Burdens
from kindtext.measures.criteria import AwardCriteria
from kindtext.measures.language import Language
from kindtext.measures.participation import Participation, Rung
from kindtext.measures.record import Measures
from kindtext.report.html.wording import count, shortened
from kindtext.report.plain import one_line

MOST_LISTED = 25
"""Rows shown of lists that may hold hundreds; what is left out is counted."""

QUOTE_WIDTH = 160
"""Characters of a quote in a table; its link leads to the whole."""

STAGE_NAMES: dict[Stage, str] = {
    "plan": "Plan",
    "engage": "Engage the market and people",
    "specify": "Specify",
    "tender": "Invite tenders",
    "evaluate": "Evaluate",
    "award": "Award",
    "deliver": "Deliver",
    "review": "Review",
}
RUNG_NAMES: dict[Rung, str] = {
    "inform": "are informed",
    "consult": "are consulted",
    "involve": "are involved",
    "co_design": "co-design",
    "decide_together": "decide together with the buyer",
    "community_led": "lead",
}
FACT_NAMES = {
    "days_to_deadline": "Time to answer",
    "clarification": "Questions until, before closing",
    "contract_value": "Contract value",
    "turnover": "Turnover required",
    "insurance": "Insurance required",
    "bond": "Bond or guarantee",
    "response_limit": "Limit of an answer",
    "document": "Document to attach",
    "contract_length": "Contract length",
    "extension": "Extension",
    "contract_length_total": "Length with extensions",
    "termination_notice": "Notice to end it",
    "payment": "Payment within",
    "damages": "Damages or deductions",
    "liability": "Limit of liability",
    "bid_validity": "Bid stays valid",
}
KIND_NAMES = {
    "price": "Price",
    "quality": "Quality",
    "social_value": "Social value",
    "sustainability": "Sustainability",
    "other": "Other",
}
METHOD_NAMES = {
    "lowest_price": "The lowest price wins.",
    "best_price_quality": "Price and quality are weighed against each other.",
    "quality_only": "Quality alone decides; the price is fixed.",
}

Link = Callable[[Quote | None], str | None]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the document with their place and their address on the page.

    Parameters
    ----------
    text, place : str
    href : str or None
        None where the words do not stand in the text shown.
    """

    text: str
    place: str
    href: str | None


def words(quote: Quote | None, link: Link, width: int = QUOTE_WIDTH) -> Words | None:
    """Show a quote on one line."""
    if quote is None:
        return None
    where = f"p. {quote.page}" if quote.page is not None else (quote.field or "")
    place = ", ".join(part for part in (where, quote.section) if part)
    return Words(shortened(quote.text, width), one_line(place, 90), link(quote))


def views(found: Measures, link: Link) -> dict[str, Any]:
    """Give all measures as the template wants them.

    Parameters
    ----------
    found : Measures
    link : callable
        From a quote to its address on the page.
    """
    return {
        "participation": _participation(found.participation, link),
        "balance": _balance(found.balance),
        "criteria": _criteria(found.criteria, link),
        "burdens": _burdens(found.burdens, link),
        "language": _language(found.language, link),
    }


def _participation(found: Participation, link: Link) -> dict[str, Any] | None:
    if found.sentence is None:
        return None
    # At least a full passage, so that a stage with next to nothing gets no long bar.
    most = max(1.0, *(max(row.kind, row.transactional) for row in found.stages))
    return {
        "sentence": found.sentence,
        "notes": _lines(found.notes),
        "missing": [STAGE_NAMES[stage] for stage in found.missing],
        "unplaced": [(RUNG_NAMES[t.rung], words(t.quote, link)) for t in found.unplaced[:MOST_LISTED]],
        "rows": [
            {
                "stage": STAGE_NAMES[row.stage],
                "passages": row.passages,
                "kind": row.kind,
                "transactional": row.transactional,
                "kind_width": _percent(row.kind, most),
                "transactional_width": _percent(row.transactional, most),
                "people": RUNG_NAMES[row.highest] if row.highest else None,
                "quotes": [words(t.quote, link, 70) for t in row.taking_part if t.rung == row.highest][:2],
            }
            for row in found.stages
        ],
    }


def _balance(found: Balance) -> dict[str, Any] | None:
    sides = [
        (name, what, value, interval)
        for name, what, value, interval in (
            ("Talk", "introduction, vision, policy", found.talk, found.talk_interval),
            ("Terms", "specification, criteria, conditions", found.terms, found.terms_interval),
        )
        if value is not None and interval is not None
    ]
    if not sides:
        return None
    return {"sentence": found.sentence, "sides": sides}


def _criteria(found: AwardCriteria, link: Link) -> dict[str, Any] | None:
    if not (found.items or found.method or found.notes):
        return None
    shares = [
        (
            share.lot,
            [(KIND_NAMES[kind], value) for kind, value in share.by_kind().items() if value or kind == "social_value"],
        )
        for share in found.shares[:MOST_LISTED]
    ]
    items = [
        {
            "name": one_line(item.name, 160),
            "level": item.level,
            "kind": KIND_NAMES[item.kind],
            "weight": f"{item.weight:g} %" if item.weight is not None else _points(item.points),
            "lot": item.lot or "",
            "words": words(item.quote, link, 90),
        }
        for item in found.items[: 4 * MOST_LISTED]
    ]
    return {
        "method": METHOD_NAMES.get(found.method or ""),
        "method_words": words(found.method_quote, link),
        "shares": shares,
        "items": items,
        "left": len(found.items) - len(items),
        "lots": any(item["lot"] for item in items),
        "notes": _lines(found.notes),
    }


def _points(points: float | None) -> str:
    return "" if points is None else f"{points:g} points"


def _burdens(found: Burdens, link: Link) -> dict[str, Any] | None:
    if not (found.facts or found.requirements):
        return None
    facts = [
        {
            "what": FACT_NAMES.get(fact.kind, fact.kind),
            "number": amount(fact.value, fact.unit),
            "detail": one_line(fact.detail or "", 60),
            "side": fact.side or "",
            "words": words(fact.quote, link),
        }
        for fact in found.facts[: 4 * MOST_LISTED]
    ]
    per = found.mandatory_per_1000_words
    return {
        "facts": facts,
        "left": len(found.facts) - len(facts),
        "required": count(len(found.requirements), "thing"),
        "per": f"{per:.1f}" if per is not None else None,
        "requirements": [words(quote, link) for quote in found.requirements[:MOST_LISTED]],
        "requirements_left": max(0, len(found.requirements) - MOST_LISTED),
        "notes": _lines(found.notes),
    }


def amount(value: float | None, unit: str) -> str:
    """Show a burden's number with its unit.

    Examples
    --------
    >>> amount(5e6, "GBP"), amount(30, "days"), amount(2.5, "percent"), amount(None, "unlimited")
    ('£5,000,000', '30 days', '2.5 %', 'unlimited')
    """
    if value is None:
        return unit
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")
    if unit in ("GBP", "EUR"):
        return f"{'£' if unit == 'GBP' else '€'}{number}"
    return f"{number} %" if unit == "percent" else f"{number} {unit}"


def _language(found: Language, link: Link) -> dict[str, Any] | None:
    if not (found.words or found.hardest or found.reason):
        return None
    counted = Counter(item.phrase for item in found.legalese)
    first = {item.phrase: item for item in reversed(found.legalese)}
    legalese = [
        (one_line(phrase), one_line(first[phrase].plain), n, words(first[phrase].quote, link, 60))
        for phrase, n in counted.most_common(MOST_LISTED)
    ]
    return {
        "reason": found.reason,
        "figures": _figures(found),
        "hardest": [
            {"words": words(s.quote, link, 420), "length": s.words, "grade": f"{s.grade:.0f}"} for s in found.hardest
        ],
        "legalese": legalese,
        "acronyms": [(one_line(a.name, 30), a.uses, link(a.quote)) for a in found.acronyms[:MOST_LISTED]],
        "acronyms_left": max(0, len(found.acronyms) - MOST_LISTED),
        "notes": _lines(found.notes),
    }


def _figures(found: Language) -> list[tuple[str, str, str]]:
    """Give name, number and yardstick of each figure that there is."""
    rows = (
        ("Reading ease", found.flesch_reading_ease, "{:.0f}", "60 is plain English; under 30 is for graduates"),
        ("School grade", found.flesch_kincaid_grade, "{:.0f}", "US school years needed to follow it"),
        ("Words in a sentence", found.mean_sentence_words, "{:.0f}", "on average; under 25 reads well"),
        ("Long words", found.long_word_share, "{:.0%}", "have more than six letters"),
        ("Passive sentences", found.passive_share, "{:.0%}", "hide who does what; an estimate"),
        ("Legal stock phrases", found.legalese_per_1000_words, "{:.1f}", "in a thousand words"),
    )
    return [
        (name, form.format(value).replace("%", " %"), what) for name, value, form, what in rows if value is not None
    ]


def _lines(notes: Iterable[str]) -> list[str]:
    return [one_line(note) for note in notes]


def _percent(value: float, most: float) -> str:
    return f"{100 * value / most:.1f}"
