"""Names with their numbers as they were found, alone and together, before they are judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kindtext.document import Block
from kindtext.measures._numbers import figure
from kindtext.measures._view import lowered
from kindtext.measures.criteria.record import Kind
from kindtext.measures.criteria.words import LOT, folded, kind_of, lot_name

ROUNDING = 0.5
"""How far weights may be from 100 in sum: thirds are written 33 % and 33.3 %."""

PERCENT = r"(?:%|per\s?cent)"
NUMBER = re.compile(
    r"(?<![\w.,£$€])(\d{1,3}(?:,\d{3})+(?!\d)|\d{1,4}(?:\.\d{1,3})?)[\s-]?(?:(%|per\s?cent\b)|(points?|pts|marks?)\b)",
    re.IGNORECASE,
)
"""A number with its unit: the second group is of percent, the third of points."""

_RANGE_BEFORE = re.compile(rf"\d\s?{PERCENT}?\s*(?:-|–|—|\bto\b)\s*$", re.IGNORECASE)
_RANGE_AFTER = re.compile(r"\s*(?:-|–|—|\bto\b)\s*\d", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'“‘(]?[^\Wa-z_])|\n")
_STATED_TOTAL = re.compile(
    r"\b(?:out of|total of|totall?ing|based on|total(?: marks| points| score)?\s?[:=–-]"
    r"|total (?:number of )?(?:points|marks|score)[^.\d]{0,60}?(?:is|:|=|of))\s*"
    r"(?:a\s+(?:possible|maximum|total)(?: of)?\s*)?(\d{1,2},\d{3}|\d{2,4})(?:\s+(?:points|marks|available))?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Found:
    """One name with its number, and what was said of it.

    ``explicit`` if words say that it is a weight, ``called`` if it is called "weighting"; ``depth`` is that of the list
    that it is an item of, ``parent`` the place in its group of what it is a part of. ``start`` is -1 if the words are
    not in the text.
    """

    name: str
    start: int
    end: int
    weight: float | None = None
    points: float | None = None
    lot: str | None = None
    explicit: bool = False
    called: bool = False
    part_of_quality: bool = False
    field: str | None = None
    level: int = 0
    depth: int = 0
    parent: int | None = None
    kind: Kind = "other"

    def __post_init__(self) -> None:
        if self.kind == "other":
            self.kind = kind_of(self.name)

    @property
    def number(self) -> float:
        """The weight, or else the points."""
        return self.weight if self.weight is not None else self.points or 0.0

    @property
    def key(self) -> tuple[str, float | None, float | None]:
        """The same for what is said twice."""
        return folded(self.name), self.weight, self.points


@dataclass(slots=True)
class Group:
    """Criteria that were found together; ``context`` if weights are spoken of there, ``elsewhere`` if other numbers."""

    members: list[Found]
    context: bool = False
    elsewhere: bool = False
    stated_total: float | None = None
    block: int = 0
    ranges: bool = False

    @property
    def in_points(self) -> bool:
        """Whether no member has a weight in percent."""
        return all(found.weight is None for found in self.members)

    @property
    def top(self) -> list[Found]:
        """Members that are no parts of others."""
        return [found for found in self.members if found.level == 0]

    @property
    def total(self) -> float:
        """Sum of the numbers."""
        return sum(found.number for found in self.top)

    @property
    def mixed(self) -> bool:
        """Whether price is weighed against something else."""
        return {"price"} < {found.kind for found in self.members} - {"other"}

    @property
    def coherent(self) -> bool:
        """Whether the numbers make a whole."""
        if self.in_points:
            # One criterion's own marks may stand where the total is looked for.
            wholes = (self.stated_total,) if self.stated_total else (100.0, 1000.0)
            return len(self.top) > 1 and any(near(self.total, whole) for whole in wholes)
        return all(found.weight is not None for found in self.top) and near(self.total, 100)

    def set_levels(self) -> None:
        """Tell criteria from their parts, where parts stand below a criterion and make its weight, or 100."""
        members = self.members
        if self.coherent or len(members) < 3:
            return
        whole = 100.0
        if self.in_points:
            whole = self.stated_total or (1000.0 if sum(found.number for found in members) > 1000 else 100.0)
        for relative in (False, True):
            parents: list[int | None] = [None] * len(members)
            i = 0
            while i < len(members):
                goal = whole if relative else members[i].number
                total, j = 0.0, i + 1
                while j < len(members) and total < goal - ROUNDING:
                    total += members[j].number
                    j += 1
                if relative and total < goal - ROUNDING:
                    break  # what is left of the list is less than a whole, and gets no longer
                exact = near(total, goal, ROUNDING if relative else 0.01)
                if j > i + 2 and exact and (relative or goal < whole):
                    parents[i + 1 : j] = [i] * (j - i - 1)
                    i = j
                else:
                    i += 1
            top = sum(found.number for found, parent in zip(members, parents, strict=True) if parent is None)
            if near(top, whole):
                for found, parent in zip(members, parents, strict=True):
                    found.level, found.parent = int(parent is not None), parent
                return


def near(total: float, whole: float, most: float = ROUNDING) -> bool:
    """Tell whether a sum is a whole but for rounding."""
    return abs(total - whole) <= most


@dataclass(slots=True)
class Line:
    """A block of running text, with what is known of the place where it stands; ``lot`` is that of the heading."""

    block: Block
    context: bool
    elsewhere: bool
    lot: str | None
    text: str = field(init=False)
    low: str = field(init=False)
    numbers: list[re.Match[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.text = self.block.text
        self.low = lowered(self.text)
        self.numbers = list(NUMBER.finditer(self.text))

    def found(self, name: str, start: int, end: int, *numbers: re.Match[str], **more: Any) -> Found:
        """Make a criterion of a stretch of the block, with the numbers that weigh it."""
        found = Found(name, self.block.start + start, self.block.start + end, **more)
        for number in numbers:
            if number[2]:
                found.weight = figure(number[1])
            else:
                found.points = figure(number[1])
        return found

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Yield where the sentences and lines of the block begin and end."""
        start = 0
        for found in _SENTENCE.finditer(self.text):
            yield start, found.start()
            start = found.end()
        yield start, len(self.text)

    def is_range(self, number: re.Match[str]) -> bool:
        """Tell whether a number is one end of a range: "40 % to 70 %"."""
        before = self.text[max(0, number.start() - 14) : number.start()]
        return bool(_RANGE_BEFORE.search(before) or _RANGE_AFTER.match(self.text, number.end()))

    def lot_at(self, at: int) -> str | None:
        """Name the lot last spoken of before a place in its sentence, or else that of the block or heading."""
        first = max(0, at - 300)
        start = max((found.end() for found in _SENTENCE.finditer(self.text, first, at + 1)), default=first)
        named = list(LOT.finditer(self.text, start, at))
        if not named and LOT.match(self.text.lstrip(" •●-–")):
            lots = list(LOT.finditer(self.text[:2000]))
            named = lots if len({lot_name(found) for found in lots}) == 1 else []
        return lot_name(named[-1]) if named else self.lot


def stated_total(text: str) -> float | None:
    """Find of how many points the whole consists, where a text says so."""
    if len(text) > 5000 or not re.search(r"points|marks|score", text, re.IGNORECASE):
        return None
    found = _STATED_TOTAL.search(text)
    return figure(found[1]) if found else None
