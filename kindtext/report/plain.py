"""Making a stranger's text safe to show: what may not reach a terminal or a spreadsheet."""

from __future__ import annotations

import re
from typing import Any

# C1 controls, which move cursors and set titles, marks that reverse the direction of text, other line ends, and
# halves of characters, which no encoding can write.
_UNSAFE = "\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
_CONTROLS = re.compile(f"[\x00-\x1f{_UNSAFE}]+")
_CELL_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f{_UNSAFE}]+")  # a cell may have lines and tabs

# What spreadsheets take for the start of a formula (OWASP, CSV Injection); blanks before it are often passed over.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def one_line(text: str, width: int | None = None) -> str:
    r"""Show a text on one line: controls and runs of blanks become one blank, the end is cut at ``width``.

    Parameters
    ----------
    text : str
    width : int, optional
        Most characters; the last is an ellipsis where something was cut.

    Returns
    -------
    str

    Examples
    --------
    >>> one_line("a\x1b[2J\nb"), one_line("too long a line", 8)
    ('a [2J b', 'too lon…')
    """
    clean = " ".join(_CONTROLS.sub(" ", text).split())
    if width is not None and len(clean) > width:
        return clean[: width - 1].rstrip() + "…"
    return clean


def readable(text: str) -> str:
    r"""Keep a text's lines and show the rest of its controls as blanks, so that it renders in the order it is written.

    Examples
    --------
    >>> readable("one\x00two\u202ethree\r\nfour")
    'one two three\nfour'
    """
    return _CELL_CONTROLS.sub(" ", text.replace("\r\n", "\n"))


def cell(value: Any) -> Any:
    """Make a value safe in a spreadsheet: no controls, and an apostrophe before what would run as a formula.

    Examples
    --------
    >>> cell("=1+1"), cell("plain"), cell(-3)
    ("'=1+1", 'plain', -3)
    """
    if not isinstance(value, str):
        return value
    clean = _CELL_CONTROLS.sub(" ", value)
    return "'" + clean if clean.lstrip().startswith(_FORMULA) else clean


def escaped(text: str) -> str:
    r"""Write controls as JSON escapes, which mean the same: for a text that is JSON already.

    Examples
    --------
    >>> escaped('["a\x9b"]')
    '["a\\u009b"]'
    """
    return _CONTROLS.sub(lambda found: "".join(f"\\u{ord(c):04x}" for c in found.group()), text)


def writable(value: Any) -> Any:
    r"""Replace halves of characters by a question mark, so that a text can be written in UTF-8.

    Examples
    --------
    >>> writable("caf\udce9"), writable(1)
    ('caf?', 1)
    """
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
