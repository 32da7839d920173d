"""Labelled excerpts as people keep them: several corpora at once, JSON Lines or tables, and everything wrong with them.

A table is CSV, Excel, Parquet or JSON, one excerpt a row. Its columns are found by their usual names; only a text and a
stance are needed. All faults of all files are told at once, each with its rows, as a spreadsheet numbers them.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kindtext.corpus import REGISTERS, STANCES, Corpus, Numbered, Record, known_signals, nearest, read_records
from kindtext.errors import CorpusError, KindtextError
from kindtext.labelled_rows import Table, key, table_of

TEXTS = ("text", "excerpt", "passage", "wording", "clause", "sentence", "paragraph", "content")
STANCE_COLUMNS = ("stance", "label", "labels", "class", "category", "classification")
SIGNALS = ("signals", "signal", "tags")
GROUPS = ("group", "source", "document", "source_document", "doc", "file", "tender", "notice")
IDS = ("id", "ref", "reference", "record_id", "number")
OTHERS = ("strength", "register", "sector", "disputed", "draft", "mixed", "stock")
"""Names by which columns are found, the surest first, without regard to case and punctuation."""

ALIKE = 0.5
"""Share of their runs of four words that two texts have in common when one is a near copy of the other.

A clause with the buyer's name and a figure changed keeps some two thirds; two clauses on one subject share a tenth.
"""

_RUN = 4

COMMON = 50
"""Texts that share a run of words, from which on the run is stock wording and says nothing about copies."""

MOST_ROWS = 12
"""Rows that a fault names; of more, their number is told."""

_TRUE = frozenset(("1", "true", "yes", "y", "x", "✓", "✔"))
_FALSE = frozenset(("", "0", "false", "no", "n", "-"))


@dataclass(frozen=True, slots=True)
class Labelled:
    """What was read.

    Parameters
    ----------
    corpus : Corpus
        All records, in order, each with a group.
    notes : tuple of str
        What its owner should know: rows left out, groups made.
    """

    corpus: Corpus
    notes: tuple[str, ...]


def read_labelled(
    paths: Sequence[str | Path],
    *,
    text_column: str | None = None,
    stance_column: str | None = None,
    drafts: bool = False,
    check: Callable[[Corpus], Iterable[str]] = lambda corpus: (),
) -> Labelled:
    """Read labelled excerpts from files and folders.

    Parameters
    ----------
    paths : sequence of str or Path
        Folders of JSON Lines, or files: JSON Lines, JSON, CSV, TSV, Excel (.xlsx) or Parquet.
    text_column, stance_column : str, optional
        Columns of tables that hold text and stance; found by their usual names if not given.
    drafts : bool
        Whether labels that a program guessed and nobody has confirmed are allowed.
    check : callable, optional
        Finds more faults in the corpus as a whole; they are told together with the others.

    Returns
    -------
    Labelled

    Raises
    ------
    CorpusError
        With every fault, one a line: unknown labels with the nearest right one, missing columns, texts that stand in
        two groups or bear two labels, drafts.
    ReadError
        If the only file cannot be read.
    """
    faults: list[str] = []
    notes: list[str] = []
    records: list[Numbered] = []
    for path in map(Path, paths):
        try:
            found, wrong = _read_one(path, text_column, stance_column, notes)
        except KindtextError as error:
            if len(paths) == 1 and not isinstance(error, CorpusError):
                raise
            faults.append(str(error))
            continue
        records += _apart(found, records, path)
        faults += wrong
    waiting = [place for record, place in records if record.draft]
    if waiting and not drafts:
        faults.append(
            f"{len(waiting)} of {len(records)} records are drafts that nobody has confirmed, the first at "
            f"{waiting[0]}; confirm them with 'kindtext label', or allow them with --drafts."
        )
    faults += _contradictions(records)
    corpus = Corpus(" + ".join(Path(path).name for path in paths), _with_groups(records, notes))
    if records or not faults:
        faults += check(corpus)
    if faults:
        named = ", ".join(map(str, paths))
        raise CorpusError(f"{named}: {len(faults)} fault(s):\n" + "\n".join(faults))
    return Labelled(corpus, tuple(notes))


def joined(base: Corpus, own: Corpus) -> Corpus:
    """Put a person's own excerpts behind those of a base.

    What stands in both is left out of the base, so that her label holds and no text is on both sides of a split. Her
    groups stay hers: none is merged with one of the base that happens to bear its name.

    Parameters
    ----------
    base, own : Corpus

    Returns
    -------
    Corpus
        The base's records first; the last ``len(own)`` are her own.
    """
    hers = {folded(record.text) for record in own}
    kept = [record for record in base if folded(record.text) not in hers]
    taken = {record.id for record in kept}
    groups = {record.group or record.id for record in kept}
    mine = [
        replace(
            record,
            id=f"own:{record.id}" if record.id in taken else record.id,
            group=f"own:{group}" if (group := record.group or record.id) in groups else group,
        )
        for record in own
    ]
    return Corpus(f"{base.name} + {own.name}", (*kept, *mine))


def _read_one(
    path: Path, text_column: str | None, stance_column: str | None, notes: list[str]
) -> tuple[list[Numbered], list[str]]:
    """Give records and faults of a file or folder; a corpus is read strictly, a table by its columns."""
    if not path.is_file() or (path.suffix.lower() == ".jsonl" and not (text_column or stance_column)):
        if path.is_dir() or not path.is_file() or _is_corpus(path):
            return read_records(path)
    wanted = {key(name) for name in (text_column, stance_column) if name}
    usual = {*TEXTS, *STANCE_COLUMNS, *SIGNALS, *GROUPS, *IDS, *OTHERS}
    table = table_of(path, lambda cells: sum(3 * (key(c) in wanted) + (key(c) in usual) for c in cells))
    if not table.rows:
        raise CorpusError(f"{path}: it holds no row; export the table with its rows.")
    columns = _Columns(path, table, text_column, stance_column)
    return columns.records(notes)


def _is_corpus(path: Path) -> bool:
    """Whether the first line of a file is a record of ours, or broken, which the strict reader explains best."""
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        first = next((line for line in lines if line.strip()), "")
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return not first.lstrip().startswith("[")
    return not isinstance(value, dict) or ("text" in value and "stance" in value and "id" in value) or len(value) < 2


class _Columns:
    """The columns of one table, and its rows made records."""

    def __init__(self, path: Path, table: Table, text: str | None, stance: str | None) -> None:
        self.path, self.table = path, table
        self.by_key = {key(column): column for column in reversed(table.columns)}
        missing = []
        self.text = self._found(TEXTS, text)
        self.stance = self._found(STANCE_COLUMNS, stance)
        for what, option, column, named in (
            ("text", "--text-column", self.text, text),
            ("stance", "--stance-column", self.stance, stance),
        ):
            if column is None:
                missing.append(f"no column '{named}'" if named else f"no column for the {what} (name it with {option})")
        if missing:
            listed = ", ".join(table.columns[:12]) + (" ..." if len(table.columns) > 12 else "")
            raise CorpusError(f"{path}: {' and '.join(missing)}; the columns are {listed}.")
        self.group = self._found(GROUPS, None)
        self.id = self._found(IDS, None)
        self.signals = self._found(SIGNALS, None)
        self.flags = {name: self.by_key[key(name)] for name in known_signals() if key(name) in self.by_key}

    def _found(self, names: Sequence[str], wanted: str | None) -> str | None:
        if wanted is not None:
            return self.by_key.get(key(wanted))
        return next((self.by_key[name] for name in names if name in self.by_key), None)

    def records(self, notes: list[str]) -> tuple[list[Numbered], list[str]]:
        faults: dict[str, list[int]] = defaultdict(list)
        made: list[Numbered] = []
        seen: dict[str, int] = {}
        unlabelled = 0
        for number, row in self.table.rows:
            text, stance = row.get(self.text or "", "").strip(), row.get(self.stance or "", "").strip()
            if not stance:
                unlabelled += bool(text)
                continue
            if not text:
                faults["a stance and no text; write the text, or take the stance out."].append(number)
                continue
            name = (row.get(self.id, "").strip() if self.id else "") or f"{self.path.stem}-{number}"
            if name in seen:
                faults[f"id '{name}' stands at row {seen[name]} already; give each row its own."].append(number)
            seen.setdefault(name, number)
            record, wrong = self._record(name, text, stance, row)
            for fault in wrong:
                faults[fault].append(number)
            if record is not None:
                made.append((record, f"{self.path.name}, row {number}"))
        if unlabelled:
            notes.append(f"{self.path.name}: {unlabelled} rows have a text and no stance, and are left out.")
        return made, [f"{self.path.name}, {_rows(rows)}: {fault}" for fault, rows in faults.items()]

    def _record(self, name: str, text: str, stance: str, row: Mapping[str, str]) -> tuple[Record | None, list[str]]:
        """Make a record of a row, and say all that is wrong with it."""
        faults: list[str] = []

        def one_of(what: str, value: str, allowed: Sequence[str], default: str) -> str:
            folded = {key(choice): choice for choice in allowed}
            if key(value) in folded:
                return folded[key(value)]
            faults.append(f"unknown {what} '{value[:60]}'{nearest(key(value), folded)}; use {', '.join(allowed)}.")
            return default

        def signals(cell: str) -> list[str]:
            return [one_of("signal", part, known_signals(), "") for part in _parts(cell, known_signals())]

        label = one_of("stance", stance, STANCES, "")
        shown = signals(row.get(self.signals, "")) if self.signals else []
        for signal, column in self.flags.items():
            mark = row.get(column, "").strip().casefold()
            if mark in _TRUE:
                shown.append(signal)
            elif mark not in _FALSE:
                faults.append(f"'{mark[:60]}' in column '{column}'; write 1 or x where the signal is, else nothing.")
        strength = self._cell(row, "strength")
        if not strength:
            strength = "0" if label == "neutral" else "1"
        elif label and (strength not in ("0", "1", "2") or (strength == "0") != (label == "neutral")):
            faults.append(f"strength '{strength[:60]}' with stance {label}; neutral has 0, the others 1 or 2.")
        register = self._cell(row, "register")
        chosen = one_of("register", register, REGISTERS, "notice") if register else "notice"
        disputed = [signal for signal in signals(self._cell(row, "disputed")) if signal not in shown]
        if faults:
            return None, faults
        return (
            Record(
                name,
                text,
                label,
                signals=tuple(dict.fromkeys(shown)),
                disputed=tuple(dict.fromkeys(disputed)),
                strength=int(strength),
                register=chosen,
                sector=self._cell(row, "sector") or "general",
                group=row.get(self.group, "").strip() if self.group else "",
                mixed=self._cell(row, "mixed").casefold() in _TRUE,
                stock=self._cell(row, "stock").casefold() in _TRUE,
                draft=self._cell(row, "draft").casefold() in _TRUE,
            ),
            [],
        )

    def _cell(self, row: Mapping[str, str], name: str) -> str:
        column = self.by_key.get(name)
        return row.get(column, "").strip() if column else ""


def _parts(cell: str, known: Sequence[str]) -> list[str]:
    """Part a cell with several signals: at commas and their kin, and at blanks where every word is a signal."""
    parts = [part.strip(" []'\"") for part in re.split(r"[,;|\n]", cell)]
    parted: list[str] = []
    for part in filter(None, parts):
        words = part.split()
        parted += words if len(words) > 1 and all(key(word) in known for word in words) else [part]
    return parted


def _rows(numbers: Sequence[int]) -> str:
    """Name rows, as a person would.

    Examples
    --------
    >>> _rows([4]), _rows([4, 7, 9])
    ('row 4', 'rows 4, 7 and 9')
    """
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    if len(numbers) > MOST_ROWS:
        return f"rows {', '.join(map(str, numbers[:MOST_ROWS]))} and {len(numbers) - MOST_ROWS} more"
    return f"rows {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _apart(found: Sequence[Numbered], before: Sequence[Numbered], path: Path) -> list[Numbered]:
    """Keep the ids and groups of two files apart: row 12, or tender A, of one is not that of the other."""
    ids = {record.id for record, _ in before}
    groups = {record.group for record, _ in before if record.group}
    return [
        (
            replace(
                record,
                id=f"{path.stem}:{record.id}" if record.id in ids else record.id,
                group=f"{path.stem}:{record.group}" if record.group in groups else record.group,
            ),
            place,
        )
        for record, place in found
    ]


def _contradictions(records: Sequence[Numbered]) -> Iterator[str]:
    """Find texts that stand twice with two labels, or in two groups, which would part them over training and test."""
    first: dict[str, Numbered] = {}
    for record, place in records:
        other, other_place = first.setdefault(folded(record.text), (record, place))
        if other.stance != record.stance:
            yield f"{place}: {record.stance}, and the same text at {other_place} is {other.stance}; decide on one."
        elif record.group and other.group and record.group != other.group:
            yield (
                f"{place}: the same text stands at {other_place} in another group ('{record.group[:60]}' and "
                f"'{other.group[:60]}'), and would be learnt from and tested on; take one out."
            )


def _with_groups(records: Sequence[Numbered], notes: list[str]) -> tuple[Record, ...]:
    """Give every record without a group one: that of what it nearly copies, else its own."""
    if all(record.group for record, _ in records):
        return tuple(record for record, _ in records)
    runs = [_runs(record.text) for record, _ in records]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, mine in enumerate(runs):
        for run in mine:
            holders[run].append(i)
    made: list[Record] = []
    alone = near = 0
    for i, (record, _) in enumerate(records):
        if record.group:
            made.append(record)
            continue
        shared: dict[int, int] = defaultdict(int)
        for run in runs[i]:
            if len(holders[run]) <= COMMON or len(runs[i]) == 1:
                for j in holders[run]:
                    if j < i or records[j][0].group:
                        shared[j] += 1
        copies = [j for j, n in shared.items() if n >= ALIKE * (len(runs[i]) + len(runs[j]) - n)]
        near += bool(copies)
        alone += not copies
        of = min(copies, default=i)
        group = records[of][0].group or (made[of].group if of < i else record.id)
        made.append(replace(record, group=group))
    notes.append(
        f"{alone + near} excerpts have no group or source: {near} are near copies of others and share their group, "
        "the rest are each their own; name the source document in a column 'group' if several come from one."
    )
    return tuple(made)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = folded(text).split()
    return {tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))}


def folded(text: str) -> str:
    """Fold a text to its words, to tell whether two are the same.

    Examples
    --------
    >>> folded("The  lamps, sixty.")
    'the lamps sixty'
    """
    return " ".join("".join(c.lower() if c.isalnum() else " " for c in text).split())
