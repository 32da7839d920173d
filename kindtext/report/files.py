"""Writing scores: JSON, JSON Lines, CSV and Parquet, to a stream or to a file that is whole or not there."""

from __future__ import annotations

import csv
import difflib
import io
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kindtext.errors import InputError
from kindtext.report.plain import cell, escaped, writable

if TYPE_CHECKING:
    from kindtext.scoring import Score

LOOKED_AT = 1_000
"""Rows that are looked at for the columns of what cannot be gone through twice, and at once for their types."""

ROW_GROUP = 10_000
"""Rows of a row group of Parquet: enough to pack well, and some 20 MB while they are written."""

FORMATS = ("table", "json", "jsonl", "csv", "parquet")
_SUFFIXES = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".txt": "table",
    "": "table",
}


def format_of(path: Path | None, wanted: str | None) -> str:
    """Choose the format: the one wanted, else by the file's suffix, else a table for people.

    Raises
    ------
    InputError
        If the format is unknown, or Parquet is wanted without a file.

    Examples
    --------
    >>> format_of(Path("scores.csv"), None)
    'csv'
    """
    suffix = path.suffix.lower() if path else ""
    if wanted is None and suffix not in _SUFFIXES:
        known = ", ".join(filter(None, _SUFFIXES))
        raise InputError(f"{path}: no format goes with '{suffix}'; name a file in {known}, or use --format.")
    chosen = wanted or _SUFFIXES[suffix]
    if chosen not in FORMATS:
        near = difflib.get_close_matches(chosen, FORMATS, n=1)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        raise InputError(f"unknown format '{chosen}'{hint}; use {', '.join(FORMATS)}.")
    if chosen == "parquet" and path is None:
        raise InputError("Parquet is binary; name a file for it with -o scores.parquet.")
    return chosen


def write_scores(scores: Iterable[Score | Mapping[str, Any] | bytes], stream: IO[bytes], kind: str) -> list[str]:
    """Write scores as they come.

    Parameters
    ----------
    scores : iterable of Score, mapping or bytes
        Scores, or their rows, or (for JSON and JSON Lines) their lines.
    stream : binary file
    kind : {"json", "jsonl", "csv", "parquet"}
        JSON and JSON Lines hold everything (:meth:`Score.to_dict`), the others one row a document
        (:meth:`Score.to_row`), with spreadsheet formulas made harmless in CSV.

    Returns
    -------
    list of str
        Columns that were left out. CSV begins with its columns: where ``scores`` can be gone through once only, they
        are those of the first thousand rows.
    """
    if kind == "csv":
        return _write_csv(scores, stream)
    writers: dict[str, Callable[[Iterable[Any], IO[bytes]], None]] = {
        "json": _write_json,
        "jsonl": _write_jsonl,
        "parquet": _write_parquet,
    }
    writers[kind](scores, stream)
    return []


@contextmanager
def atomic(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its place only when all went well.

    Raises
    ------
    InputError
        If it is a folder, or its folder does not exist or cannot be written.
    """
    handle, temporary = _beside(path)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def check_place(path: Path) -> None:
    """Try whether a file could be written, before any work is done for it.

    Raises
    ------
    InputError
        As :func:`atomic`.
    """
    handle, temporary = _beside(path)
    os.close(handle)
    temporary.unlink()


def _beside(path: Path) -> tuple[int, Path]:
    """Open a hidden file beside another."""
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; name a file in it.")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name a folder that exists.") from error
    return handle, Path(name)


def dumps(value: Any) -> str:
    """Give JSON for people and programs: UTF-8, null for NaN, what JSON has no type for as text, controls escaped."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:
        text = json.dumps(_without_nan(value), ensure_ascii=False, allow_nan=False, default=str)
    return escaped(text)


def _without_nan(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    return [_without_nan(item) for item in value] if isinstance(value, (list, tuple)) else value


def _write_json(scores: Iterable[Any], stream: IO[bytes]) -> None:
    separator = b"["
    for score in scores:
        stream.write(separator + b"\n" + _line(score).rstrip(b"\n"))
        separator = b","
    stream.write(b"[]\n" if separator == b"[" else b"\n]\n")


def _write_jsonl(scores: Iterable[Any], stream: IO[bytes]) -> None:
    for score in scores:
        stream.write(_line(score))


def _line(score: Any) -> bytes:
    return score if isinstance(score, bytes) else dumps(score.to_dict()).encode("utf-8") + b"\n"


def _row(score: Any) -> Mapping[str, Any]:
    row: Mapping[str, Any] = score if isinstance(score, Mapping) else score.to_row()
    return row


def _write_csv(scores: Iterable[Any], stream: IO[bytes]) -> list[str]:
    rows: Iterable[Mapping[str, Any]] = map(_row, scores)
    if iter(scores) is scores:
        looked_at = list(islice(rows, LOOKED_AT))
        columns = _columns(looked_at)
        rows = chain(looked_at, rows)
    else:
        columns, rows = _columns(rows), map(_row, scores)
    known = set(columns)
    left_out: dict[str, None] = {}
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([cell(column) for column in columns])
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
        left_out.update(dict.fromkeys(row.keys() - known))
    text.detach()
    return list(left_out)


def _write_parquet(scores: Iterable[Any], stream: IO[bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows: Iterable[Any] = list(map(_row, scores)) if iter(scores) is scores else scores
    types: dict[str, Any] = {}
    for some in _batches(rows, LOOKED_AT):
        for column in _columns(some):
            found = _arrow([writable(row.get(column)) for row in some]).type
            types[column] = found if column not in types else _common(types[column], found)
    schema = pa.schema([(str(writable(column)), found) for column, found in types.items()])
    with pq.ParquetWriter(stream, schema) as writer:
        for some in _batches(rows, ROW_GROUP):
            arrays = [_arrow([writable(row.get(column)) for row in some], found) for column, found in types.items()]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _batches(scores: Iterable[Any], size: int) -> Iterator[list[Mapping[str, Any]]]:
    rows = map(_row, scores)
    while some := list(islice(rows, size)):
        yield some


def _columns(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """All columns of rows that need not have the same."""
    return list(dict.fromkeys(key for row in rows for key in row))


def _common(one: Any, other: Any) -> Any:
    """Give the type that holds the values of two; text where there is no other."""
    import pyarrow as pa

    if one == other:
        return one
    try:
        both = [pa.schema([("x", found)]) for found in (one, other)]
        return pa.unify_schemas(both, promote_options="permissive").field("x").type
    except pa.ArrowException:
        return pa.string()


def _arrow(values: list[Any], wanted: Any = None) -> Any:
    """Give a column of one type; where tables that were scored together disagree on it, of text."""
    import pyarrow as pa

    try:
        return pa.array(values, wanted)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
