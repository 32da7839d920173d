"""Blocks that name one criterion with its weight: items, headings, questions, and the printed form of a notice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kindtext.document import Block
from kindtext.measures._numbers import figure
from kindtext.measures._view import lowered
from kindtext.measures.criteria.found import NUMBER, PERCENT, Found, Group, Line
from kindtext.measures.criteria.sentences import EXPLICIT, OF, OF_QUALITY, OF_WHOLE
from kindtext.measures.criteria.words import (
    NAME_WORDS,
    TOTAL,
    after_numbering,
    context_words,
    is_name,
    kind_of,
    not_weight,
    sure_terms,
    trimmed,
)

_FORM = re.compile(
    r"\b(?:(quality|cost) criterion\s*[-–—:]?\s*(?:name\s*:\s*)?([^\n/|]{2,120}?)"
    r"\s*(?:/|\||[-–—,;])\s*weighting\s*:?\s*"
    r"|(price)\s*[-–—/|]?\s*weighting\s*:?\s*)(\d{1,3}(?:[.,]\d{1,2})?)\s*%?",
    re.IGNORECASE,
)
_FLAT_TABLE = re.compile(
    r"\s*(?:award |evaluation )?criteri(?:on|a)\s+"
    r"((?:max(?:imum)? )?(?:marks|points|weight(?:ing|s)?)(?: \(?%\)?)?|%)\s+(?=\S)",
    re.IGNORECASE,
)
_WEIGHT_ONLY = re.compile(
    r"[(\[]?\s*(?:question |overall |criteri(?:on|a) |section |percentage |total |sub-?)?"
    r"weight(?:ing|age|ed)?(?: \(?%\)?)?\s*(?:[:=–-]|is|of|for this (?:question|criterion|section)(?: is)?:?)?\s*"
    rf"(\d{{1,3}}(?:\.\d{{1,2}})?)\s?{PERCENT}\s*[)\].]*",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"\s*[)\]]|\s*$|\s*[.,;:?!–—-](?!\d)|\s*[(\[]|\s*\*|\s*/\s*\d"
    r"|\s*(?:weighting|weighted|in total|overall|possible|available|max(?:imum)?)\b",
    re.IGNORECASE,
)
_SECOND_UNIT = re.compile(r"[\s(\[,/=–-]*(?:or|max)?\s*")
_CALLED = re.compile(
    r"[(\[,:–—-]?\s*\b(?P<weight>weight)(?:ing|age)?\s*[:=]?\s*$|[(\[,:–—-]\s*(?:max(?:imum)?|up to)(?:\s+of)?\.?\s*$",
    re.IGNORECASE,
)
_WEIGHT_LATER = re.compile(
    r"(?:^|[.?!,;(]\s*)weight(?:ing|age)?\s*[:=–-]?\s*(\d{1,3}(?:\.\d{1,2})?)\s?%", re.IGNORECASE
)
_AT_THE_END = re.compile(rf"\s[–—-]\s(\d{{1,3}})\s?{PERCENT}\s*\.?\s*$", re.IGNORECASE)


def form(line: Line) -> list[Found]:
    """Read the lines of a printed EU notice: "Quality criterion - Name: Method / Weighting: 60"."""
    made = []
    for found in _FORM.finditer(line.text) if "weighting" in line.low else ():
        name = (found[2] or found[3]).strip(" -–—:,;")
        kind = "price" if found[3] or found[1].casefold() == "cost" else kind_of(name)
        if kind in ("other", "price") and (found[1] or "").casefold() == "quality":
            kind = "quality"
        weight, lot = figure(found[4]), line.lot_at(found.start())
        made.append(line.found(name, *found.span(), weight=weight, lot=lot, explicit=True, kind=kind))
    return made


def flat_table(line: Line) -> list[Found]:
    """Read a table that lost its lines: "Criterion Marks A Total cost 400 B Technical merit 300 C Delivery 300"."""
    head = _FLAT_TABLE.match(line.text[:200])
    found: list[Found] = []
    in_points = bool(head and re.search(r"marks|points", head[1], re.IGNORECASE))
    rows = re.compile(r"([^\W\d_][^\d|]{2,120}?)\s(\d{1,4})(?:\s?%)?(?=\s|$)")
    for row in rows.finditer(line.text, head.end(), 3000) if head else ():
        name = trimmed(re.sub(r"^[A-H][.)]?\s+(?=[A-Z])", "", row[1]))
        if not TOTAL.match(name):
            made = line.found(name, *row.span(), explicit=True)
            made.weight, made.points = (None, float(row[2])) if in_points else (float(row[2]), None)
            found.append(made)
    group = Group(found)
    return found if group.coherent and group.mixed and all(is_name(one.name) for one in found) else []


def listed(line: Line) -> Found | None:
    """Read a block that names one criterion with its weight: an item, a heading, the start of a question."""
    text, numbers = line.text, line.numbers
    if not numbers or numbers[0].start() > 150:
        return None
    first, *others = numbers
    # A second number in the other unit weighs the same: "40% (400 points)".
    if others and bool(others[0][2]) != bool(first[2]) and _SECOND_UNIT.fullmatch(text, first.end(), others[0].start()):
        numbers = numbers[:2]
    else:
        numbers = numbers[:1]
    stop = numbers[-1].end()
    end = next((end for start, end in line.sentences() if start <= first.start() < end), len(text))
    if any(stop <= number.start() < end for number in line.numbers):
        return None
    at = after_numbering(text)
    tail = text[first.end() : end]
    if first.start() <= at:
        return _number_first(line, first, tail, end)
    if line.is_range(first) or not any(after.match(tail) for after in (_CLOSED, OF_WHOLE, OF_QUALITY)):
        return None
    called = _CALLED.search(text, at, first.start())
    name = trimmed(text[at : (called or first).start()])
    if not is_name(name) or not_weight(lowered(name)) or TOTAL.match(name):
        return None
    found = line.found(name, at, stop, *numbers, lot=line.lot_at(first.start()))
    found.explicit = bool(EXPLICIT.search(text, at + len(name), min(end, stop + 60)))
    found.called = bool(called and called["weight"])
    found.part_of_quality = bool(OF_QUALITY.match(tail))
    return found


def _number_first(line: Line, first: re.Match[str], tail: str, end: int) -> Found | None:
    """Read an item such as "60% Quality" or "60% - Quality"."""
    name = trimmed(re.sub(r"^[\s:–—=)-]*(?:for|on|weighting)?\s+", " ", f" {tail}"))
    if not is_name(name, 8) or end < len(line.text.rstrip()) or OF.match(tail):
        return None
    if context_words("not_after").search(lowered(name)) or line.is_range(first) or TOTAL.match(name):
        return None
    return line.found(name, first.start(), end, first, lot=line.lot_at(first.start()))


def headed(line: Line) -> Found | None:
    """Read a question that ends with its weight: "Q2 Safeguarding. Describe how ... Weighting 12 %."."""
    text = line.text
    head = re.match(r"[^.?!:\n]{2,90}", text)
    if not head or not line.numbers or len(text) > 3000:
        return None
    at = after_numbering(text)
    name = trimmed(text[at if at < head.end() else 0 : head.end()])
    if not is_name(name, 9) or not_weight(lowered(name)):
        return None
    later = _WEIGHT_LATER.search(text, head.end())
    if later:
        return line.found(name, 0, later.end(), weight=float(later[1]), explicit=True, called=True)
    last = _AT_THE_END.search(text[-40:]) if len(line.numbers) == 1 and len(text) < 500 else None
    if last and text.startswith(":", head.end()) and sure_terms().fullmatch(lowered(name.split(" and ")[0])):
        return line.found(name, 0, len(text), weight=float(last[1]), explicit=True)
    return None


def weight_only(line: Line, above: Sequence[Block]) -> Found | None:
    """Read a line that says no more than "Weighting: 10 %"; what it weighs is named above it, nearest first."""
    only = _WEIGHT_ONLY.fullmatch(line.text.strip()) if len(line.text) < 120 else None
    if not only:
        return None
    names = (one.text.strip() for one in above if one.kind == "heading" or len(one.text.split()) <= NAME_WORDS)
    name = next(names, line.block.section or "")
    name = trimmed(name[after_numbering(name) :])
    if not name or len(name.split()) > NAME_WORDS or NUMBER.search(name):
        return None
    return line.found(name, 0, len(line.text), weight=float(only[1]), lot=line.lot, explicit=True)
