"""Read OpenDocument texts (ODT, and the templates and master documents that differ from it only in a label).

The XML is walked with lxml, which other readers need anyway. A library such as odfdo would be one more
dependency for a walk that has to be made over the XML all the same: reading order, text boxes, deletions and
hidden text are decided there.

What is lost: numbers that the program makes itself ("1.1", "(a)"), page numbers, pictures and their
descriptions, charts and formulas.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from lxml import etree

from kindtext.document import Block, Draft
from kindtext.errors import NoTextError, ReadError, UnsupportedError
from kindtext.readers._package import HEADING_WORDS, open_package, parse_part, read_part
from kindtext.readers.source import Source
from kindtext.readers.text import row_blocks

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE = f"{{{_NAMESPACE}office:1.0}}"
_TEXT = f"{{{_NAMESPACE}text:1.0}}"
_TABLE = f"{{{_NAMESPACE}table:1.0}}"
_DRAW = f"{{{_NAMESPACE}drawing:1.0}}"
_STYLE = f"{{{_NAMESPACE}style:1.0}}"
_MANIFEST = f"{{{_NAMESPACE}manifest:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"

_MIMETYPE = b"application/vnd.oasis.opendocument."

# Directories that the program makes from the headings, captions and marks of the text.
_INDEXES = frozenset(
    _TEXT + name
    for name in (
        "table-of-content",
        "illustration-index",
        "table-index",
        "object-index",
        "user-index",
        "alphabetical-index",
    )
)
# A deletion that is tracked stands in tracked-changes, outside the text that it was deleted from.
_LEFT_OUT = frozenset(
    {
        *(_TEXT + name for name in ("tracked-changes", "ruby-text", "script", "note-citation", "list-style")),
        *(_TEXT + name for name in ("sequence-decls", "variable-decls", "user-field-decls", "hidden-text")),
        *(_OFFICE + name for name in ("annotation", "forms", "event-listeners", "binary-data", "scripts")),
        *(_TABLE + name for name in ("covered-table-cell", "table-column", "table-columns", "shapes", "title")),
        *(f"{{{_NAMESPACE}svg-compatible:1.0}}{name}" for name in ("title", "desc")),
    }
)
_PARAGRAPHS = frozenset((_TEXT + "p", _TEXT + "h"))


def read(source: Source) -> Iterator[Draft]:
    """Read an OpenDocument text.

    Parameters
    ----------
    source : Source
        The file.

    Yields
    ------
    Draft
        One: page headers first, then the body with text boxes after the paragraph they hang on, then the
        notes in the order in which they are cited, then page footers. Tracked changes are read as accepted.

    Raises
    ------
    ReadError
        If the file is damaged or encrypted, or unpacks to more than a real document does.
    UnsupportedError
        If it is some other kind of file.
    NoTextError
        If there is no text in it.
    """
    with open_package(source, "OpenDocument text") as package:
        _check_kind(source, package)
        content = parse_part(source, package, "content.xml")
        styles = parse_part(source, package, "styles.xml")
        meta = parse_part(source, package, "meta.xml")
    body = None if content is None else content.find(f"{_OFFICE}body/{_OFFICE}text")
    if content is None or body is None:
        raise UnsupportedError(
            f"{source.name}: a zip file without an OpenDocument text in it; "
            "unzip it and read the files inside, or save the document as ODT again."
        )
    text = _Text([root for root in (styles, content) if root is not None])
    blocks = list(text.blocks(body))
    notes = list(text.note_blocks())
    headers = list(text.furniture("header"))
    footers = list(text.furniture("footer"))
    if not blocks and not notes:
        raise NoTextError(
            f"{source.name}: the document holds no text; if its pages are pictures, "
            "run text recognition over it or ask for the original."
        )
    title = "" if meta is None else (meta.findtext(f".//{_DC}title") or "").strip()
    every = (*headers, *blocks, *notes, *footers)
    yield Draft(source.name, "odt", every, {"title": title} if title else {}, tuple(text.notes()))


def _check_kind(source: Source, package: zipfile.ZipFile) -> None:
    """Refuse encrypted documents, spreadsheets and slides."""
    manifest = parse_part(source, package, "META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter(_MANIFEST + "encryption-data"), None) is not None:
        raise ReadError(f"{source.name}: encrypted with a password; open it, save a copy without one and read that.")
    # Not every program writes it, and content.xml will show what the file is.
    mimetype = read_part(source, package, "mimetype") or b""
    if mimetype.startswith(_MIMETYPE) and not mimetype.startswith(_MIMETYPE + b"text"):
        found = mimetype.removeprefix(_MIMETYPE).decode("ascii", errors="replace").strip()
        raise UnsupportedError(
            f"{source.name}: an OpenDocument {found}, not a text; export it as PDF, or a table as CSV."
        )


@dataclass
class _Text:
    """One document while it is read: the roots of its parts, and what is gathered on the way."""

    roots: list[etree._Element]
    parents: dict[str, str] = field(init=False)
    hidden: dict[str, bool] = field(init=False)
    cited: list[tuple[etree._Element, str | None]] = field(default_factory=list)
    section: str | None = None
    hidden_words: int = 0
    has_contents: bool = False

    def __post_init__(self) -> None:
        styles = [
            style
            for root in self.roots
            for style in root.iter(_STYLE + "style")
            if style.get(_STYLE + "family") in ("paragraph", "text")
        ]
        self.parents = {_name(style): style.get(_STYLE + "parent-style-name", "") for style in styles}
        displays = ((_name(each), each.find(_STYLE + "text-properties")) for each in styles)
        self.hidden = {
            name: properties.get(_TEXT + "display") == "none"
            for name, properties in displays
            if properties is not None and properties.get(_TEXT + "display") is not None
        }

    def lineage(self, element: etree._Element) -> Iterator[str]:
        """Yield the name of an element's style and of those that it is based on."""
        name, seen = element.get(_TEXT + "style-name", ""), set()
        while name and name not in seen:
            yield name
            seen.add(name)
            name = self.parents.get(name, "")

    def is_hidden(self, element: etree._Element) -> bool:
        """Tell whether the element or its style hides its text."""
        if element.get(_TEXT + "display") == "none":
            return True
        return next((self.hidden[name] for name in self.lineage(element) if name in self.hidden), False)

    def blocks(self, container: etree._Element, level: int = 0) -> Iterator[Block]:
        """Yield what a body, section, cell, text box or list holds, in order; `level` is the list's depth."""
        for child in container:
            tag = child.tag
            if not isinstance(tag, str) or tag in _LEFT_OUT:
                continue
            if tag in _PARAGRAPHS:
                yield from self.paragraph(child, level)
            elif tag in _INDEXES:
                self.has_contents = True
            elif tag == _TABLE + "table":
                for row in _rows(child):
                    cells = [cell for cell in row if cell.tag == _TABLE + "table-cell"]
                    yield from row_blocks([list(self.blocks(cell)) for cell in cells])
            elif self.is_hidden(child):
                self.hidden_words += sum(len(str(text).split()) for text in child.itertext())
            elif tag == _TEXT + "numbered-paragraph":
                yield from self.blocks(child, _number(child.get(_TEXT + "level"), 1))
            else:
                yield from self.blocks(child, level + (tag == _TEXT + "list"))

    def paragraph(self, element: etree._Element, level: int) -> Iterator[Block]:
        """Yield the block that a paragraph or heading is, if there is any text in it, and its text boxes."""
        boxes: list[etree._Element] = []
        text = self.text(element, boxes).strip()
        if text and self.is_hidden(element):
            self.hidden_words += len(text.split())
        elif text:
            short = len(text.split()) <= HEADING_WORDS
            if short and element.tag == _TEXT + "h":
                self.section = text
                yield Block(text, kind="heading", level=_number(element.get(_TEXT + "outline-level"), 1))
            elif short and "Title" in self.lineage(element):
                yield Block(text, kind="title")
            elif level:
                yield Block(text, kind="item", level=level)
            else:
                yield Block(text)
        for box in boxes:
            yield from self.blocks(box)

    def text(self, element: etree._Element, boxes: list[etree._Element]) -> str:
        """Return the text of a paragraph or part of one; gather its text boxes, and what it cites."""
        parts = [_collapsed(element.text)]
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _LEFT_OUT:
                pass
            elif tag == _TEXT + "s":
                parts.append(" " * min(_number(child.get(_TEXT + "c"), 1), 100))
            elif tag == _TEXT + "tab":
                parts.append("\t")
            elif tag == _TEXT + "line-break":
                parts.append("\n")
            elif tag == _TEXT + "note":
                self.cited.append((child, self.section))
            elif tag.startswith(_DRAW):
                boxes.append(child)
            elif tag == _TEXT + "span" and self.is_hidden(child):
                self.hidden_words += len(self.text(child, []).split())
            else:
                parts.append(self.text(child, boxes))
            parts.append(_collapsed(child.tail))
        return "".join(parts)

    def note_blocks(self) -> Iterator[Block]:
        """Yield the footnotes and endnotes, in the order of their citations."""
        for note, section in list(self.cited):
            for body in note.iterchildren(_TEXT + "note-body"):
                for block in self.blocks(body):
                    yield replace(block, kind="note", level=0, section=section)

    def furniture(self, kind: Literal["header", "footer"]) -> Iterator[Block]:
        """Yield the page headers or footers of all page styles, each text once."""
        seen = set()
        tags = [f"{_STYLE}{kind}{variant}" for variant in ("", "-first", "-left")]
        for part in (part for root in self.roots for part in root.iter(*tags)):
            if part.get(_STYLE + "display") == "false":
                continue
            for block in self.blocks(part):
                # What has no letter is a page number.
                if block.text not in seen and any(map(str.isalpha, block.text)):
                    seen.add(block.text)
                    yield replace(block, kind=kind, level=0)

    def notes(self) -> Iterator[str]:
        """Yield what was left out, for people."""
        if self.hidden_words:
            yield f"{self.hidden_words} words of hidden text were left out."
        if self.has_contents:
            yield "The table of contents was left out."


def _name(style: etree._Element) -> str:
    return style.get(_STYLE + "name", "")


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """Yield the rows of a table, those in row groups included, those of nested tables not."""
    for child in table:
        if child.tag == _TABLE + "table-row":
            yield child
        elif child.tag in (_TABLE + "table-header-rows", _TABLE + "table-rows", _TABLE + "table-row-group"):
            yield from _rows(child)


def _collapsed(text: str | None) -> str:
    """Return text with each run of white space as one space, as the format has it."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _number(value: str | None, default: int) -> int:
    """Return a number as the format writes it; `default` if it is none."""
    return int(value) if value is not None and value.isdecimal() else default
