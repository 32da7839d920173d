"""Long files of many documents, read a piece at a time, so that memory does not grow with the file.

JSON Lines, separated values, Parquet, and JSON lists and packages are read so, and each may be packed (``.gz``,
``.zst``). A line that is broken takes its own place and no other's.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from kindtext.document import Draft
from kindtext.errors import KindtextError, NoTextError, ReadError
from kindtext.readers._json import is_json_lines, parse
from kindtext.readers.limits import BYTES, DEFAULT, Limits
from kindtext.readers.source import PACKED, Source, Unread, reading, size_of, too_large

DEEPEST = 200
"""Deepest JSON that is read a piece at a time; real releases, extensions included, are under 12 deep."""

LONG = 256 * 1024
"""Bytes from which a file is read a piece at a time: a hundred notices, which are work enough to be shared."""

BEGINNING = 4 * 1024 * 1024
"""Bytes that are looked at to tell what a file holds: more than the longest first notice."""

LINE = 64 * 1024 * 1024
"""Longest line, in characters: a package of ten thousand releases on one line has fewer."""

_MAGIC = {b"\x1f\x8b\x08": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}
_CELLS = (".csv", ".tsv", ".tab", ".psv")
_LISTS = (".json", ".jsonl", ".ndjson", ".parquet", *_CELLS)
_LINES_LOOKED_AT = 30
_WINDOWS = "kindtext.windows"

Drafts = Iterator["Draft | Unread"]


def is_long(path: Path) -> bool:
    """Whether a file is one that :func:`open_long` reads a piece at a time and that is worth sharing out.

    Examples
    --------
    >>> is_long(Path("no-such-file.jsonl"))
    False
    """
    try:
        with reading(path):
            size = size_of(path)
    except KindtextError:
        return False
    packed = path.suffix.lower() in PACKED
    suffix = Path(path.stem).suffix.lower() if packed else path.suffix.lower()
    return suffix in _LISTS and (packed or size >= LONG)


def open_long(
    path: Path, name: str, text_column: str | None = None, limits: Limits = DEFAULT, *, strict: bool = True
) -> tuple[str, Drafts] | None:
    """Open a file of many documents.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Name shown to people.
    text_column : str or None
        Column of a table that holds the text; guessed if None.
    limits : Limits
        How much is read of a packed file that holds one document; a file of many may have any length.
    strict : bool
        Whether a column is an error for what is no table.

    Returns
    -------
    tuple of str and iterator of (Draft or Unread), or None
        SHA-256 of the file's bytes, and what it holds, in order. None for a file that is better read at once: it is
        short and no JSON Lines, or no list of documents.

    Raises
    ------
    KindtextError
        As :func:`kindtext.readers.read_all`.
    """
    with reading(path):
        size = size_of(path)
        with path.open("rb") as stream:
            magic = stream.read(4)
    packed = next((kind for start, kind in _MAGIC.items() if magic.startswith(start)), None)
    # The limit is for what is held as a whole; where a user lowers it, it is for every file.
    if limits.bytes < BYTES and size > limits.bytes:
        raise too_large(path, size, limits.bytes)
    if packed is None and size < LONG and path.suffix.lower() not in (".json", ".jsonl", ".ndjson", ""):
        return None
    with _unpacking(name), closing(_open(path, packed)) as stream:
        head = stream.read(BEGINNING)
    source = Source(name, path, head, limits)
    form = _form(source, text_column, strict)
    if form is None and packed is None:
        return None
    digest = _digest(path)
    if form is None:
        return digest, _at_once(source, packed, text_column, strict)
    return digest, _drafts(form, source, packed, text_column)


def _drafts(form: str, source: Source, packed: str | None, text_column: str | None) -> Drafts:
    """Read a file as what it was found to be: ``table`` or ``ocds``, and ``lines``, ``list``, ``cells`` ..."""
    from kindtext.readers import ocds, table

    path = cast("Path", source.path)
    kind, shape = form.split()
    with _unpacking(source.name), closing(_open(path, packed)) as stream:
        if shape == "parquet":
            columns, cells = table.parquet(source, str(path))
            yield from table.drafts(source, columns, cells, text_column)
        elif shape == "cells":
            lines = _lines(stream, source)
            looked_at = list(islice(lines, _LINES_LOOKED_AT * 4))
            columns, cells = table.separated(source, _again(looked_at, lines), "".join(looked_at))
            yield from table.drafts(source, columns, cells, text_column)
        else:
            values = _json_lines(stream, source) if shape == "lines" else _json_items(stream, shape, source)
            if kind == "table":
                yield from table.drafts(source, [], table.objects(values, source), text_column)
            else:
                yield from ocds.drafts((value for _, value in values), source)


def _form(source: Source, text_column: str | None, strict: bool) -> str | None:
    """Tell how a file is read a piece at a time, from its beginning; None if it is not."""
    from kindtext.readers import detect
    from kindtext.readers.ocds import is_ocds

    long = len(source.data) >= LONG
    if source.data.startswith(b"PAR1"):
        # Parquet is read from its end, which a packed file does not give.
        return "table parquet" if long and Path(source.name).suffix.lower() == ".parquet" else None
    start = source.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith((b"{", b"[")):
        return "table cells" if long and source.suffix in _CELLS and detect(source) == "table" else None
    lines = _beginning(source)
    found = next((value for value in map(_object, lines[:_LINES_LOOKED_AT]) if value is not None), None)
    if found is not None and (is_json_lines("\n".join(lines[:2])) or source.suffix in (".jsonl", ".ndjson")):
        is_table = not is_ocds(found) or (text_column is not None and strict)
        return "table lines" if is_table else "ocds lines"
    return _json_form(source, text_column, strict) if long else None


def _json_form(source: Source, text_column: str | None, strict: bool) -> str | None:
    """Tell a long JSON list or package by its first keys; None for one long notice."""
    import ijson

    from kindtext.readers.ocds import is_ocds

    if _is_deep(source.data):
        return None
    shape = None
    # The beginning ends somewhere in the middle, which is no fault of the file.
    try:
        for prefix, event, value in ijson.parse(io.BytesIO(source.data)):
            if event == "map_key" and prefix == "" and value in ("ocid", "compiledRelease"):
                return None
            if event == "start_array" and prefix in ("", "releases", "records"):
                shape = prefix or "item"
                break
        if shape is None:
            return None
        first = next(ijson.items(io.BytesIO(source.data), "item" if shape == "item" else f"{shape}.item"), None)
    except ijson.JSONError:
        return None
    if shape == "item" and (not is_ocds(first) or (text_column is not None and strict)):
        return "table item" if isinstance(first, dict) else None
    return f"ocds {shape}"


def _is_deep(data: bytes) -> bool:
    """Tell JSON nested beyond any notice, on which ijson's names of places would take quadratic time."""
    import ijson

    depth = 0
    try:
        for event, _ in ijson.basic_parse(io.BytesIO(data)):
            depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
            if depth > DEEPEST:
                return True
    except ijson.JSONError:
        pass
    return False


def _json_items(stream: IO[bytes], shape: str, source: Source) -> Iterator[tuple[int, Any]]:
    """Yield the items of a long list, or the releases or records of a package, each as a package of its own."""
    import ijson

    prefix = "item" if shape == "item" else f"{shape}.item"
    try:
        for number, value in enumerate(ijson.items(stream, prefix, use_float=True), start=1):
            yield number, (value if shape == "item" else {shape: [value]})
    except ijson.JSONError as error:
        reason = " ".join(str(error).split())[:80]
        broken = ReadError(
            f"{source.name}: broken JSON ({reason}); check that the file was downloaded in full, or export it again."
        )
        yield 0, Unread(source.name, broken)


def _json_lines(stream: IO[bytes], source: Source) -> Iterator[tuple[int, Any]]:
    """Yield the number of each line that is not blank, from 1, and what it holds; a broken one is unread."""
    for number, line in enumerate(_lines(stream, source), start=1):
        if not (line := line.strip()):
            continue
        try:
            value = parse(line, source, line=number)
        except ReadError as error:
            value = Unread(f"{source.name}#line {number}", error)
        yield number, value


def _lines(stream: IO[bytes], source: Source) -> Iterator[str]:
    """Yield lines with one kind of line end; bytes that are no UTF-8 are read as Windows-1252."""
    from kindtext.readers.text import without_controls

    codecs.register_error(_WINDOWS, _as_windows)
    wide = source.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    with io.TextIOWrapper(stream, "utf-16" if wide else "utf-8-sig", errors=_WINDOWS, newline=None) as text:
        while line := text.readline(LINE):
            if len(line) == LINE:
                raise ReadError(f"{source.name}: a line of over {LINE:,} characters; write one document a line.")
            yield without_controls(line)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Decode what is no UTF-8 as Windows-1252, which is what such files are in nine cases of ten."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


def _beginning(source: Source) -> list[str]:
    """Give the lines of a file's beginning that are not blank; the last is left out where it may be cut."""
    lines = [line for line in _lines(io.BytesIO(source.data), source) if line.strip()]
    return lines if len(source.data) < BEGINNING or len(lines) < 2 else lines[:-1]


def _object(line: str) -> Any:
    """Give the JSON object of one line; None if it holds none."""
    import json

    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _at_once(source: Source, packed: str | None, text_column: str | None, strict: bool) -> Drafts:
    """Read a packed file that holds one document."""
    from kindtext.readers import drafts_of

    path, most = cast("Path", source.path), source.limits.bytes
    with _unpacking(source.name), closing(_open(path, packed)) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise too_large(path, len(data), most)
    if not data:
        raise NoTextError(f"{source.name}: the file is empty; check that it was saved or downloaded in full.")
    yield from drafts_of(Source(source.name, None, data, source.limits), text_column, strict=strict)


def _open(path: Path, packed: str | None) -> IO[bytes]:
    """Open a file, unpacked."""
    if packed == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if packed == ".zst":
        import pyarrow as pa

        # Arrow's stream has no readline, and is slow to read by little pieces.
        return io.BufferedReader(pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"), 1 << 20)
    return path.open("rb")


@contextmanager
def _unpacking(name: str) -> Iterator[None]:
    """Say that a packed file is damaged."""
    try:
        yield
    except KindtextError:
        raise
    except (EOFError, zlib.error, OSError) as error:
        reason = " ".join(str(error).split())[:80].lower()
        raise ReadError(f"{name}: damaged or cut short ({reason}); download or pack it again.") from None


def _digest(path: Path) -> str:
    with reading(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _again(first: Iterable[str], rest: Iterator[str]) -> Iterator[str]:
    """Put the lines that were looked at back before the rest."""
    yield from first
    yield from rest
