"""PDF: lines from the text layer, paragraphs from where the lines stand on the page.

PDFium gives the text of a page at once; only the first, middle and last character of each line is asked for
its place, its size and its font, which keeps the cost at a few calls a line.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import re
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium_raw

from kindtext.document import Block, BlockKind, Draft
from kindtext.errors import NoTextError, ReadError
from kindtext.passages import is_heading, paragraph_kind, starts_item
from kindtext.readers.limits import PAGE_SECONDS
from kindtext.readers.source import Source

_MARGIN = 0.1
"""Part of the page's height at its top and foot where a line that repeats is taken for furniture."""

_EDGE = 0.06
"""Part of the height where a short line is furniture by its place alone: body text keeps an inch (0.086 of
A4) of margin, headers and footers half an inch."""

_EDGE_WORDS = 12
"""Longest line that is furniture by its place alone."""

_REPEATS = 3
"""Pages on which a line in the margin must stand; two would take a line that happens to recur."""

_GAP = 1.3
"""Distance between lines, in the usual distance of its page, from which a paragraph ends."""

_HEADING_SIZE = 1.12
"""Size of a heading in that of the body: 12 pt over 10.5 pt is one, a rounding of the size is not."""

_UNIT_SIZE = 2.0
"""Nominal size, in points, up to which it says nothing: nobody prints text of 2 pt."""

_NOTE_SIZE = 0.95
"""Size of a footnote, in that of the body, below which a numbered paragraph low on the page is one."""

_HEADING_WORDS = 16
"""Longest heading that is known by its size or weight."""

_BOLD = re.compile(rb"bold|black|heavy|semibold|demi", re.IGNORECASE)

# PDFium takes out the line break after a hyphen at a line's end and leaves U+FFFE (or U+0002) for both.
_LINE = re.compile(r"[^\r\n\ufffe\x02]+")
_HYPHEN = "\ufffe\x02"
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–|\s]*(?:page)?\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–|\s]*", re.IGNORECASE)
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡])\s*[A-Za-z\"“‘(]")
_PROGRAM_TITLE = re.compile(r"^microsoft \w+ - |\.(?:docx?|odt|pdf|rtf|xlsx?|pptx?|indd)$", re.IGNORECASE)
_UNTITLED = re.compile(r"(?:untitled.*|document\d*|scanned document|slide \d+|printing .*|title)?", re.IGNORECASE)

# PDFium keeps global state and is not safe to call from two threads.
_PDFIUM = threading.Lock()


class _Line(NamedTuple):
    """One line of a page; places in points, with the origin at the foot of the upright page."""

    text: str
    left: float
    right: float
    foot: float
    size: float
    bold: bool
    height: float
    """How far up the page it stands: 0 at the foot, 1 at the top."""


def read(source: Source) -> Iterator[Draft]:
    """Read a PDF.

    Parameters
    ----------
    source : Source
        The file.

    Yields
    ------
    Draft
        One, with page numbers; running headers and footers are of kind ``header`` and ``footer``.

    Raises
    ------
    ReadError
        If the file is broken or asks for a password.
    NoTextError
        If no page has a text layer, as in a scan.
    """
    yield _Reading(source).draft()


_given_up: list[str] = []


@atexit.register
def _leave() -> None:
    """End at once where a thread never came back: PDFium cannot be closed under it, and the process would crash."""
    if _given_up:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)


class _Reading:
    """The reading of one file in a thread, which can be given up where PDFium never comes back from a page.

    PDFium works without holding Python's lock, so that the thread that waits can count the seconds and be stopped from
    the keyboard.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.pages = 0
        self.found: Draft | BaseException | None = None
        self.done = threading.Event()

    def draft(self) -> Draft:
        """Wait as long as page after page is read."""
        name = self.source.name
        if not _PDFIUM.acquire(timeout=PAGE_SECONDS * 2):
            raise ReadError(f"{name}: an earlier PDF still keeps the reader busy; start again without that one.")
        # A daemon: Python does not wait for it at its end.
        threading.Thread(target=self.run, name=f"kindtext reads {name}", daemon=True).start()
        before = 0
        try:
            while not self.done.wait(PAGE_SECONDS):
                if self.pages == before:
                    raise ReadError(
                        f"{name}: page {before + 1} was not read within {PAGE_SECONDS:g} seconds; the file may be made "
                        "to hang. Print it to a new PDF and read that."
                    )
                before = self.pages
        finally:
            if not self.done.is_set():
                _given_up.append(name)
        if isinstance(self.found, Draft):
            return self.found
        raise self.found or ReadError(f"{name}: this PDF cannot be read; print it to a new PDF.")

    def run(self) -> None:
        """Read, in the thread; the lock stays closed where this does not end."""
        try:
            self.found = _draft(self.source, self)
        except BaseException as error:
            self.found = error
        finally:
            _PDFIUM.release()
            self.done.set()


def _draft(source: Source, reading: _Reading) -> Draft:
    """Read the whole file; the caller holds the lock."""
    try:
        pdf = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        reason = str(error).lower()
        if "password" in reason or "security" in reason:
            raise ReadError(
                f"{source.name}: this PDF asks for a password; remove the password and try again."
            ) from error
        raise ReadError(
            f"{source.name}: this PDF is broken or cut short; download it again, or print it to a new PDF."
        ) from error
    try:
        return _document(pdf, source, reading)
    except pypdfium2.PdfiumError as error:
        raise ReadError(f"{source.name}: this PDF is damaged ({error}); print it to a new PDF.") from error
    finally:
        pdf.close()


def _document(pdf: pypdfium2.PdfDocument, source: Source, reading: _Reading) -> Draft:
    """Read every page of an open PDF."""
    name, most = source.name, source.limits.pages
    count = len(pdf)
    notes: list[str] = []
    if count > most:
        notes.append(f"Only the first {most:,} of {count:,} pages were read.")
    pages: dict[int, list[_Line]] = {}
    without_text: list[int] = []
    broken: list[int] = []
    characters = 0
    for index in range(min(count, most)):
        reading.pages = index
        try:
            lines, objects = _page_lines(pdf, index)
        except pypdfium2.PdfiumError:
            broken.append(index + 1)
            continue
        if lines:
            pages[index + 1] = lines
            characters += sum(len(line.text) for line in lines)
            source.check_length(characters)
        elif objects:
            without_text.append(index + 1)
    if not any(character.isalpha() for lines in pages.values() for line in lines for character in line.text):
        if broken and not without_text:
            raise ReadError(f"{name}: none of its {count} pages can be read; print it to a new PDF.")
        raise NoTextError(
            f"{name}: this PDF has no text layer, as in a scan; run OCR (such as ocrmypdf) and try again."
        )
    if without_text:
        notes.append(f"{_numbered(without_text)} no text layer and could not be read; OCR (such as ocrmypdf) adds one.")
    if broken:
        notes.append(f"{_numbered(broken)} errors and could not be read.")
    blocks = tuple(_blocks(pages))
    metadata: dict[str, Any] = {"pages": count}
    if title := _title(pdf, blocks):
        metadata["title"] = title
    return Draft(name, "pdf", blocks, metadata, tuple(notes))


def _numbered(pages: list[int]) -> str:
    """Return the beginning of a note on some pages.

    Examples
    --------
    >>> _numbered([4]), _numbered([1, 2])
    ('Page 4 has', 'Pages 1, 2 have')
    """
    shown = ", ".join(map(str, pages[:10])) + (f" and {len(pages) - 10} more" if len(pages) > 10 else "")
    return f"Page {shown} has" if len(pages) == 1 else f"Pages {shown} have"


def _page_lines(pdf: pypdfium2.PdfDocument, index: int) -> tuple[list[_Line], int]:
    """Return the lines of a page in the order of its content, and how many objects are on it."""
    page = pdf[index]
    try:
        textpage = page.get_textpage()
        try:
            width, height = page.get_size()
            lines = list(_lines(textpage, page.get_rotation(), width, height))
        finally:
            textpage.close()
        return lines, pdfium_raw.FPDFPage_CountObjects(page) if not lines else 0
    finally:
        page.close()


def _lines(textpage: pypdfium2.PdfTextPage, rotation: int, width: float, height: float) -> Iterator[_Line]:
    """Yield the lines of a page."""
    text = textpage.get_text_range()
    # Text and characters are counted alike in all but rare pages; only there is each index looked up.
    moved = len(text) != textpage.count_chars()
    box = pdfium_raw.FS_RECTF()
    font = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()

    def index_of(position: int) -> int:
        return pdfium_raw.FPDFText_GetCharIndexFromTextIndex(textpage, position) if moved else position

    def place(position: int) -> tuple[float, float, float, float]:
        pdfium_raw.FPDFText_GetLooseCharBox(textpage, index_of(position), box)
        return _upright(box, rotation, width, height)

    def is_bold(position: int) -> bool:
        pdfium_raw.FPDFText_GetFontInfo(textpage, index_of(position), font, 128, flags)
        return bool(_BOLD.search(font.value))

    for match in _LINE.finditer(text):
        line = match[0].strip()
        if not line:
            continue
        start = match.start() + match[0].index(line[0])
        end = start + len(line)
        middle = (start + end) // 2
        if text[middle].isspace():
            middle -= 1
        left, foot, _, _ = place(start)
        _, _, right, _ = place(end - 1)
        _, foot, _, top = place(middle)
        # A soft hyphen that is drawn within a line is a hyphen to who reads the page.
        line = line.replace("\u00ad", "-")
        if text[match.end() : match.end() + 1] in _HYPHEN and match.end() < len(text):
            line += "-"
        bold = is_bold(middle) and is_bold(start) and is_bold(end - 1)
        # A box is as tall as its font says, or, in some files, as its glyph is; the nominal size is steadier, but
        # 1 where the page is scaled instead.
        nominal = pdfium_raw.FPDFText_GetFontSize(textpage, index_of(middle))
        size = nominal if nominal > _UNIT_SIZE else top - foot
        yield _Line(line, left, right, foot, size, bold, foot / height if height else 0.5)


def _upright(box: pdfium_raw.FS_RECTF, rotation: int, width: float, height: float) -> tuple[float, float, float, float]:
    """Return left, foot, right and top of a box as the page is shown, whatever its rotation."""
    if rotation == 90:
        return box.bottom, height - box.right, box.top, height - box.left
    if rotation == 180:
        return width - box.right, height - box.top, width - box.left, height - box.bottom
    if rotation == 270:
        return width - box.top, box.left, width - box.bottom, box.right
    return box.left, box.bottom, box.right, box.top


def _blocks(pages: dict[int, list[_Line]]) -> Iterator[Block]:
    """Yield the blocks of all pages."""
    furniture = _furniture(pages)
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    for lines in pages.values():
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
            bold[line.bold] += len(line.text)
    body = sizes.most_common(1)[0][0]
    # Where most of the text is bold, weight tells nothing.
    weighs = bold[True] < bold[False]
    for number, lines in pages.items():
        kinds = [furniture.get((number, line)) for line in lines]
        running = [(kind, line) for line, kind in zip(lines, kinds, strict=True) if kind is not None]
        yield from (Block(line.text, kind, page=number) for kind, line in running if kind == "header")
        kept = [line for line, kind in zip(lines, kinds, strict=True) if kind is None]
        for paragraph in _page_paragraphs(kept):
            yield _block(paragraph, number, body, weighs)
        yield from (Block(line.text, kind, page=number) for kind, line in running if kind == "footer")


def _furniture(pages: dict[int, list[_Line]]) -> dict[tuple[int, _Line], BlockKind]:
    """Find running headers, footers and page numbers."""
    where: dict[str, set[int]] = defaultdict(set)
    margin: list[tuple[int, _Line]] = []
    edge: Counter[tuple[int, bool]] = Counter()
    for number, lines in pages.items():
        for line in lines:
            if not _MARGIN < line.height < 1 - _MARGIN:
                where[_key(line)].add(number)
                margin.append((number, line))
                if not _EDGE < line.height < 1 - _EDGE:
                    edge[number, line.height < 0.5] += 1
    found: dict[tuple[int, _Line], BlockKind] = {}
    for number, line in margin:
        at_foot = line.height < 0.5
        # A page with many lines at its edge has no margins: a form, a slide or a printed web page.
        alone = (
            not _EDGE < line.height < 1 - _EDGE and edge[number, at_foot] <= 4 and len(line.text.split()) <= _EDGE_WORDS
        )
        if alone or len(where[_key(line)]) >= _REPEATS or _PAGE_NUMBER.fullmatch(line.text):
            found[number, line] = "footer" if at_foot else "header"
    return found


def _key(line: _Line) -> str:
    """Return what is the same in a running line from page to page."""
    return _DIGITS.sub("#", " ".join(line.text.split())).casefold()


def _page_paragraphs(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Put the lines of a page together into paragraphs."""
    if not lines:
        return
    pitches = [
        above.foot - line.foot
        for above, line in pairwise(lines)
        if 0.5 < above.foot - line.foot < 3 * max(line.size, 1)
    ]
    pitch = median(pitches) if pitches else 0.0
    margin = max(line.right for line in lines)
    current = [lines[0]]
    for line in lines[1:]:
        if _ends(current, line, pitch, margin):
            yield current
            current = [line]
        else:
            current.append(line)
    yield current


def _ends(paragraph: list[_Line], line: _Line, pitch: float, margin: float) -> bool:
    """Tell whether a paragraph has ended above a line."""
    above, first = paragraph[-1], paragraph[0]
    if starts_item(line.text) or abs(line.size - above.size) > 0.1 * max(above.size, 1) + 0.2:
        return True
    if line.bold != above.bold and not line.text[0].islower():
        return True
    distance = above.foot - line.foot
    # Up the page is the next column or cell, far down the page the next paragraph.
    if distance < -0.5 * line.size or (pitch and distance > _GAP * max(pitch, line.size)):
        return True
    glyph = (above.right - above.left) / max(len(above.text), 1)
    listed = starts_item(first.text)
    if listed and len(paragraph) > 1 and line.left < above.left - 2 * glyph:
        return True
    if not listed and line.left > above.left + 2 * glyph and len(paragraph) > 1 and line.text[0].isupper():
        return True
    # The next word would have fitted: the writer, not the margin, ended the line.
    room = margin - above.right
    if room > glyph * (len(line.text.split(maxsplit=1)[0]) + 2):
        if above.text[-1] in ".!?:;":
            return not line.text[0].islower() or above.text[-1] in ":;"
        return room > 0.25 * (margin - above.left) and line.text[0].isupper()
    return False


def _block(lines: list[_Line], page: int, body: float, weighs: bool) -> Block:
    """Tell what a paragraph is by its size, weight and first characters."""
    text = "\n".join(line.text for line in lines)
    size = max(line.size for line in lines)
    words = len(text.split())
    last = text[-1]
    short = words <= _HEADING_WORDS and len(lines) <= 3 and last not in ".;,:-" and "__" not in text
    bullet = starts_item(text) and not (text[0].isalnum() or text[0] == "(")
    if short and not bullet and any(map(str.isalpha, text)):
        larger = size > _HEADING_SIZE * body and not text[0].islower()
        bold = weighs and size > 0.95 * body and all(line.bold for line in lines) and not text[0].islower()
        if larger or bold or (len(lines) == 1 and is_heading(text)):
            return Block(text, "heading", level=1 if size > 1.5 * body else 2 if larger else 3, page=page)
    if size < _NOTE_SIZE * body and lines[0].height < 0.5 and _NOTE.match(text):
        return Block(text, "note", page=page)
    kind = paragraph_kind(text)
    return Block(text, kind, level=int(kind == "item"), page=page)


def _title(pdf: pypdfium2.PdfDocument, blocks: Iterable[Block]) -> str:
    """Return the title the file gives itself, or else the first heading of its first page."""
    try:
        stated = pdf.get_metadata_value("Title")
    except (pypdfium2.PdfiumError, UnicodeError):
        stated = ""
    stated = " ".join(_PROGRAM_TITLE.sub("", stated.replace("\x00", "").strip()).split())
    if not _UNTITLED.fullmatch(stated):
        return stated
    for block in blocks:
        if block.kind == "heading" and block.page == 1:
            return " ".join(block.text.split())
    return ""
