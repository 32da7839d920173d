"""Where a document's words stand in its file, and which rules comments in the file switch off there.

Readers mend what they read: they join lines, drop marks and comments, and a Document keeps no line numbers. So the
file is read once more, as letters and digits alone with the line of each, and the blocks of the document are looked
for in it, in order. Comments have no letters there, but their place among them is known: it decides what they cover.
"""

from __future__ import annotations

import difflib
import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from kindtext.document import Document
from kindtext.errors import InputError
from kindtext.report.rules import EVERY, check_codes, codes_of

LINED = frozenset(("text", "markdown", "html"))
"""Formats whose files have lines that people see."""

COMMENTED = frozenset(("markdown", "html"))
"""Formats in which a comment can switch rules off."""

KEY = 200
"""Letters of a block that are looked for; a block that begins with as many of another's is told by their order."""

SHORTER_KEYS = (60, 25)
"""Letters that are looked for where the whole was not found, as where a link's address stands in the middle."""

SURE = 12
"""Fewest letters that may move the search on: fewer may be found anywhere."""

NEAR = 400
"""Letters within which a block with fewer is looked for."""

STEP = 2000
"""Characters after which the letters of a document are counted beforehand, so that no look-up counts many."""

_ACTIONS = ("off", "on", "off-line")
_SWITCH = re.compile(r"\s*kindtext\s*:(?P<rest>[^\n]*)", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W_]+")
_ASCII_MARKS = {code: None for code in range(128) if not chr(code).isalnum()}
# What has no words of the document in it: comments, code, and of HTML the tags. A comment within code is none.
_CODE = (
    r"^[ ]{0,3}(?P<fence>```++|~~~++)[^\n]*\n(?:.*?^[ ]{0,3}(?P=fence)[`~]*[ \t]*$|.*\Z)"
    r"|(?<!`)(?P<tick>`++)[^`\n]*(?P=tick)"
)
_COMMENT = r"<!--(?P<comment>.*?)(?:-->|\Z)"
_TAG = r"<(?:script|style)\b.*?(?:</(?:script|style)\s*>|\Z)|</?[A-Za-z][^<>]*>"
_LINK = r"(?<=\])\([^()\s]*\)"
_SKIPPED = {
    "markdown": re.compile(f"{_CODE}|{_COMMENT}|{_TAG}|{_LINK}", re.DOTALL | re.MULTILINE),
    "html": re.compile(f"{_COMMENT}|{_TAG}", re.DOTALL | re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class _Switch:
    """One command of a comment: what it does, for which codes, and where."""

    action: str
    codes: tuple[str, ...]
    at: int
    line: int


class Places:
    r"""The lines of a document's words, and the switches between them.

    Parameters
    ----------
    document : Document
    source : str or None
        The file's text; None where the format has no lines.

    Attributes
    ----------
    faults : list of str
        What is wrong with the file's own switches, each a sentence for the user.

    Examples
    --------
    >>> from kindtext.passages import from_text
    >>> document = from_text("We will listen.\n\nLate tenders will be rejected.", "tender.txt")
    >>> Places(document, "We will\nlisten.\n\nLate tenders will be rejected.").lines(17, 21)
    (4, 4)
    """

    def __init__(self, document: Document, source: str | None) -> None:
        self.faults: list[str] = []
        self._document = document
        self._blocks = [block.start for block in document.blocks]
        self._lined = source is not None and document.format in LINED
        self._letters = ""
        self._line_starts = [0]
        self._switches: list[_Switch] = []
        self._found: list[int] = []
        self._counts = [0]
        if source is not None and self._lined:
            self._read(source)
            self._found = list(self._find_blocks())
            for start in range(0, len(document.text), STEP):
                self._counts.append(self._counts[-1] + len(_letters(document.text[start : start + STEP])))

    def lines(self, start: int, end: int) -> tuple[int, int] | None:
        """Give the first and the last line, from 1, of the words between two offsets; None without lines."""
        if not self._lined:
            return None
        at = self._at(start)
        last = at + max(0, len(_letters(self._document.text[start:end])) - 1)
        return self._line(at), self._line(last)

    def paragraph(self, start: int) -> int:
        """Give the number, from 1, of the block in which an offset stands."""
        return max(1, bisect_right(self._blocks, start))

    def is_off(self, rule: str, start: int | None, end: int | None = None) -> bool:
        """Tell whether a rule is switched off for the words between two offsets.

        What is about the document as a whole (``start`` is None) is off if the file switches it off for good.
        """
        if not self._switches:
            return False
        if start is None:
            at, lines = len(self._letters), None
        else:
            at, lines = self._at(start), self.lines(start, end or start)
        off = False
        for switch in self._switches:
            if not any(rule.startswith(code) for code in switch.codes):
                continue
            if switch.action == "off-line":
                if lines and lines[0] <= switch.line <= lines[1]:
                    return True
            elif switch.at <= at:
                off = switch.action == "off"
        return off

    def _at(self, offset: int) -> int:
        """Give the place of an offset among the file's letters."""
        number = self.paragraph(offset) - 1
        if not self._found:
            return 0
        return self._found[number] + self._count(offset) - self._count(self._document.blocks[number].start)

    def _count(self, offset: int) -> int:
        """Count the letters of the document before an offset."""
        step = offset // STEP
        return self._counts[step] + len(_letters(self._document.text[step * STEP : offset]))

    def _line(self, at: int) -> int:
        return bisect_right(self._line_starts, min(at, max(0, len(self._letters) - 1)))

    def _read(self, source: str) -> None:
        """Read the file's letters, where its lines begin among them, and its switches."""
        parts: list[str] = []
        length = 0
        comments: list[tuple[str, int, int]] = []

        def words(text: str) -> int:
            added = 0
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._line_starts.append(length + added)
                # A character reference is a letter or none; in plain text it is what it looks like.
                parts.append(_letters(html.unescape(line) if pattern else line))
                added += len(parts[-1])
            return added

        pattern = _SKIPPED.get(self._document.format)
        position = 0
        for found in pattern.finditer(source) if pattern else ():
            length += words(source[position : found.start()])
            position = found.end()
            # What a span of code between ticks says is read as text; a fenced block is not.
            if found.groupdict().get("tick"):
                length += words(found[0])
                continue
            if found["comment"] is not None:
                comments.append((found["comment"], length, len(self._line_starts)))
            self._line_starts.extend([length] * found[0].count("\n"))
        words(source[position:])
        self._letters = "".join(parts)
        for comment, at, line in comments:
            self._switch(comment, at, line)

    def _switch(self, comment: str, at: int, line: int) -> None:
        """Take a comment's command, or note what is wrong with it."""
        found = _SWITCH.match(comment)
        if not found:
            return
        action, _, rest = found["rest"].strip().partition(" ")
        where = f"{self._document.name}:{line}"
        if action.lower() not in _ACTIONS:
            near = difflib.get_close_matches(action.lower(), _ACTIONS, n=1)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            self.faults.append(f"{where}: no switch '{action}'{hint}; write off, on or off-line, and codes if need be.")
            return
        try:
            codes = check_codes(codes_of(rest), where) or (EVERY,)
        except InputError as error:
            self.faults.append(str(error))
            return
        if action.lower() == "off-line" and self._line_is_empty(line):
            line = self._line(at)  # A comment with a line to itself is for the words that follow.
        self._switches.append(_Switch(action.lower(), codes, at, line))

    def _line_is_empty(self, line: int) -> bool:
        ends = self._line_starts[line] if line < len(self._line_starts) else len(self._letters)
        return self._line_starts[line - 1] == ends

    def _find_blocks(self) -> Iterator[int]:
        """Yield the place of each block among the file's letters; of one that is not found, that of what precedes."""
        position = 0
        for block in self._document.blocks:
            letters = _letters(block.text)
            found = -1
            for size in (KEY, *SHORTER_KEYS) if len(letters) >= SURE else (KEY,):
                key = letters[:size]
                found = self._letters.find(key, position, *([] if len(key) >= SURE else [position + NEAR]))
                if found >= 0 or len(key) < size:
                    break
            yield max(found, position)
            if found >= 0 and len(letters) >= SURE:
                # Not past its end: what was cut out of it or put into it makes its length uncertain.
                position = found + min(len(letters), KEY)


def lined_text(document: Document, data: bytes) -> str | None:
    """Decode a file whose lines people see, as its reader did; None for other formats.

    Parameters
    ----------
    document : Document
        As it was read.
    data : bytes
        The file's content.
    """
    if document.format not in LINED:
        return None
    text = data.decode(str(document.metadata.get("encoding", "utf-8")), errors="replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def place_name(document: Document, places: Places, start: int, lines: tuple[int, int] | None) -> str:
    """Name the place of an offset, for people: its line, page, field or paragraph.

    Examples
    --------
    >>> from kindtext.passages import from_text
    >>> document = from_text("We will listen.")
    >>> place_name(document, Places(document, None), 3, None)
    'paragraph 1'
    """
    if lines:
        return str(lines[0])
    quote = document.quote(start, start)
    if quote.page is not None:
        return f"page {quote.page}"
    return quote.field or f"paragraph {places.paragraph(start)}"


def _letters(text: str) -> str:
    # Most files are plain ASCII, for which this takes a tenth of the time.
    kept = text.translate(_ASCII_MARKS) if text.isascii() else _NO_LETTERS.sub("", text)
    return kept.casefold()
