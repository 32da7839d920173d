"""Rows of JSON files: an array, or one value a line; read with the number of each, and written safely."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kindtext.errors import CorpusError, ReadError
from kindtext.report.files import dumps

Row = tuple[int, Any]
"""A row's number, from 1, and its value; a CorpusError where it cannot be read."""


def text_of_file(path: Path) -> str:
    """Read a text file, as UTF-8 with or without a mark, or as UTF-16 with one.

    Raises
    ------
    ReadError
        If it is neither, or cannot be opened.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: it cannot be read ({error.strerror}); name a file that is there.") from error
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(f"{path}: it is not UTF-8; save it as UTF-8.") from error


def json_rows(path: Path) -> Iterator[Row]:
    """Read the rows of a JSON or JSON Lines file.

    Parameters
    ----------
    path : Path

    Yields
    ------
    tuple of int and object
        The number, from 1, of the element in an array or of the line; its value, or a CorpusError.

    Raises
    ------
    CorpusError
        If it is an array that cannot be read.
    """
    text = text_of_file(path)
    if text.lstrip().startswith("["):
        yield from enumerate(_array(text, path), start=1)
        return
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if lines and _value(lines[0][1]) is None and len(lines) > 1:
        try:  # one object over several lines
            yield 1, json.loads(text)
            return
        except (ValueError, RecursionError):
            pass
    for number, line in lines:
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            yield number, CorpusError(f"it is not JSON ({error.msg}, column {error.colno}); write one object a line.")
        except (ValueError, RecursionError) as error:
            yield number, CorpusError(str(error))


def json_lines(values: Iterable[Any]) -> bytes:
    """Write one value a line."""
    return "".join(dumps(value) + "\n" for value in values).encode("utf-8")


def json_array(values: Iterable[Any]) -> bytes:
    """Write an array, one element a line."""
    return ("[\n" + ",\n".join(dumps(value) for value in values) + "\n]\n").encode("utf-8")


def _array(text: str, path: Path) -> list[Any]:
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        # A line of JSON Lines may be an array too, but then it is no row of any tool.
        raise CorpusError(f"{path}: line {error.lineno} is not JSON ({error.msg}); export it again.") from error
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{path}: it cannot be read ({error}); export it again.") from error
    return list(values)


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
