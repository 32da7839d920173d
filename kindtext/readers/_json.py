"""JSON as it is met in the wild: not always UTF-8, one object a line, cut short, nested without end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kindtext.errors import ReadError
from kindtext.readers import text as text_reader
from kindtext.readers.source import Source

_LINE_OF_JSON = re.compile(r"\s*\{.*\}\s*$")


def decode(source: Source) -> tuple[str, tuple[str, ...]]:
    """Return the text of a JSON file, and a note if its encoding had to be guessed."""
    text, encoding = text_reader.decode(source)
    if encoding.startswith("utf"):
        return text, ()
    return text, (f"The file is not valid UTF-8; it was read as {encoding}, so some characters may be wrong.",)


def parse(text: str, source: Source, *, line: int | None = None) -> Any:
    """Return what JSON text holds; numbers that JSON does not have (NaN, Infinity) become None.

    Raises
    ------
    ReadError
        If the text is no JSON, or nested deeper than Python can follow.
    """
    try:
        return json.loads(text, parse_constant=_nothing)
    except json.JSONDecodeError as error:
        where = f"line {line or error.lineno}"
        raise ReadError(
            f"{source.name}: broken JSON at {where} ({error.msg.lower()}); "
            "check that the file was downloaded in full, or export it again."
        ) from None
    except RecursionError:
        raise ReadError(
            f"{source.name}: JSON nested too deeply to be a notice; check where the file came from."
        ) from None
    except ValueError:
        # Python refuses to convert integers of thousands of digits.
        raise ReadError(
            f"{source.name}: JSON with a number that is too long; check where the file came from."
        ) from None


def is_json_lines(text: str) -> bool:
    r"""Tell one JSON object a line from one JSON value in the whole text.

    Examples
    --------
    >>> is_json_lines('{"a": 1}\n{"a": 2}'), is_json_lines('{"a": 1}'), is_json_lines('{\n"a": 1}')
    (True, False, False)
    """
    lines = _lines(text)
    first, second = next(lines, (0, "")), next(lines, (0, ""))
    if not second[1] or not _LINE_OF_JSON.match(first[1]):
        return False
    try:
        json.loads(first[1], parse_constant=_nothing)
    except (ValueError, RecursionError):
        return False
    return True


def json_lines(text: str, source: Source) -> Iterator[tuple[int, Any]]:
    """Yield the number of each line that is not blank, from 1, and what it holds."""
    for number, line in _lines(text):
        yield number, parse(line, source, line=number)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines that are not blank; only line feeds end a line (JSON strings may hold U+2028)."""
    start, number = 0, 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        number += 1
        if line := text[start:end].strip():
            yield number, line
        start = end + 1


def _nothing(_: str) -> None:
    """Stand in for NaN and Infinity, which are no JSON."""


def first_object(text: str) -> Any:
    """Return the first object of a JSON value, list or JSON Lines, or None if there is none that parses.

    Examples
    --------
    >>> first_object('[{"ocid": "x"}, {"broken'), first_object("[1, 2]")
    ({'ocid': 'x'}, None)
    """
    match = re.compile(r"\s*(?:\[\s*(?:null\s*,\s*)*)?").match(text)
    start = match.end() if match else 0
    if text[start : start + 1] != "{":
        return None
    try:
        value, _ = json.JSONDecoder(parse_constant=_nothing).raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return value
