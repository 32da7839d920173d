"""What is found: facts with their words, and the row that they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeVar

from kindtext.document import Quote

T = TypeVar("T")

Side = Literal["buyer", "bidder", "both"]
"""Who bears or may do it: who pays, who may end the contract, whose liability it is."""

KINDS = (
    *("days_to_deadline", "clarification", "contract_value", "turnover", "insurance", "bond", "response_limit"),
    *("document", "contract_length", "extension", "contract_length_total", "termination_notice", "payment"),
    *("damages", "liability", "bid_validity"),
)
"""What a fact may be about, in the order in which facts of one place are given."""

DAYS = {"days": 1.0, "working days": 7 / 5, "weeks": 7.0, "months": 365 / 12, "years": 365.0}
"""Days that a unit stands for; a week has five working days, and holidays are not known."""

_DOLLARS = frozenset(("$", "USD", "CAD", "AUD", "NZD", "SGD"))


@dataclass(frozen=True, slots=True)
class Burden:
    """One number that a tender sets.

    Parameters
    ----------
    kind : str
        What it is about: one of :data:`KINDS`.
    value : float or None
        The number; None where ``unit`` says it all (``unlimited``, ``document``).
    unit : str
        ``days``, ``working days``, ``weeks``, ``months``, ``years``, a currency (``GBP``; ``$`` where nothing says
        whose dollar), ``percent``, ``times contract value``, ``words``, ``pages``, ``characters``, ``document`` or
        ``unlimited``.
    side : {"buyer", "bidder", "both"} or None
        On whom it lies, or who may use it, where it has a side.
    quote : Quote or None
        The words; None for what the notice's own data says.
    detail : str or None
        What narrows it: ``yearly``, ``employers``, ``per day``, ``each question`` ...
    """

    kind: str
    value: float | None
    unit: str
    side: Side | None = None
    quote: Quote | None = None
    detail: str | None = None

    @property
    def days(self) -> int | None:
        """The value in days, where it is a time; a month is a twelfth of 365 days."""
        per = DAYS.get(self.unit)
        return None if per is None or self.value is None else round(self.value * per)

    @property
    def months(self) -> float | None:
        """The value in months, where it is a time."""
        if self.value is None or self.unit not in DAYS:
            return None
        if self.unit in ("months", "years"):
            return self.value * (12 if self.unit == "years" else 1)
        return round(self.value * DAYS[self.unit] / DAYS["months"], 1)


@dataclass(frozen=True, slots=True)
class Burdens:
    """The burdens of one document.

    Parameters
    ----------
    facts : tuple of Burden
        In the order of the text; what has no place in it comes first.
    requirements : tuple of Quote
        Sentences' parts in which the bidder must, shall or is required to do something.
    words : int
        Words in the document.
    notes : tuple of str
        What was doubtful, each a sentence for the user.
    """

    facts: tuple[Burden, ...] = ()
    requirements: tuple[Quote, ...] = ()
    words: int = 0
    notes: tuple[str, ...] = ()

    def of(self, kind: str) -> list[Burden]:
        """Give the facts of one kind."""
        return [fact for fact in self.facts if fact.kind == kind]

    @property
    def mandatory_per_1000_words(self) -> float | None:
        """Mandatory requirements for every 1,000 words; None for a text without words."""
        return round(1000 * len(self.requirements) / self.words, 2) if self.words else None

    @property
    def turnover_ratio(self) -> float | None:
        """Turnover required, over the contract's whole value; None unless there is one of each, in one currency."""
        multiples = {fact.value for fact in self.of("turnover") if fact.unit == "times contract value"}
        sums = {(fact.value, fact.unit) for fact in self.of("turnover") if fact.unit != "times contract value"}
        if not sums:
            return only(multiples)
        return self._to_value(*sums.pop()) if len(sums) == 1 else None

    @property
    def insurance_ratio(self) -> float | None:
        """Highest insurance required, over the contract's whole value."""
        highest = _highest(self.of("insurance"))
        return self._to_value(highest.value, highest.unit) if highest else None

    def _to_value(self, amount: float | None, unit: str) -> float | None:
        value, currency = only((f.value, f.unit) for f in self.of("contract_value") if f.detail is None) or (None, "")
        same = unit == currency or ("$" in (unit, currency) and {unit, currency} <= _DOLLARS)
        return round(amount / value, 3) if same and amount is not None and value else None

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON.

        Returns
        -------
        dict
            ``facts`` and ``requirements``, each with its quote; ``words``, ``notes``, and :meth:`to_row` as ``row``.
        """
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}
        return {**plain, "row": self.to_row()}

    def to_row(self) -> dict[str, float | int | str | None]:
        """One flat row for a table; None where nothing was found, or where what was found does not agree.

        Returns
        -------
        dict
            Money is in ``currency``. Of several turnovers and insurances it gives the highest; of several notices the
            buyer's shortest and the supplier's longest; a length, payment or validity only if all that is said agrees.
        """
        turnover = _highest([fact for fact in self.of("turnover") if fact.unit != "times contract value"])
        insurance = _highest(self.of("insurance"))
        notices = [(fact.days, fact.side) for fact in self.of("termination_notice") if fact.days is not None]
        limits = self.of("response_limit")
        return {
            "days_to_deadline": only(fact.days for fact in self.of("days_to_deadline")),
            "turnover_required": turnover.value if turnover else None,
            "turnover_ratio": self.turnover_ratio,
            "insurance_required": insurance.value if insurance else None,
            "insurance_ratio": self.insurance_ratio,
            "currency": only(fact.unit for fact in (turnover, insurance) if fact),
            "mandatory_requirements": len(self.requirements) if self.words else None,
            "mandatory_per_1000_words": self.mandatory_per_1000_words,
            "questions": sum(fact.detail == "question" for fact in limits) or None,
            "word_limit_total": _word_limit(limits),
            "documents_to_attach": len(self.of("document")) or None,
            "contract_months": only(fact.months for fact in self.of("contract_length")),
            "notice_days_buyer": min((days for days, side in notices if side in ("buyer", "both")), default=None),
            "notice_days_supplier": max((days for days, side in notices if side in ("bidder", "both")), default=None),
            "payment_days": only(fact.days for fact in self.of("payment") if fact.side == "buyer"),
            "bid_validity_days": only(fact.days for fact in self.of("bid_validity")),
            "liability": _liability(self.of("liability")),
        }


def only(values: Iterable[T | None]) -> T | None:
    """Give the value if all are the same, else None."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _highest(facts: list[Burden]) -> Burden | None:
    """Give the fact with the most money; None where they are in several currencies."""
    return max(facts, key=lambda fact: fact.value or 0.0) if only(fact.unit for fact in facts) else None


def _word_limit(limits: list[Burden]) -> int | None:
    """Words that may be written in all: the limit of the whole where there is one, else the questions' sum."""
    words = {
        detail: [fact.value or 0 for fact in limits if (fact.unit, fact.detail) == ("words", detail)]
        for detail in ("whole", "each question", "question")
    }
    if words["whole"]:
        return int(max(words["whole"]))
    return None if words["each question"] else int(sum(words["question"])) or None


def _liability(facts: list[Burden]) -> str | None:
    """Write the supplier's caps in words, each once: ``GBP 1000000; 150 %``."""
    texts: dict[str, None] = {}
    for fact in facts:
        amount = "" if fact.value is None else f"{fact.value:.12g}"
        text = f"{amount} %" if fact.unit == "percent" else f"{fact.unit} {amount}".strip()
        if fact.side != "buyer":
            texts[text] = None
    return "; ".join(texts) or None
