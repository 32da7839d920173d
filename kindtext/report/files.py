"""Writing scores: JSON, JSON Lines, CSV and Parquet, to a stream or to a file that is whole or not there."""

from __future__ import annotations

import csv
import difflib
import io
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kindtext.errors import InputError
from kindtext.report.plain import cell, escaped, writable

if TYPE_CHECKING:
    from kindtext.scoring import Score

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


def write_scores(scores: Iterable[Score], stream: IO[bytes], kind: str) -> None:
    """Write scores as they come.

    Parameters
    ----------
    scores : iterable of Score
    stream : binary file
    kind : {"json", "jsonl", "csv", "parquet"}
        JSON and JSON Lines hold everything (:meth:`Score.to_dict`), the others one row a document
        (:meth:`Score.to_row`), with spreadsheet formulas made harmless in CSV.
    """
    writers: dict[str, Callable[[Iterable[Score], IO[bytes]], None]] = {
        "json": _write_json,
        "jsonl": _write_jsonl,
        "csv": _write_csv,
        "parquet": _write_parquet,
    }
    writers[kind](scores, stream)


@contextmanager
def atomic(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its place only when all went well.

    Raises
    ------
    InputError
        If it is a folder, or its folder does not exist or cannot be written.
    """
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; name a file in it.")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name a folder that exists.") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


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


def _write_json(scores: Iterable[Score], stream: IO[bytes]) -> None:
    separator = b"["
    for score in scores:
        stream.write(separator + b"\n" + dumps(score.to_dict()).encode("utf-8"))
        separator = b","
    stream.write(b"[]\n" if separator == b"[" else b"\n]\n")


def _write_jsonl(scores: Iterable[Score], stream: IO[bytes]) -> None:
    for score in scores:
        stream.write(dumps(score.to_dict()).encode("utf-8") + b"\n")


def _write_csv(scores: Iterable[Score], stream: IO[bytes]) -> None:
    rows = [score.to_row() for score in scores]
    columns = _columns(rows)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([cell(column) for column in columns])
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    text.detach()


def _write_parquet(scores: Iterable[Score], stream: IO[bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [score.to_row() for score in scores]
    table = pa.table({str(writable(c)): _arrow([writable(row.get(c)) for row in rows]) for c in _columns(rows)})
    pq.write_table(table, stream)


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """All columns of rows that need not have the same."""
    return list(dict.fromkeys(key for row in rows for key in row))


def _arrow(values: list[Any]) -> Any:
    """Give a column of one type; where tables that were scored together disagree on it, of text."""
    import pyarrow as pa

    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if value is None else str(value) for value in values])
