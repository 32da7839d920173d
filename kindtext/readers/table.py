"""Tables with one text a row: CSV and its kin, Parquet, and JSON (a list of objects, or one a line)."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from kindtext.document import Draft
from kindtext.errors import InputError, NoTextError, ReadError
from kindtext.passages import text_blocks
from kindtext.readers import text as text_reader
from kindtext.readers._fields import mend, notice_name
from kindtext.readers._json import decode, is_json_lines, json_lines, parse
from kindtext.readers.source import Source, Unread

TEXT_COLUMNS = (
    "text", "passage", "excerpt", "description", "body", "content", "contents", "full_text", "notice_text",
    "notice", "paragraph", "clause", "sentence", "summary", "details", "short_description",
)  # fmt: skip
"""Names by which the text column is guessed, the surest first; without regard to case and punctuation."""

ID_COLUMNS = ("id", "ocid", "notice_id", "record_id", "identifier", "uid", "uuid")
"""Names by which a row's own name is found, the surest first."""

MAX_CELL = 10_000_000
"""Longest cell of a CSV file, in characters: the csv module's own 131,072 is shorter than a contract."""

_DELIMITERS = (",", "\t", ";", "|")
_SNIFFED_ROWS = 30


def read(source: Source, *, text_column: str | None = None) -> Iterator[Draft]:
    r"""Read a table: one draft a row, the empty ones included, so that results line up with the rows.

    Parameters
    ----------
    source : Source
        CSV, TSV, Parquet, JSON Lines of objects, or a JSON list of objects.
    text_column : str or None
        Name of the column that holds the text; guessed from its name if None.

    Yields
    ------
    Draft
        Named ``file#id`` where the table has a column of identifiers, else ``file#row`` counted from 1. The
        other columns are in ``metadata["columns"]``, the row's number in ``metadata["row"]``.

    Raises
    ------
    InputError
        If there is no such column, or none that could be guessed.
    NoTextError
        If the table has no rows.
    ReadError
        If the file is damaged.

    Examples
    --------
    >>> source = Source("t.csv", None, b"ref,Text\nA1,We will listen.\nA2,\n")
    >>> for draft in read(source):
    ...     print(draft.name, [block.text for block in draft.blocks], draft.metadata["columns"])
    t.csv#1 ['We will listen.'] {'ref': 'A1'}
    t.csv#2 [] {'ref': 'A2'}
    """
    columns, rows = _rows(source)
    for draft in drafts(source, columns, rows, text_column):
        if isinstance(draft, Unread):
            raise draft.error
        yield draft


def drafts(
    source: Source, columns: list[str], rows: Iterator[Mapping[str, Any] | Unread], text_column: str | None
) -> Iterator[Draft | Unread]:
    """Make drafts of a table's rows.

    Parameters
    ----------
    source : Source
        The file; its name and suffix alone are used.
    columns : list of str
        The table's columns; empty if the file does not list them.
    rows : iterator of mapping or Unread
        The rows in order; what could not be read is passed on in its place.
    text_column : str or None
        Name of the column that holds the text.

    Yields
    ------
    Draft or Unread
        One a row, as :func:`read`.
    """
    looked_at = list(islice(rows, _SNIFFED_ROWS))
    found = [row for row in looked_at if not isinstance(row, Unread)]
    if not looked_at:
        raise NoTextError(f"{source.name}: the table has no rows; check that it was exported in full.")
    if isinstance(looked_at[0], Unread) and not found:
        raise looked_at[0].error
    # Objects may leave out what is empty, so the first alone does not tell all columns.
    columns = columns or list(dict.fromkeys(str(key) for row in found for key in row))
    column = _text_column(columns, text_column, source)
    identifier = _first_of(ID_COLUMNS, columns)
    identifier = identifier if identifier != column else None
    seen: set[str] = set()
    for number, row in enumerate(chain(looked_at, rows), start=1):
        if isinstance(row, Unread):
            yield row
            continue
        label = _cell_text(row.get(identifier)) if identifier else ""
        text, notes = mend(_cell_text(row.get(column)))
        others = {key: _plain(value) for key, value in row.items() if key != column}
        yield Draft(
            name=notice_name(source.name, label, number, seen),
            format="table",
            blocks=tuple(text_blocks(text)),
            metadata={"row": number, "columns": others},
            notes=notes,
        )


def _rows(source: Source) -> tuple[list[str], Iterator[Mapping[str, Any] | Unread]]:
    """Return the table's columns, where the file lists them, and its rows."""
    if source.data.startswith(b"PAR1"):
        return _parquet(source)
    if source.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _json(source)
    return _csv(source)


def _csv(source: Source) -> tuple[list[str], Iterator[Mapping[str, Any]]]:
    """Open a file of separated values."""
    text, _ = text_reader.decode(source)
    return separated(source, io.StringIO(text, newline=""), text)


def separated(source: Source, lines: Iterable[str], beginning: str) -> tuple[list[str], Iterator[Mapping[str, Any]]]:
    """Give the columns and rows of separated values, from their lines and a look at their beginning."""
    # The limit is the csv module's, for the whole process; it is only ever raised.
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(lines, delimiter=_delimiter(beginning, source.suffix))
    try:
        header = next((cells for cells in reader if any(cell.strip() for cell in cells)), [])
    except csv.Error as error:
        raise _broken_csv(source, reader.line_num, error) from None
    return (columns := _unique(header)), _csv_rows(source, reader, columns)


def _csv_rows(source: Source, lines: Any, columns: list[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the rows below the header; cells beyond it are named by their place."""
    try:
        for cells in lines:
            if cells:
                names = columns + [f"column {number}" for number in range(len(columns) + 1, len(cells) + 1)]
                cells += [""] * (len(columns) - len(cells))
                yield dict(zip(names, cells, strict=True))
    except csv.Error as error:
        raise _broken_csv(source, lines.line_num, error) from None


def _broken_csv(source: Source, line: int, error: csv.Error) -> ReadError:
    """Say where a file of separated values is broken."""
    return ReadError(f"{source.name}: broken table at line {line} ({error}); export it again as CSV in UTF-8.")


def _delimiter(text: str, suffix: str) -> str:
    r"""Return the delimiter that cuts the first lines into the most columns, as many in each.

    Examples
    --------
    >>> _delimiter("a;b\n1,5;x\n2,5;y\n", ".csv"), _delimiter("a\tb\n", ".tsv")
    (';', '\t')
    """
    if suffix in (".tsv", ".tab"):
        return "\t"
    best, score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        try:
            sample = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _SNIFFED_ROWS))
        except csv.Error:
            continue
        widths = Counter(len(cells) for cells in sample if cells)
        if widths:
            width, rows = widths.most_common(1)[0]
            agreed = rows / widths.total()
            if width > 1 and (agreed, width) > score:
                best, score = delimiter, (agreed, width)
    return best


def _unique(header: Sequence[str]) -> list[str]:
    """Give every column a name of its own."""
    names: list[str] = []
    for number, name in enumerate(header, start=1):
        name = name.strip() or f"column {number}"
        names.append(f"{name} ({number})" if name in names else name)
    return names


def _parquet(source: Source) -> tuple[list[str], Iterator[Mapping[str, Any]]]:
    import pyarrow as pa

    return parquet(source, pa.BufferReader(source.data))


def parquet(source: Source, opened: Any) -> tuple[list[str], Iterator[Mapping[str, Any]]]:
    """Give the columns and rows of a Parquet file, from its path or content."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Read as it goes, so that a file of one row group is not held as a whole.
        table = pq.ParquetFile(opened, buffer_size=1 << 20, pre_buffer=False)
        columns = [str(name) for name in table.schema_arrow.names]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken_parquet(source, error) from None
    return columns, _parquet_rows(source, table)


def _parquet_rows(source: Source, table: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the rows batch by batch, so that only one batch is held as Python objects."""
    import pyarrow as pa

    try:
        for batch in table.iter_batches(batch_size=256):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _broken_parquet(source, error) from None


def _broken_parquet(source: Source, error: Exception) -> ReadError:
    """Say that a Parquet file is damaged."""
    reason = " ".join(str(error).split())[:120]
    return ReadError(f"{source.name}: damaged Parquet file ({reason}); write or download it again.")


def _json(source: Source) -> tuple[list[str], Iterator[Mapping[str, Any] | Unread]]:
    """Open JSON Lines, or a JSON list; the columns are those that the first rows have."""
    text, _ = decode(source)
    if is_json_lines(text) or source.suffix in (".jsonl", ".ndjson"):
        values: Iterator[tuple[int, Any]] = json_lines(text, source)
    else:
        value = parse(text, source)
        values = enumerate(value if isinstance(value, list) else [value], start=1)
    return [], objects(values, source)


def objects(values: Iterator[tuple[int, Any]], source: Source) -> Iterator[Mapping[str, Any] | Unread]:
    """Yield the objects of a JSON table by their numbers; null is an empty row, and what is unread is passed on."""
    for number, value in values:
        if value is None:
            yield {}
        elif isinstance(value, (dict, Unread)):
            yield value
        else:
            error = ReadError(
                f"{source.name}: entry {number} is {type(value).__name__}, not an object with columns; "
                'write each row as {"text": ...}.'
            )
            yield Unread(f"{source.name}#{number}", error)


def _text_column(columns: list[str], wanted: str | None, source: Source) -> str:
    """Return the name of the text column, as asked for or guessed."""
    listed = ", ".join(columns[:12]) + (" ..." if len(columns) > 12 else "")
    if wanted is not None:
        found = wanted if wanted in columns else _first_of((wanted,), columns)
        if found is None:
            raise InputError(f"{source.name}: no column {wanted!r}; the columns are {listed}.")
        return found
    found = _first_of(TEXT_COLUMNS, columns)
    if found is None and len(columns) == 1:
        found = columns[0]
    if found is None:
        part_of = [column for column in columns if set(_key(column).split("_")) & {"text", "description"}]
        found = part_of[0] if len(part_of) == 1 else None
    if found is None:
        raise InputError(
            f"{source.name}: which column holds the text? The columns are {listed}; "
            "name one with text_column=... or --text-column."
        )
    return found


def _first_of(names: Sequence[str], columns: list[str]) -> str | None:
    """Return the column that bears the first of these names, without regard to case and punctuation."""
    keys = {_key(column): column for column in reversed(columns)}
    return next((keys[key] for name in names if (key := _key(name)) in keys), None)


def _key(name: str) -> str:
    """Fold a column's name: "Notice Text" and "noticeText" are notice_text."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return re.sub(r"[\W_]+", "_", name).strip("_").casefold()


def _cell_text(value: Any) -> str:
    """Return what a cell says; empty for null and NaN, lines for a list, JSON for an object."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, (list, tuple)):
        return "\n".join(_cell_text(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _plain(value: Any) -> Any:
    """Return a cell's value as JSON can hold it: numbers that are none become None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (str, int, float, bool, list, dict)):
        return value
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
