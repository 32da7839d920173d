"""CSV: one row a record, for spreadsheets; signals with blanks between them, spans as JSON.

A cell that a spreadsheet would run as a formula is written with an apostrophe before it, which is taken off again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from kindtext.corpus import Record, known_signals
from kindtext.errors import CorpusError, ReadError
from kindtext.labelling.formats.found import ID, Found, known_label, mapping, marked, sequence, text_of
from kindtext.report.plain import cell, writable

COLUMNS = tuple(f.name for f in fields(Record))
_DELIMITERS = (",", ";", "\t", "|")
_LABELS = ("stance", "label", "labels", "category", "class")
_TRUE = frozenset({"true", "1", "1.0", "yes", "y", "x"})
_LONGEST_CELL = 100_000_000  # csv's own limit of 131,072 is less than some notices hold


def write(records: Iterable[Record]) -> bytes:
    """Write records as CSV in UTF-8 with a mark, which Excel needs to know it by."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for record in records:
        content = record.to_dict()
        writer.writerow([_cell(key, content.get(key)) for key in COLUMNS])
    return stream.getvalue().encode("utf-8-sig")


def rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Read the rows of a table, numbered as a spreadsheet numbers them: the first under the header is 2.

    Raises
    ------
    ReadError
        If it is not text.
    CorpusError
        If no column holds a text or a label.
    """
    text = _decoded(path)
    csv.field_size_limit(_LONGEST_CELL)
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda sign: (len(_known(header.split(sign))), header.count(sign)))
    # With newline="" a line end inside a cell stays as it is.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        if not _known(names):
            raise CorpusError(f"{path}: no column is called text or stance; give the table a header with both.")
        for number, values in enumerate(reader, start=2):
            if any(value.strip() for value in values):
                yield number, dict(zip(names, values, strict=False))
    except csv.Error as error:
        raise CorpusError(f"{path}: it is no CSV ({error}); save it as CSV in UTF-8.") from error


def found(row: Any, annotator: str | None = None) -> Found:
    """Read a row; a signal may also have a column of its own, with 1, x or yes where it is marked."""
    row = {key: _without_apostrophe(value) for key, value in mapping(row, "the row").items()}
    labels = [part for key in _LABELS for part in _parts(row.get(key))]
    labels += _parts(row.get("signals"))
    labels += [name for name in (*known_signals(), "mixed") if row.get(name, "").strip().lower() in _TRUE]
    notes: dict[str, Any] = {**row, "disputed": _parts(row.get("disputed"))}
    spans = [each for span in _json(row.get("spans")) for each in marked(span)]
    return Found(text_of(row), labels, spans, notes, row.get(ID) or row.get("id"))


def _cell(key: str, value: Any) -> Any:
    if value is None or value is False or value == []:
        return ""
    if key == "spans":
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return " ".join(value)
    if value is True:
        return "true"
    if not isinstance(value, str):
        return value
    value = writable(value)
    return "'" + value if _would_run(value.lstrip("'")) else value


def _would_run(text: str) -> bool:
    """Whether a spreadsheet takes a cell for a formula, by the rule of all our tables."""
    return bool(text) and str(cell(text)).startswith("'") and not text.startswith("'")


def _without_apostrophe(value: str) -> str:
    return value[1:] if value.startswith("'") and _would_run(value.lstrip("'")) else value


def _parts(value: str | None) -> list[str]:
    """Part a cell with several labels at blanks, commas, semicolons and bars; a label may itself have blanks."""
    if not value or not value.strip():
        return []
    if re.search(r"[,;|\n]", value):
        return [part.strip(" []'\"") for part in re.split(r"[,;|\n]", value) if part.strip(" []'\"")]
    words = value.strip(" []'\"").split()
    try:
        return [known_label(" ".join(words))]
    except CorpusError:
        return words


def _json(value: str | None) -> list[Any]:
    if not value or not value.strip():
        return []
    try:
        return sequence(json.loads(value), "'spans'")
    except (json.JSONDecodeError, RecursionError) as error:
        raise CorpusError("'spans' is not JSON; write a list of objects with start, end and signal.") from error


def _known(names: Iterable[str]) -> set[str]:
    wanted = {*COLUMNS, *_LABELS, "data", "content", "passage", "excerpt"}
    return {name.strip(" \"'\r").casefold() for name in names} & wanted


def _decoded(path: Path) -> str:
    """Read a table that Excel may have saved: UTF-8, UTF-16 with a mark, or the code page of Western Windows."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: it cannot be read ({error.strerror}); name a file that is there.") from error
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
