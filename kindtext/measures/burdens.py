"""Burden in numbers: what a tender asks of those who answer it, and of the one who wins.

Every fact is a number that stands in the document (or in the notice's own data), with the words that it was read from.
A number that can be read in two ways is left out, and a note says so where that changes the row. Words and phrases are
data, in ``lexicons/en/measures/burdens.toml``; what is here is how numbers, money, durations and dates are written.

The search is by plain words first: only the sentences in which one of them stands are looked at closely, so that the
time grows with the length of the text and no expression ever sees more than a few hundred characters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple

from kindtext.document import Document, Quote
from kindtext.lexicon import load_measure

Side = Literal["buyer", "bidder", "both"]
"""Who bears or may do it: who pays, who may end the contract, whose liability it is."""

KINDS = (
    "days_to_deadline",
    "clarification",
    "contract_value",
    "turnover",
    "insurance",
    "bond",
    "response_limit",
    "document",
    "contract_length",
    "extension",
    "contract_length_total",
    "termination_notice",
    "payment",
    "damages",
    "liability",
    "bid_validity",
)
"""What a fact may be about, in the order in which facts of one place are given."""

REACH = 600
"""Characters looked at on either side of a word: longer sentences than 1,200 are tables that were run together."""

LONGEST_WINDOW = 400
"""Days from publication to deadline above which a notice is a list that stays open, not a competition."""

DAYS = {"days": 1.0, "working days": 7 / 5, "weeks": 7.0, "months": 365 / 12, "years": 365.0}
"""Days that a unit stands for; a week has five working days, and holidays are not known."""


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
        if not sums and len(multiples) == 1:
            return multiples.pop()
        return self._to_value(sums) if len(sums) == 1 else None

    @property
    def insurance_ratio(self) -> float | None:
        """Highest insurance required, over the contract's whole value."""
        highest = _highest(self.of("insurance"))
        return self._to_value({(highest.value, highest.unit)}) if highest else None

    def _to_value(self, sums: set[tuple[float | None, str]]) -> float | None:
        values = {(fact.value, fact.unit) for fact in self.of("contract_value") if fact.detail is None}
        if len(values) != 1:
            return None
        ((value, currency),) = values
        ((amount, unit),) = sums
        if amount is None or not value or not _same_currency(unit, currency):
            return None
        return round(amount / value, 3)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON.

        Returns
        -------
        dict
            ``facts`` and ``requirements``, each with its quote; ``words``, ``notes``, and :meth:`to_row` as ``row``.
        """
        return {
            "facts": [asdict(fact) for fact in self.facts],
            "requirements": [asdict(quote) for quote in self.requirements],
            "words": self.words,
            "notes": list(self.notes),
            "row": self.to_row(),
        }

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
        notices = self.of("termination_notice")
        buyer = [f.days for f in notices if f.side in ("buyer", "both") and f.days is not None]
        supplier = [f.days for f in notices if f.side in ("bidder", "both") and f.days is not None]
        payment = [f.days for f in self.of("payment") if f.side == "buyer"]
        limits = self.of("response_limit")
        questions = sum(f.detail == "question" for f in limits)
        currencies = {fact.unit for fact in (turnover, insurance) if fact}
        return {
            "days_to_deadline": _only(f.days for f in self.of("days_to_deadline")),
            "turnover_required": turnover.value if turnover else None,
            "turnover_ratio": self.turnover_ratio,
            "insurance_required": insurance.value if insurance else None,
            "insurance_ratio": self.insurance_ratio,
            "currency": _only(currencies),
            "mandatory_requirements": len(self.requirements) if self.words else None,
            "mandatory_per_1000_words": self.mandatory_per_1000_words,
            "questions": questions or None,
            "word_limit_total": _word_limit(limits),
            "documents_to_attach": len(self.of("document")) or None,
            "contract_months": _only(f.months for f in self.of("contract_length")),
            "notice_days_buyer": min(buyer, default=None),
            "notice_days_supplier": max(supplier, default=None),
            "payment_days": _only(payment),
            "bid_validity_days": _only(f.days for f in self.of("bid_validity")),
            "liability": _liability_text(self.of("liability")),
        }


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
    view = _View(document)
    timed, notes = _dates(view)
    finders = (
        _values,
        _turnovers,
        _insurances,
        _bonds,
        _limits,
        _documents,
        _lengths,
        _notices,
        _payments,
        _damages,
        _liabilities,
        _validities,
        _days_before_closing,
    )
    facts = [*timed, *(fact for finder in finders for fact in finder(view))]
    facts.sort(key=lambda fact: (fact.quote.start if fact.quote else -1, KINDS.index(fact.kind)))
    required, excluded = _requirements(view)
    notes += excluded
    found = Burdens(tuple(facts), tuple(required), document.words, ())
    return Burdens(found.facts, found.requirements, found.words, tuple(notes + _doubts(found)))


def _doubts(found: Burdens) -> list[str]:
    """Say where what was found does not agree, so that a cell of the row stays empty or is one of several."""
    notes = []
    several = (
        ("contract_length", "Several lengths of contract are stated, perhaps by lot: contract_months is left empty."),
        ("bid_validity", "Several validities of the tender are stated: bid_validity_days is left empty."),
    )
    for kind, note in several:
        if len({fact.days for fact in found.of(kind)}) > 1:
            notes.append(note)
    if len({fact.days for fact in found.of("payment") if fact.side == "buyer"}) > 1:
        notes.append("Several times of payment are stated: payment_days is left empty.")
    turnover = {(f.value, f.unit) for f in found.of("turnover")}
    if len(turnover) > 1:
        notes.append("Several turnovers are required, perhaps by lot: the highest is given, and no ratio.")
    values = found.of("contract_value")
    if (found.of("turnover") or found.of("insurance")) and values:
        if not any(fact.detail is None for fact in values):
            notes.append("Only a yearly value is stated, so nothing is set in relation to it.")
        elif len({(fact.value, fact.unit) for fact in values if fact.detail is None}) > 1:
            notes.append("Several contract values are stated, so nothing is set in relation to them.")
    if any(fact.detail == "each question" for fact in found.of("response_limit")):
        notes.append("A limit holds for every question, and how many there are is not known: it is in no total.")
    return notes


def _only(values: Iterable[Any]) -> Any:
    """Give the value if all are the same, else None."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _highest(facts: list[Burden]) -> Burden | None:
    """Give the fact with the most money; None where they are in several currencies."""
    if not facts or len({fact.unit for fact in facts}) > 1:
        return None
    return max(facts, key=lambda fact: fact.value or 0.0)


def _same_currency(one: str, other: str) -> bool:
    dollars = {"USD", "CAD", "AUD", "NZD", "SGD"}
    return one == other or (one == "$" and other in dollars) or (other == "$" and one in dollars)


def _word_limit(limits: list[Burden]) -> int | None:
    """Words that may be written in all: the limit of the whole where there is one, else the questions' sum."""
    words = [fact for fact in limits if fact.unit == "words" and fact.value is not None]
    whole = [fact.value for fact in words if fact.detail == "whole" and fact.value]
    if whole:
        return int(max(whole))
    if any(fact.detail == "each question" for fact in words):
        return None
    return int(sum(fact.value or 0 for fact in words if fact.detail == "question")) or None


def _liability_text(facts: list[Burden]) -> str | None:
    """Write the supplier's caps in words, each once: ``GBP 1000000; 150 %``."""
    texts: dict[str, None] = {}
    for fact in facts:
        if fact.side == "buyer":
            continue
        if fact.value is None:
            texts["unlimited"] = None
        elif fact.unit == "percent":
            texts[f"{fact.value:.12g} %"] = None
        else:
            texts[f"{fact.unit} {fact.value:.12g}"] = None
    return "; ".join(texts) or None


# How the document is looked at: sentences around words.


class _Span(NamedTuple):
    """A stretch of the text in small letters, with its place."""

    start: int
    end: int
    text: str


# It begins with a set of characters, which is what lets the engine skip to them.
_SENTENCE_END = re.compile(
    r"[.!?\n](?:(?<=\n)|(?<!\b[Nn]o\.)(?<!e\.g\.)(?<!i\.e\.)(?<!approx\.)[\"”’)\]]{0,3}\s{1,3}(?=[A-Z“\"‘(\[•]))"
)


class _View:
    """A document with its text in small letters of the same length, so that offsets hold."""

    def __init__(self, document: Document) -> None:
        self.document = document
        # The one letter that grows when it is made small.
        self.lower = document.text.replace("İ", "I").lower()

    def places(self, words: Iterable[str]) -> list[int]:
        """Offsets at which one of some plain strings stands, in order."""
        found = []
        for word in words:
            at = self.lower.find(word)
            while at >= 0:
                found.append(at)
                at = self.lower.find(word, at + len(word))
        return sorted(found)

    def sentences(self, words: Iterable[str]) -> Iterator[_Span]:
        """Sentences in which one of some plain strings stands, each once."""
        end = 0
        for at in self.places(words):
            if at >= end:
                span = self.sentence(at, floor=end)
                end = span.end
                yield span

    def sentence(self, at: int, floor: int = 0) -> _Span:
        """Give the sentence around an offset, within its line and within reach."""
        text = self.document.text
        start = max(floor, at - REACH)
        for match in _SENTENCE_END.finditer(text, start, at):
            start = match.end()
        after = _SENTENCE_END.search(text, at, at + REACH)
        end = min(at + REACH, len(text)) if after is None else after.start() + (text[after.start()] != "\n")
        return _Span(start, end, self.lower[start:end])

    def line(self, at: int) -> _Span:
        """Give the line (that is, the block) around an offset, within reach."""
        low = max(0, at - REACH)
        start = max(low, self.lower.rfind("\n", low, at) + 1)
        end = self.lower.find("\n", at, at + REACH)
        end = min(at + REACH, len(self.lower)) if end < 0 else end
        return _Span(start, end, self.lower[start:end])

    def quote(self, start: int, end: int) -> Quote:
        """Words with their place, without white space at either end."""
        text = self.document.text
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return self.document.quote(start, end)

    def lead(self, at: int, floor: int, end: int) -> Quote:
        """Quote a number with the few words before it, from a word's beginning."""
        start = max(floor, at - 60)
        while floor < start < at and not self.lower[start - 1].isspace():
            start += 1
        return self.quote(start, end)

    def items(self, end: int) -> Iterator[tuple[int, int]]:
        """Spans of the list items that follow an offset."""
        blocks = self.document.blocks
        index = bisect_left(blocks, end, key=lambda block: block.start)
        while index < len(blocks) and blocks[index].kind == "item":
            yield blocks[index].start, blocks[index].end
            index += 1


@cache
def _list(name: str) -> tuple[str, ...]:
    """Give a list of the measure's file."""
    return tuple(str(item).lower() for item in load_measure("burdens")[name])


@cache
def _choice(name: str) -> str:
    """Write an expression for any phrase of a list, the longest first."""
    written = [re.escape(phrase).replace(r"\ ", r"\s{1,3}") for phrase in sorted(_list(name), key=len, reverse=True)]
    # "employers liability" has its apostrophe before the s, after it, or nowhere.
    written = [w.replace("'", "").replace(r"employers\s", r"employer['’‘]?s['’‘]?\s") for w in written]
    return "(?:" + "|".join(written) + ")"


@cache
def _re(pattern: str) -> re.Pattern[str]:
    """Compile an expression in which ``<<name>>`` stands for any phrase of a list, or for a way to write a number."""
    return re.compile(re.sub(r"<<(\w+)>>", lambda match: _GRAMMAR.get(match[1]) or _choice(match[1]), pattern))


def _has(text: str, name: str) -> bool:
    """Whether a phrase of a list stands in a text, as whole words."""
    return _re(rf"(?<!\w)<<{name}>>(?!\w)").search(text) is not None


# How numbers are written.

_SMALL = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORTH = {
    **{word: n for n, word in enumerate(_SMALL, 1)},
    **{word: n for n, word in enumerate(_TEENS, 10)},
    **{word: n for n, word in zip(range(20, 100, 10), _TENS, strict=True)},
    "a": 1,
}
_ONES = "|".join(_SMALL)
_BELOW_100 = rf"(?:(?:{'|'.join(_TENS)})(?:[\s-]{{1,2}}(?:{_ONES})\b)?|{'|'.join(_TEENS)}|(?:{_ONES}))\b"
_WORDS = (
    rf"\b(?:(?:{_ONES}|a)\s{{1,2}}hundred\b(?:\s{{1,2}}(?:and\s{{1,2}})?{_BELOW_100})?|{_BELOW_100})"
    r"(?!\s{1,2}and\s{1,2}(?:a|one)\s{1,2}(?:half|quarter))"
)
# One group of three after a dot, as in "1.300", may be a decimal or a thousand, and is read as neither.
_DIGITS = (
    r"(?:\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3}){2,5}(?:,\d{1,2})?"
    r"|\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,5}(?:[.,]\d{1,2})?|\d{1,13}(?:[.,]\d{1,2})?)(?!\d)(?![.,]\d)"
)
_NUMBER = rf"(?:{_DIGITS}|{_WORDS})"
_FREE = r"(?<![\w.,£€$/+–-])"
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_SCALE = r"(?:million|mn|m|billion|bn|thousand|k)\b"
# "gpb" and "gdp" are slips of the keyboard that stand in real notices.
_CURRENCIES = {
    **dict.fromkeys(("£", "gbp", "pounds", "pound", "pounds sterling", "pound sterling", "gpb", "gdp"), "GBP"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("$", "dollars"), "$"),
    **dict.fromkeys(("us$", "usd", "us dollars"), "USD"),
    **dict.fromkeys(("a$", "au$", "aud"), "AUD"),
    **dict.fromkeys(("c$", "ca$", "cad"), "CAD"),
    **dict.fromkeys(("nz$", "nzd"), "NZD"),
}
_GRAMMAR = {
    "n": _NUMBER,
    "money": (
        r"(?:(?P<cur>(?<![a-z])(?:us\$|au?\$|ca?\$|nz\$|gbp|eur|usd|aud|cad|nzd|gpb|gdp)|[£€$])\s{0,2}[£€]?"
        rf"(?P<num>{_NUMBER})(?:\s?(?P<scale>{_SCALE}))?"
        rf"|{_FREE}(?P<num2>{_NUMBER})\s?(?P<scale2>{_SCALE})?\s?"
        r"(?P<cur2>gbp|gpb|eur|euros?|pounds?(?:\ssterling)?|us\sdollars|dollars|usd|aud|cad|€|£(?!\s?\d))(?!\w))"
    ),
    "duration": (
        rf"{_FREE}(?P<n>{_NUMBER}|an?(?=\s))\s{{0,2}}(?:\(\s?(?P<b>[^()]{{1,40}})\))?[\s-]{{0,3}}"
        r"(?:(?P<w>calendar|working|business|clear|consecutive|full|base)[\s-]{1,2})?"
        r"(?P<u>day|week|month|year)s?\b['’]?s?"
    ),
    "percent": rf"{_FREE}(?P<n>{_NUMBER})\s{{0,2}}(?:%|per\s?cent\b\.?)",
}


class _Amount(NamedTuple):
    """A number with its unit and its place in the text that it was read from."""

    start: int
    end: int
    value: float
    unit: str
    qualifier: str = ""


def _number(text: str) -> float | None:
    """Read a number in digits or words; None if it is none, or could be two."""
    text = text.strip()
    if re.fullmatch(_DIGITS, text):
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
            return float(text.replace(",", ""))
        if text.count(".") > 1:
            text = text.replace(".", "")
        return float(re.sub(r"\s", "", text).replace(",", "."))
    words = re.findall(r"[a-z]+", text)
    total = 0
    for word in words:
        if word == "hundred":
            total *= 100
        elif word in _WORTH:
            total += _WORTH[word]
        elif word != "and":
            return None
    return float(total) or None


_TO_ANOTHER = re.compile(r"\s?(?:-|–|—|to\s|/)\s?[£€$]?\s?\d")
_FROM_ANOTHER = re.compile(
    r"(?:\d\s?(?:m|million|k|%)?|\b(?:one|two|three|four|five|six|ten|twelve))\s?(?:-|–|—|/|\bto)\s?[£€$]?$"
)


def _money(text: str) -> list[_Amount]:
    """Find sums of money; ranges, and sums that their own brackets contradict, are left out."""
    found = []
    for match in _re("<<money>>").finditer(text):
        value = _number(match["num"] or match["num2"])
        if value is None:
            continue
        value *= _SCALES.get(match["scale"] or match["scale2"] or "", 1)
        before, after = text[max(0, match.start() - 14) : match.start()], text[match.end() : match.end() + 70]
        if _TO_ANOTHER.match(after) or _FROM_ANOTHER.search(before):
            continue
        # "two million five hundred thousand pounds" is read from its middle.
        if match["num2"] and re.search(r"(?:million|thousand|hundred|and)\s$", before):
            continue
        bracket = re.match(r"\s{0,2}\(([^()]{2,60})\)", after)
        if bracket and _spelt(bracket[1]) not in (None, value):
            continue
        currency = _CURRENCIES[re.sub(r"\s", " ", match["cur"] or match["cur2"])]
        found.append(_Amount(match.start(), match.end(), round(value, 2), currency))
    return found


def _spelt(text: str) -> float | None:
    """Read a sum that a bracket repeats: "five million pounds sterling"; None if it says something else."""
    match = re.fullmatch(
        rf"[£€$\s]*(?P<num>{_NUMBER})\s?(?P<scale>{_SCALE})?\s?(?:pounds?|euros?|dollars?|gbp|eur)?"
        r"(?:\s?sterling)?(?:\s?only)?",
        text.strip(),
    )
    number = _number(match["num"]) if match else None
    return None if match is None or number is None else number * _SCALES.get(match["scale"] or "", 1)


def _percents(text: str) -> list[_Amount]:
    """Percentages in a text, no ranges."""
    found = []
    for match in _re("<<percent>>").finditer(text):
        value = _number(match["n"])
        if value is not None and not _TO_ANOTHER.match(text, match.end()):
            if not _FROM_ANOTHER.search(text[max(0, match.start() - 14) : match.start()]):
                found.append(_Amount(match.start(), match.end(), value, "percent"))
    return found


def _durations(text: str, *, articles: bool = False) -> list[_Amount]:
    """Find times such as "ninety (90) days"; ranges and contradictions are left out.

    ``articles`` lets "a month" count as one month.
    """
    if not any(unit in text for unit in ("day", "week", "month", "year")):
        return []
    found = []
    for match in _re("<<duration>>").finditer(text):
        article = match["n"] in ("a", "an")
        value = (1.0 if articles else None) if article else _number(match["n"])
        if value is None or not 0 < value < 10_000 or (match["b"] is not None and _number(match["b"]) != value):
            continue
        before = text[max(0, match.start() - 14) : match.start()]
        if _FROM_ANOTHER.search(before) or re.search(r"(?:\d|one|two|three|four|five|six|ten)\sor\s$", before):
            continue
        working = match["w"] in ("working", "business") and match["u"] == "day"
        unit = "working days" if working else match["u"] + "s"
        found.append(_Amount(match.start(), match.end(), value, unit, match["w"] or ""))
    return found


# Dates, and what is counted between them.

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(f"{month}|{month[:3]}" for month in _MONTHS) + "|sept"
_DATE = (
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s(?P<m>{_MONTH})\.?,?\s(?P<y>20\d\d)"
    rf"|(?P<m2>{_MONTH})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y2>20\d\d)"
    r"|(?P<y3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)"
    r"|(?P<a>\d{1,2})(?P<sep>[/.])(?P<b>\d{1,2})(?P=sep)(?P<y4>20\d\d))(?!\d)"
)
_BEFORE_DATE = (
    r"(?:[\s|:▲*–-]|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?|date|time|and|is|of|on|at|by|noon|12|midday"
    r"|\d{1,2}[:.]\d\d(?:\s?hours)?|\d{1,2}\s?[ap]\.?m\.?){0,14}\s?"
)
_STEMS = {
    "published": ("published", "publication", "issue", "release"),
    "closing": ("closing", "deadline", "return date", "due", "time limit"),
    "clarification": ("clarification", "question", "quer"),
}
"""Plain strings of which each label of a list of dates holds one."""


class _Day(NamedTuple):
    """A date that a label names, with the place of both."""

    start: int
    end: int
    day: date


def _date(match: re.Match[str]) -> date | None:
    """Make a date of its parts; 08/04/2026 could be two days, and is none."""
    if match["m"] or match["m2"]:
        month = [name[:3] for name in _MONTHS].index((match["m"] or match["m2"])[:3]) + 1
        parts = (int(match["y"] or match["y2"]), month, int(match["d"] or match["d2"]))
    elif match["y3"]:
        parts = (int(match["y3"]), int(match["m3"]), int(match["d3"]))
    else:
        first, second = int(match["a"]), int(match["b"])
        if match["sep"] == "/" and first <= 12 and second <= 12 and first != second:
            return None
        # American only where it cannot be European.
        day, month = (second, first) if second > 12 and match["sep"] == "/" else (first, second)
        parts = (int(match["y4"]), month, day)
    try:
        return date(*parts)
    except ValueError:
        return None


def _labelled(view: _View, name: str, before: str) -> list[_Day]:
    """Dates that stand right after one of a list's labels, where what is before the label allows it."""
    found: dict[int, _Day] = {}
    pattern = _re(rf"(?<!\w)<<{name}>>(?!\w){_BEFORE_DATE}{_DATE}")
    for at in view.places(_STEMS[name]):
        if "20" not in view.lower[at : at + 130]:
            continue
        line = view.line(at)
        for match in pattern.finditer(view.lower, max(line.start, at - 60), min(line.end, at + 130)):
            head = view.lower[max(line.start, match.start() - 60) : match.start()]
            day = _date(match)
            if day and _re(before).search(head):
                found[match.start()] = _Day(match.start(), match.end(), day)
    return list(found.values())


def _iso(value: object) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


_LATER = re.compile(r"award|update|amend|cancel|implementation|compiled|terminat|corrig|modif|result|change|^contract$")
"""Tags of a notice that say that its date is not the day on which the tender was published."""

_BEGINNING = r"(?:^|[|·;:.(]\s{0,2})(?:<<published_nouns>>\s{1,2}){0,5}$"


def _dates(view: _View) -> tuple[list[Burden], list[str]]:
    """Days from publication to deadline, and from the last question to the deadline, where both days are sure."""
    metadata = view.document.metadata
    published, deadline = _iso(metadata.get("published")), _iso(metadata.get("deadline"))
    notes: list[str] = []
    quote = None
    if deadline is None:
        closings = _labelled(view, "closing", r"(?:^|\W)$")
        if len({closing.day for closing in closings}) == 1:
            deadline, quote = closings[0].day, view.quote(closings[0].start, closings[0].end)
        elif closings:
            notes.append("The text names several closing dates, so no days to the deadline were counted.")
    if deadline is None:
        return [], notes
    facts: list[Burden] = []
    tag = metadata.get("tag")
    tags = tag if isinstance(tag, list) else [tag]
    if published is None:
        opened = {opening.day for opening in _labelled(view, "published", _BEGINNING)}
        published = opened.pop() if len(opened) == 1 else None
    if published is None:
        pass
    elif any(_LATER.search(str(item).lower()) for item in tags):
        notes.append("The notice's date is that of a later version, so no days to the deadline were counted.")
    elif published >= deadline:
        notes.append("The deadline is not after the notice's own date, so no days to the deadline were counted.")
    elif (deadline - published).days > LONGEST_WINDOW:
        notes.append("The deadline is over a year away, as on a list that stays open: no days were counted.")
    else:
        facts.append(Burden("days_to_deadline", float((deadline - published).days), "days", "bidder", quote))
    asked = _labelled(view, "clarification", r"(?:^|\W)$")
    if len({question.day for question in asked}) == 1:
        days = (deadline - asked[0].day).days
        if 0 <= days <= LONGEST_WINDOW:
            place = view.quote(asked[0].start, asked[0].end)
            facts.append(Burden("clarification", float(days), "days", "bidder", place))
    return facts, notes


_BEFORE_CLOSING = re.compile(
    r"\s{0,2}(?:before|prior to|in advance of)\s{1,2}(?:the\s)?[\w\s]{0,30}?(?:closing|deadline|return|due date)"
)


def _days_before_closing(view: _View) -> Iterator[Burden]:
    """Read "questions may be sent up to seven days before the closing date"."""
    for span in view.sentences(("clarification", "questions", "queries")):
        if not re.search(r"closing|deadline|return|due date", span.text):
            continue
        for amount in _durations(span.text):
            before = span.text[max(0, amount.start - 160) : amount.start]
            if not _BEFORE_CLOSING.match(span.text, amount.end) or re.search(r"respon[ds]|answer|repl", before):
                continue
            if re.search(r"clarification|question|quer(?:y|ies)", before):
                place = view.quote(span.start, span.end)
                yield Burden("clarification", amount.value, amount.unit, "bidder", place)


# Money.

_VALUE = (
    r"(?:(?:estimated|total|overall|maximum|anticipated|approximate|annual|yearly)\s{1,2}){0,4}"
    r"(?:contract\s(?:value|price|sum)|value\sof\s(?:the|this)\s(?:contract|framework|agreement|procurement)"
    r"|(?:estimated|total)\s(?:annual\s|total\s|yearly\s|contract\s)?value(?:\sof\s(?:the|this)\s\w{1,20})?"
    r"|(?:total|maximum|estimated|indicative|available|approved)\sbudget|(?:the|a)\sbudget)"
    r"(?:\s\((?:ex|excl|excluding|inc|incl|net)[^()]{0,20}\))?(?:\sfor\s(?:the|this)\s[^.;:%£€$]{1,50}?)?"
    r"\s{0,2}(?:\||:|=|is|of|will be|at|–|-){1,2}\s{0,2}"
    r"(?:(?:fixed|estimated|expected|set|up|to|be|at|approximately|approx\.?|circa|c\.?|around|in the region of|about"
    r"|rn)\s{0,2}){0,5}$"
)
_NO_VALUE = re.compile(
    r"(?:contracts? with|above|over|below|under|exceed\w*|threshold|%|per cent|where|if)\W[\w\s]{0,20}$"
)
_BY_THE_YEAR = re.compile(r"[\s()a-z]{0,14}(?:per annum|per year|p\.?a\.?\b|a year|each year|annually)")
_OR_MORE = re.compile(r"\s{0,2}(?:or (?:more|less|above|over|under)|and above|per (?:hour|day))")
_VALUE_ANCHORS = ("contract value", "contract price", "contract sum", "value of", "estimated", "total value", "budget")


def _values(view: _View) -> Iterator[Burden]:
    """Value of the contract: from the notice's data, else as the text states it."""
    value = view.document.metadata.get("value")
    amount = value.get("amount") if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and isinstance(amount, (int, float)) and amount > 0:
        currency = value.get("currency")
        yield Burden("contract_value", float(amount), currency if isinstance(currency, str) else "unknown")
        return
    for span in view.sentences(_VALUE_ANCHORS):
        if "value" not in span.text and "budget" not in span.text and "contract" not in span.text:
            continue
        for found in _money(span.text):
            match = _re(_VALUE).search(span.text, max(0, found.start - 190), found.start)
            if not match or found.value < 1000 or _OR_MORE.match(span.text, found.end):
                continue
            if _NO_VALUE.search(span.text[max(0, match.start() - 40) : match.start()]):
                continue
            yearly = re.search(r"annual|yearly|per annum|a year", match[0]) or _BY_THE_YEAR.match(span.text, found.end)
            place = view.quote(span.start + match.start(), span.start + found.end)
            yield Burden("contract_value", found.value, found.unit, None, place, "yearly" if yearly else None)


_MULTIPLE = (
    r"(?:(?P<twice>twice|double)|(?P<times><<n>>)\stimes|(?P<percent><<n>>)\s{0,2}(?:%|per\s?cent\.?))\s(?:of\s)?"
    r"(?:the\s|that of the\s)?(?:total\s|estimated\s|annual\s|yearly\s|anticipated\s|lot\s){0,3}"
    r"(?:(?:contract|lot|framework)(?:['’]s)?\s(?:value|price)"
    r"|value of (?:the|this|your|any|each) (?:contract|lot|tender|bid))"
)
_NOT_OF_TURNOVER = re.compile(r"insurance|indemnity|liabilit|assets|balance sheet|profit|liquid|contracts? of|credit")
_MONEY_TO_TURNOVER = re.compile(
    r"\s?(?:(?:or more|of|in|a|an|minimum|annual|yearly|specific|general|gross|average|per annum|per year|a year"
    r"|combined)\s?){0,5}['’\"“‘]?"
)


def _turnovers(view: _View) -> Iterator[Burden]:
    """Turnover that a bidder must have: money, or times the contract's value."""
    for span in view.sentences(_list("turnover")):
        text = span.text
        anchor = _re(r"(?<!\w)<<turnover>>(?!\w)").search(text)
        if not anchor or not _has(text, "at_least") or _has(text, "not_turnover"):
            continue
        yearly = re.search(r"annual|yearly|per annum|each (?:of|year)|per year|a year", text)
        detail = "yearly" if yearly else None
        place = view.quote(span.start, span.end)
        multiple = _re(_MULTIPLE).search(text)
        if multiple:
            times = 2.0 if multiple["twice"] else _number(multiple["times"] or multiple["percent"])
            if times and not re.search(r"up to\s$", text[: multiple.start()]):
                times = times / 100 if multiple["percent"] else times
                yield Burden("turnover", times, "times contract value", "bidder", place, detail)
            continue
        stop = _NOT_OF_TURNOVER.search(text, anchor.end())
        for amount in _money(text):
            if amount.value < 1000 or amount.start >= (stop.start() if stop else len(text)):
                continue
            if amount.end <= anchor.start() and not _MONEY_TO_TURNOVER.fullmatch(text, amount.end, anchor.start()):
                continue
            head = text[max(0, amount.start - 24) : amount.start]
            if re.search(
                r"(?<!not )(?<!no )less than\s$|up to\s$|under\s$|(?:no|not) more than\s$|maximum of\s$", head
            ):
                continue
            yield Burden("turnover", amount.value, amount.unit, "bidder", place, detail)


_CLASSES = (
    r"(?<!\w)(?:(?P<employers><<employers_liability>>)|(?P<public><<public_liability>>)"
    r"|(?P<professional><<professional_indemnity>>)|(?P<other><<other_insurance>>))"
)
_EXCESS = re.compile(r"(?<!in )\b(?:excess|deductible)\s(?:of|not exceeding|up to|no more than)\s?$")
_LEVEL = re.compile(r"minimum|cover|limit|level|not less than|at least|indemnity|sum of|amount|no less|value")
_JOIN = re.compile(r"\s{0,2}(?:(?:of|in|for|worth|cover|minimum|insurance|-|–)\s{0,2}){0,3}")


def _insurances(view: _View) -> Iterator[Burden]:
    """Levels of employer's liability, public liability and professional indemnity, each with its money."""
    done = -1
    for at in view.places(("liability", "professional indemnity", "errors and omissions", "errors & omissions")):
        if at < done:
            continue
        line = view.line(at)
        # The words of the class stand before the anchor, too; its money may stand on the next line.
        start, done = max(line.start, at - 60), line.end
        yield from _insured(view, view.lower[start : at + REACH], start, line.end)


def _insured(view: _View, text: str, start: int, line_end: int) -> Iterator[Burden]:
    """Give each class of insurance the sum right before it, or the next one after it that no other has."""
    money = _money(text)
    classes = [m for m in _re(_CLASSES).finditer(text) if start + m.start() < line_end] if money else []
    ends = [*(match.start() for match in classes[1:]), len(text)][: len(classes)]
    claimed: set[int] = set()
    for match, following in zip(classes, ends, strict=True):
        free = [amount for amount in money if amount.start not in claimed]
        before = [a for a in free if a.end <= match.start() and _JOIN.fullmatch(text, a.end, match.start())]
        after = [a for a in free if match.end() <= a.start < following]
        amount = next(iter(before or after), None)
        if amount is None or not (before or _insures(text[match.end() : amount.start], start + match.end(), line_end)):
            continue
        if amount.value < 10_000 or re.match(r"\s{0,2}(?:excess|deductible)", text[amount.end : amount.end + 12]):
            continue
        if _EXCESS.search(text[max(0, amount.start - 40) : amount.start]):
            continue
        claimed.add(amount.start)
        if match["other"] is None:
            low, high = min(match.start(), amount.start), max(match.end(), amount.end)
            place = view.quote(start + low, start + high)
            yield Burden("insurance", amount.value, amount.unit, "bidder", place, match.lastgroup)


def _insures(gap: str, end: int, line_end: int) -> bool:
    """Whether the words between an insurance and the sum after it leave no doubt that it is its level."""
    if len(gap) > 220 or _has(gap, "not_insurance"):
        return False
    if end + len(gap) > line_end:
        # Only a bare label carries over a line's end.
        return re.fullmatch(r"\s{0,2}(?:insurance|cover)?\s{0,2}[:|–-]?\s{0,4}", gap) is not None
    ends = len(re.findall(r"[.!?]\s", gap))
    return ends == 0 or (ends == 1 and _LEVEL.search(gap) is not None)


_BOND = r"(?<![\w-])(?:<<bonds>>s?|retention(?=\s(?:of|percentage|money|monies|sum|rate|at|will be|\||:)|:))(?!\w)"
_NOT_RETENTION = re.compile(
    r"staff|data|employee|customer|record|pupil|learner|tenant|tenancy|document|talent|carbon|workforce"
)
_NOT_OF_BOND = re.compile(r"insur|liabilit|value of|contracts?\s(?:over|above|exceed|of)|where|interest|\bfee")
_MONEY_TO_BOND = re.compile(
    r"\s{0,2}(?:\([^()]{1,20}\)\s)?(?:(?:of|as|a|an|on|demand|on-demand|the|contract|value|price|sum)\s){0,6}"
)


def _bonds(view: _View) -> Iterator[Burden]:
    """Bonds, guarantees and retentions with the percent or the money that they come to."""
    for span in view.sentences(("bond", "guarantee", "security", "retention", "earnest money")):
        text = span.text
        match = _re(_BOND).search(text)
        if not match or _has(text, "not_bonds"):
            continue
        retention = match[0] == "retention"
        if retention and _NOT_RETENTION.search(text):
            continue
        for match in _re(_BOND).finditer(text):
            amounts = sorted(_percents(text) + ([] if retention else _money(text)))
            led = [
                a for a in amounts if a.end <= match.start() and _MONEY_TO_BOND.fullmatch(text, a.end, match.start())
            ]
            near = [a for a in amounts if 0 <= a.start - match.end() <= 110]
            near = [a for a in near if not _NOT_OF_BOND.search(text, match.end(), a.start)]
            amount = next(iter(led or near), None)
            if amount is None or not (amount.value <= 100 if amount.unit == "percent" else amount.value >= 100):
                continue
            low, high = min(match.start(), amount.start), max(match.end(), amount.end)
            place = view.quote(span.start + low, span.start + high)
            yield Burden("bond", amount.value, amount.unit, "bidder", place, " ".join(match[0].split()))
            break


_DAMAGES = re.compile(r"liquidated(?: and ascertained)? damages|delay damages|service credits?|damages for delay")
_RATE_LEAD = re.compile(
    r"(?:\bof|\bare|\bis|\bat|:|\||\brate|\bsum|\bpayable|\bbe|equal to)\s{0,2}(?:(?:the|a) rate of\s)?$"
)
_RATE = re.compile(
    r"\b(?:per|for each|for every|in respect of each|each|a)\s(?:calendar\s|full\s|working\s)?(\w{3,12})\b"
)


def _damages(view: _View) -> Iterator[Burden]:
    """Rates of liquidated damages and service credits."""
    for span in view.sentences(("liquidated", "delay damages", "service credit", "damages for delay")):
        match = _DAMAGES.search(span.text)
        for amount in sorted(_percents(span.text) + _money(span.text)) if match else ():
            gap = span.text[match.end() : amount.start] if match and amount.start >= match.end() else "-" * 91
            if len(gap) > 90 or not _RATE_LEAD.search(gap):
                continue
            if re.search(r"maximum|up to|capped?|limit|excess|exceed", gap):
                continue
            after = span.text[amount.end : amount.end + 60]
            rate = re.search(r"\b(?:per|each|a|every)\s(hour|day|week|month)\b", after) or _RATE.search(after)
            place = view.quote(span.start + amount.start, span.start + amount.end + (rate.end() if rate else 0))
            if match:
                place = view.quote(span.start + match.start(), place.end)
            yield Burden("damages", amount.value, amount.unit, "bidder", place, f"per {rate[1]}" if rate else None)
            break


_UNLIMITED = re.compile(
    r"\bliabilit(?:y|ies)\b[^.;]{0,160}?\b(?:shall|will|is|are|be)\s(?:be\s)?"
    r"(?:unlimited|without (?:any )?(?:financial )?limit|uncapped)\b|\b(?:unlimited|uncapped) liability\b"
)
_NO_UNLIMITED = re.compile(r"\bno\b|\bnot (?:accept|ask|seek|require|be|have)|instead of|rather than|nobody|never")
_OF_SOMETHING = re.compile(r"\s{0,2}(?:\([^()]{1,30}\)\s)?of\b")
_LIABLE = (
    r"liabilit(?:y|ies) of (?:the |any )?(?:(?P<a><<bidders>>)|(?P<x><<buyers>>))"
    r"|(?:(?P<b><<bidders>>)|(?P<y><<buyers>>))['’]?s?['’]?\s"
    r"(?:(?:total|maximum|aggregate|overall|entire|and|annual|financial)\s){0,4}liabilit"
    r"|(?:(?P<c><<bidders>>)|(?P<z><<buyers>>))s?\s(?:shall|will|is|are|be|may)\s(?:not\s)?(?:be\s)?(?:\w{1,10}\s)?liable"
)


def _liabilities(view: _View) -> Iterator[Burden]:
    """Caps on liability: money, percent, or that there is none."""
    for span in view.sentences(("liabilit", "liable")):
        text = span.text
        if not re.search(r"\d|million|thousand|limit|cap", text) or _has(text, "not_cap"):
            continue
        side = _liable(text)
        place = view.quote(span.start, span.end)
        without = _UNLIMITED.search(text)
        if without:
            if not _has(text, "never_limited") and not _NO_UNLIMITED.search(text, 0, without.end()):
                yield Burden("liability", None, "unlimited", side, place)
            continue
        word = re.search(r"\bliabilit(?:y|ies)\b|\bliable\b", text)
        for amount in sorted(_percents(text) + _money(text)) if word else ():
            gap = text[word.end() : amount.start] if word and amount.start >= word.end() else ""
            if not gap or len(gap) > 300 or not _has(gap, "cap"):
                continue
            if re.search(r"interest|invoice|\bvat\b|\btax|probability|deduct", gap):
                continue
            if amount.value >= 1000 if amount.unit != "percent" else _OF_SOMETHING.match(text, amount.end):
                yield Burden("liability", amount.value, amount.unit, side, place)


def _liable(text: str) -> Side | None:
    """Whose liability a sentence speaks of."""
    if _re(r"(?<!\w)<<either>>(?!\w)").search(text) or "parties’" in text or "parties'" in text:
        return "both"
    found = _re(_LIABLE).search(text)
    if not found:
        return None
    return "bidder" if found["a"] or found["b"] or found["c"] else "buyer"


# What is to be written and sent.

_WRITTEN = (
    r"(?<![\w.,£€$/-])(?P<n><<n>>)\s{0,2}(?:\(\d{1,5}\)\s)?-?\s?(?:single[ -]sided\s|single\s)?"
    r"(?P<u>words?|(?:a4\s)?pages?|(?:a4\s)?sides?(?:\sof)?(?:\sa4)?|characters?)\b"
    r"|(?P<label>(?:max(?:imum)?\s)?(?:word|page|character)s?\s(?:limit|count|maximum)|max(?:imum)?\s(?:words?|pages?|characters?))"
    r"\s{0,2}[:|=–-]\s{0,2}(?P<n2><<n>>)(?![\w%])"
)
_LIMIT_LEAD = re.compile(
    r"(?:\bmax(?:imum)?\.?(?:\s(?:of|word count|words|length|limit|word count of|length of))?|\b(?:no|not) more than"
    r"|\bno longer than|\bup to|\blimit(?:ed)?\s(?:of|to|is)"
    r"|\bnot\s(?:to\s)?exceed(?:ing)?(?:\sa (?:total|maximum) of)?"
    r"|\bwithin|\bfewer than|\bat most|\b(?:word|page|character)\s(?:limit|count)(?:\s(?:is|of))?)\W{0,4}$"
)
_LIMIT_TAIL = re.compile(r"\s?[\W]{0,2}(?:max(?:imum)?\b|limit\b|or (?:less|fewer)\b)")
_PER_QUESTION = re.compile(r"\s?,?\s?(?:a|per|each|for each|in each|to each|for every)\s(?:question|answer|response)")
_EVERY_ANSWER = re.compile(
    r"\b(?:each|every|any|all)\s(?:\w{1,12}\s)?(?:questions?|answers?|responses?|criteri\w+"
    r"|method statements?)\b[^.]{0,60}$"
    r"|\b(?:answers|responses to (?:the|these|all) questions)\b[^.]{0,40}$"
)
_SEVERAL = (
    r"(?P<c><<n>>)\s(?:written\s|short\s)?(?:questions?|answers?|essays?)\s(?:of|each of|limited to)\s"
    r"(?:up to\s|a maximum of\s|no more than\s)?$"
)
_NEAR_NUMBER = re.compile(r"\d|" + "|".join((*_SMALL, *_TEENS, *_TENS, "hundred")))


def _limits(view: _View) -> Iterator[Burden]:
    """Limits on words, pages and characters of what a bidder writes."""
    seen: set[tuple[float, str, str]] = set()
    done = 0
    for at in view.places(("word", "page", "a4", "character", "side")):
        if at < done or not _NEAR_NUMBER.search(view.lower, max(0, at - 26), at + 26):
            continue
        span = view.sentence(at, floor=done)
        done = span.end
        for match in _re(_WRITTEN).finditer(span.text):
            value = _number(match["n"] or match["n2"])
            name = match["u"] or match["label"]
            unit = "words" if "word" in name else "characters" if "char" in name else "pages"
            if value is None or not (1 <= value <= 500 if unit == "pages" else value >= 25):
                continue
            # "Describe your approach. Maximum 750 words." needs the sentence before.
            line = view.line(span.start + match.start())
            detail, times = _limited(line.text[: span.start + match.start() - line.start], span.text, match)
            key = (value, unit, line.text)
            if detail is None or key in seen:
                continue
            seen.add(key)
            lead = _LIMIT_LEAD.search(span.text, max(0, match.start() - 40), match.start())
            place = view.quote(span.start + (lead or match).start(), span.start + match.end())
            for _ in range(times):
                yield Burden("response_limit", value, unit, "bidder", place, detail)


def _limited(before: str, text: str, match: re.Match[str]) -> tuple[str | None, int]:
    """Tell what a limit holds for, and how many times; None if it is no limit on what a bidder writes."""
    before, tail = before[-220:], text[match.end() : match.end() + 45]
    several = _re(_SEVERAL).search(before)
    if several:
        number = _number(several["c"])
        return "question", int(number) if number and number <= 60 else 1
    bracket = before.endswith("(") and re.match(r"\s?(?:max(?:imum)?|limit)?\s?\)", tail)
    per = _PER_QUESTION.match(tail)
    if not (match["label"] or bracket or per or _LIMIT_LEAD.search(before[-40:]) or _LIMIT_TAIL.match(tail)):
        return None, 0
    if re.match(r"\s?(?:per|a|an) (?:minute|hour|day)", tail):
        return None, 0
    if per or _EVERY_ANSWER.search(before):
        return "each question", 1
    asked = re.search(r"question|criteri|method statement", before + tail)
    if not asked and "page" in match[0] and re.search(r"\bresponses\b[^.;]{0,60}$", before):
        return "whole", 1
    if not asked and _has(before[-60:] + " " + tail[:25], "attached_paper") and "exclu" not in before[-60:] + tail:
        return "document", 1
    if not asked and _has(before + tail, "not_answer") and not re.search(r"\btender|\bbid\b|proposal", before + tail):
        return None, 0
    if _has(before[-110:], "whole_answer") and not re.search(
        r"question|criteri|answer|section|each|method statement|describe", before[-110:]
    ):
        return "whole", 1
    alone = len(before) <= 20 and len(tail) <= 10 and "page" not in match[0]
    if match["label"] or bracket or alone or _has(before[-160:] + tail, "answer"):
        return "question", 1
    return None, 0


_ATTACH = (
    r"(?<!\w)(?:must|shall|should|please|to|and)\s(?:also\s)?<<attach>>\s(?P<o>[^.;:\n]{3,110})"
    r"|(?<!\w)(?:must|shall|should|please|to)\s(?:also\s)?(?:submit|provide|include|supply|return|send|upload)\s"
    r"(?P<p>[^.;:\n]{3,80}?)\s(?:with|as part of|together with|alongside)\s(?:your|its|their|the|his or her)\s"
    r"(?:tender|bid|proposal|quotation|quote|submission|application|offer|response|itt response|eoi)\b"
)
_NOT_ATTACH = re.compile(
    r"\bnot\s(?:attach|enclose|upload|submit|include|be accompanied|provide)|no need|invoice|once awarded|after award"
    r"|will be attached|if you wish|\bmay\b"
)
_ATTACH_ANCHORS = (
    *("attach", "enclose", "upload", "append", "accompanied by"),
    *("with your ", "with their ", "with its ", "with the ", "as part of ", "alongside "),
)


def _documents(view: _View) -> Iterator[Burden]:
    """Documents that a tender must bring with it: lists of documents to send, and what verbs like attach govern."""
    seen: set[str] = set()

    def fresh(start: int, end: int, said: str) -> Iterator[Burden]:
        if said not in seen:
            seen.add(said)
            yield Burden("document", None, "document", "bidder", view.quote(start, end))

    for at in view.places((":\n", "–\n")):
        line = view.line(at)
        if not _re(r"(?<!\w)<<papers_lead_in>>(?!\w)").search(line.text) or _has(line.text, "not_papers"):
            continue
        for start, end in view.items(line.end):
            said = view.lower[start : min(end, start + 301)]
            if len(said) <= 300 and _has(said, "papers"):
                yield from fresh(start, end, said)
    for span in view.sentences(_ATTACH_ANCHORS):
        if not re.search(r"must|shall|should|please|to ", span.text) or _NOT_ATTACH.search(span.text):
            continue
        for match in _re(_ATTACH).finditer(span.text):
            group = "o" if match["o"] else "p"
            # What follows a "to" is where it goes, not what goes.
            said = re.split(r"\b(?:to|for|which|that|in order|via|through|on the|into|within)\b", match[group])[0]
            if _has(said[:80], "papers"):
                end = span.start + (match.start("o") + len(said) if group == "o" else match.end())
                yield from fresh(span.start + match.start(), end, said)


# Times.

_LENGTH_CUES = re.compile(r"contract|framework|agreement|\bterm|period|duration|exten|option|initial|renew|appoint")
_NAMED_LENGTH = re.compile(
    r"(?:(?:initial|base|contract|framework(?:\sagreement)?|agreement|call-off|minimum)\s(?:term|period|duration|length)"
    r"|\bduration|length of (?:the |this )?contract|period of performance"
    r"|term of (?:the |this )?(?:contract|agreement|framework|appointment))"
    r"(?:\s(?:of|for)\s(?:the|this)\s(?:\w{1,14}\s?){1,3}|\s\([^()]{1,40}\))?\W{0,4}"
    r"(?:(?:is|of|will|shall|be|for|are|in|a|an|about|approximately|expected|anticipated|to|up|months?|period|[|:])"
    r"\W{0,3}){0,7}$"
)
_RUNNING = (
    r"\b(?:contracts?|frameworks?|agreements?|appointments?|dps|concession|arrangements?"
    r"|lease|successful <<bidders>>s?)"
    r"\b[^.;]{0,110}\b(?:runs?|lasts?|let|awarded?|place|in force|be|is|are|appoint(?:ed)?|operate|enter|commenc\w{1,4}"
    r"|start\w{0,3})\b[^.;]{0,60}?\b(?:for|of)\s(?:a\s|an\s)?(?:(?:initial|fixed|minimum|anticipated|contract)\s){0,2}"
    r"(?:(?:term|period|duration)\s(?:of|for)\s)?(?:an initial\s)?(?:up to\s|approximately\s)?$"
)
_TERM_OF = re.compile(
    r"(?:contract|framework|agreement|appoint)[^.;]{0,200}"
    r"\b(?:for|of)\s(?:an?\s)?(?:initial\s|fixed\s)?(?:term|period)\sof\s(?:up to\s)?$"
)
_FIRST = re.compile(r"\binitial(?:ly)?\s(?:term\sof\s|period\sof\s|for\s(?:a period of\s)?)?$")
_MORE = re.compile(
    r"\b(?:exten(?:d|ds|ded|ding|sion|sions)|options?|optional|renew\w{0,4})\b(?:(?!\binitial)[^.;|]){0,110}$"
    r"|\b(?:further|additional)\b(?:(?!\binitial)[^.;|]){0,45}$"
)
_MORE_AFTER = re.compile(r"\s?[\"“]?(?:optional\s|further\s)?(?:extension|option|renewal)s?\b")
_COUNTED = (
    r"(?<![\w.])(?P<c><<n>>),?\s(?:\([^()]{1,8}\)\s)?(?:(?:further|additional|optional|separate|more|successive|possible"
    r"|x|×|periods?|extensions?|options?|terms?|of|by|for|each|to extend|up to"
    r"|the contract|a|renewal|annual)[\s,]{1,2}){0,7}$"
)
_TOTAL = re.compile(
    r"\b(?:total|overall|maximum|potential)\s(?:(?:potential|possible|maximum|contract|framework|agreement)\s){0,2}"
    r"(?:duration|term|length|period)\b[^.;]{0,50}$|\b(?:total|maximum)(?:\s(?:duration|term))?\s(?:of|to)\s(?:a\s)?$"
    r"|\(\s?(?:a\s)?(?:maximum|total)\s$"
    r"|\b(?:duration|term|contract|options?|period)\b[^.;]{0,60}\bnot (?:to )?exceed(?:ing)?\s$"
)
_NOT_A_TERM = re.compile(
    r"['’]?s?\s{0,2}(?:at a time|increments?|intervals?|basis|each time|of (?:the|this)|old|ago"
    r"|writ\w{0,4}|prior|noti?ce"
    r"|(?:after|before|from)\b(?! (?:\d|the (?:date|start|commence)|\w+ 20|award|date|commence)))"
)
_HISTORY = re.compile(
    r"\b(?:was|were|had been|previous(?:ly)?|incumbent|existing|current|performed|(?:being|been) extended)\b"
)


def _lengths(view: _View) -> Iterator[Burden]:
    """Length of the contract and of its extensions."""
    for span in view.sentences(("month", "year", "week")):
        text = span.text
        if not _LENGTH_CUES.search(text):
            continue
        for amount in _durations(text):
            before, after = text[max(0, amount.start - 190) : amount.start], text[amount.end : amount.end + 70]
            if "days" in amount.unit or amount.value > (40 if amount.unit == "years" else 480):
                continue
            if _NOT_A_TERM.match(after) or before.endswith("+ ") or re.match(r"\s?\+", after):
                continue
            # What is close on either side may say that these are years of something else.
            if _has(before[-45:].rsplit(".", 1)[-1], "not_length") or _has(after[:14], "not_length"):
                continue
            if _HISTORY.search(before):
                continue
            value, kind = _length_kind(before, after, amount)
            if kind:
                place = view.lead(span.start + amount.start, span.start, span.start + amount.end)
                yield Burden(kind, value, amount.unit, None, place)


def _length_kind(before: str, after: str, amount: _Amount) -> tuple[float, str | None]:
    """Tell a contract's first term from its extensions and from the two together; None if it is none of them."""
    first = (
        _FIRST.search(before) or re.match(r"\s?(?:initial|base)\s(?:term|period)", after) or amount.qualifier == "base"
    )
    together = re.match(r"[^.;]{0,20}(?:in aggregate|in total|in all)\b", after)
    more = _MORE.search(before)
    total = _TOTAL.search(before)
    if total and not (together or (more and re.search(r"further|additional", before[-25:]))):
        # "The total extension" is no total of the contract; nor is the most by which it may grow.
        return amount.value, None if "extension of" in before[-60:] else "contract_length_total"
    if together and not more:
        return amount.value, "contract_length_total"
    if not first and (more or _MORE_AFTER.match(after)):
        count = _re(_COUNTED).search(before)
        times = _number(count["c"]) if count else None
        bare = count is not None and re.fullmatch(r",?\s(?:\([^()]{1,8}\)\s)?", before[count.end("c") :])
        if bare and not re.match(r"\s?[\"“]?(?:optional|further|extension|option|renewal|periods?|terms?)", after):
            times = None
        if re.search(r"up to a maximum of\s$", before):
            return amount.value, None
        return amount.value * (times if times and times <= 10 and not together else 1), "extension"
    if first or _NAMED_LENGTH.search(before) or _re(_RUNNING).search(before) or _TERM_OF.search(before):
        return amount.value, "contract_length"
    if re.match(r"\s(?:framework|contract)\b", after) and re.search(r"\b(?:a|an|this)\s$", before):
        return amount.value, "contract_length"
    return amount.value, None


_ENDING = re.compile(
    r"\b(?:terminat\w{1,6}|(?:end|leave|exit|cancel|break|close|determine)s?\s(?:the|this|it|its|their|any|a)\s"
    r"(?:\w{1,12}[\s-]){0,2}(?:contract|agreement|order|framework|appointment|lot|engagement)"
    r"|withdraw(?:al)?\s(?:from|the "
    r"contract)|break clause|cancell(?:ation|ed))"
)
_ENDING_ANCHORS = (
    *("terminat", "withdraw", "cancel", "break clause", "end the", "end this", "end any", "end a ", "end their"),
    *("break the", "break this", "determine the", "determine this", "leave the", "exit the"),
)
# "notce" is what some PDFs make of it.
_NOTICE_OF = re.compile(
    r"\bnoti?ce\s(?:period\s)?(?:in writing\s)?(?:of|is|to be|will be|shall be|:|\|)\s?"
    r"(?:not less than\s|at least\s|no less than\s|a minimum of\s)?$"
)
_DAYS_NOTICE = re.compile(
    r"\s?(?:(?:of\s)?(?:prior|written|advance|advanced|clear|writ\w{0,4}|formal|irrevocable|minimum|['’])\s?){0,3}noti?ce\b"
    r"(?! of (?:the |a |an )?(?:breach|default|failure))"
)
_OTHER_DAYS = re.compile(
    r"remed(?:y|ied)|within|after\s?$|unpaid|following|(?<!not )(?<!no )less than\s$|fewer than\s$"
)


def _notices(view: _View) -> Iterator[Burden]:
    """Notice for ending the contract, and who may give it."""
    for span in view.sentences(_ENDING_ANCHORS):
        ending = _ENDING.search(span.text)
        if ending and re.match(
            r"\s(?:a|any|the|this|such)\s(?:\w{1,12}\s)?(?:licen[cs]e|sub-?contract)", span.text[ending.end() :]
        ):
            continue
        for amount in _durations(span.text, articles=True) if ending else ():
            before = span.text[max(0, amount.start - 70) : amount.start]
            if not _NOTICE_OF.search(before) and not _DAYS_NOTICE.match(span.text, amount.end):
                continue
            if ending and not _OTHER_DAYS.search(before[-28:]):
                side = _ender(span.text, max(ending.start(), amount.start))
                place = view.quote(span.start, span.end)
                yield Burden("termination_notice", amount.value, amount.unit, side, place)


_MAY = (
    r"s?(?:\s(?:and|or)\s(?:the\s)?\w{1,14})?\s(?:each\s|also\s|only\s)?"
    r"(?:may|shall|can|must|will|has|have|reserves?|is\sentitled|are\sentitled|wish|wishes|gives?|to\sterminate)\b"
)
_BY = (
    r"\b(?:terminat(?:ed|ion)|ended|cancelled)\b[^.;]{0,40}?\bby\s(?:the\s|any\s)?(?:\w{1,12}\s)?"
    r"(?:(?P<bid><<bidders>>|you)|(?P<buy><<buyers>>))\b(?P<too>\s(?:or|and)\s(?:by\s)?(?:the\s)?(?:<<bidders>>|<<buyers>>|you)\b)?"
)


def _ender(text: str, at: int) -> Side | None:
    """Who may end the contract: the party nearest before what is done; None if it is not plain."""
    head = text[:at]
    joint = r"(?:<<buyers>>s?\s(?:and|or)\s(?:the\s)?<<bidders>>|<<bidders>>s?\s(?:and|or)\s(?:the\s)?<<buyers>>)"
    if _re(rf"(?<!\w)(?:<<either>>|{joint}){_MAY}").search(head) or _re(r"\bby\s<<either>>(?!\w)").search(text):
        return "both"
    by = _re(_BY).search(text)
    if by:
        return "both" if by["too"] else "bidder" if by["bid"] else "buyer"
    parties = list(_re(rf"(?<![\w-])(?:(?P<bid><<bidders>>|you)|<<buyers>>){_MAY}").finditer(head))
    if not parties:
        return None
    return "bidder" if parties[-1]["bid"] else "buyer"


_WITHIN = re.compile(
    r"\b(?:pays?|paid|payments?|payable|settled?|settles)\b(?:(?!\bsubmit|\bsend|\bissue|\breturn|\bnotif|\bdisput)[^.;]){0,110}?"
    r"\b(?P<w>within|in|not later than|no later than|terms (?:of|are|is|will be)|term is|period (?:of|is))\s"
    r"(?:a period of\s|a maximum of\s|net\s|strictly\s|the\s)?$"
)
_TERMS = re.compile(
    r"payment (?:terms?|period)\W{1,4}(?:(?:are|is|will be|shall be|of|strictly|standard|net)\W{1,2}){0,3}$"
)
_OF_INVOICE = re.compile(
    r"['’]?\s(?:of|from|after|following)\s(?:(?:the|a|an|its|our|date|of|receipt|receiving|valid|correct|undisputed"
    r"|proper|approved|and|agreed|properly|submitted|accurate)\W{1,3}){0,9}invoices?\b|\sof receipt\b|['’]?\snet\b"
)
_INVOICED = re.compile(r"invoice|payment|charges|sub-?\s?contract|certified|receipt|account|supply chain|suppliers")
_INVOICING = re.compile(r"\b(?:submit|send|issue|raise|render)\w{0,4}\b(?:(?!\bpa(?:y|id))[^.;,]){0,50}$")
_BELOW = re.compile(
    r"sub-?\s?contract|sub-?\s?consultant|supply chain|(?:your own|your|its|their|own|sub-?) ?suppliers"
)


def _payments(view: _View) -> Iterator[Burden]:
    """Days within which an invoice is paid, and by whom."""
    for span in view.sentences(("payment", "paid", " pay ", " pays ", "invoice", "payable")):
        text = span.text
        if "day" not in text or not _INVOICED.search(text) or _has(text, "not_payment"):
            continue
        for amount in _durations(text):
            if amount.unit not in ("days", "working days") or amount.value > 180:
                continue
            before = text[max(0, amount.start - 170) : amount.start]
            within, terms = _WITHIN.search(before), _TERMS.search(before)
            if not terms and (not within or _INVOICING.search(before)):
                continue
            if within and within["w"] == "in" and not _OF_INVOICE.match(text, amount.end):
                continue
            side = _payer(text, amount)
            if side:
                yield Burden("payment", amount.value, amount.unit, side, view.quote(span.start, span.end))


def _payer(text: str, amount: _Amount) -> Side | None:
    """Who pays: the supplier pays those below it, else the buyer; None where the supplier pays the buyer."""
    begin = max(text.rfind(mark, 0, amount.start) + 1 for mark in (";", " while "))
    clause = text[begin : amount.end + 60]
    if _BELOW.search(clause):
        return "bidder"
    duty = _re(
        r"(?<!\w)(?:<<bidders>>|you)s?\s(?:(?:shall|must|will|is|are|required|to|also|agrees|promptly)\s){1,4}"
        r"(?:make\s)?(?:pay|payment)\b"
    )
    return None if duty.search(clause) else "buyer"


_HELD = re.compile(
    r"(?:\bvalid(?:ity)?(?:\speriod)?\b|open for acceptance|irrevocable|remain binding|remain open"
    r"|hold good|hold firm|\bbinding)"
    r"(?:\s(?:and\s)?(?:open|valid|irrevocable|binding|for acceptance|unchanged|by the \w{1,20})){0,3}\W{0,3}"
    r"(?:(?:for|of|is|shall|will|must|be|period|a|an|at|least|minimum|not|less|than|no|until|tenders?|bids?|offers?"
    r"|proposals?|quotations?|days|remain|in|stand|the|up|to|acceptance|further)\W{1,3}){0,12}$"
)
_TENDER = re.compile(r"\b(?:tenders?|bids?|offers?|quot\w{1,7}|proposals?|prices?|submissions?|applications?)\b")
_HELD_ANCHORS = ("valid", "open for acceptance", "irrevocable", "binding", "remain open", "hold good", "hold firm")


def _validities(view: _View) -> Iterator[Burden]:
    """How long a tender must stay open for acceptance."""
    for span in view.sentences(_HELD_ANCHORS):
        if not _TENDER.search(span.text):
            continue
        for amount in _durations(span.text):
            before = span.text[max(0, amount.start - 110) : amount.start]
            if amount.unit == "years" or re.match(r"['’]?\s?(?:written\s)?notice", span.text[amount.end :][:12]):
                continue
            if not _HELD.search(before) or not _TENDER.search(span.text, 0, amount.start):
                continue
            if not re.search(r"invoice|licen[cs]e|certificate|employment|visa|insurance", before[-70:]):
                place = view.quote(span.start, span.end)
                yield Burden("bid_validity", amount.value, amount.unit, "bidder", place)


# Requirements.

_ADVERBS = "also therefore then always further each all only thereafter both".split()
_SUBJECT = (
    r"(?<![\w-])(?P<noun><<bidders>>(?:/?s|\(s\))?|you)(?:,[^,.;:\n]{1,80},|\s\([^()\n]{1,60}\))?"
    rf"(?:\s{{1,2}}(?:{'|'.join(_ADVERBS)})){{0,2}}\s{{1,2}}$"
)
_BEFORE_NOUN = frozenset(
    (
        "the each every any all a an no this such both our successful preferred appointed winning selected potential "
        "prospective lead main prime principal interested awarded unsuccessful framework individual"
    ).split()
)
_NOT_SUBJECT = frozenset("of to by from with for between on against upon via through than about".split())
"""Words before a noun that make it no subject: "the charges of the Supplier shall be ..."."""


def _requirements(view: _View) -> tuple[list[Quote], list[str]]:
    """Places where the bidder must, shall or is required to do something."""
    lower = view.lower
    you = not any(phrase in lower for phrase in _list("you_are_the_buyer"))
    nouns = [phrase.split()[-1] for phrase in _list("bidders")]
    # A cheap look at the word before, since most of these verbs have another subject.
    endings = frozenset(noun + ending for noun in nouns for ending in ("", "s", "(s)", "/s"))
    endings |= {"you", *_ADVERBS}
    found: list[Quote] = []
    skipped = False
    for at in view.places(("must", "shall", "required to")):
        modal = "required to" if lower[at] == "r" else lower[at : at + 5] if lower[at] == "s" else "must"
        end = at + len(modal)
        low = max(0, at - 130)
        before = lower[low:at]
        if not before[-1:].isspace() or lower[end : end + 1].isalnum():
            continue
        if modal == "required to":
            be = re.search(r"\s(?:is|are|will be)\s$", before[-12:])
            if not be:
                continue
            before = before[: len(before) - len(be[0]) + 1]
        tail = before[-30:].split()
        if not tail or (tail[-1] not in endings and tail[-1][-1] not in ",)"):
            continue
        match = _re(_SUBJECT).search(before)
        if not match or _re(r"\s(?:also\s|then\s|only\s){0,2}(?:not be required|(?:not\s)?<<no_duty>>\b)").match(
            lower, end
        ):
            continue
        words = before[: match.start()].split()
        while words and words[-1] in _BEFORE_NOUN:
            words.pop()
        before_noun = words[-1] if words else ""
        if match["noun"] == "you" and (not you or before_noun in ("if", "that", "what", "whether")):
            skipped |= not you
            continue
        if before_noun in _NOT_SUBJECT:
            continue
        # "Between the Council and the Supplier", and "which the Supplier is required to".
        if (before_noun == "and" and "between" in before) or (
            modal[0] == "r" and before_noun in ("that", "which", "as")
        ):
            continue
        found += _duties(view, low + match.start("noun"), end)
    note = '"You" is the buyer in this text, as in guidance, so "you must" was not counted as a requirement.'
    return found, [note] if skipped else []


def _duties(view: _View, start: int, end: int) -> Iterator[Quote]:
    """Give the duty itself; where a list follows ("The Supplier must:"), one for every item."""
    line_end = view.lower.find("\n", end, end + 41)
    if line_end >= 0 and view.lower[end:line_end].rstrip().endswith(":"):
        items = list(view.items(line_end))
        if items:
            yield from (view.quote(*item) for item in items)
            return
    stop = _SENTENCE_END.search(view.document.text, end, end + 160)
    yield view.quote(start, stop.start() + 1 if stop else min(end + 160, len(view.lower)))
