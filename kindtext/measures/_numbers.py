"""How numbers, money, percentages and times are written, and how they are read.

A number that can be read in two ways, the end of a range, or a sum that its own brackets contradict is left out.
All functions take text in small letters.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kindtext.measures._view import before

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORDS = (*_ONES, *_TEENS, *_TENS, "hundred")
"""Words of which numbers are written."""

_WORTH = {
    **{word: n for n, word in enumerate((*_ONES, *_TEENS), 1)},
    **{word: n for n, word in zip(range(20, 100, 10), _TENS, strict=True)},
    "a": 1,
}
_ONE = "|".join(_ONES)
_BELOW_100 = rf"(?:(?:{'|'.join(_TENS)})(?:[\s-]{{1,2}}(?:{_ONE})\b)?|{'|'.join(_TEENS)}|(?:{_ONE}))\b"
_IN_WORDS = (
    rf"\b(?:(?:{_ONE}|a)\s{{1,2}}hundred\b(?:\s{{1,2}}(?:and\s{{1,2}})?{_BELOW_100})?|{_BELOW_100})"
    r"(?!\s{1,2}and\s{1,2}(?:a|one)\s{1,2}(?:half|quarter))"
)
# One group of three after a dot, as in "1.300", may be a decimal or a thousand, and is read as neither.
_DIGITS = (
    r"(?:\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3}){2,5}(?:,\d{1,2})?"
    r"|\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,5}(?:[.,]\d{1,2})?|\d{1,13}(?:[.,]\d{1,2})?)(?!\d)(?![.,]\d)"
)
NUMBER = rf"(?:{_DIGITS}|{_IN_WORDS})"
"""Expression for a number in digits or words."""

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
_MONEY = (
    r"(?:(?P<cur>(?<![a-z])(?:us\$|au?\$|ca?\$|nz\$|gbp|eur|usd|aud|cad|nzd|gpb|gdp)|[£€$])\s{0,2}[£€]?"
    rf"(?P<num>{NUMBER})(?:\s?(?P<scale>{_SCALE}))?"
    rf"|{_FREE}(?P<num2>{NUMBER})\s?(?P<scale2>{_SCALE})?\s?"
    r"(?P<cur2>gbp|gpb|eur|euros?|pounds?(?:\ssterling)?|us\sdollars|dollars|usd|aud|cad|€|£(?!\s?\d))(?!\w))"
)
_SPELT = (
    rf"[£€$\s]*(?P<num>{NUMBER})\s?(?P<scale>{_SCALE})?\s?(?:pounds?|euros?|dollars?|gbp|eur)?"
    r"(?:\s?sterling)?(?:\s?only)?"
)
_DURATION = (
    rf"{_FREE}(?P<n>{NUMBER}|an?(?=\s))\s{{0,2}}(?:\(\s?(?P<b>[^()]{{1,40}})\))?[\s-]{{0,3}}"
    r"(?:(?P<w>calendar|working|business|clear|consecutive|full|base)[\s-]{1,2})?"
    r"(?P<u>day|week|month|year)s?\b['’]?s?"
)
_PERCENT = rf"{_FREE}(?P<n>{NUMBER})\s{{0,2}}(?:%|per\s?cent\b\.?)"
_TO_ANOTHER = re.compile(r"\s?(?:-|–|—|to\s|/)\s?[£€$]?\s?\d")
_FROM_ANOTHER = re.compile(
    r"(?:\d\s?(?:m|million|k|%)?|\b(?:one|two|three|four|five|six|ten|twelve))\s?(?:-|–|—|/|\bto)\s?[£€$]?$"
)


class Amount(NamedTuple):
    """A number with its unit and its place in the text that it was read from."""

    start: int
    end: int
    value: float
    unit: str
    qualifier: str = ""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile one of the long expressions when it is first needed: they take a tenth of a second together."""
    return re.compile(pattern)


def figure(text: str) -> float:
    """Read digits, with a comma before thousands or decimals.

    Examples
    --------
    >>> figure("1,000"), figure("12,5")
    (1000.0, 12.5)
    """
    return float(re.sub(r",(?=\d{3}(?!\d))", "", text).replace(",", "."))


def number(text: str) -> float | None:
    """Read a number in digits or words; None if it is none, or could be two.

    Examples
    --------
    >>> number("1.300.000"), number("one hundred and eighty"), number("1.300")
    (1300000.0, 180.0, None)
    """
    text = text.strip()
    if re.fullmatch(_DIGITS, text):
        return figure(re.sub(r"\s", "", text.replace(".", "") if text.count(".") > 1 else text))
    total = 0
    for word in re.findall(r"[a-z]+", text):
        if word == "hundred":
            total *= 100
        elif word in _WORTH:
            total += _WORTH[word]
        elif word != "and":
            return None
    return float(total) or None


def money(text: str) -> list[Amount]:
    """Find sums of money, each with its currency as its unit."""
    found = []
    for match in _compiled(_MONEY).finditer(text):
        value = _scaled(match["num"] or match["num2"], match["scale"] or match["scale2"])
        if value is None or _is_range(text, match):
            continue
        # "two million five hundred thousand pounds" would be read from its middle.
        if match["num2"] and re.search(r"(?:million|thousand|hundred|and)\s$", before(text, match.start(), 9)):
            continue
        bracket = re.match(r"\s{0,2}\(([^()]{2,60})\)", text[match.end() : match.end() + 70])
        spelt = _compiled(_SPELT).fullmatch(bracket[1].strip()) if bracket else None
        if spelt and _scaled(spelt["num"], spelt["scale"]) not in (None, value):
            continue
        currency = _CURRENCIES[re.sub(r"\s", " ", match["cur"] or match["cur2"])]
        found.append(Amount(match.start(), match.end(), round(value, 2), currency))
    return found


def percents(text: str) -> list[Amount]:
    """Find percentages."""
    return [
        Amount(match.start(), match.end(), value, "percent")
        for match in _compiled(_PERCENT).finditer(text)
        if (value := number(match["n"])) is not None and not _is_range(text, match)
    ]


def durations(text: str, *, articles: bool = False) -> list[Amount]:
    """Find times such as "ninety (90) days"; ``articles`` lets "a month" count as one month."""
    found = []
    for match in _compiled(_DURATION).finditer(text):
        article = match["n"] in ("a", "an")
        value = (1.0 if articles else None) if article else number(match["n"])
        if value is None or not 0 < value < 10_000 or (match["b"] is not None and number(match["b"]) != value):
            continue
        head = before(text, match.start(), 14)
        if _FROM_ANOTHER.search(head) or re.search(r"(?:\d|one|two|three|four|five|six|ten)\sor\s$", head):
            continue
        working = match["w"] in ("working", "business") and match["u"] == "day"
        unit = "working days" if working else match["u"] + "s"
        found.append(Amount(match.start(), match.end(), value, unit, match["w"] or ""))
    return found


def _scaled(text: str, scale: str | None) -> float | None:
    value = number(text)
    return None if value is None else value * _SCALES.get(scale or "", 1)


def _is_range(text: str, match: re.Match[str]) -> bool:
    """Tell whether a number is one end of a range: "£2-5 million"."""
    return bool(_TO_ANOTHER.match(text, match.end()) or _FROM_ANOTHER.search(before(text, match.start(), 14)))
