"""Rows of a table of labels, whatever it was saved as: CSV, Excel, Parquet, JSON or JSON Lines.

Every cell is text, and every row has the number that a person sees: a spreadsheet's row, or a file's line.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kindtext.errors import CorpusError, ExtraMissingError, ReadError

_DELIMITERS = (",", ";", "\t", "|")

_HEADER_WITHIN = 10
"""Rows among which the header is looked for: spreadsheets begin with titles and notes."""

_LONGEST_CELL = 10_000_000
"""Characters; the csv module's own limit of 131,072 is less than some contracts hold."""

_FORMULA = ("=", "+", "-", "@")

Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of labels.

    Parameters
    ----------
    columns : tuple of str
        As they are headed.
    rows : tuple of (int, mapping)
        Number and cells of every row that is not empty, by column.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def key(name: str) -> str:
    """Fold a name for comparison.

    Examples
    --------
    >>> key("Source document"), key("Fair-work ")
    ('source_document', 'fair_work')
    """
    return re.sub(r"[\W_]+", "_", name).strip("_").casefold()


def table_of(path: Path, known: Callable[[Sequence[str]], int]) -> Table:
    """Read a table.

    Parameters
    ----------
    path : Path
        A file; its suffix tells what it is.
    known : callable
        Tells of a row of cells how many of them head columns that are wanted: the header has the most.

    Returns
    -------
    Table

    Raises
    ------
    ReadError
        If it cannot be read, or is damaged.
    CorpusError
        If it is in no format that can hold a table.
    ExtraMissingError
        If it is Excel and openpyxl is not installed.
    """
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson", ".json"):
        return _of_objects(_json_rows(path))
    if suffix == ".parquet":
        return _of_objects(enumerate(_parquet_rows(path), start=1))
    if suffix in (".xlsx", ".xlsm"):
        return max((_of_cells(rows, known) for rows in _sheets(path)), key=lambda table: known(table.columns))
    if suffix in (".csv", ".tsv", ".tab", ".txt"):
        return _of_cells(_csv_rows(path, known), known)
    if suffix == ".xls":
        raise CorpusError(f"{path}: it is Excel's old format; save it as .xlsx or CSV.")
    raise CorpusError(f"{path}: labels are read from JSON Lines, CSV, Excel (.xlsx) and Parquet; save it as one.")


def _of_cells(rows: Iterable[tuple[int, Sequence[str]]], known: Callable[[Sequence[str]], int]) -> Table:
    """Find the header, and name the cells under it."""
    listed = [(number, [_without_apostrophe(cell) for cell in cells]) for number, cells in rows if any(cells)]
    if not listed:
        return Table((), ())
    head = max(range(min(len(listed), _HEADER_WITHIN)), key=lambda i: (known(listed[i][1]), -i))
    columns = tuple(name.strip() or f"column {i}" for i, name in enumerate(listed[head][1], start=1))
    return Table(columns, tuple((n, dict(zip(columns, cells, strict=False))) for n, cells in listed[head + 1 :]))


def _of_objects(rows: Iterable[tuple[int, Any]]) -> Table:
    listed = [(number, {str(name): cell_text(value) for name, value in row.items()}) for number, row in rows]
    return Table(tuple(dict.fromkeys(name for _, row in listed for name in row)), tuple(listed))


def cell_text(value: Any) -> str:
    """Say what a cell holds; empty for nothing, whole numbers without a point, lists with commas.

    Examples
    --------
    >>> cell_text(2.0), cell_text(None), cell_text(["fair_work", "burden"]), cell_text(True)
    ('2', '', 'fair_work,burden', 'true')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return ",".join(cell_text(item) for item in value)
    return str(value)


def _without_apostrophe(cell: str) -> str:
    """Take off the apostrophe that our tables put before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip().startswith(_FORMULA) else cell


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: it cannot be read ({error.strerror}); check the path.") from error


def _text(path: Path) -> str:
    """Decode: UTF-8, UTF-16 with its mark, else what Excel on Windows saves as plain CSV."""
    data = _bytes(path)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReadError(f"{path}: it is no text; save it as CSV in UTF-8.")


def _csv_rows(path: Path, known: Callable[[Sequence[str]], int]) -> Iterator[tuple[int, Sequence[str]]]:
    text = _text(path)
    if "\x00" in text:
        raise ReadError(f"{path}: it is no text; save it as CSV in UTF-8.")
    csv.field_size_limit(_LONGEST_CELL)
    heads = text.split("\n", _HEADER_WITHIN)[:_HEADER_WITHIN]

    def fits(sign: str) -> tuple[int, int]:
        return max((known(next(csv.reader([line], delimiter=sign), [])), line.count(sign)) for line in heads)

    try:
        delimiter = max(_DELIMITERS, key=fits)
        # With newline="" a line end inside a cell stays as it is.
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1)
    except csv.Error as error:
        raise ReadError(f"{path}: it is no CSV ({error}); save it as CSV in UTF-8.") from error


def _sheets(path: Path) -> Iterator[Iterator[tuple[int, Sequence[str]]]]:
    """Yield the rows of each sheet; formulas by the values that were saved with them."""
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise ExtraMissingError(
            f"{path}: Excel files need openpyxl; pip install 'kindtext[excel]', or save the sheet as CSV."
        ) from error
    data = io.BytesIO(_bytes(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which are not read
            book = load_workbook(data, read_only=True, data_only=True)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # what a file says of its own size may be wrong
                rows = [[cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
                yield iter([*enumerate(rows, start=1)])
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise ReadError(f"{path}: it is no Excel file that can be read ({error}); save it again as .xlsx.") from error


def _parquet_rows(path: Path) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows: list[dict[str, Any]] = pq.read_table(pa.BufferReader(_bytes(path))).to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ReadError(f"{path}: it is no Parquet file that can be read ({reason}); write it again.") from error
    return rows


def _json_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    text = _text(path)
    try:
        if text.lstrip().startswith("["):
            values = list(enumerate(json.loads(text), start=1))
        else:
            lines = enumerate(text.split("\n"), start=1)
            values = [(number, _line(path, number, line)) for number, line in lines if line.strip()]
    except (json.JSONDecodeError, RecursionError) as error:
        raise CorpusError(f"{path}: it is not JSON ({error}); export it again.") from error
    for number, value in values:
        if not isinstance(value, dict):
            raise CorpusError(f'{path}: row {number} is no object with columns; write {{"text": ..., "stance": ...}}.')
        yield number, value


def _line(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise CorpusError(f"{path}: line {number} is not JSON ({error}); write one object a line.") from error
