"""Settling what two labellers differ on: key by key, or in a table that is filled in; and the corpus that results.

Where the stances agree and nobody settles the signals, those that one alone marked are ``disputed``, as the codebook
has it. Where the stances differ and nobody settles it, the passage is left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kindtext.corpus import STANCES, Record
from kindtext.errors import CorpusError
from kindtext.labelling.agreement import Pair
from kindtext.labelling.formats.rows import text_of_file
from kindtext.report.files import atomic
from kindtext.report.plain import cell

CHOICES = ("a", "b", *STANCES)
"""What a decision may be: one of the two records as it is, or a stance for what both marked."""

KEYS = {"a": "a", "b": "b", "k": "kind", "n": "neutral", "t": "transactional"}
COLUMNS = ("id", "decision", "stance a", "stance b", "strength a", "strength b", "signals a", "signals b", "text")

_DELIMITERS = (",", ";", "\t")


def settle(pair: Pair, decision: str | None = None) -> Record | None:
    """Make one record of two.

    Parameters
    ----------
    pair : Pair
    decision : {"a", "b", "kind", "neutral", "transactional"}, optional
        Whose record to take, or which stance.

    Returns
    -------
    Record or None
        None where the stances differ and there is no decision.

    Examples
    --------
    >>> one = Record("a", "We listen.", "kind", ("inclusion",), strength=1)
    >>> settle(Pair(one, replace(one, signals=()))).disputed
    ('inclusion',)
    """
    a, b = pair.a, pair.b
    if decision in ("a", "b"):
        return replace(a if decision == "a" else b, draft=False)
    if decision is None and pair.stance_differs:
        return None
    stance = decision or a.stance
    both = tuple(signal for signal in a.signals if signal in b.signals)
    either = dict.fromkeys((*a.disputed, *b.disputed, *a.signals, *b.signals))
    disputed = tuple(signal for signal in either if signal not in both)
    # The weaker of the two: what one reader could not check is not particular.
    strengths = [record.strength for record in (a, b) if record.stance == stance] or [1]
    return replace(
        a,
        stance=stance,
        signals=both,
        disputed=disputed,
        strength=0 if stance == "neutral" else min(strengths),
        mixed=a.mixed and b.mixed,
        spans=tuple(dict.fromkeys((*a.spans, *b.spans))) if a.text == b.text else a.spans,
        draft=False,
        seen=a.seen or b.seen,
    )


def adjudicated(pairs: Iterable[Pair], decisions: Mapping[str, str]) -> tuple[list[Record], int]:
    """Make one corpus of two.

    Parameters
    ----------
    pairs : iterable of Pair
        All passages that both labelled.
    decisions : mapping of str to str
        By A's id.

    Returns
    -------
    list of Record
    int
        How many were left out, since the stances differ and nobody settled it.
    """
    settled = [settle(pair, decisions.get(pair.a.id)) for pair in pairs]
    records = [record for record in settled if record is not None]
    return records, len(settled) - len(records)


def ask(pairs: Sequence[Pair], keys: Callable[[], str], show: Callable[[Pair, int, int], None]) -> dict[str, str]:
    """Settle disagreements key by key.

    Parameters
    ----------
    pairs : sequence of Pair
    keys : callable
        Gives the next key: ``a`` or ``b`` for a record, ``k``, ``n`` or ``t`` for a stance, ``s`` to leave it open,
        ``u`` to go back, ``q`` or an empty text to end.
    show : callable
        Shows a pair, its number from 1, and how many there are.

    Returns
    -------
    dict of str to str
        Decisions by A's id.
    """
    decisions: dict[str, str] = {}
    place = 0
    while place < len(pairs):
        pair = pairs[place]
        show(pair, place + 1, len(pairs))
        key = keys()
        if key in ("", "q"):
            break
        if key == "u":
            place = max(0, place - 1)
            decisions.pop(pairs[place].a.id, None)
        elif key in ("s", *KEYS):
            if key in KEYS:
                decisions[pair.a.id] = KEYS[key]
            place += 1
    return decisions


def write_sheet(pairs: Iterable[Pair], path: Path, decisions: Mapping[str, str] | None = None) -> None:
    """Write disagreements as a table, to be settled in a spreadsheet: ``decision`` takes a, b or a stance.

    Parameters
    ----------
    pairs : iterable of Pair
    path : Path
    decisions : mapping of str to str, optional
        What is settled already.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for pair in pairs:
        a, b = pair.a, pair.b
        values = (
            a.id,
            (decisions or {}).get(a.id, ""),
            a.stance,
            b.stance,
            a.strength,
            b.strength,
            " ".join(a.signals),
            " ".join(b.signals),
            a.text,
        )
        writer.writerow([cell(value) for value in values])
    with atomic(path) as file:
        file.write(stream.getvalue().encode("utf-8-sig"))


def read_sheet(path: Path, pairs: Iterable[Pair]) -> dict[str, str]:
    """Read a table that was filled in.

    Parameters
    ----------
    path : Path
    pairs : iterable of Pair
        What it may settle.

    Returns
    -------
    dict of str to str
        Decisions by A's id; a row without one is passed over.

    Raises
    ------
    CorpusError
        If it has no such columns, or a row is wrong; the message lists the faults, one a line.
    """
    known = {str(cell(pair.a.id)): pair.a.id for pair in pairs}
    text = text_of_file(path)
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    if not {"id", "decision"} <= set(reader.fieldnames or ()):
        raise CorpusError(f"{path}: it needs the columns id and decision; let the command make one and fill that in.")
    decisions: dict[str, str] = {}
    faults = []
    for number, row in enumerate(reader, start=2):
        name, decision = (row["id"] or "").strip(), (row["decision"] or "").strip().lower()
        decision = KEYS.get(decision, decision)
        if not decision:
            continue
        if name not in known:
            faults.append(f"row {number}: id '{name[:60]}' is not among the passages that both labelled.")
        elif decision not in CHOICES:
            faults.append(f"row {number}: decision '{decision[:60]}'; write {', '.join(CHOICES)}, or nothing.")
        else:
            decisions[known[name]] = decision
    if faults:
        raise CorpusError(f"{path}: {len(faults)} fault(s):\n" + "\n".join(faults[:20]))
    return decisions
