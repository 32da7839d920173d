"""What is wrong with a corpus although every record in it is right: lengths, pairs, and texts that are too alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kindtext.corpus import LONGEST, RUN, SHORTEST, Numbered


def faults_between(records: Sequence[Numbered]) -> list[str]:
    """Find the faults that show when records are compared with the codebook and with one another.

    Parameters
    ----------
    records : sequence of (Record, str)
        Records, each with the place where it stands.

    Returns
    -------
    list of str
        One fault a line, ``file:line: what``.
    """
    return [*_each(records), *_pairs(records), *_duplicates(records), *_runs(records)]


def _each(records: Sequence[Numbered]) -> Iterator[str]:
    for record, place in records:
        words = len(record.text.split())
        if not SHORTEST <= words <= LONGEST:
            yield f"{place}: {words} words; an excerpt has {SHORTEST} to {LONGEST}."
        if not record.group:
            yield f"{place}: no group; excerpts of one imagined source share one."


def _pairs(records: Sequence[Numbered]) -> Iterator[str]:
    pairs: dict[str, list[Numbered]] = defaultdict(list)
    for record, place in records:
        if record.pair:
            pairs[record.pair].append((record, place))
    for name, members in pairs.items():
        place = members[0][1]
        if len(members) != 2:
            yield f"{place}: pair '{name}' has {len(members)} member(s); a pair has two."
        elif members[0][0].stance == members[1][0].stance:
            yield f"{place}: pair '{name}' does not differ in stance."
        elif members[0][0].group != members[1][0].group:
            yield f"{place}: pair '{name}' is split over two groups."


def _duplicates(records: Sequence[Numbered]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for record, place in records:
        key = " ".join(_words(record.text))
        if key in seen:
            yield f"{place}: the same text stands at {seen[key]}."
        seen.setdefault(key, place)


def _runs(records: Sequence[Numbered]) -> Iterator[str]:
    """Find runs of words that two excerpts share, but for those of one group and for stock wording."""
    first: dict[tuple[str, ...], int] = {}
    reported: set[tuple[int, int]] = set()
    for i, (record, place) in enumerate(records):
        words = _words(record.text)
        for start in range(len(words) - RUN + 1):
            run = tuple(words[start : start + RUN])
            j = first.setdefault(run, i)
            other, other_place = records[j]
            together = (other.group or other.id) == (record.group or record.id)
            if j == i or (j, i) in reported or together or other.stock or record.stock:
                continue
            reported.add((j, i))
            yield f"{place}: shares '{' '.join(run)}' with {other_place}; reword one, or mark one as stock."


def _words(text: str) -> list[str]:
    return "".join(c.lower() if c.isalnum() else " " for c in text).split()
