"""Award criteria: what tenders are judged on, how much each part counts, and how the contract is awarded.

Weights come from the file's own fields where it has them, and else from the text: tables, lists, headings and
sentences. A number is taken for a weight only if what stands round it says so, or if it makes 100 with its
neighbours; shares of price, quality and social value are given only for weights that add to 100.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, pairwise
from typing import Any, Literal

from kindtext.document import Block, Document, Quote
from kindtext.lexicon import load_measure

Kind = Literal["price", "quality", "social_value", "sustainability", "other"]
Method = Literal["lowest_price", "best_price_quality", "quality_only"]

KINDS: tuple[Kind, ...] = ("price", "quality", "social_value", "sustainability", "other")
METHODS: tuple[Method, ...] = ("lowest_price", "best_price_quality", "quality_only")

ROUNDING = 0.5
"""How far weights may be from 100 in sum: thirds are written 33 % and 33.3 %."""

MOST_NUMBERS = 40
"""Numbers in one block from which on it is a table of results or prices that lost its lines, not a list of weights."""

LIST_GAP = 3
"""Blocks that may stand between two criteria of a list; longer explanations have headings of their own."""

NAME_WORDS = 14
"""Longest name of a criterion, in words; what is longer is a sentence."""

LONGEST_FORM = 20_000
"""Characters of the longest block that is read as the printed form of an EU notice."""

LONGEST_ROW = 5_000
"""Characters of the longest row that is read as one of a table of weights."""

LEAD_IN = 600
"""Characters at the end of a block in which it is looked for words that lead in weights."""

MOST_PLACES = 300
"""Places at which it is looked for the method of award; a document that never says it in so many does not say it."""

LINK_WORDS = 10
"""Most words between a criterion and its weight in a sentence."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One award criterion.

    Parameters
    ----------
    name : str
        What it is called.
    kind : {"price", "quality", "social_value", "sustainability", "other"}
        What it is about; ``other`` where its name does not tell.
    weight : float or None
        In percent: of the whole, or of what it is part of if the text says so.
    points : float or None
        Marks or points, where the weight is given so.
    lot : str or None
        The lot that it is for, as "Lot 2"; None for all of them.
    level : int
        0 for a criterion, 1 for a part of one.
    quote : Quote or None
        Its words; None where the file has it in a field that is not part of the text.
    field : str or None
        The field of a structured notice that it comes from.
    """

    name: str
    kind: Kind
    weight: float | None = None
    points: float | None = None
    lot: str | None = None
    level: int = 0
    quote: Quote | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """How much each kind of criterion counts, in percent of the whole; they add to 100.

    Parameters
    ----------
    lot : str or None
        The lot that it is for; None for all of them.
    price, quality, social_value, sustainability, other : float
        Shares in percent.
    """

    lot: str | None
    price: float = 0.0
    quality: float = 0.0
    social_value: float = 0.0
    sustainability: float = 0.0
    other: float = 0.0

    def by_kind(self) -> dict[str, float]:
        """Shares by kind."""
        return {kind: float(getattr(self, kind)) for kind in KINDS}


@dataclass(frozen=True, slots=True)
class AwardCriteria:
    """What tenders are judged on.

    Parameters
    ----------
    items : tuple of Criterion
        The criteria, in the order of the document.
    method : {"lowest_price", "best_price_quality", "quality_only"} or None
        How the contract is awarded; ``quality_only`` covers a price that is fixed.
    method_quote : Quote or None
        The words that say so; None where it follows from a code of the file or from the weights.
    shares : tuple of Shares
        Of each lot, or one for all; only of weights that add to 100.
    notes : tuple of str
        What does not add up or is doubtful, each a sentence for the user.
    """

    items: tuple[Criterion, ...] = ()
    method: Method | None = None
    method_quote: Quote | None = None
    shares: tuple[Shares, ...] = ()
    notes: tuple[str, ...] = ()

    def share(self, kind: str) -> float | None:
        """Give the share of a kind in percent; None if it is not known or differs between lots.

        Examples
        --------
        >>> AwardCriteria(shares=(Shares("Lot 1", price=60, quality=40), Shares("Lot 2", price=60, quality=40))).share(
        ...     "price"
        ... )
        60.0
        """
        values = {share.by_kind()[kind] for share in self.shares}
        if len(values) != 1 or (kind == "quality" and any(share.other for share in self.shares)):
            return None
        return values.pop()

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON."""
        return {
            "items": [_criterion_dict(item) for item in self.items],
            "method": self.method,
            "method_quote": _quote_dict(self.method_quote),
            "shares": [{"lot": share.lot, **share.by_kind()} for share in self.shares],
            "notes": list(self.notes),
        }

    def to_row(self) -> dict[str, Any]:
        """One flat row for a table.

        Examples
        --------
        >>> AwardCriteria().to_row()
        {'price_weight': None, 'quality_weight': None, 'social_value_weight': None, 'award_method': None}
        """
        return {
            "price_weight": self.share("price"),
            "quality_weight": self.share("quality"),
            "social_value_weight": self.share("social_value"),
            "award_method": self.method,
        }


def award_criteria(document: Document) -> AwardCriteria:
    """Find the award criteria of a document, their weights, and the method of award.

    Parameters
    ----------
    document : Document

    Returns
    -------
    AwardCriteria
        Empty where the document says nothing of it.

    Examples
    --------
    >>> from kindtext.passages import from_text
    >>> found = award_criteria(from_text("Tenders are evaluated on price (60%), quality (30%) and social value (10%)."))
    >>> [(item.name, item.kind, item.weight) for item in found.items]
    [('price', 'price', 60.0), ('quality', 'quality', 30.0), ('social value', 'social_value', 10.0)]
    >>> found.to_row()
    {'price_weight': 60.0, 'quality_weight': 30.0, 'social_value_weight': 10.0, 'award_method': 'best_price_quality'}
    >>> award_criteria(from_text("The system is available 99.5 % of the time.")).items
    ()
    """
    notes: list[str] = []
    structured = _structured(document)
    listed = [found for group in structured for found in group.members]
    if any(found.weight is not None or found.points is not None for found in listed):
        groups = structured
    else:
        read = _accepted(_Reader(document, {found.field for found in listed if found.field}).groups())
        groups = read if any(group.members for group in read) else structured + read
    found_items, shares = _settled(groups, notes)
    items = tuple(_item(document, found) for found in found_items)
    method, quote = _method(document, items, shares, bool(structured), notes)
    if any(share.other for share in shares):
        notes.append(
            "Some criteria with a weight are none of price, quality, social value and sustainability by their name, "
            "so the weight of quality is not given."
        )
    if len(shares) > 1:
        notes.append("The lots have different weights; see the shares of each lot.")
    return AwardCriteria(items, method, quote, tuple(shares), tuple(dict.fromkeys(notes)))


# What has been found, before it is judged.


@dataclass(slots=True)
class _Found:
    """One name with its number, wherever it was found."""

    name: str
    kind: Kind
    start: int
    end: int
    weight: float | None = None
    points: float | None = None
    lot: str | None = None
    level: int = 0
    explicit: bool = False
    called: bool = False
    part_of_quality: bool = False
    field: str | None = None
    quoted: bool = True
    depth: int = 0
    parent: int | None = None

    @property
    def number(self) -> float:
        return self.weight if self.weight is not None else self.points or 0.0

    @property
    def key(self) -> tuple[str, float | None, float | None]:
        return " ".join(re.findall(r"\w+", self.name.casefold())), self.weight, self.points


@dataclass(slots=True)
class _Group:
    """Criteria that were found together, and what speaks for them."""

    members: list[_Found]
    context: bool = False
    elsewhere: bool = False
    table: bool = False
    structured: bool = False
    stated_total: float | None = None
    block: int = 0
    ranges: bool = False

    @property
    def in_points(self) -> bool:
        return all(found.weight is None for found in self.members)

    @property
    def top(self) -> list[_Found]:
        return [found for found in self.members if found.level == 0]

    @property
    def total(self) -> float:
        return sum(found.number for found in self.top)

    @property
    def kinds(self) -> set[str]:
        return {found.kind for found in self.members}

    @property
    def mixed(self) -> bool:
        """Whether price is weighed against something else."""
        return "price" in self.kinds and bool(self.kinds & {"quality", "social_value", "sustainability"})

    @property
    def coherent(self) -> bool:
        if self.in_points:
            # One criterion's own marks may stand where the total is looked for.
            whole = (self.stated_total,) if self.stated_total else (100.0, 1000.0)
            return len(self.top) > 1 and any(abs(self.total - total) <= ROUNDING for total in whole)
        return all(found.weight is not None for found in self.top) and abs(self.total - 100) <= ROUNDING


# Words and expressions, made once and only when they are needed.


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    """Compile patterns for lowered text: an expression that ignores case is many times slower."""
    lowered = (
        re.sub(r"\\.|[A-Z]", lambda found: found[0] if len(found[0]) > 1 else found[0].lower(), p) for p in patterns
    )
    return re.compile("|".join(f"(?:{pattern})" for pattern in lowered))


def _lowered(text: str) -> str:
    """Lower a text without changing its length, which a few letters of other languages would."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(one if len(one) == 1 else letter for letter in text for one in (letter.lower(),))
    return low


@cache
def _words() -> Mapping[str, Any]:
    return load_measure("criteria")


@cache
def _context(name: str) -> re.Pattern[str]:
    return _any(_words()["context"][name])


@cache
def _context_word(name: str) -> re.Pattern[str]:
    return _any([rf"\b(?:{'|'.join(_words()['context'][name])})\b"])


@cache
def _scale() -> re.Pattern[str]:
    """Match the start of a folded name that stands on a scale of marks."""
    return re.compile(rf"(?:{'|'.join(re.escape(_folded(word)) for word in _words()['context']['scale'])})\b")


@cache
def _links(name: str) -> frozenset[str]:
    """Words that may stand between a criterion and its weight."""
    return frozenset(_words()["links"][name].split())


def _alternatives(phrases: Iterable[str]) -> str:
    ordered = sorted(phrases, key=len, reverse=True)
    return "|".join(re.escape(phrase).replace(r"\ ", r"[\s-]+") for phrase in ordered)


@cache
def _kind_of() -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for kind in KINDS[:-1]:
        for phrase in (*_words()["kinds"][kind]["words"], *_words()["kinds"][kind]["names"]):
            kinds.setdefault(_folded(phrase), kind)
    return kinds


@cache
def _sure_term() -> re.Pattern[str]:
    """Match words that name a kind of criterion in running text."""
    phrases = [phrase for kind in KINDS[:-1] for phrase in _words()["kinds"][kind]["words"]]
    return _any([rf"\b(?:{_alternatives(phrases)})\b"])


@cache
def _any_term() -> re.Pattern[str]:
    """Match words that tell the kind of what is known to be a criterion."""
    phrases = [p for kind in KINDS[:-1] for key in ("words", "names") for p in _words()["kinds"][kind][key]]
    return _any([rf"\b(?:{_alternatives(phrases)})\b"])


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _kind(name: str) -> Kind:
    """Tell what a criterion is about by its name.

    Social value and sustainability are told by any word; between price and quality the first word decides, unless
    the two are weighed as one.
    """
    kinds: list[Kind] = []
    for found in _any_term().finditer(_lowered(name)):
        kinds.append(_kind_of()[_folded(found[0])])
    for kind in ("social_value", "sustainability"):
        if kind in kinds and "price" not in kinds:
            return "social_value" if kind == "social_value" else "sustainability"
    if not kinds:
        return "other"
    if {"price", "quality"} <= set(kinds) and re.search(r"\band\b|&|/|\+", name):
        sure = {_kind_of()[_folded(found[0])] for found in _sure_term().finditer(_lowered(name))}
        return "price" if sure == {"price"} and kinds[0] == "price" and "and" not in name.split() else "other"
    return kinds[0]


_MARKS = ("%", "per cent", "percent", "points", "marks", "weight", " pts")
_TWO_NUMBERS = re.compile(r"\d\s?[:/]\s?\d\d|\b0\.\d")


def _may_weigh(low: str) -> bool:
    """Tell whether a lowered text has anything of a weight in it; most have not."""
    if any(mark in low for mark in _MARKS) or ("quality" in low and ("price" in low or "cost" in low)):
        return True
    return bool("/" in low or ":" in low or "0." in low) and bool(_TWO_NUMBERS.search(low))


_NUMBER = re.compile(
    r"(?<![\w.,£$€])(\d{1,3}(?:,\d{3})+(?!\d)|\d{1,4}(?:\.\d{1,3})?)[\s-]?(?:(%|per\s?cent\b|percent\b)|(points?|pts|marks?)\b)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w.,£$€/:-])(\d{1,3})(?=\s*(?:[,;.)(]|$|\band\b))(?!\.\d)")
_RANGE_BEFORE = re.compile(r"\d\s?(?:%|per\s?cent|percent)?\s*(?:-|–|—|\bto\b)\s*$", re.IGNORECASE)
_RANGE_AFTER = re.compile(r"\s*(?:-|–|—|\bto\b)\s*\d", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'“‘(]?[^\Wa-z_])|\n")
_SPLIT = re.compile(
    r"(?<![\w.,£$€/:])(\d{1,3})\s?(?:%|per\s?cent|percent)?\s?(/|:|-|–|\bto\b|\band\b|,)\s?(\d{1,3})"
    r"\s?(?:%|per\s?cent|percent)?"
    r"(?:\s?(?:/|:|-|–|\bto\b|,? ?\band\b|,)\s?(\d{1,3})\s?(?:%|per\s?cent|percent)?)?(?![\w/:]|[.,]\d)",
    re.IGNORECASE,
)
_LOT = re.compile(
    r"\bLots?\s+(?:No\.?\s*)?(\d{1,3}[A-Z]?(?:\s*(?:,|&|and|to|-|–)\s*(?:lots?\s*)?\d{1,3}[A-Z]?)*)\b", re.I
)
_ALL_LOTS = re.compile(r"\b(?:all|each|every|both)\s+(?:of\s+the\s+)?lots?\b", re.IGNORECASE)
_NUMBERING = re.compile(
    r"\s*(?:[•●○▪■◦–—*-]\s*)?"
    r"(?:\(?\d{1,2}(?:\.\d{1,3})+[.)]?\s+|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s*(?!\d)|\d{1,2}\s+(?=[A-Z]))?",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\s*(?:(?:sub-?\s?|grand\s)totals?\b"
    r"|(?:overall\s|max(?:imum|\.)?\s)?(?:totals?|overall|max(?:imum|\.)?|sum)"
    r"(?:\s+(?:score|marks|points|weight\w*|available|possible|quality|technical|percentage|%|for\s.*|of\s.*))*\W*$)",
    re.IGNORECASE,
)
_OF_WHOLE = re.compile(
    r"\s*\)?\s*of\s+(?:the\s+|a\s+|all\s+|our\s+|your\s+)?"
    r"(?:(?:total|overall|available|final|maximum|combined|whole|tender|bid|award|possible|evaluation)\s+)*"
    r"(?:marks|scores?|points|weighting|weight|evaluation|assessment|total|available|award|criteria|whole|100)\b",
    re.IGNORECASE,
)
_OF_QUALITY = re.compile(
    r"\s*\)?\s*of\s+(?:the\s+)?(?:overall\s+|total\s+)?(?:quality|technical)\s+"
    r"(?:score|marks|weighting|element|evaluation|criteri|section|submission|points|component)",
    re.IGNORECASE,
)
_OF = re.compile(r"\s*\)?\s*of\b", re.IGNORECASE)
_EXPLICIT = re.compile(
    r"\bweight|\bof\s+(?:the\s+)?(?:\w+\s+){0,2}(?:marks|scores?|points|evaluation|assessment)\b"
    r"|\b(?:marks|points)\s+available\b|\bavailable\s+(?:marks|points)\b",
    re.IGNORECASE,
)
_CALLED_WEIGHT = re.compile(r"[(\[,:–—-]?\s*\bweight(?:ing|age)?\s*[:=]?\s*$", re.IGNORECASE)
_CALLED_MOST = re.compile(r"[(\[,:–—-]\s*(?:max(?:imum)?|up to)(?:\s+of)?\.?\s*$", re.IGNORECASE)
_THEN_TOTAL = re.compile(r"\s(?:grand\s|sub-?)?total\b", re.IGNORECASE)
_WEIGHT_ONLY = re.compile(
    r"[(\[]?\s*(?:question |overall |criteri(?:on|a) |section |percentage |total |sub-?)?"
    r"weight(?:ing|age|ed)?(?: \(?%\)?)?\s*(?:[:=–-]|is|of|for this (?:question|criterion|section)(?: is)?:?)?\s*"
    r"(\d{1,3}(?:\.\d{1,2})?)\s?(?:%|per\s?cent|percent)\s*[)\].]*",
    re.IGNORECASE,
)
_WEIGHT_LATER = re.compile(
    r"(?:^|[.?!,;(]\s*)weight(?:ing|age)?\s*[:=–-]?\s*(\d{1,3}(?:\.\d{1,2})?)\s?%", re.IGNORECASE
)
_AT_THE_END = re.compile(r"\s[–—-]\s(\d{1,3})\s?(?:%|per\s?cent)\s*\.?\s*$", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|will|shall|must|should|may|can|cannot|could|would|has|have|had|do|does|we|you|they|please"
    r"|receives?|scores?d?|than|if|which|that|where|when|who|until|unless|being)\b",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:(quality|cost) criterion\s*[-–—:]?\s*(?:name\s*:\s*)?([^\n/|]{2,120}?)"
    r"\s*(?:/|\||[-–—,;])\s*weighting\s*:?\s*"
    r"|(price)\s*[-–—/|]?\s*weighting\s*:?\s*)(\d{1,3}(?:[.,]\d{1,2})?)\s*%?",
    re.IGNORECASE,
)
_STATED_TOTAL = re.compile(
    r"\b(?:out of|total of|totall?ing|based on|total(?: marks| points| score)?\s?[:=–-]"
    r"|total (?:number of )?(?:points|marks|score)[^.\d]{0,60}?(?:is|:|=|of))\s*"
    r"(?:a\s+(?:possible|maximum|total)(?: of)?\s*)?(\d{1,2},\d{3}|\d{2,4})(?:\s+(?:points|marks|available))?",
    re.IGNORECASE,
)
_COMBINED = re.compile(r"\bweight|\bQCBS\b|\bcombined\b|\bof the total\b", re.IGNORECASE)
_FRACTIONS = (
    re.compile(
        r"\bS?T[wt]?\s*=\s*(0?\.\d{1,2}|[1-9]\d)\s?%?[^.\d=]{0,25}?\bS?[PF][wf]?\s*=\s*(0?\.\d{1,2}|[1-9]\d)(?!\d)"
    ),
    re.compile(
        r"\b(0\.\d{1,2})\s+(?:for |to )?(?:the )?(?:technical|quality)\b[^.\d]{0,40}?"
        r"\b(0\.\d{1,2})\s+(?:for |to )?(?:the )?(?:financial|cost|price)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:technical|quality)\b[^.\d]{0,40}?\b(0\.\d{1,2})\b"
        r"[^.\d]{0,40}?\b(?:financial|cost|price)\b[^.\d]{0,40}?\b(0\.\d{1,2})\b",
        re.IGNORECASE,
    ),
)
"""Weights of technical and financial proposals as the World Bank's documents write them."""
_FLAT_TABLE = re.compile(
    r"\s*(?:award |evaluation )?criteri(?:on|a)\s+"
    r"((?:max(?:imum)? )?(?:marks|points|weight(?:ing|s)?)(?: \(?%\)?)?|%)\s+(?=\S)",
    re.IGNORECASE,
)
_WHOLE_WORDS = frozenset(
    "marks mark score scores points total overall available evaluation assessment weighting weight".split()
)
_ENDS_OF = frozenset("for to on towards toward by being is are be as from goes".split())


class _Reader:
    """One pass over a document's text, which collects groups of names with numbers."""

    def __init__(self, document: Document, fields: set[str]) -> None:
        self.document = document
        self.blocks = document.blocks
        self.fields = fields
        self.found: list[_Group] = []
        self.low = ""
        self._lead: dict[int, bool] = {}
        self._headings: list[tuple[int, str]] = []
        self._under: tuple[bool, bool, str | None] = (False, False, None)
        self._single: list[tuple[int, tuple[Any, ...], _Found, bool, bool]] = []

    def groups(self) -> list[_Group]:
        """Read all blocks."""
        rows: list[int] = []
        for index, block in enumerate(self.blocks):
            if block.kind == "row":
                rows.append(index)
                continue
            if rows:
                self._table(rows)
                rows = []
            if block.kind in ("heading", "title"):
                self._heading(block)
            if block.field in self.fields:
                continue
            self.low = _lowered(block.text)
            if not (_may_weigh(self.low) or self._award_field(block)):
                continue
            self._block(index, block)
        if rows:
            self._table(rows)
        self._lists()
        self.found.sort(key=lambda group: group.block)
        return self.found

    # Where a block stands.

    @staticmethod
    def _award_field(block: Block) -> bool:
        return block.field is not None and "awardCriteria" in block.field

    def _heading(self, block: Block) -> None:
        """Keep the headings above what follows; the nearest that tells decides whether numbers are weights."""
        level = block.level if block.kind == "heading" else 0
        while self._headings and self._headings[-1][0] >= max(level, 1):
            self._headings.pop()
        self._headings.append((level, block.text))
        context, elsewhere, lot = False, False, None
        for _, text in reversed(self._headings):
            text = text[:200]
            low = _lowered(text)
            if lot is None and (named := _LOT.search(text)):
                lot = _lot_name(named)
            if not (context or elsewhere):
                context = bool(_context("headings").search(low))
                elsewhere = bool(_context("other_headings").search(low))
                if context and elsewhere:
                    context = False
        self._under = context, elsewhere, lot

    def _placed(self, index: int) -> tuple[bool, bool]:
        """Tell whether a block stands where weights do, and whether it stands where other numbers do."""
        context, elsewhere, _ = self._under
        block = self.blocks[index]
        if self._award_field(block):
            return True, False
        here = self._leads(index)
        if not context:
            above = range(max(0, index - 3), index)
            context = here or any(self._leads(i) for i in above if self.blocks[i].kind != "row")
        return context, elsewhere and not here

    def _leads(self, index: int) -> bool:
        """Tell whether a block says that weights follow."""
        if index not in self._lead:
            low = _lowered(self.blocks[index].text[-LEAD_IN:])
            self._lead[index] = bool(_context("lead_ins").search(low)) and not bool(
                _context_word("not_in_sentence").search(low)
            )
        return self._lead[index]

    # Blocks of running text, list items, headings and fields.

    def _block(self, index: int, block: Block) -> None:
        text = block.text
        context, elsewhere = self._placed(index)
        form = list(_FORM.finditer(text)) if "weighting" in self.low and len(text) < LONGEST_FORM else []
        if form:
            self._keep(_Group([self._from_form(block, found) for found in form], context=True, block=index))
            return
        if flat := self._flat_table(block):
            self._keep(_Group(flat, True, block=index))
            return
        numbers = list(_NUMBER.finditer(text))
        if len(numbers) > MOST_NUMBERS:
            return
        listed = self._listed(index, block, numbers) or self._headed(block, numbers)
        members: list[_Found] = [listed] if listed else []
        ranges = False
        for start, end in _sentences(text):
            if listed and start + block.start < listed.end:
                continue
            if _context_word("not_in_sentence").search(self.low, start, end):
                continue
            inside = [n for n in numbers if start <= n.start() < end]
            found, ranged = self._sentence(block, inside, start, end)
            ranges = ranges or ranged
            whole = _Group(found)
            if (
                whole.coherent
                and whole.mixed
                and len({self._lot_at(text, one.start - block.start) for one in found}) == 1
            ):
                # What the next sentence says is a part of this, or another matter.
                for one in found:
                    one.lot = self._lot_at(text, one.start - block.start)
                self._keep(_Group(found, context, elsewhere, block=index))
            else:
                members += found
        if listed and len(members) > 1 and not _Group(members).coherent:
            # What follows a criterion in its own block tells how it is marked.
            members = [listed]
        if not members and not self._kept_here(index) and (context or self._award_field(block)):
            members = self._bare(block)
        near = bool(self._single) and index - self._single[-1][0] <= LIST_GAP
        if not listed and (context or near) and len(numbers) > 1 and (row := self._run_on(index, block, numbers)):
            self._single += [(index, self._place(block), one, context, elsewhere) for one in row]
            return
        if not members:
            if ranges and context and not elsewhere:
                self.found.append(_Group([], ranges=True, block=index))
            return
        if len({one.weight is None for one in members}) > 1:
            members = [one for one in members if one.weight is not None]
        by_lot: dict[str | None, list[_Found]] = {}
        for one in members:
            one.lot = self._lot_at(text, one.start - block.start)
            by_lot.setdefault(one.lot, []).append(one)
        total = _stated_total(text)
        for group in by_lot.values():
            if len(group) == 1:
                self._single.append((index, self._place(block), group[0], context, elsewhere))
            else:
                made = _Group(group, context, elsewhere, stated_total=total, block=index, ranges=ranges)
                _set_levels(made)
                self._keep(made)

    def _sentence(
        self, block: Block, numbers: Sequence[re.Match[str]], start: int, end: int
    ) -> tuple[list[_Found], bool]:
        """Read the weights of one sentence, in the surest way that it lets itself be read."""
        if (found := self._splits(block, start, end)) or (found := self._fractions(block, start, end)):
            return found, False
        if not numbers:
            return [], False
        found, ranges = self._pairs(block, numbers, start, end)
        if len(numbers) > 1 and len(found) < len(numbers) and (named := self._named(block, numbers, start)):
            return named, ranges
        return found, ranges

    def _fractions(self, block: Block, start: int, end: int) -> list[_Found]:
        """Read the weights of a quality- and cost-based selection, such as "T = 80 and P = 20"."""
        text = block.text
        if not _COMBINED.search(text, start, end):
            return []
        found = next((one for pattern in _FRACTIONS if (one := pattern.search(text, start, end))), None)
        if found is None:
            return []
        values = [float(found[1]), float(found[2])]
        if abs(sum(values) - 1) < 0.001:
            values = [round(100 * value, 2) for value in values]
        if abs(sum(values) - 100) > 0.001:
            return []
        places = block.start + found.start(), block.start + found.end()
        return [
            _Found("technical", "quality", *places, weight=values[0], explicit=True),
            _Found("financial", "price", *places, weight=values[1], explicit=True),
        ]

    def _named(self, block: Block, numbers: Sequence[re.Match[str]], start: int) -> list[_Found]:
        """Read "Total tendered sum 90%, programme 10%": any names, if all of a sentence's numbers make a whole."""
        text = block.text
        found: list[_Found] = []
        left = start
        for number in numbers:
            if bool(number[2]) != bool(numbers[0][2]) or _ranged(text, number):
                return []
            piece = text[left : number.start()]
            opened = max(piece.rfind("("), piece.rfind(":", 0, len(piece.rstrip(" :"))))
            if opened >= 0 and piece[opened + 1 :].strip(" (:"):
                piece = piece[opened + 1 :]
            name = _trimmed(_unnumbered(re.sub(r"^[\s),;.&]*(?:and\s+)?", "", piece)))
            if not _is_name(name) or len(name.split()) > 10 or not _PART_ENDS.match(text, number.end()):
                return []
            if left == start and re.search(r"[,;]", name):
                return []
            tail = self.low[number.end() : number.end() + 60].lstrip(" )")
            if _context_word("not_before").search(_lowered(name)) or _context_word("not_after").match(tail):
                return []
            at = block.start + number.start() - len(piece.lstrip(" ),;.&"))
            made = _Found(name, _kind(name), at, block.start + number.end())
            made.weight, made.points = (_value(number[1]), None) if number[2] else (None, _value(number[1]))
            found.append(made)
            left = number.end()
        group = _Group(found)
        _set_levels(group)
        # Fees of 30 % for service and 70 % for outcomes make a whole too; the word "price" or "cost" must be there.
        sure = any(one.kind == "price" and _sure_term().search(_lowered(one.name)) for one in found)
        led = self._award_field(block) or bool(_context("lead_ins").search(self.low, start, numbers[-1].end()))
        return found if group.coherent and ((sure and group.mixed) or (led and group.kinds != {"other"})) else []

    def _headed(self, block: Block, numbers: Sequence[re.Match[str]]) -> _Found | None:
        """Read a question that ends with its weight: "Q2 Safeguarding. Describe how ... Weighting 12 %."."""
        text = block.text
        head = re.match(r"[^.?!:\n]{2,90}", text)
        if not head or not numbers or len(text) > 3000:
            return None
        begin = _NUMBERING.match(text)
        name = _trimmed(text[begin.end() if begin and begin.end() < head.end() else 0 : head.end()])
        if not _is_name(name) or len(name.split()) > 9 or _context_word("not_before").search(_lowered(name)):
            return None
        later = _WEIGHT_LATER.search(text, head.end())
        if later:
            found = _Found(name, _kind(name), block.start, block.start + later.end(), float(later[1]), explicit=True)
            found.called = True
            return found
        last = _AT_THE_END.search(text[-40:]) if len(numbers) == 1 and len(text) < 500 else None
        if (
            last
            and text[head.end() : head.end() + 1] == ":"
            and _sure_term().fullmatch(_lowered(name.split(" and ")[0]))
        ):
            return _Found(name, _kind(name), block.start, block.start + len(text), float(last[1]), explicit=True)
        return None

    def _flat_table(self, block: Block) -> list[_Found]:
        """Read a table that lost its lines: "Criterion Marks A Total cost 400 B Technical merit 300 C Delivery 300"."""
        head = _FLAT_TABLE.match(block.text[:200])
        if not head:
            return []
        found: list[_Found] = []
        in_points = bool(re.search(r"marks|points", head[1], re.IGNORECASE))
        for row in re.finditer(r"([^\W\d_][^\d|]{2,120}?)\s(\d{1,4})(?:\s?%)?(?=\s|$)", block.text[head.end() : 3000]):
            name = _trimmed(re.sub(r"^[A-H][.)]?\s+(?=[A-Z])", "", row[1]))
            if _TOTAL.match(name):
                continue
            at = block.start + head.end()
            made = _Found(name, _kind(name), at + row.start(), at + row.end(), explicit=True)
            made.weight, made.points = (None, float(row[2])) if in_points else (float(row[2]), None)
            found.append(made)
        group = _Group(found)
        return (
            found
            if len(found) > 1 and group.coherent and group.mixed and all(_is_name(one.name) for one in found)
            else []
        )

    def _kept_here(self, index: int) -> bool:
        return bool(self.found) and self.found[-1].block == index

    def _run_on(self, index: int, block: Block, numbers: Sequence[re.Match[str]]) -> list[_Found]:
        """Read lines of a list that were joined: "Complaints 15% Social value 10%"."""
        text = block.text
        if self._kept_here(index) or len(text) > 60 * len(numbers) or len(numbers) > 12:
            return []
        found: list[_Found] = []
        left = 0
        for number in numbers:
            begin = _NUMBERING.match(text, left)
            at = begin.end() if begin and begin.end() < number.start() else left
            name = _trimmed(text[at : number.start()])
            if _TOTAL.match(name):
                break
            if not _is_name(name) or _ranged(text, number) or not _LINE_ENDS.match(text, number.end()):
                return []
            if _context_word("not_before").search(_lowered(name)):
                return []
            made = _Found(name, _kind(name), block.start + at, block.start + number.end(), lot=self._under[2])
            made.weight, made.points = (_value(number[1]), None) if number[2] else (None, _value(number[1]))
            found.append(made)
            left = number.end()
        return found if any(one.kind != "other" for one in found) else []

    def _place(self, block: Block) -> tuple[Any, ...]:
        """Return what criteria of one list share: their kind of block, and the heading above if they are headings."""
        if block.kind == "heading":
            return ("heading", block.level, self._headings[-2][1] if len(self._headings) > 1 else None)
        return ("list", block.field if block.field and "/" not in block.field else None)

    def _lot_at(self, text: str, at: int) -> str | None:
        """Name the lot last spoken of before a place in a block, or else that of the heading above."""
        begin = max(0, at - 300)
        for start, end in _sentences(text[begin : at + 1]):
            last = (begin + start, begin + end)
        named = whole = None
        for found in _LOT.finditer(text, last[0], at):
            named = found
        for found in _ALL_LOTS.finditer(text, last[0], at):
            whole = found
        if named is None and whole is None and (first := _LOT.match(text, len(text) - len(text.lstrip(" •●-–")))):
            others = {_lot_name(found) for found in _LOT.finditer(text[:2000])}
            named = first if len(others) == 1 else None
        if whole and (named is None or whole.start() > named.start()):
            return None
        return _lot_name(named) if named else self._under[2]

    def _from_form(self, block: Block, found: re.Match[str]) -> _Found:
        """Read a line of a printed EU notice: "Quality criterion - Name: Method / Weighting: 60"."""
        name = (found[2] or found[3]).strip(" -–—:,;")
        kind: Kind = "price" if found[3] or found[1].casefold() == "cost" else _kind(name)
        kind = "quality" if kind in ("other", "price") and found[1] and found[1].casefold() == "quality" else kind
        start, end = block.start + found.start(), block.start + found.end()
        lot = self._lot_at(block.text, found.start())
        return _Found(name, kind, start, end, weight=_value(found[4]), lot=lot, explicit=True)

    def _listed(self, index: int, block: Block, numbers: Sequence[re.Match[str]]) -> _Found | None:
        """Read a block that names one criterion with its weight: an item, a heading, the start of a question."""
        text = block.text
        only = _WEIGHT_ONLY.fullmatch(text.strip()) if len(text) < 120 else None
        if only:
            return self._named_above(index, block, float(only[1]))
        if not numbers or numbers[0].start() > 150:
            return None
        first = numbers[0]
        follow = [
            n for n in numbers[1:2] if re.fullmatch(r"[\s(\[,/=–-]*(?:or|max)?\s*", text[first.end() : n.start()])
        ]
        follow = [n for n in follow if bool(n[2]) != bool(first[2])]
        stop = follow[0].end() if follow else first.end()
        sentence_end = next((end for start, end in _sentences(text) if start <= first.start() < end), len(text))
        if then := _THEN_TOTAL.search(text, stop, sentence_end):
            sentence_end = then.start()
        if any(stop <= n.start() < sentence_end for n in numbers):
            return None
        begin = _NUMBERING.match(text)
        at = begin.end() if begin else 0
        if at > first.start():
            at = len(text) - len(text.lstrip(" •●○▪■◦–—*-\t\n"))
        tail = text[first.end() : sentence_end]
        if first.start() <= at:
            return self._number_first(block, first, tail, sentence_end)
        if _ranged(text, first) or not any(after.match(tail) for after in (_CLOSED, _OF_WHOLE, _OF_QUALITY)):
            return None
        called = _CALLED_WEIGHT.search(text, at, first.start())
        most = _CALLED_MOST.search(text, at, first.start())
        name = _trimmed(text[at : called.start() if called else most.start() if most else first.start()])
        if not _is_name(name) or _context_word("not_before").search(_lowered(name)) or _TOTAL.match(name):
            return None
        found = self._made(block, at, stop, name, first, follow)
        found.explicit = bool(_EXPLICIT.search(text, at + len(name), min(sentence_end, stop + 60)))
        found.called = bool(called)
        found.part_of_quality = bool(_OF_QUALITY.match(tail))
        if _context_word("not_after").match(_lowered(tail[:60]).lstrip(" )")):
            return None
        return found

    def _number_first(self, block: Block, first: re.Match[str], tail: str, end: int) -> _Found | None:
        """Read an item such as "60% Quality" or "60% - Quality"."""
        name = _trimmed(re.sub(r"^[\s:–—=)-]*(?:for|on|weighting)?\s+", " ", f" {tail}"))
        if not _is_name(name) or len(name.split()) > 8 or end < len(block.text.rstrip()) or _OF.match(tail):
            return None
        if _context_word("not_after").search(_lowered(name)) or _ranged(block.text, first) or _TOTAL.match(name):
            return None
        return self._made(block, first.start(), end, name, first, [])

    def _made(
        self, block: Block, start: int, end: int, name: str, first: re.Match[str], follow: Sequence[re.Match[str]]
    ) -> _Found:
        weight = points = None
        for number in (first, *follow):
            if number[2] and weight is None:
                weight = _value(number[1])
            elif number[3] and points is None:
                points = _value(number[1])
        lot = self._lot_at(block.text, first.start())
        return _Found(name, _kind(name), block.start + start, block.start + end, weight, points, lot)

    def _named_above(self, index: int, block: Block, weight: float) -> _Found | None:
        """Read a line that says no more than "Weighting: 10 %"; what it weighs is named above it."""
        name = block.section or ""
        for above in range(index - 1, max(-1, index - 3), -1):
            text = self.blocks[above].text.strip()
            if self.blocks[above].kind == "heading" or len(text.split()) <= NAME_WORDS:
                name = text
                break
        begin = _NUMBERING.match(name)
        name = _trimmed(name[begin.end() :] if begin else name)
        if not name or len(name.split()) > NAME_WORDS or _NUMBER.search(name):
            return None
        end = block.start + len(block.text)
        return _Found(name, _kind(name), block.start, end, weight, lot=self._under[2], explicit=True)

    def _pairs(self, block: Block, numbers: Sequence[re.Match[str]], start: int, end: int) -> tuple[list[_Found], bool]:
        """Pair each number of a sentence with the word that it weighs, which stands before or after it."""
        text = block.text
        terms = list(_sure_term().finditer(self.low, start, end))
        found: list[_Found] = []
        used: set[int] = set()
        ranges = False
        for position, number in enumerate(numbers):
            left = numbers[position - 1].end() if position else start
            right = numbers[position + 1].start() if position + 1 < len(numbers) else end
            before = [i for i, term in enumerate(terms) if left <= term.start() and term.end() <= number.start()]
            after = [i for i, term in enumerate(terms) if number.end() <= term.start() and term.end() <= right]
            tail = self.low[number.end() : min(end, number.end() + 60)]
            chosen, linked = None, (0, 0)
            if (
                before
                and before[-1] not in used
                and self._links_before(self.low, left, terms[before[-1]], number, tail)
            ):
                chosen = before[-1]
                linked = terms[chosen].start(), number.end()
            elif self._is_next(position, numbers, terms, after, end):
                continue
            elif after and after[0] not in used and self._links_after(self.low, left, terms[after[0]], number, end):
                chosen = after[0]
                linked = number.start(), terms[chosen].end()
            if chosen is None:
                if after and not text[number.end() : terms[after[0]].start()].strip():
                    # "Within the 70 % quality, 10 % is for ...": the word is taken, whatever its number means.
                    used.add(after[0])
                continue
            if _ranged(text, number):
                ranges = True
                continue
            used.add(chosen)
            name = self._widened(text, left, right, terms[chosen], number)
            kind = _kind(name)
            if kind == "other":
                kind = _kind(terms[chosen][0])
            value = _value(number[1])
            made = _Found(name, kind, block.start + linked[0], block.start + linked[1])
            made.weight, made.points = (value, None) if number[2] else (None, value)
            made.explicit = bool(_EXPLICIT.search(text, linked[0], min(end, linked[1] + 50)))
            made.part_of_quality = bool(_OF_QUALITY.match(tail))
            found.append(made)
        return found, ranges

    def _is_next(
        self,
        position: int,
        numbers: Sequence[re.Match[str]],
        terms: Sequence[re.Match[str]],
        after: Sequence[int],
        end: int,
    ) -> bool:
        """Tell whether the word after a number belongs to the next one: "Complaints 15% Social value 10%"."""
        if not after or position + 1 >= len(numbers):
            return False
        following = numbers[position + 1]
        if not _only(self.low[terms[after[-1]].end() : following.start()], _links("before")):
            return False
        stop = numbers[position + 2].start() if position + 2 < len(numbers) else end
        return not any(following.end() <= term.start() and term.end() <= stop for term in terms)

    @staticmethod
    def _links_before(text: str, left: int, term: re.Match[str], number: re.Match[str], tail: str) -> bool:
        between = text[term.end() : number.start()]
        if not _only(between, _links("before")) or _context_word("not_after").match(tail.lstrip(" )")):
            return False
        if _OF.match(tail) and not _OF_WHOLE.match(tail) and not _OF_QUALITY.match(tail):
            return False
        return not _context_word("not_before").search(text, max(left, term.start() - 25), number.start())

    @staticmethod
    def _links_after(text: str, left: int, term: re.Match[str], number: re.Match[str], end: int) -> bool:
        between = text[number.end() : term.start()]
        words = re.findall(r"[a-z-]+", between.casefold())
        if re.search(r"[,;]|\band\b", between) or not _only(between, _links("after")):
            return False
        if "of" in words and not (set(words) & _WHOLE_WORDS and words[-1] in _ENDS_OF):
            return False
        if _context_word("not_after").match(text[term.end() : min(end, term.end() + 40)].lstrip(" )")):
            return False
        return not _context_word("not_before").search(text, max(left, number.start() - 25), number.start())

    @staticmethod
    def _widened(text: str, left: int, right: int, term: re.Match[str], number: re.Match[str]) -> str:
        """Widen a word to the name that it is part of, where that is set off: "Price of the first year (60 %)"."""
        if term.end() <= number.start():
            piece = re.split(r"[,;:.()\[\]\n]|\band\b", text[left : number.start()].rstrip(" (:–—-[="))[-1]
        else:
            piece = re.split(r"[,;:.()\[\]\n]|\band\b", text[number.end() : right].lstrip(" ):–—-"))[0]
        name = _trimmed(piece)
        own = text[term.start() : term.end()]
        words = name.split()
        if 0 < len(words) <= 5 and own in name and not _FINITE.search(name) and not _LOT.search(name):
            if set(_folded(name).split()) <= (_links("before") | _links("after") | set(_folded(own).split())):
                return own
            return name
        return own

    def _splits(self, block: Block, start: int, end: int) -> list[_Found]:
        """Read a split: "60/40 quality/price", "price and quality are weighted 40 % and 60 % respectively"."""
        text, low = block.text, self.low
        for split in islice(_SPLIT.finditer(low, start, end), MOST_NUMBERS):
            values = [float(value) for value in (split[1], split[3], split[4]) if value]
            if abs(sum(values) - 100) > ROUNDING:
                continue
            if split[2] in ("and", ",") and "respectively" not in low[start:end]:
                continue
            count = len(values)
            first, last = max(start, split.start() - 110), min(end, split.end() + 110)
            left = list(_sure_term().finditer(low, first, split.start()))[-count:]
            right = list(_sure_term().finditer(low, split.end(), last))[:count]
            if re.match(r"\s*\)?\s*(?:split\s+)?in\s+favou?r\s+of\b", low[split.end() : last]) and right and count == 2:
                kind = _kind(right[0][0])
                other = next((t for t in _sure_term().finditer(low, first, last) if _kind(t[0]) != kind), None)
                if other is None:
                    continue
                pairs = [(right[0], max(values)), (other, min(values))]
                span = min(other.start(), split.start()), max(other.end(), right[0].end())
            elif (
                len(left) == count
                and self._joined(low, left)
                and _only(low[left[-1].end() : split.start()], _links("split"))
            ):
                pairs = list(zip(left, values, strict=True))
                span = left[0].start(), split.end()
            elif (
                len(right) == count
                and self._joined(low, right)
                and _only(low[split.end() : right[0].start()], _links("split"))
            ):
                pairs = list(zip(right, values, strict=True))
                span = split.start(), right[-1].end()
            else:
                continue
            if len({_kind(term[0]) for term, _ in pairs}) < count:
                continue
            places = block.start + span[0], block.start + span[1]
            return [
                _Found(text[t.start() : t.end()], _kind(t[0]), *places, weight=value, explicit=True)
                for t, value in pairs
            ]
        return []

    @staticmethod
    def _joined(text: str, terms: Sequence[re.Match[str]]) -> bool:
        """Tell whether words stand side by side: "quality/price", "price, quality and social value"."""
        gaps = (text[a.end() : b.start()] for a, b in pairwise(terms))
        return all(
            re.fullmatch(r"\s*(?:/|:|-|–|&|,|,?\s*and|to|vs\.?|versus|\+)\s*(?:the\s+)?", gap, re.I) for gap in gaps
        )

    def _bare(self, block: Block) -> list[_Found]:
        """Read numbers without a unit, "Quality 70, price 30", if they make 100 and weigh price against quality."""
        found: list[_Found] = []
        text = block.text
        if len(text) > 5000:
            return found
        for start, end in _sentences(text):
            terms = list(_sure_term().finditer(self.low, start, end))
            for number in _BARE.finditer(text, start, end):
                before = [term for term in terms if term.end() <= number.start()]
                if before and _only(text[before[-1].end() : number.start()], _links("before")):
                    term = before[-1]
                    name = text[term.start() : term.end()]
                    made = _Found(name, _kind(name), block.start + term.start(), block.start + number.end())
                    made.weight, made.explicit = float(number[1]), True
                    if made.key not in {other.key for other in found}:
                        found.append(made)
        group = _Group(found)
        return found if group.coherent and group.mixed else []

    # Lists: single findings that stand near each other.

    def _lists(self) -> None:
        headings = [one for one in self._single if one[1][0] == "heading"]
        if len(headings) == 1:
            # A short line of a list is easily taken for a heading.
            headings = []
            self._single = [(one[0], ("list", None), *one[2:]) for one in self._single]
        others = [one for one in self._single if one not in headings]
        for singles, gap in ((headings, 10**9), (others, LIST_GAP)):
            run: list[tuple[int, tuple[Any, ...], _Found, bool, bool]] = []
            for one in singles:
                if run and (one[0] - run[-1][0] > gap or one[1] != run[-1][1] or one[2].lot != run[-1][2].lot):
                    self._list(run)
                    run = []
                run.append(one)
            if run:
                self._list(run)

    def _list(self, run: Sequence[tuple[int, tuple[Any, ...], _Found, bool, bool]]) -> None:
        first, last = run[0][0], run[-1][0]
        total = next(
            (
                t
                for i in range(max(0, first - 2), min(len(self.blocks), last + 3))
                if (t := _stated_total(self.blocks[i].text))
            ),
            None,
        )
        members = [one[2] for one in run]
        for one in run:
            one[2].depth = self.blocks[one[0]].level if self.blocks[one[0]].kind == "item" else 0
        group = _Group(members, any(one[3] for one in run), all(one[4] for one in run), stated_total=total, block=first)
        self._set_depths(group, [self.blocks[one[0]] for one in run])
        _set_levels(group)
        self._keep(group)

    @staticmethod
    def _set_depths(group: _Group, blocks: Sequence[Block]) -> None:
        """Take the items of an inner list for parts, if those of the outer list make a whole."""
        depths = [block.level for block in blocks]
        if group.coherent or len({block.kind for block in blocks}) > 1 or len(set(depths)) < 2:
            return
        parent: int | None = None
        for position, (found, depth) in enumerate(zip(group.members, depths, strict=True)):
            found.level = int(depth > min(depths))
            found.parent = parent if found.level else None
            parent = parent if found.level else position
        if not group.coherent:
            for found in group.members:
                found.level, found.parent = 0, None

    # Tables.

    def _table(self, indices: Sequence[int]) -> None:
        """Read the rows of a table, or of several that stand side by side."""
        rows: list[tuple[Block, list[tuple[int, str]]]] = []
        header: list[str] | None = None
        context, elsewhere = self._placed(indices[0])
        start = indices[0]
        for index in indices:
            block = self.blocks[index]
            if len(block.text) > LONGEST_ROW:
                continue
            cells = _cells(block)
            if _is_header([text for _, text in cells]):
                self._rows(rows, header, context, elsewhere, start)
                rows, header, start = [], [text for _, text in cells], index
            else:
                rows.append((block, cells))
        self._rows(rows, header, context, elsewhere, start)

    def _rows(
        self,
        rows: Sequence[tuple[Block, list[tuple[int, str]]]],
        header: list[str] | None,
        context: bool,
        elsewhere: bool,
        index: int,
    ) -> None:
        if not rows:
            return
        top = header or [text for _, text in rows[0][1]]
        if any(_context("not_headers").search(_lowered(cell)) for cell in top if not re.search(r"\d", cell)):
            return
        for members, total in self._column_wise(rows, header) or self._row_wise(rows, header):
            lots: dict[str | None, list[_Found]] = {}
            for found in members:
                lots.setdefault(found.lot, []).append(found)
            for group in lots.values():
                made = _Group(group, context, elsewhere, True, stated_total=total, block=index)
                _set_levels(made)
                self._keep(made)

    def _column_wise(
        self, rows: Sequence[tuple[Block, list[tuple[int, str]]]], header: list[str] | None
    ) -> list[tuple[list[_Found], float | None]]:
        """Read a table whose columns are the criteria: "Lot | Price | Quality", or "Quality (60%) | Price (40%)"."""
        found: list[tuple[list[_Found], float | None]] = []
        names = header or [text for _, text in rows[0][1]]
        for block, cells in rows:
            weighed = [(i, value) for i, (_, text) in enumerate(cells) if (value := _percent(text)) is not None]
            columns = [(i, value) for i, value in weighed if i < len(names) and names[i]]
            if len(columns) >= 2 and abs(sum(value for _, value in columns) - 100) <= ROUNDING:
                kinds = [_kind(names[i]) for i, _ in columns]
                if "price" not in kinds or len(set(kinds)) < 2 or any(_percent(names[i]) for i, _ in columns):
                    continue
                label = " ".join(text for i, (_, text) in enumerate(cells) if i not in dict(columns))
                lot = _LOT.search(label) or (
                    re.fullmatch(r"\s*(\d{1,3}[A-Z]?)\s*", label) if names[0].casefold().startswith("lot") else None
                )
                end = block.start + len(block.text)
                members = [
                    _Found(
                        names[i],
                        kind,
                        block.start,
                        end,
                        value,
                        lot=_lot_name(lot) if lot else self._under[2],
                        explicit=True,
                    )
                    for (i, value), kind in zip(columns, kinds, strict=True)
                ]
                found.append((members, None))
        if not found and len(rows) <= 2:
            for block, cells in rows:
                members = [one for at, text in cells if (one := self._cell(block, at, text))]
                if len(members) >= 2 and _Group(members).coherent:
                    found.append((members, None))
        return found

    def _cell(self, block: Block, at: int, text: str) -> _Found | None:
        """Read a cell that holds a name and its weight: "Quality (60%)"."""
        numbers = list(_NUMBER.finditer(text))
        if len(numbers) != 1 or not numbers[0][2] or not re.fullmatch(r"[\s)\].]*", text[numbers[0].end() :]):
            return None
        name = _trimmed(text[: numbers[0].start()])
        if not _is_name(name):
            return None
        start = block.start + at
        return _Found(name, _kind(name), start, start + len(text), _value(numbers[0][1]), lot=self._under[2])

    def _row_wise(
        self, rows: Sequence[tuple[Block, list[tuple[int, str]]]], header: list[str] | None
    ) -> list[tuple[list[_Found], float | None]]:
        """Read a table with a criterion a row."""
        if header is None:
            columns: list[tuple[int, str, str | None]] = []
        else:
            columns = _weight_columns(header)
        members: list[_Found] = []
        total: float | None = None
        for block, cells in rows:
            if header and len(cells) == len(header) + 1 and re.fullmatch(r"\W*[\w.]{1,5}\W*", cells[0][1]):
                cells = cells[1:]
            texts = [text for _, text in cells]
            name_at = _name_column(texts, header, [i for i, _, _ in columns])
            if name_at is None:
                continue
            name = _trimmed(_unnumbered(texts[name_at]))
            values = self._row_values(texts, columns, name_at, header)
            if not values:
                inner = self._cell(block, *cells[name_at])
                if inner and not columns:
                    members.append(inner)
                continue
            if _TOTAL.match(name) or not name:
                total = next((v for v, unit, _ in values if unit == "points"), total)
                continue
            if not re.search(r"[^\W\d_]{2}", name):
                continue
            if len(name.split()) > 25:
                name = " ".join(name.split()[:12]) + " …"
            lot = self._row_lot(texts, name_at)
            for value, unit, of_lot in values:
                made = _Found(name, _kind(name), block.start, block.start + len(block.text), lot=of_lot or lot)
                made.explicit = bool(columns)
                if unit == "points":
                    made.points = value
                else:
                    made.weight = value
                same = members[-1] if members and members[-1].start == made.start else None
                if same and same.lot == made.lot and unit == "points" and same.points is None:
                    same.points = value
                elif same and same.lot == made.lot and unit != "points" and same.weight is None:
                    same.weight = value
                elif not (same and same.lot == made.lot):
                    members.append(made)
        members = _resolved(members, bool(columns))
        return [(members, total)] if len(members) > 1 or (members and columns) else []

    def _row_values(
        self,
        texts: Sequence[str],
        columns: Sequence[tuple[int, str, str | None]],
        name_at: int,
        header: list[str] | None,
    ) -> list[tuple[float, str, str | None]]:
        """Return the numbers of a row with their unit and the lot of their column."""
        values: list[tuple[float, str, str | None]] = []
        if columns and header and len(texts) == len(header):
            for i, unit, lot in columns:
                if i == name_at:
                    continue
                value = _percent(texts[i])
                points = _points(texts[i])
                if value is not None:
                    values.append((value, "percent", lot))
                elif points is not None:
                    values.append((points, "points", lot))
                elif (bare := re.fullmatch(r"\s*(\d{1,2},\d{3}|\d{1,4}(?:\.\d{1,2})?)\s*", texts[i])) is not None:
                    values.append((_value(bare[1]), unit, lot))
            return values
        last = next((i for i in range(len(texts) - 1, name_at, -1) if texts[i].strip()), None)
        if last is not None and (value := _percent(texts[last])) is not None:
            values.append((value, "percent", None))
        elif last is not None and (value := _points(texts[last])) is not None:
            values.append((value, "points", None))
        return values

    def _row_lot(self, texts: Sequence[str], name_at: int) -> str | None:
        for i, text in enumerate(texts):
            if i != name_at and (named := re.fullmatch(rf"\s*{_LOT.pattern}.{{0,60}}", text, re.IGNORECASE)):
                return _lot_name(named)
        return self._under[2]

    def _keep(self, group: _Group) -> None:
        if group.members:
            self.found.append(group)


_EDGES = " -–—:=,;.([*|•●/\"“”'‘’"
_LOOSE_ENDS = re.compile(
    r"^(?:and|the|for|on|a|an|is|of|to|being|criteri(?:on|a)\s*:)\s+"
    r"|\s+(?:is|are|will|be|at|of|with|a|an|the|carries|carry|worth|weight(?:ing|ed|s|age)?|has|accounts|for|represents"
    r"|makes|up|shall|maximum|max|total|score of|out|%|and|to)\.?$",
    re.IGNORECASE,
)
_LINE_ENDS = re.compile(r"\s*[),.;]*(?:\s+(?=[A-Z•(])|\s*$|\n)")
_PART_ENDS = re.compile(r"\s*(?:[,;.)(/]|$|\n|\band\b)", re.IGNORECASE)
_CLOSED = re.compile(
    r"\s*[)\]]|\s*$|\s*[.,;:?!–—-](?!\d)|\s*[(\[]|\s*\*|\s*/\s*\d"
    r"|\s*(?:weighting|weighted|in total|overall|possible|available|max(?:imum)?)\b",
    re.IGNORECASE,
)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences and lines of a block begin and end."""
    start = 0
    for found in _SENTENCE.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def _only(between: str, allowed: frozenset[str]) -> bool:
    """Tell whether nothing but linking words stands between a word and its number."""
    if len(between) > 110 or re.search(r"\d|[.;?!](?:\s|$)", between):
        return False
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", between.casefold())
    return len(words) <= LINK_WORDS and all(word in allowed for word in words)


def _ranged(text: str, number: re.Match[str]) -> bool:
    """Tell whether a number is one end of a range: "40 % to 70 %"."""
    return bool(
        _RANGE_BEFORE.search(text, max(0, number.start() - 14), number.start())
        if text[max(0, number.start() - 14) : number.start()].strip()
        else False
    ) or bool(_RANGE_AFTER.match(text, number.end()))


def _trimmed(name: str) -> str:
    """Take off what leads to the weight and is no part of the name: "Quality will be weighted at" is "Quality"."""
    name = " ".join(name.split()).strip(_EDGES)
    while True:
        cut = _LOOSE_ENDS.sub("", name).strip(_EDGES)
        if cut == name:
            break
        name = cut
    if name.count("(") > name.count(")"):
        name += ")"
    return name


def _unnumbered(name: str) -> str:
    found = _NUMBERING.match(name)
    return name[found.end() :] if found and found.end() < len(name) else name


def _is_name(name: str) -> bool:
    """Tell whether words can be the name of a criterion and are no sentence."""
    return (
        0 < len(name.split()) <= NAME_WORDS
        and bool(re.search(r"[^\W\d_]{2}", name))
        and not re.search(r"[.;?!]\s", name)
        and not _FINITE.search(name)
        and not re.fullmatch(
            r"(?:question|part|section|lot|stage|criteri\w+|max\w*|score)\s*[\w.]*(?: of \d+)?", name, re.IGNORECASE
        )
    )


def _lot_name(found: re.Match[str]) -> str:
    """Write a lot as "Lot 2", several as "Lots 1 and 2"."""
    numbers = " ".join(re.sub(r"(?i)\blots?\s*", "", found[1]).split()).upper()
    numbers = re.sub(r"\bAND\b", "and", re.sub(r"\bTO\b", "to", numbers))
    return f"{'Lot' if re.fullmatch(r'[0-9]+[A-Z]?', numbers) else 'Lots'} {numbers}"


def _value(text: str) -> float:
    return float(re.sub(r",(?=\d{3}(?!\d))", "", text).replace(",", "."))


def _percent(cell: str) -> float | None:
    """Read a cell that holds a percentage and nothing else."""
    found = re.fullmatch(
        r"\s*\(?(?:max\.?\s*)?(\d{1,3}(?:\.\d{1,2})?)\s?(?:%|per\s?cent|percent)\)?\s*", cell, re.IGNORECASE
    )
    return float(found[1]) if found else None


def _points(cell: str) -> float | None:
    """Read a cell that holds marks and nothing else."""
    found = re.fullmatch(r"\s*\(?(\d{1,2},\d{3}|\d{1,4})\s?(?:points?|marks?|pts)\.?\)?\s*", cell, re.IGNORECASE)
    return _value(found[1]) if found else None


def _stated_total(text: str) -> float | None:
    """Find of how many points the whole consists, where a text says so."""
    if len(text) > 5000 or not re.search(r"points|marks|score", text, re.IGNORECASE):
        return None
    found = _STATED_TOTAL.search(text)
    return _value(found[1]) if found else None


def _cells(block: Block) -> list[tuple[int, str]]:
    """Cut a row into its cells, each with its place in the row."""
    cells, at = [], 0
    for text in block.text.split("|"):
        cells.append((at + len(text) - len(text.lstrip()), text.strip()))
        at += len(text) + 1
    return cells


def _is_header(texts: Sequence[str]) -> bool:
    """Tell whether a row names the columns of a table of weights."""
    if len(texts) < 2 or any(_percent(text) is not None or _points(text) is not None for text in texts):
        return False
    if (
        any(_NUMBER.search(text) for text in texts)
        or any(len(text) > 80 for text in texts)
        or sum(bool(re.fullmatch(r"[\d.,\s]+", text)) for text in texts if text)
    ):
        return False
    weighing = any(_context("weight_headers").search(_lowered(text)) for text in texts)
    naming = any(_context("name_headers").search(_lowered(text)) for text in texts)
    kinds = [_kind(text) for text in texts if len(text.split()) <= 5]
    lots = sum(bool(re.fullmatch(r"lot\s*\d+\w?.{0,40}", text, re.IGNORECASE)) for text in texts)
    across = "price" in kinds and len(set(kinds) - {"other"}) > 1 and len(texts) <= 7
    return (weighing and (naming or len(texts) == 2 or not texts[0])) or across or (lots > 1 and naming)


def _weight_columns(header: Sequence[str]) -> list[tuple[int, str, str | None]]:
    """Find the columns of a header that hold weights: place, unit and lot."""
    columns: list[tuple[int, str, str | None]] = []
    for i, text in enumerate(header):
        lot = re.fullmatch(rf"\s*{_LOT.pattern}.{{0,40}}", text, re.IGNORECASE)
        if lot and i > 0:
            columns.append((i, "percent", _lot_name(lot)))
        elif i > 0 and _context("weight_headers").search(_lowered(text)):
            in_points = re.search(r"points?|marks?|score", text, re.IGNORECASE) and not re.search(
                r"weight|%", text, re.IGNORECASE
            )
            columns.append((i, "points" if in_points else "percent", None))
    if any(lot for _, _, lot in columns):
        columns = [column for column in columns if column[2]]
    return columns


def _name_column(texts: Sequence[str], header: list[str] | None, weights: Sequence[int]) -> int | None:
    """Find the cell of a row that names the criterion."""

    def named(i: int) -> bool:
        return i not in weights and bool(re.search(r"[^\W\d_]{2}", texts[i])) and _percent(texts[i]) is None

    if header and len(texts) == len(header):
        order = [
            i
            for i, text in enumerate(header)
            if _context("name_headers").search(_lowered(text))
            and not re.fullmatch(r"\W*(?:no|ref|#|lot|q|item)\W*(?:no\W*)?", text, re.IGNORECASE)
        ]
        # Where several columns name something, the one that says "question" or "criterion" names what is weighed.
        ranks = ("sub", "question", "criteri")
        order.sort(key=lambda i: next((n for n, word in enumerate(ranks) if word in header[i].casefold()), len(ranks)))
        order = [i for i in order if named(i) and not re.match(r"(?:Lot\s*\d+|\d+)$", texts[i])]
        if order:
            return next((i for i in order if _kind(texts[i]) != "other"), order[0])
    return next((i for i in range(len(texts)) if named(i) and not re.fullmatch(r"Q?\d+(?:\.\d+)*", texts[i])), None)


def _resolved(members: list[_Found], header: bool) -> list[_Found]:
    """Settle numbers without a unit in a column of weights: they are percent if they make 100, or 1 as fractions."""
    weights = [found.weight for found in members if found.weight is not None]
    if not header or not weights:
        return members
    if abs(sum(weights) - 1) < 0.006 and len(weights) > 1 and all(weight <= 1 for weight in weights):
        return [
            replace(found, weight=round(100 * found.weight, 4) if found.weight is not None else None)
            for found in members
        ]
    if all(weight <= 10 for weight in weights) and sum(weights) < 50:
        # Multipliers ("weight 3") tell nothing without the scale that they multiply.
        return [replace(found, weight=None) for found in members if found.points is not None]
    return members


def _set_levels(group: _Group) -> None:
    """Tell criteria from their parts, where parts stand below a criterion and make its weight, or 100."""
    members = group.members
    if group.coherent or len(members) < 3:
        return
    whole = (
        100.0
        if not group.in_points
        else (group.stated_total or (1000.0 if sum(m.number for m in members) > 1000 else 100.0))
    )
    for relative in (False, True):
        levels, parents = [0] * len(members), [-1] * len(members)
        i = 0
        while i < len(members):
            goal = whole if relative else members[i].number
            total, j = 0.0, i + 1
            while j < len(members) and total < goal - ROUNDING:
                total += members[j].number
                j += 1
            if (
                j > i + 2
                and abs(total - goal) <= 0.01 + (ROUNDING if relative else 0)
                and goal > 0
                and (relative or goal < whole)
            ):
                for k in range(i + 1, j):
                    levels[k], parents[k] = 1, i
                i = j
            else:
                i += 1
        top = sum(m.number for m, level in zip(members, levels, strict=True) if level == 0)
        if any(levels) and abs(top - whole) <= ROUNDING:
            for found, level, parent in zip(members, levels, parents, strict=True):
                found.level, found.parent = level, parent if level else None
            return


# Judging.


def _accepted(groups: Sequence[_Group]) -> list[_Group]:
    """Keep the groups whose numbers are weights beyond reasonable doubt."""
    return [group for group in groups if (group.ranges and not group.members) or _is_accepted(group)]


def _is_accepted(group: _Group) -> bool:
    names = [_folded(found.name) for found in group.members]
    if sum(bool(_scale().match(name)) for name in names) >= 2:
        return False
    if any(found.number > 1000 or (found.weight or 0) > 100 for found in group.members) and not group.in_points:
        return False
    if group.elsewhere and not (group.coherent and group.mixed and group.context):
        return False
    explicit = [found.explicit for found in group.members]
    if group.coherent:
        return group.mixed or group.context or _is_whole_price(group)
    sure = [_sure_term().search(_lowered(found.name)) is not None for found in group.members]
    if group.in_points:
        return group.context and group.mixed and len(group.members) > 1
    if any(found.kind == "social_value" and known for found, known in zip(group.members, sure, strict=True)):
        return True
    known = [found.kind != "other" for found in group.members]
    if any(found.called for found in group.members) and not group.elsewhere:
        return True
    if group.context:
        if 2 * sum(known) < len(known):
            return False
        both = len(group.members) > 2 and all(found.weight and found.points for found in group.members)
        return any(explicit) or group.mixed or both or (len(group.members) > 1 and all(sure))
    return any(e and s for e, s in zip(explicit, sure, strict=True))


def _is_whole_price(group: _Group) -> bool:
    return len(group.members) == 1 and group.members[0].kind == "price"


def _structured(document: Document) -> list[_Group]:
    """Take the criteria that the file has in fields of their own, one group a lot."""
    entries = document.metadata.get("criteria")
    groups: dict[str | None, _Group] = {}
    for entry in entries if isinstance(entries, (list, tuple)) else ():
        if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
            continue
        name, of_file = entry["name"], entry.get("kind")
        by_name = _kind(name)
        kind: Kind = by_name
        if of_file == "price":
            kind = "price"
        elif of_file == "quality":
            kind = by_name if by_name in ("social_value", "sustainability") else "quality"
        lot = entry.get("lot") if isinstance(entry.get("lot"), str) else None
        found = _Found(name, kind, 0, 0, _float(entry.get("weight")), _float(entry.get("points")), lot, explicit=True)
        found.field = entry.get("field") if isinstance(entry.get("field"), str) else None
        groups.setdefault(lot, _Group([], context=True, structured=True)).members.append(found)
    made = [_in_unit(group) for group in groups.values()]
    alike = {tuple((found.key, found.kind) for found in group.members) for group in made}
    if len(made) > 1 and len(alike) == 1:
        made = made[:1]
        for found in made[0].members:
            found.lot = None
    for group in made:
        for found in group.members:
            _locate(document, found)
    return made


def _float(value: Any) -> float | None:
    return (
        float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e6 else None
    )


def _in_unit(group: _Group) -> _Group:
    """Settle the unit of weights that a form holds as bare numbers: fractions of 1, percent, or points."""
    weights = [found.weight for found in group.members if found.weight is not None]
    if len(weights) > 1 and abs(sum(weights) - 1) < 0.006:
        for found in group.members:
            found.weight = None if found.weight is None else round(100 * found.weight, 4)
    elif weights and (sum(weights) > 150 or max(weights) > 100):
        for found in group.members:
            if found.points is None:
                found.points, found.weight = found.weight, None
    return group


def _locate(document: Document, found: _Found) -> None:
    """Find the words of a criterion that the file has in a field, which the text holds once for all lots."""
    found.quoted = False
    wanted = _folded(found.name)
    fallback: Block | None = None
    number = f"{found.weight if found.weight is not None else found.points:g}" if found.number else ""
    for block in document.blocks:
        if (
            block.stage != "evaluate"
            or not _folded(block.text).startswith(wanted)
            or len(block.text) > len(found.name) + 40
        ):
            continue
        if number and number not in block.text:
            continue
        if block.field == found.field:
            found.start, found.end, found.quoted = block.start, block.end, True
            return
        fallback = fallback or block
    if fallback is not None:
        found.start, found.end, found.quoted = fallback.start, fallback.end, True


def _settled(groups: Sequence[_Group], notes: list[str]) -> tuple[list[_Found], list[Shares]]:
    """Put the groups of each lot together: what is said twice once, parts below what they are part of, and shares."""
    if any(group.ranges for group in groups):
        notes.append("Some weights are given as ranges, which were left out.")
    by_lot: dict[str | None, list[_Group]] = {}
    for group in groups:
        for found in group.members[:1]:
            by_lot.setdefault(found.lot, []).append(group)
    items: list[_Found] = []
    shares: list[Shares] = []
    for lot, own in by_lot.items():
        settled, share = _settled_lot(lot, own, notes)
        items += sorted(settled, key=lambda one: (one.start, one.end))
        if share is not None:
            shares.append(share)
    if len(shares) > 1 and len({tuple(share.by_kind().items()) for share in shares}) == 1:
        shares = [replace(shares[0], lot=None)] if len(by_lot) == len(shares) else shares
    return items, shares


def _settled_lot(lot: str | None, groups: Sequence[_Group], notes: list[str]) -> tuple[list[_Found], Shares | None]:
    whole = lot or "the criteria"
    coherent = [group for group in groups if group.coherent]
    ranked = sorted(coherent, key=lambda group: (not group.mixed, len(group.top), group.block))
    main = ranked[0] if ranked else None
    if main is None:
        united = _united(groups)
        if united is not None:
            groups, main = [united], united
    if main is None:
        loose = _once([one for group in groups for one in group.members])
        for one in loose:
            one.level = 1 if one.part_of_quality else one.level
        top = [one for one in loose if one.level == 0 and one.weight is not None]
        if top:
            total = round(sum(one.weight or 0.0 for one in top), 2)
            if abs(total - 100) > ROUNDING:
                rest = "; the rest is not stated, or was not found" if total < 100 else ""
                notes.append(f"The weights of {whole} add to {total:g} %, not to 100 %{rest}, so no shares are given.")
            else:
                notes.append(f"The weights of {whole} were found in several places, so no shares are given.")
        elif any(one.points for one in loose):
            total = sum(one.points or 0.0 for one in loose if one.level == 0)
            notes.append(
                f"The points of {whole} add to {total:g}, and the text does not say of how many; no shares are given."
            )
        return loose, None
    price = _price(main)
    differing = {_price(group) for group in coherent if group.mixed} if main.mixed else set()
    parts: list[_Found] = []
    attached: list[tuple[_Found, list[_Found]]] = []
    seen = {one.key for one in main.members}
    for group in groups:
        if group is main:
            continue
        told = [one for one in group.members if not _repeats(one, main)]
        if group.coherent and group.mixed:
            told = list(group.members)
        fresh = [one for one in _once(told) if one.key not in seen]
        if not fresh or (group.coherent and group.mixed and abs(_price(group) - price) > ROUNDING):
            parts += fresh
            continue
        seen |= {one.key for one in fresh}
        inner = [one for one in told if one.level == 0 and one.kind != "price"]
        total = sum(one.number for one in told if one.level == 0)
        others = [one for one in main.top if one.kind != "price"]
        if group.coherent and group.mixed:
            # The same whole in more detail: its price is the same, so the rest is what the other criterion consists of.
            owners = others if len(others) == 1 else []
        elif all(one.kind != "price" for one in told):
            owners = [one for one in others if abs(one.number - total) <= 0.01]
            if not owners and abs(total - 100) <= ROUNDING and not group.in_points:
                owners = others
        else:
            owners = []
        if len(inner) > 1 and len(owners) == 1:
            attached.append((owners[0], inner))
        for one in fresh:
            if not (group.coherent and group.mixed and one.kind == "price"):
                one.level = 1
        parts += fresh
    found = _once(main.members) + parts
    if len({round(value, 1) for value in differing}) > 1:
        values = " and ".join(f"{value:g} %" for value in sorted(differing))
        notes.append(f"Two sets of weights for {whole} differ: price is {values}; no shares are given.")
        return found, None
    return found, _shares(lot, main, attached)


def _repeats(one: _Found, main: _Group) -> bool:
    """Tell whether a criterion is one of the main ones by another name: "Quality section" for "Quality"."""
    words = {_folded(found[0]) for found in _sure_term().finditer(_lowered(one.name))}
    return bool(words) and any(
        other.kind == one.kind
        and (other.weight, other.points) == (one.weight, one.points)
        and words & {_folded(found[0]) for found in _sure_term().finditer(_lowered(other.name))}
        for other in main.top
    )


def _united(groups: Sequence[_Group]) -> _Group | None:
    """Put criteria together that stand far apart, if they make 100 and weigh price against something else."""
    members = _once([one for group in groups for one in group.members])
    if len(groups) < 2 or any(one.level or one.part_of_quality for one in members):
        return None
    # Items of an inner list are parts, wherever the outer list goes on.
    outer = min((one.depth for one in members), default=0)
    for chosen in (members, [one for one in members if one.depth == outer]):
        united = _Group(chosen, context=True, block=groups[0].block)
        united.structured = any(group.structured for group in groups)
        if united.coherent and united.mixed:
            for one in members:
                one.level = int(one not in chosen)
            united.members = members
            return united
    return None


def _once(members: Iterable[_Found]) -> list[_Found]:
    kept: dict[tuple[Any, ...], _Found] = {}
    for one in members:
        kept.setdefault((one.key, one.level, one.parent), one)
    return list(kept.values())


def _price(group: _Group) -> float:
    total = group.total or 1.0
    return round(100 * sum(one.number for one in group.top if one.kind == "price") / total, 2)


def _shares(lot: str | None, main: _Group, attached: Sequence[tuple[_Found, list[_Found]]]) -> Shares | None:
    """Add the weights of the finest criteria by kind; a part of unknown kind is of the kind of its whole."""
    total = main.total
    if total <= 0:
        return None
    sums = dict.fromkeys(KINDS, 0.0)
    inner: dict[int, list[_Found]] = {}
    for one in main.members:
        if one.level and one.parent is not None:
            inner.setdefault(one.parent, []).append(one)
    for position, one in enumerate(main.members):
        if one.level:
            continue
        parts = inner.get(position) or next((p for owner, p in attached if owner is one), [])
        weight = 100 * one.number / total
        below = sum(part.number for part in parts)
        whole = min(abs(below - one.number), abs(below - 100)) <= ROUNDING
        if not parts or not whole or one.kind in ("price", "social_value"):
            sums[one.kind] += weight
            continue
        for part in parts:
            kind = part.kind if part.kind in ("social_value", "sustainability") else one.kind
            sums[kind] += weight * part.number / below
    rounded = {kind: round(value, 2) for kind, value in sums.items()}
    return Shares(lot, **rounded)


def _item(document: Document, found: _Found) -> Criterion:
    quote = document.quote(found.start, found.end) if found.quoted else None
    of = found.field or (quote.field if quote else None)
    return Criterion(found.name, found.kind, found.weight, found.points, found.lot, found.level, quote, of)


# The method of award.


def _method(
    document: Document, items: Sequence[Criterion], shares: Sequence[Shares], structured: bool, notes: list[str]
) -> tuple[Method | None, Quote | None]:
    """Tell how the contract is awarded: by its weights, by a code of the file, or by its words."""
    said = _said_methods(document)
    code = document.metadata.get("award_method")
    coded = next((method for method in METHODS if method == code), None)
    weighed = _weighed_method(items, shares, structured)
    if weighed is None and coded is None:
        if len(said) > 1:
            if set(said) == {"lowest_price", "best_price_quality"}:
                notes.append("The text speaks of the lowest price and of price with quality, so no method is given.")
            else:
                notes.append("The text speaks of more than one method of award, so none is given.")
            return None, None
        return next(iter(said.items()), (None, None))
    method = weighed or coded
    if method is None:
        return None, None
    if weighed and coded and weighed != coded:
        notes.append(f"The file's code says {_spoken(coded)}, but its criteria say {_spoken(weighed)}.")
    if method == "lowest_price" and "best_price_quality" in said and "lowest_price" not in said:
        notes.append("The text speaks of more than the price, but price carries all the weight.")
    if method not in said and coded and not weighed:
        notes.append("The method of award is a code of the file; the text does not say it in words.")
    return method, said.get(method)


def _spoken(method: Method) -> str:
    return {"lowest_price": "lowest price", "best_price_quality": "price and quality", "quality_only": "quality only"}[
        method
    ]


def _weighed_method(items: Sequence[Criterion], shares: Sequence[Shares], structured: bool) -> Method | None:
    """Tell the method by the weights, or by the kinds of the criteria that a form lists in full."""
    if shares:
        if all(share.price >= 100 - ROUNDING for share in shares):
            return "lowest_price"
        return "best_price_quality" if all(0 < share.price < 100 for share in shares) else None
    top = [item for item in items if item.level == 0]
    if structured and top and all(item.field for item in top):
        if all(item.kind == "price" for item in top):
            return "lowest_price"
        if any(item.kind == "price" and item.weight != 0 for item in top):
            return "best_price_quality"
    return None


def _said_methods(document: Document) -> dict[Method, Quote]:
    """Find the methods that the text speaks of, each with its first words."""
    low = _lowered(document.text)
    places = _method_places(low)
    said: dict[Method, Quote] = {}
    for method in METHODS if places else ():
        for start, end in places:
            found = _method_words(method).search(low, start, end)
            if found and not _not_method().search(low, start, end):
                said[method] = document.quote(found.start(), found.end())
                break
    return said


def _method_places(low: str) -> list[tuple[int, int]]:
    """Find the sentences that may tell a method, none longer than 600 characters."""
    found: list[int] = []
    for mark in _words()["methods"]["marks"]:
        at, times = low.find(mark), 0
        while at >= 0 and times < MOST_PLACES:
            found.append(at)
            at, times = low.find(mark, at + len(mark)), times + 1
    places: list[tuple[int, int]] = []
    for at in sorted(found):
        if places and at < places[-1][1]:
            continue
        if len(places) >= MOST_PLACES:
            break
        first, last = max(0, at - 300), min(len(low), at + 300)
        start, end = first, last
        for cut in _PLAIN_SENTENCE.finditer(low, first, last):
            if cut.end() <= at:
                start = cut.end()
            elif cut.start() > at:
                end = cut.start()
                break
        places.append((start, end))
    return places


_PLAIN_SENTENCE = re.compile(r"(?<=[.!?;])(?<!e\.g\.)(?<!i\.e\.)\s+(?=[^\W_])|\n")


@cache
def _method_words(method: Method) -> re.Pattern[str]:
    return _any(_words()["methods"][method])


@cache
def _not_method() -> re.Pattern[str]:
    return _any(_words()["methods"]["not_method"])


def _criterion_dict(item: Criterion) -> dict[str, Any]:
    return {
        "name": item.name,
        "kind": item.kind,
        "weight": item.weight,
        "points": item.points,
        "lot": item.lot,
        "level": item.level,
        "field": item.field,
        "quote": _quote_dict(item.quote),
    }


def _quote_dict(quote: Quote | None) -> dict[str, Any] | None:
    if quote is None:
        return None
    return {
        "text": quote.text,
        "start": quote.start,
        "end": quote.end,
        "page": quote.page,
        "section": quote.section,
        "field": quote.field,
    }
