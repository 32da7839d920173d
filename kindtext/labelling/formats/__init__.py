"""Files of other labelling tools: read into records, and written from them, without loss.

==================  =============================================================================
``doccano``         JSON Lines with ``cats`` and ``entities``; older and narrower projects are read
``label-studio``    JSON array of tasks; drafts are predictions
``prodigy``         JSON Lines of tasks with choices and spans; drafts have no answer
``argilla``         JSON array of records; labels are written as suggestions
``docbin``          spaCy's binary file of Docs
``csv``             a table for spreadsheets
``jsonl``           the corpus format itself
==================  =============================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from kindtext.corpus import Record, parse_record
from kindtext.errors import CorpusError, InputError, ReadError
from kindtext.labelling.formats import argilla, docbin, doccano, label_studio, prodigy, table
from kindtext.labelling.formats.found import Found, record_of
from kindtext.labelling.formats.rows import json_array, json_lines, json_rows

__all__ = ["FORMATS", "Format", "Imported", "format_of", "read_labels", "write_labels"]

UNLABELLED = "not labelled yet"


@dataclass(frozen=True, slots=True)
class Format:
    """How a tool's files are read and written.

    Parameters
    ----------
    suffix : str
        What its files are called.
    rows : callable
        From a path to numbered rows.
    found : callable
        From a row, and the labeller who is wanted, to what it says; a str says why it is left out.
    write : callable
        From records to the bytes of a file.
    """

    suffix: str
    rows: Callable[[Path], Iterator[tuple[int, Any]]]
    found: Callable[[Any, str | None], Found | Record | str]
    write: Callable[[Iterable[Record]], bytes]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held.

    Parameters
    ----------
    records : tuple of Record
        In order.
    faults : tuple of str
        Rows that cannot be records, ``file, row n: what``.
    left_out : mapping of str to int
        Why rows are left out that are not wrong, and how many.
    """

    records: tuple[Record, ...]
    faults: tuple[str, ...]
    left_out: Mapping[str, int]


FORMATS: Mapping[str, Format] = {
    "doccano": Format(
        ".jsonl", json_rows, doccano.found, lambda records: json_lines(doccano.written(r) for r in records)
    ),
    "label-studio": Format(
        ".json", json_rows, label_studio.found, lambda records: json_array(label_studio.written(r) for r in records)
    ),
    "prodigy": Format(
        ".jsonl", json_rows, prodigy.found, lambda records: json_lines(prodigy.written(r) for r in records)
    ),
    "argilla": Format(
        ".json", json_rows, argilla.found, lambda records: json_array(argilla.written(r) for r in records)
    ),
    "docbin": Format(".spacy", docbin.rows, docbin.found, docbin.write),
    "csv": Format(".csv", table.rows, table.found, table.write),
    "jsonl": Format(
        ".jsonl", json_rows, lambda row, _: parse_record(row), lambda records: json_lines(r.to_dict() for r in records)
    ),
}

_SUFFIXES = {".spacy": "docbin", ".csv": "csv", ".tsv": "csv", ".tab": "csv"}
# The first key of a row that is peculiar to a tool; in this order, since doccano's are the least so.
_TELLING = (
    ("label-studio", ("annotations", "completions", "predictions", "annotation_id", "lead_time")),
    ("argilla", ("fields", "inputs", "responses", "suggestions", "annotation", "prediction", "_server_id")),
    ("prodigy", ("answer", "_task_hash", "_input_hash", "accept", "options")),
    ("doccano", ("cats", "entities", "label", "labels", "data", "annotation_approver")),
    ("jsonl", ("stance",)),
)


def format_of(path: Path) -> str:
    """Tell a file's format by its suffix, or by the keys of its first rows.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        A key of :data:`FORMATS`.

    Raises
    ------
    CorpusError
        If nothing tells.
    """
    if path.suffix.lower() in _SUFFIXES:
        return _SUFFIXES[path.suffix.lower()]
    for _, row in islice(json_rows(path), 20):
        if not isinstance(row, dict):
            continue
        if any(key.endswith((".responses", ".suggestion")) for key in row):
            return "argilla"  # its flat export
        for name, keys in _TELLING:
            if any(key in row for key in keys):
                # doccano's older exports call their spans annotations too, but the text is no object there.
                old = name == "label-studio" and "annotations" in row and not isinstance(row.get("data"), dict)
                return "doccano" if old else name
    raise CorpusError(f"{path}: its rows do not tell which tool wrote it; say so with --from {'|'.join(FORMATS)}.")


def read_labels(path: str | Path, kind: str | None = None, *, annotator: str | None = None) -> Imported:
    """Read a file of a labelling tool.

    Parameters
    ----------
    path : str or Path
    kind : str, optional
        A key of :data:`FORMATS`; by default found out.
    annotator : str, optional
        Whose labels to take, where a file holds several people's: an id or name as the tool writes it.

    Returns
    -------
    Imported

    Raises
    ------
    ReadError
        If there is no such file, or it is not text.
    CorpusError
        If it is no file of that format at all.
    """
    file = Path(path)
    if not file.is_file():
        raise ReadError(f"{file}: there is no such file; name the file that the tool exported.")
    made = FORMATS[known_format(kind or format_of(file))]
    records: list[Record] = []
    faults: list[str] = []
    left_out: Counter[str] = Counter()
    seen: dict[str, int] = {}
    for number, row in made.rows(file):
        place = f"{file.name}, row {number}"
        try:
            if isinstance(row, CorpusError):
                raise row
            said = made.found(row, annotator)
            record = record_of(said, f"{file.stem}-{number}") if isinstance(said, Found) else said
        except (CorpusError, RecursionError) as error:
            faults.append(f"{place}: {error}")
            continue
        if not isinstance(record, Record):
            left_out[record or UNLABELLED] += 1
        elif record.id in seen:
            faults.append(f"{place}: id '{record.id}' stands at row {seen[record.id]} already; give each its own.")
        else:
            seen[record.id] = number
            records.append(record)
    return Imported(tuple(records), tuple(faults), dict(left_out))


def write_labels(records: Sequence[Record], path: str | Path, kind: str) -> None:
    """Write records as a labelling tool reads them, whole or not at all.

    Parameters
    ----------
    records : sequence of Record
    path : str or Path
        The file; its folder must exist.
    kind : str
        A key of :data:`FORMATS`.

    Raises
    ------
    InputError
        If the format is unknown or the file cannot be written.
    """
    from kindtext.report.files import atomic

    content = FORMATS[known_format(kind)].write(records)
    with atomic(Path(path)) as stream:
        stream.write(content)


def confirmed(records: Iterable[Record]) -> list[Record]:
    """Take the mark of a draft off: a person has looked at them in a tool that does not say so."""
    return [replace(record, draft=False) for record in records]


def known_format(kind: str) -> str:
    """Give a format's name back.

    Raises
    ------
    InputError
        If there is none of that name; the message has the nearest.
    """
    import difflib

    if kind not in FORMATS:
        near = difflib.get_close_matches(kind, FORMATS, n=1, cutoff=0.4)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        raise InputError(f"unknown format '{kind}'{hint}; use {', '.join(FORMATS)}.")
    return kind
