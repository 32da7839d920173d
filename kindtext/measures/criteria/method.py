"""The method of award: by the weights, by a code of the file, or by the words of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kindtext.document import Document, Quote
from kindtext.measures._view import lowered
from kindtext.measures.criteria.found import ROUNDING
from kindtext.measures.criteria.record import METHODS, Criterion, Method, Shares
from kindtext.measures.criteria.words import wording, words

MOST_PLACES = 300
"""Places at which it is looked for the method of award; a document that never says it in so many does not say it."""

_SPOKEN = {"lowest_price": "lowest price", "best_price_quality": "price and quality", "quality_only": "quality only"}
_SENTENCE = re.compile(r"(?<=[.!?;])(?<!e\.g\.)(?<!i\.e\.)\s+(?=[^\W_])|\n")


def method_of_award(
    document: Document, items: Sequence[Criterion], shares: Sequence[Shares], notes: list[str]
) -> tuple[Method | None, Quote | None]:
    """Tell how the contract is awarded, with the words that say so."""
    said = _said(document)
    coded: Method | None = document.metadata.get("award_method")
    weighed = _weighed(items, shares, listed=bool(document.metadata.get("criteria")))
    method = weighed or coded
    if method is None:
        if len(said) == 1:
            return next(iter(said.items()))
        if set(said) == {"lowest_price", "best_price_quality"}:
            notes.append("The text speaks of the lowest price and of price with quality, so no method is given.")
        elif said:
            notes.append("The text speaks of more than one method of award, so none is given.")
        return None, None
    if weighed and coded and weighed != coded:
        notes.append(f"The file's code says {_SPOKEN[coded]}, but its criteria say {_SPOKEN[weighed]}.")
    if method == "lowest_price" and "best_price_quality" in said and "lowest_price" not in said:
        notes.append("The text speaks of more than the price, but price carries all the weight.")
    if method not in said and not weighed:
        notes.append("The method of award is a code of the file; the text does not say it in words.")
    return method, said.get(method)


def _weighed(items: Sequence[Criterion], shares: Sequence[Shares], *, listed: bool) -> Method | None:
    """Tell the method by the weights, or by the kinds of the criteria that the file lists in full."""
    if shares:
        if all(share.price >= 100 - ROUNDING for share in shares):
            return "lowest_price"
        return "best_price_quality" if all(0 < share.price < 100 for share in shares) else None
    top = [item for item in items if item.level == 0]
    if listed and top and all(item.field for item in top):
        if all(item.kind == "price" for item in top):
            return "lowest_price"
        if any(item.kind == "price" and item.weight != 0 for item in top):
            return "best_price_quality"
    return None


def _said(document: Document) -> dict[Method, Quote]:
    """Find the methods that the text speaks of, each with its first words."""
    low = lowered(document.text)
    said: dict[Method, Quote] = {}
    for start, end in _places(low):
        for method in METHODS:
            found = wording("methods", method).search(low, start, end) if method not in said else None
            if found and not wording("methods", "not_method").search(low, start, end):
                said[method] = document.quote(found.start(), found.end())
    return said


def _places(low: str) -> list[tuple[int, int]]:
    """Find the sentences that may tell a method, none longer than 600 characters."""
    found: list[int] = []
    for mark in words()["methods"]["marks"]:
        at, times = low.find(mark), 0
        while at >= 0 and times < MOST_PLACES:
            found.append(at)
            at, times = low.find(mark, at + len(mark)), times + 1
    places: list[tuple[int, int]] = []
    for at in sorted(found):
        if len(places) < MOST_PLACES and not (places and at < places[-1][1]):
            start, end = max(0, at - 300), min(len(low), at + 300)
            for cut in _SENTENCE.finditer(low, start, end):
                if cut.end() > at:
                    end = cut.start()
                    break
                start = cut.end()
            places.append((start, end))
    return places
