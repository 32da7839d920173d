"""Which passage of one text became which of another: kept, reworded, moved, cut differently, added or dropped.

Nothing here knows what a passage is about; it sees two lists of texts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["same", "cut", "put"]

LEAST_SIMILAR = 0.5
"""Share of words in common, in order, from which on two texts are one that was reworded."""

LEAST_IN_PLACE = 0.3
"""The same where both stand alone between the same neighbours: a hard rule rewritten kindly keeps few of its words."""

_CANDIDATES = 5
"""Texts that a text is compared with in full: those with most of its rarer words, mostly the true one first."""

_RARE = 50
"""Texts up to which a word tells them apart; "the" is in all of them and would only cost time."""

_SHIFTED_WORDS = 8
"""Words that must fit better when two neighbours are taken together: a short sentence that was cut off differently."""

_RUN = 4
"""Words in a row that count for that: "of the" is found anywhere."""

_ISLAND = 2
"""Words in a row that a change runs over: "and" and "the" stand in both texts by chance."""

_MOST_WORDS = 600
"""Words up to which neighbours are taken together: four full passages, after which the comparison gets slow."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Texts that belong together.

    Parameters
    ----------
    old, new : tuple of int
        Their places in the two lists, in order; one of them is empty for what was added or dropped, and several stand
        there where a text was cut in two, or two were joined.
    similarity : float
        Share of words that both have in order, 0 to 1; 1 only if the words are the same, 0 if one side is empty.
    moved : bool
        Whether it stands elsewhere among the others than it did.
    """

    old: tuple[int, ...]
    new: tuple[int, ...]
    similarity: float
    moved: bool = False


def align(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Find what became of each text.

    Equal texts are paired first, then the most similar, best first; neighbours of which one took words from the other
    are put together; what is left was added or dropped. White space does not count.

    Parameters
    ----------
    old, new : sequence of str

    Returns
    -------
    list of Pair
        In the order of ``new``, each dropped one after what stood before it. Every place occurs once.

    Examples
    --------
    >>> align(["We listen.", "Late bids are rejected."], ["Late bids are always rejected.", "New here.", "We listen."])
    ... # doctest: +NORMALIZE_WHITESPACE
    [Pair(old=(1,), new=(0,), similarity=0.888..., moved=True), Pair(old=(), new=(1,), similarity=0.0, moved=False),
     Pair(old=(0,), new=(2,), similarity=1.0, moved=False)]
    """
    words = [text.split() for text in old], [text.split() for text in new]
    partner = _equal(*words)
    partner.update(_similar(*words, partner))
    units = _regrouped(_in_order(len(old), len(new), partner), *words)
    still = _longest_rising([unit[0][0] if unit[0] and unit[1] else None for unit in units])
    pairs = []
    for at, (mine, theirs) in enumerate(units):
        likeness = _ratio(_joined(words[0], mine), _joined(words[1], theirs)) if mine and theirs else 0.0
        pairs.append(Pair(mine, theirs, likeness, moved=bool(mine and theirs) and at not in still))
    return pairs


def word_diff(old: str, new: str) -> list[tuple[Op, str]]:
    """Tell word by word how one text became another.

    Parameters
    ----------
    old, new : str

    Returns
    -------
    list of (op, text)
        ``same``, ``cut`` and ``put``, in order, words parted by one blank. A change runs over one or two words that
        are the same by chance.

    Examples
    --------
    >>> word_diff("Late bids are rejected.", "Late bids are welcome.")
    [('same', 'Late bids are'), ('cut', 'rejected.'), ('put', 'welcome.')]
    >>> word_diff("The buyer may end it.", "You and the buyer may talk.")
    [('cut', 'The buyer may end it.'), ('put', 'You and the buyer may talk.')]
    """
    mine, theirs = old.split(), new.split()
    pieces: list[tuple[Op, str]] = []
    for same, i, i2, j, j2 in _stretches(mine, theirs):
        if same:
            pieces.append(("same", " ".join(mine[i:i2])))
            continue
        if i < i2:
            pieces.append(("cut", " ".join(mine[i:i2])))
        if j < j2:
            pieces.append(("put", " ".join(theirs[j:j2])))
    return pieces


def _stretches(old: list[str], new: list[str]) -> list[tuple[bool, int, int, int, int]]:
    """Give what is the same and what changed in turn, without islands of a word or two."""
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    found: list[tuple[bool, int, int, int, int]] = []
    for at, (tag, i, i2, j, j2) in enumerate(codes):
        island = i2 - i <= _ISLAND and 0 < at < len(codes) - 1
        same = tag == "equal" and not island
        if found and not same and not found[-1][0]:
            _, first, _, first_new, _ = found.pop()
            i, j = first, first_new
        found.append((same, i, i2, j, j2))
    return found


_Words = list[list[str]]
_Unit = tuple[tuple[int, ...], tuple[int, ...]]


def _equal(old: _Words, new: _Words) -> dict[int, int]:
    """Pair equal texts, the first with the first where there are several."""
    places: dict[tuple[str, ...], deque[int]] = defaultdict(deque)
    for j, words in enumerate(new):
        places[tuple(words)].append(j)
    return {i: found.popleft() for i, words in enumerate(old) if (found := places.get(tuple(words)))}


def _similar(old: _Words, new: _Words, partner: dict[int, int]) -> dict[int, int]:
    """Pair what is left with the most similar, best first."""
    taken = set(partner.values())
    left = [i for i in range(len(old)) if i not in partner]
    right = [j for j in range(len(new)) if j not in taken]
    alone = _alone(len(old), len(new), partner)
    by_word: dict[str, list[int]] = defaultdict(list)
    for j in right:
        for word in dict.fromkeys(new[j]):
            by_word[word.lower()].append(j)
    found = []
    for i in left:
        telling = (by_word.get(word.lower(), []) for word in dict.fromkeys(old[i]))
        shared = Counter(j for places in telling if len(places) <= _RARE for j in places)
        candidates = {j for j, _ in shared.most_common(_CANDIDATES)}
        if (opposite := alone.get(i)) is not None:
            candidates.add(opposite)
        for j in candidates:
            ratio = _ratio(old[i], new[j])
            if ratio >= (LEAST_IN_PLACE if alone.get(i) == j else LEAST_SIMILAR):
                found.append((ratio, i, j))
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(found, key=lambda each: (-each[0], abs(each[1] - each[2]), each)):
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def _alone(n_old: int, n_new: int, partner: dict[int, int]) -> dict[int, int]:
    """Find where one text alone stands between the same neighbours as one alone did."""
    ends = {-1: -1, **partner, n_old: n_new}
    taken = set(partner.values())
    left = (i for i in range(n_old) if i not in partner and i - 1 in ends and i + 1 in ends)
    opposite = {i: ends[i - 1] + 1 for i in left if ends[i + 1] - ends[i - 1] == 2}
    return {i: j for i, j in opposite.items() if j not in taken}


def _in_order(n_old: int, n_new: int, partner: dict[int, int]) -> list[_Unit]:
    """Lay all texts out: in the new order, each dropped one after what stood before it."""
    source = {j: i for i, j in partner.items()}
    dropped: dict[int, list[int]] = defaultdict(list)
    before = -1
    for i in range(n_old):
        if i in partner:
            before = partner[i]
        else:
            dropped[before].append(i)
    units: list[_Unit] = [((i,), ()) for i in dropped[-1]]
    for j in range(n_new):
        units.append(((source[j],) if j in source else (), (j,)))
        units.extend(((i,), ()) for i in dropped[j])
    return units


def _regrouped(units: list[_Unit], old: _Words, new: _Words) -> list[_Unit]:
    """Put neighbours together where words went from one to the other, as when a passage is cut in another place."""
    merged: list[_Unit] = []
    for unit in units:
        while merged and (joined := _together(merged[-1], unit, old, new)):
            merged.pop()
            unit = joined
        merged.append(unit)
    return merged


def _together(first: _Unit, second: _Unit, old: _Words, new: _Words) -> _Unit | None:
    """Join two neighbours, if their words then fit better by a sentence."""
    mine, theirs = first[0] + second[0], first[1] + second[1]
    if not mine or not theirs or not _consecutive(mine) or not _consecutive(theirs):
        return None
    sides = [(_joined(old, unit[0]), _joined(new, unit[1])) for unit in (first, second)]
    (a1, b1), (a2, b2) = sides
    if a1 == b1 or a2 == b2 or len(a1) + len(a2) > _MOST_WORDS or len(b1) + len(b2) > _MOST_WORDS:
        return None
    gain = _fitting(a1 + a2, b1 + b2) - _fitting(a1, b1) - _fitting(a2, b2)
    return (mine, theirs) if gain >= _SHIFTED_WORDS else None


def _consecutive(places: tuple[int, ...]) -> bool:
    return places == tuple(range(places[0], places[0] + len(places)))


def _joined(words: _Words, places: tuple[int, ...]) -> list[str]:
    return [word for place in places for word in words[place]]


def _fitting(old: list[str], new: list[str]) -> int:
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= _RUN)


def _ratio(old: list[str], new: list[str]) -> float:
    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def _longest_rising(values: Sequence[int | None]) -> set[int]:
    """Find the places of a longest rising run of values, gaps allowed: what did not move among the others."""
    ends: list[int] = []  # for each length, the least value that a run of it can end with
    last: list[int] = []  # ... and its place
    before: dict[int, int | None] = {}
    for place, value in _numbers(values):
        length = bisect_left(ends, value)
        before[place] = last[length - 1] if length else None
        ends[length : length + 1] = [value]
        last[length : length + 1] = [place]
    found: set[int] = set()
    at = last[-1] if last else None
    while at is not None:
        found.add(at)
        at = before[at]
    return found


def _numbers(values: Sequence[int | None]) -> Iterator[tuple[int, int]]:
    return ((place, value) for place, value in enumerate(values) if value is not None)
