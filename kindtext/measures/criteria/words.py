"""Words of the measure as data: what names a criterion, what stands between it and its weight, what it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from kindtext.lexicon import load_measure
from kindtext.measures._view import lowered
from kindtext.measures.criteria.record import KINDS, Kind

NAME_WORDS = 14
"""Longest name of a criterion, in words; what is longer is a sentence."""

LINK_WORDS = 10
"""Most words between a criterion and its weight in a sentence."""


@cache
def words() -> Mapping[str, Any]:
    """Give the measure's file."""
    return load_measure("criteria")


@cache
def wording(table: str, name: str) -> re.Pattern[str]:
    """Compile a list of expressions for lowered text: one that ignores case is many times slower."""
    patterns = (
        re.sub(r"\\.|[A-Z]", lambda letter: letter[0].lower() if len(letter[0]) == 1 else letter[0], pattern)
        for pattern in words()[table][name]
    )
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def context_words(name: str) -> re.Pattern[str]:
    """Compile a list of the table "context" whose expressions are whole words."""
    return re.compile(rf"\b(?:{wording('context', name).pattern})\b")


def leads_in(low: str, start: int = 0, end: int | None = None) -> bool:
    """Tell whether a lowered text says that weights follow."""
    return bool(wording("context", "lead_ins").search(low, start, len(low) if end is None else end))


def not_weight(low: str, start: int = 0, end: int | None = None) -> bool:
    """Tell whether lowered words before a number make it something else than a weight: "minimum", "discount"."""
    return bool(context_words("not_before").search(low, start, len(low) if end is None else end))


def not_weight_after(low: str) -> bool:
    """Tell whether the lowered words after a number make it something else than a weight: "or more"."""
    return bool(context_words("not_after").match(low[:60].lstrip(" )")))


@cache
def scale() -> re.Pattern[str]:
    """Match the start of a folded name that stands on a scale of marks, such as "excellent"."""
    return re.compile(rf"(?:{'|'.join(re.escape(folded(word)) for word in words()['context']['scale'])})\b")


@cache
def links(name: str) -> frozenset[str]:
    """Words that may stand between a criterion and its weight."""
    return frozenset(words()["links"][name].split())


def only(between: str, allowed: frozenset[str]) -> bool:
    """Tell whether nothing but linking words stands between a word and its number."""
    if len(between) > 110 or re.search(r"\d|[.;?!](?:\s|$)", between):
        return False
    said = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", between.casefold())
    return len(said) <= LINK_WORDS and allowed.issuperset(said)


@cache
def _terms(*keys: str) -> re.Pattern[str]:
    phrases = sorted((phrase for kind in KINDS[:-1] for key in keys for phrase in words()["kinds"][kind][key]), key=len)
    written = (re.escape(phrase).replace(r"\ ", r"[\s-]+") for phrase in reversed(phrases))
    return re.compile(rf"\b(?:{'|'.join(written)})\b")


def sure_terms() -> re.Pattern[str]:
    """Match words that name a kind of criterion in running text, lowered."""
    return _terms("words")


def has_term(name: str) -> bool:
    """Tell whether a name has a word that names a kind of criterion wherever it stands."""
    return bool(sure_terms().search(lowered(name)))


@cache
def _kinds() -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for kind in KINDS[:-1]:
        for phrase in (*words()["kinds"][kind]["words"], *words()["kinds"][kind]["names"]):
            kinds.setdefault(folded(phrase), kind)
    return kinds


def kind_of(name: str) -> Kind:
    """Tell what a criterion is about by its name.

    Social value and sustainability are told by any word; between price and quality the first word decides, unless
    the two are weighed as one.
    """
    kinds = [_kinds()[folded(found[0])] for found in _terms("words", "names").finditer(lowered(name))]
    for kind in KINDS[2:4]:
        if kind in kinds and "price" not in kinds:
            return kind
    if {"price", "quality"} <= set(kinds) and re.search(r"\band\b|&|/|\+", name):
        sure = {_kinds()[folded(found[0])] for found in sure_terms().finditer(lowered(name))}
        return "price" if sure == {"price"} and kinds[0] == "price" and "and" not in name.split() else "other"
    return kinds[0] if kinds else "other"


def folded(text: str) -> str:
    """Give the words of a text in small letters, with one blank between them."""
    return " ".join(re.findall(r"\w+", text.casefold()))


TOTAL = re.compile(
    r"\s*(?:(?:sub-?\s?|grand\s)totals?\b"
    r"|(?:overall\s|max(?:imum|\.)?\s)?(?:totals?|overall|max(?:imum|\.)?|sum)"
    r"(?:\s+(?:score|marks|points|weight\w*|available|possible|quality|technical|percentage|%|for\s.*|of\s.*))*\W*$)",
    re.IGNORECASE,
)
FINITE = re.compile(
    r"\b(?:is|are|was|were|will|shall|must|should|may|can|cannot|could|would|has|have|had|do|does|we|you|they|please"
    r"|receives?|scores?d?|than|if|which|that|where|when|who|until|unless|being)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:question|part|section|lot|stage|criteri\w+|max\w*|score)\s*[\w.]*(?: of \d+)?", re.IGNORECASE
)
_NUMBERING = re.compile(
    r"\s*(?:[•●○▪■◦–—*-]\s*)?"
    r"(?:\(?\d{1,2}(?:\.\d{1,3})+[.)]?\s+|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s*(?!\d)|\d{1,2}\s+(?=[A-Z]))?",
    re.IGNORECASE,
)
_EDGES = " -–—:=,;.([*|•●/\"“”'‘’"
_LOOSE_ENDS = re.compile(
    r"^(?:and|the|for|on|a|an|is|of|to|being|criteri(?:on|a)\s*:)\s+"
    r"|\s+(?:is|are|will|be|at|of|with|a|an|the|carries|carry|worth|weight(?:ing|ed|s|age)?|has|accounts|for|represents"
    r"|makes|up|shall|maximum|max|total|score of|out|%|and|to)\.?$",
    re.IGNORECASE,
)
LOT = re.compile(
    r"\bLots?\s+(?:No\.?\s*)?(\d{1,3}[A-Z]?(?:\s*(?:,|&|and|to|-|–)\s*(?:lots?\s*)?\d{1,3}[A-Z]?)*)\b", re.IGNORECASE
)


def trimmed(name: str) -> str:
    """Take off what leads to the weight and is no part of the name: "Quality will be weighted at" is "Quality"."""
    name, before = " ".join(name.split()).strip(_EDGES), ""
    while name != before:
        name, before = _LOOSE_ENDS.sub("", name).strip(_EDGES), name
    return f"{name})" if name.count("(") > name.count(")") else name


def after_numbering(text: str, at: int = 0) -> int:
    """Give the place after the number or bullet with which an item or heading begins."""
    found = _NUMBERING.match(text, at)
    return found.end() if found else at


def is_name(name: str, most: int = NAME_WORDS) -> bool:
    """Tell whether words can be the name of a criterion and are no sentence."""
    return (
        len(name.split()) <= most
        and bool(re.search(r"[^\W\d_]{2}", name))
        and not re.search(r"[.;?!]\s", name)
        and not FINITE.search(name)
        and not _NO_NAME.fullmatch(name)
    )


def lot_name(found: re.Match[str]) -> str:
    """Write a lot as "Lot 2", several as "Lots 1 and 2"."""
    numbers = " ".join(re.sub(r"(?i)\blots?\s*", "", found[1]).split()).upper().replace(" AND ", " and ")
    return f"{'Lot' if re.fullmatch(r'[0-9]+[A-Z]?', numbers) else 'Lots'} {numbers.replace(' TO ', ' to ')}"
