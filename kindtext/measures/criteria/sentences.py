"""Weights in running text: a split such as 60/40, numbers paired with words, and lists within a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise

from kindtext.measures._view import lowered
from kindtext.measures.criteria.found import PERCENT, Found, Group, Line, near
from kindtext.measures.criteria.words import (
    FINITE,
    LOT,
    after_numbering,
    folded,
    has_term,
    is_name,
    kind_of,
    leads_in,
    links,
    not_weight,
    not_weight_after,
    only,
    sure_terms,
    trimmed,
)

MOST_SPLITS = 40
"""Pairs of numbers in one sentence from which on it is a table that lost its lines."""

OF_WHOLE = re.compile(
    r"\s*\)?\s*of\s+(?:the\s+|a\s+|all\s+|our\s+|your\s+)?"
    r"(?:(?:total|overall|available|final|maximum|combined|whole|tender|bid|award|possible|evaluation)\s+)*"
    r"(?:marks|scores?|points|weighting|weight|evaluation|assessment|total|available|award|criteria|whole|100)\b",
    re.IGNORECASE,
)
OF_QUALITY = re.compile(
    r"\s*\)?\s*of\s+(?:the\s+)?(?:overall\s+|total\s+)?(?:quality|technical)\s+"
    r"(?:score|marks|weighting|element|evaluation|criteri|section|submission|points|component)",
    re.IGNORECASE,
)
OF = re.compile(r"\s*\)?\s*of\b", re.IGNORECASE)
EXPLICIT = re.compile(
    r"\bweight|\bof\s+(?:the\s+)?(?:\w+\s+){0,2}(?:marks|scores?|points|evaluation|assessment)\b"
    r"|\b(?:marks|points)\s+available\b|\bavailable\s+(?:marks|points)\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    rf"(?<![\w.,£$€/:])(\d{{1,3}})\s?{PERCENT}?\s?(/|:|-|–|\bto\b|\band\b|,)\s?(\d{{1,3}})\s?{PERCENT}?"
    rf"(?:\s?(?:/|:|-|–|\bto\b|,? ?\band\b|,)\s?(\d{{1,3}})\s?{PERCENT}?)?(?![\w/:]|[.,]\d)"
)
_SIDE_BY_SIDE = re.compile(r"\s*(?:/|:|-|–|&|,|,?\s*and|to|vs\.?|versus|\+)\s*(?:the\s+)?")
_COMBINED = re.compile(r"\bweight|\bqcbs\b|\bcombined\b|\bof the total\b")
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

_PART_ENDS = re.compile(r"\s*(?:[,;.)(/]|$|\n|\band\b)", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w.,£$€/:-])(\d{1,3})(?=\s*(?:[,;.)(]|$|\band\b))(?!\.\d)")
_WHOLE_WORDS = frozenset(
    "marks mark score scores points total overall available evaluation assessment weighting weight".split()
)
_ENDS_OF = frozenset("for to on towards toward by being is are be as from goes".split())


def sentence(line: Line, start: int, end: int, *, award: bool) -> tuple[list[Found], bool]:
    """Read the weights of one sentence in the surest way that it lets itself be read, and tell if it has ranges.

    ``award`` says that the sentence is in a field for award criteria.
    """
    if found := _split(line, start, end) or _fractions(line, start, end):
        return found, False
    numbers = [number for number in line.numbers if start <= number.start() < end]
    found, ranges = _pairs(line, numbers, start, end)
    if len(numbers) > 1 and len(found) < len(numbers) and (named := _named(line, numbers, start, award=award)):
        return named, ranges
    return found, ranges


def _split(line: Line, start: int, end: int) -> list[Found]:
    """Read a split: "60/40 quality/price", "price and quality are weighted 40 % and 60 % respectively"."""
    low = line.low
    for split in islice(_SPLIT.finditer(low, start, end), MOST_SPLITS):
        values = [float(value) for value in split.group(1, 3, 4) if value]
        if not near(sum(values), 100) or (split[2] in ("and", ",") and "respectively" not in low[start:end]):
            continue
        first, last = max(start, split.start() - 110), min(end, split.end() + 110)
        left = list(sure_terms().finditer(low, first, split.start()))[-len(values) :]
        right = list(sure_terms().finditer(low, split.end(), last))[: len(values)]
        terms: list[re.Match[str]] = []
        if (
            right
            and len(values) == 2
            and re.match(r"\s*\)?\s*(?:split\s+)?in\s+favou?r\s+of\b", low[split.end() : last])
        ):
            kind = kind_of(right[0][0])
            other = next((term for term in sure_terms().finditer(low, first, last) if kind_of(term[0]) != kind), None)
            terms = [right[0], other] if other else []
            values.sort(reverse=True)
        elif _side_by_side(low, left, len(values)) and only(low[left[-1].end() : split.start()], links("split")):
            terms = left
        elif _side_by_side(low, right, len(values)) and only(low[split.end() : right[0].start()], links("split")):
            terms = right
        if terms and len({kind_of(term[0]) for term in terms}) == len(values):
            place = min(split.start(), *(t.start() for t in terms)), max(split.end(), *(t.end() for t in terms))
            return [
                line.found(line.text[term.start() : term.end()], *place, weight=value, explicit=True)
                for term, value in zip(terms, values, strict=True)
            ]
    return []


def _side_by_side(low: str, terms: Sequence[re.Match[str]], count: int) -> bool:
    """Tell whether so many words stand side by side: "quality/price", "price, quality and social value"."""
    return len(terms) == count and all(_SIDE_BY_SIDE.fullmatch(low, a.end(), b.start()) for a, b in pairwise(terms))


def _fractions(line: Line, start: int, end: int) -> list[Found]:
    """Read the weights of a quality- and cost-based selection, such as "T = 80 and P = 20"."""
    patterns = _FRACTIONS if _COMBINED.search(line.low, start, end) else ()
    found = next((one for pattern in patterns if (one := pattern.search(line.text, start, end))), None)
    values = [float(found[1]), float(found[2])] if found else []
    if found is None or not (near(sum(values), 1, 0.001) or near(sum(values), 100, 0.001)):
        return []
    return [
        line.found(name, *found.span(), weight=round(100 * value / sum(values), 2), explicit=True)
        for name, value in zip(("technical", "financial"), values, strict=True)
    ]


def _pairs(line: Line, numbers: Sequence[re.Match[str]], start: int, end: int) -> tuple[list[Found], bool]:
    """Pair each number of a sentence with the word that it weighs, which stands before or after it."""
    terms = list(sure_terms().finditer(line.low, start, end)) if numbers else []
    found: list[Found] = []
    used: set[re.Match[str]] = set()
    ranges = False
    for position, number in enumerate(numbers):
        left = numbers[position - 1].end() if position else start
        following = numbers[position + 1 : position + 3]
        right = following[0].start() if following else end
        before = [term for term in terms if left <= term.start() and term.end() <= number.start()]
        after = [term for term in terms if number.end() <= term.start() and term.end() <= right]
        tail = line.low[number.end() : min(end, number.end() + 60)]
        if before and before[-1] not in used and _links_before(line.low, left, before[-1], number, tail):
            term = before[-1]
        elif after and _belongs_to_next(line.low, terms, after[-1], following, end):
            continue
        elif after and after[0] not in used and _links_after(line.low, left, after[0], number, end):
            term = after[0]
        else:
            if after and not line.text[number.end() : after[0].start()].strip():
                # "Within the 70 % quality, 10 % is for ...": the word is taken, whatever its number means.
                used.add(after[0])
            continue
        if line.is_range(number):
            ranges = True
            continue
        used.add(term)
        first, last = min(term.start(), number.start()), max(term.end(), number.end())
        made = line.found(_widened(line.text, left, right, term, number), first, last, number)
        if made.kind == "other":
            made.kind = kind_of(term[0])
        made.explicit = bool(EXPLICIT.search(line.text, first, min(end, last + 50)))
        made.part_of_quality = bool(OF_QUALITY.match(tail))
        found.append(made)
    return found, ranges


def _belongs_to_next(
    low: str, terms: Sequence[re.Match[str]], term: re.Match[str], following: Sequence[re.Match[str]], end: int
) -> bool:
    """Tell whether the word after a number belongs to the next one: "Complaints 15% Social value 10%"."""
    if not following or not only(low[term.end() : following[0].start()], links("before")):
        return False
    stop = following[1].start() if len(following) > 1 else end
    return not any(following[0].end() <= other.start() and other.end() <= stop for other in terms)


def _links_before(low: str, left: int, term: re.Match[str], number: re.Match[str], tail: str) -> bool:
    if not only(low[term.end() : number.start()], links("before")) or not_weight_after(tail):
        return False
    if OF.match(tail) and not OF_WHOLE.match(tail) and not OF_QUALITY.match(tail):
        return False
    return not not_weight(low, max(left, term.start() - 25), number.start())


def _links_after(low: str, left: int, term: re.Match[str], number: re.Match[str], end: int) -> bool:
    between = low[number.end() : term.start()]
    said = re.findall(r"[a-z-]+", between)
    if re.search(r"[,;]|\band\b", between) or not only(between, links("after")):
        return False
    if "of" in said and not (_WHOLE_WORDS & set(said) and said[-1] in _ENDS_OF):
        return False
    if not_weight_after(low[term.end() : min(end, term.end() + 40)]):
        return False
    return not not_weight(low, max(left, number.start() - 25), number.start())


def _widened(text: str, left: int, right: int, term: re.Match[str], number: re.Match[str]) -> str:
    """Widen a word to the name that it is part of, where that is set off: "Price of the first year (60 %)"."""
    ends = r"[,;:.()\[\]\n]|\band\b"
    if term.end() <= number.start():
        name = trimmed(re.split(ends, text[left : number.start()].rstrip(" (:–—-[="))[-1])
    else:
        name = trimmed(re.split(ends, text[number.end() : right].lstrip(" ):–—-"))[0])
    own = text[term.start() : term.end()]
    if len(name.split()) > 5 or own not in name or FINITE.search(name) or LOT.search(name):
        return own
    bare = set(folded(name).split()) <= links("before") | links("after") | set(folded(own).split())
    return own if bare else name


def _named(line: Line, numbers: Sequence[re.Match[str]], start: int, *, award: bool) -> list[Found]:
    """Read "Total tendered sum 90%, programme 10%": any names, if all of a sentence's numbers make a whole."""
    found: list[Found] = []
    left = start
    for number in numbers:
        piece = line.text[left : number.start()]
        opened = max(piece.rfind("("), piece.rfind(":", 0, len(piece.rstrip(" :"))))
        if opened >= 0 and piece[opened + 1 :].strip(" (:"):
            piece = piece[opened + 1 :]
        name = re.sub(r"^[\s),;.&]*(?:and\s+)?", "", piece)
        name = trimmed(name[after_numbering(name) :] or name)
        if bool(number[2]) != bool(numbers[0][2]) or line.is_range(number) or not is_name(name, 10):
            return []
        if not _PART_ENDS.match(line.text, number.end()) or (left == start and re.search(r"[,;]", name)):
            return []
        if not_weight(lowered(name)) or not_weight_after(line.low[number.end() : number.end() + 60]):
            return []
        at = number.start() - len(piece.lstrip(" ),;.&"))
        found.append(line.found(name, at, number.end(), number))
        left = number.end()
    group = Group(found)
    group.set_levels()
    # Fees of 30 % for service and 70 % for outcomes make a whole too; the word "price" or "cost" must be there.
    sure = group.mixed and any(one.kind == "price" and has_term(one.name) for one in found)
    led = (award or leads_in(line.low, start, numbers[-1].end())) and any(one.kind != "other" for one in found)
    return found if group.coherent and (sure or led) else []


def bare(line: Line) -> list[Found]:
    """Read numbers without a unit, "Quality 70, price 30", if they make 100 and weigh price against quality."""
    found: dict[tuple[object, ...], Found] = {}
    for start, end in line.sentences() if len(line.text) <= 5000 else ():
        terms = list(sure_terms().finditer(line.low, start, end))
        for number in _BARE.finditer(line.text, start, end):
            term = next((term for term in reversed(terms) if term.end() <= number.start()), None)
            if term and only(line.text[term.end() : number.start()], links("before")):
                name = line.text[term.start() : term.end()]
                made = line.found(name, term.start(), number.end(), weight=float(number[1]), explicit=True)
                found.setdefault(made.key, made)
    group = Group(list(found.values()))
    return group.members if group.coherent and group.mixed else []
