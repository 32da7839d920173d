"""Burden in numbers: what a tender asks of those who answer it, and of the one who wins.

Every fact is a number that stands in the document (or in the notice's own data), with the words that it was read from.
A number that can be read in two ways is left out, and a note says so where that changes the row. Words and phrases are
data, in ``lexicons/en/measures/burdens.toml``; what is here is the wording that stands round a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kindtext.document import Document
from kindtext.measures._view import View
from kindtext.measures.burdens import answers, dates, money, periods
from kindtext.measures.burdens.record import DAYS, KINDS, Burden, Burdens, Side
from kindtext.measures.burdens.requirements import requirements

__all__ = ["DAYS", "KINDS", "Burden", "Burdens", "Side", "burdens"]

_FINDERS = (
    *(dates.days_before_closing, money.values, money.turnovers, money.insurances, money.bonds, money.damages),
    *(money.liabilities, answers.limits, answers.documents, periods.lengths, periods.notices, periods.payments),
    periods.validities,
)


def burdens(document: Document) -> Burdens:
    """Find what a tender asks of bidders and of the winner, in numbers.

    Parameters
    ----------
    document : Document
        As :func:`kindtext.read` gives it.

    Returns
    -------
    Burdens
        Empty, with None in every column of its row, for a document without text.

    Examples
    --------
    >>> from kindtext.passages import from_text
    >>> found = burdens(from_text(
    ...     "The Supplier shall hold public liability insurance of £5 million. The contract value is £250,000. "
    ...     "Either party may terminate the contract on ninety (90) days' written notice."
    ... ))
    >>> row = found.to_row()
    >>> row["insurance_required"], row["insurance_ratio"], row["notice_days_buyer"], row["mandatory_requirements"]
    (5000000.0, 20.0, 90, 1)
    >>> [(fact.kind, fact.value, fact.unit, fact.side) for fact in found.facts][-1]
    ('termination_notice', 90.0, 'days', 'both')
    """
    view = View(document)
    timed, notes = dates.dates(view)
    facts = [*timed, *(fact for finder in _FINDERS for fact in finder(view))]
    facts.sort(key=lambda fact: (fact.quote.start if fact.quote else -1, KINDS.index(fact.kind)))
    required, excluded = requirements(view)
    found = Burdens(tuple(facts), tuple(required), document.words)
    return Burdens(found.facts, found.requirements, found.words, (*notes, *excluded, *_doubts(found)))


def _doubts(found: Burdens) -> Iterator[str]:
    """Say where what was found does not agree, so that a cell of the row stays empty or is one of several."""
    if _differ(fact.days for fact in found.of("contract_length")):
        yield "Several lengths of contract are stated, perhaps by lot: contract_months is left empty."
    if _differ(fact.days for fact in found.of("bid_validity")):
        yield "Several validities of the tender are stated: bid_validity_days is left empty."
    if _differ(fact.days for fact in found.of("payment") if fact.side == "buyer"):
        yield "Several times of payment are stated: payment_days is left empty."
    if _differ((fact.value, fact.unit) for fact in found.of("turnover")):
        yield "Several turnovers are required, perhaps by lot: the highest is given, and no ratio."
    values = found.of("contract_value") if found.of("turnover") or found.of("insurance") else []
    if values and all(fact.detail == "yearly" for fact in values):
        yield "Only a yearly value is stated, so nothing is set in relation to it."
    if _differ((fact.value, fact.unit) for fact in values if fact.detail is None):
        yield "Several contract values are stated, so nothing is set in relation to them."
    if any(fact.detail == "each question" for fact in found.of("response_limit")):
        yield "A limit holds for every question, and how many there are is not known: it is in no total."


def _differ(values: Iterable[object]) -> bool:
    return len(set(values)) > 1
