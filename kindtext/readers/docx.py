"""Read Word documents (DOCX, and DOCM, DOTX and DOTM, which differ from it only in a label).

The parts of the package are read with lxml. python-docx would open it too, but not templates, documents with
macros and those saved as "Strict Open XML", and what makes reading hard is what it does not show: tracked
changes, text boxes, content controls, notes and hidden text.

What is lost: numbers that Word makes itself ("1.1", "(a)"), page numbers, pictures and their descriptions,
charts, and text drawn as SmartArt.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from lxml import etree

from kindtext.document import Block, BlockKind, Draft
from kindtext.errors import NoTextError, UnsupportedError
from kindtext.readers._package import HEADING_WORDS, open_package, parse_part
from kindtext.readers.source import Source
from kindtext.readers.text import row_blocks

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DC = "{http://purl.org/dc/elements/1.1/}"

_LEFT_OUT = frozenset(_W + tag for tag in ("del", "moveFrom", "rPr", "pPr", "sdtPr", "tblPr", "trPr", "tcPr", "rt"))
_WRAPPERS = frozenset(_W + tag for tag in ("ins", "moveTo", "sdt", "sdtContent", "customXml", "smartTag"))
_SPACES = {_W + "tab": "\t", _W + "ptab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_LIST_STYLE = re.compile(r"List (?:Bullet|Number)(?: ([2-5]))?", re.IGNORECASE)
_HEADING_STYLE = re.compile(r"heading ([1-9])", re.IGNORECASE)

UNSEEN_SIZE = 4
"""Size, in half points, up to which letters are not meant to be read: nobody prints text of 2 pt."""

_WHITE = frozenset(("FFFFFF", "FEFEFE", "FDFDFD"))


def read(source: Source) -> Iterator[Draft]:
    """Read a Word document.

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
        If the file is damaged or encrypted, or unpacks to more than ``limits.XML_BYTES``.
    UnsupportedError
        If it is some other kind of file.
    NoTextError
        If there is no text in it.
    """
    with open_package(source, "Word document") as package:
        main = _main_part(source, package)
        root = parse_part(source, package, main)
        if root is None or (body := root.find(_W + "body")) is None:
            raise UnsupportedError(
                f"{source.name}: a zip file without a Word document in it; "
                "unzip it and read the files inside, or save the document as DOCX again."
            )
        word = _Word(source, package, main)
        blocks = list(word.blocks(body))
        notes = list(word.note_blocks())
        headers = list(word.furniture(root, "header"))
        footers = list(word.furniture(root, "footer"))
        core = parse_part(source, package, "docProps/core.xml")
    every = (*headers, *blocks, *notes, *footers)
    if not blocks and not notes:
        raise NoTextError(
            f"{source.name}: the document holds no text; if its pages are pictures, "
            "run text recognition over it or ask for the original."
        )
    title = "" if core is None else (core.findtext(_DC + "title") or "").strip()
    yield Draft(source.name, "docx", every, {"title": title} if title else {}, tuple(word.notes()))


def _main_part(source: Source, package: zipfile.ZipFile) -> str:
    """Return the path of the part that holds the body."""
    for kind, target in _relations(source, package, "").values():
        if kind == "officeDocument":
            return target
    return "word/document.xml"


def _relations(source: Source, package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return kind (last word of the type) and path of each part that a part refers to, by its identifier."""
    folder, name = posixpath.split(part)
    root = parse_part(source, package, posixpath.join(folder, "_rels", f"{name}.rels"))
    found = {}
    for relation in () if root is None else root:
        if relation.get("TargetMode") != "External":
            target = relation.get("Target", "")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], path)
    return found


def _value(element: etree._Element | None, path: str) -> str | None:
    """Return the ``w:val`` of a child; None if there is no such child."""
    child = None if element is None else element.find(path)
    return None if child is None else child.get(_W + "val", "true")


def _is_on(value: str | None) -> bool:
    return value is not None and value not in ("0", "false", "off")


@dataclass
class _Style:
    """What a paragraph or character style says, its ancestors included."""

    kind: BlockKind | None = None
    level: int = 0
    numbered: bool = False
    list_level: int = 1
    hidden: bool = False
    contents: bool = False
    shaded: bool = False


@dataclass
class _Word:
    """One document while it is read: its styles, and what is gathered on the way."""

    source: Source
    package: zipfile.ZipFile
    main: str
    cited: dict[tuple[str, str], str | None] = field(default_factory=dict)
    section: str | None = None
    hidden_words: int = 0
    has_contents: bool = False
    embedded: int = 0

    @cached_property
    def relations(self) -> dict[str, tuple[str, str]]:
        """Type and path of each part that the body refers to, by its identifier."""
        return _relations(self.source, self.package, self.main)

    def part(self, kind: str) -> etree._Element | None:
        """Return the root of the first part of a kind that the body refers to."""
        for found, path in self.relations.values():
            if found == kind:
                return parse_part(self.source, self.package, path)
        return None

    @cached_property
    def styles(self) -> dict[str, _Style]:
        """Each style by its identifier, inheritance worked out."""
        root = self.part("styles")
        elements = {} if root is None else {style.get(_W + "styleId", ""): style for style in root.iter(_W + "style")}
        return {name: self._style(name, elements) for name in elements}

    def _style(self, name: str, elements: dict[str, etree._Element]) -> _Style:
        chain: list[str] = []
        # A damaged file may have styles that are based on each other in a circle.
        while name in elements and name not in chain:
            chain.append(name)
            name = _value(elements[name], _W + "basedOn") or ""
        style = _Style()
        for ancestor in reversed(chain):
            element = elements[ancestor]
            label = _value(element, _W + "name") or ""
            if match := _HEADING_STYLE.fullmatch(label):
                style.kind, style.level = "heading", int(match[1])
            elif label.lower() == "title":
                style.kind, style.level = "title", 0
            style.contents = style.contents or bool(
                re.match(r"(toc \d|toc heading|table of figures)", label, re.IGNORECASE)
            )
            outline = _value(element, f"{_W}pPr/{_W}outlineLvl")
            if outline is not None and style.kind != "title":
                style.kind, style.level = _outline(outline)
            number = _value(element, f"{_W}pPr/{_W}numPr/{_W}numId")
            if number is not None:
                style.numbered = number != "0"
                level = _value(element, f"{_W}pPr/{_W}numPr/{_W}ilvl")
                style.list_level = _number(level) + 1 if level else self.list_levels.get((number, ancestor), 1)
            if match := _LIST_STYLE.fullmatch(label):
                style.numbered, style.list_level = True, int(match[1] or 1)
            style.shaded = style.shaded or any(
                element.find(f"{_W}{part}/{_W}shd") is not None for part in ("pPr", "rPr")
            )
            vanish = _value(element, f"{_W}rPr/{_W}vanish")
            if vanish is not None:
                style.hidden = _is_on(vanish)
        return style

    @cached_property
    def list_levels(self) -> dict[tuple[str, str], int]:
        """Level of a list that a style stands for, by the list's number and the style."""
        root = self.part("numbering")
        if root is None:
            return {}
        lists = {each.get(_W + "abstractNumId"): each for each in root.iter(_W + "abstractNum")}
        found = {}
        for number in root.iter(_W + "num"):
            abstract = lists.get(_value(number, _W + "abstractNumId"))
            for level in () if abstract is None else abstract.iter(_W + "lvl"):
                style = _value(level, _W + "pStyle")
                if style is not None:
                    found[number.get(_W + "numId", ""), style] = _number(level.get(_W + "ilvl")) + 1
        return found

    def blocks(self, container: etree._Element) -> Iterator[Block]:
        """Yield what a body, cell, text box, note or header holds, in order."""
        carried = ""
        for child in _unwrapped(container):
            if child.tag == _W + "p":
                boxes: list[etree._Element] = []
                text = carried + self.text(child, boxes)
                mark = child.find(f"{_W}pPr/{_W}rPr")
                if mark is not None and (mark.find(_W + "del") is not None or mark.find(_W + "moveFrom") is not None):
                    # The end of this paragraph was deleted: its text goes on in the next one.
                    carried = text
                else:
                    carried = ""
                    yield from self.paragraph(child, text)
                for box in boxes:
                    yield from self.blocks(box)
            elif child.tag == _W + "tbl":
                yield from self.table(child)
            elif child.tag == _W + "altChunk":
                self.embedded += 1
        if carried.strip():
            yield Block(carried.strip())

    def paragraph(self, element: etree._Element, text: str) -> Iterator[Block]:
        """Yield the block that a paragraph is, if there is any text in it."""
        text = text.strip()
        if not text:
            return
        properties = element.find(_W + "pPr")
        style = self.style(element, "pPr", "pStyle")
        if style.contents:
            self.has_contents = True
            return
        kind, level = style.kind, style.level
        outline = _value(properties, _W + "outlineLvl")
        if outline is not None:
            kind, level = _outline(outline)
        numbered, list_level = style.numbered, style.list_level
        number = _value(properties, f"{_W}numPr/{_W}numId")
        own_level = _value(properties, f"{_W}numPr/{_W}ilvl")
        if number is not None:
            numbered = number != "0"
        if own_level is not None:
            list_level = _number(own_level) + 1
        if kind is not None and len(text.split()) <= HEADING_WORDS:
            self.section = text
            yield Block(text, kind=kind, level=level)
        elif numbered:
            yield Block(text, kind="item", level=list_level)
        else:
            yield Block(text)

    def table(self, table: etree._Element) -> Iterator[Block]:
        """Yield a table's rows, each merged cell once."""
        for row in _unwrapped(table):
            if row.tag != _W + "tr" or row.find(f"{_W}trPr/{_W}del") is not None:
                continue
            cells = []
            for cell in _unwrapped(row):
                if cell.tag != _W + "tc" or cell.find(f"{_W}tcPr/{_W}cellDel") is not None:
                    continue
                merged = [_value(cell, f"{_W}tcPr/{_W}{name}") for name in ("vMerge", "hMerge")]
                # An element without a value continues the merged cell, as does "continue".
                if not any(value in ("true", "continue") for value in merged):
                    cells.append(list(self.blocks(cell)))
            yield from row_blocks(cells)

    def text(self, element: etree._Element, boxes: list[etree._Element], *, hidden: bool = False) -> str:
        """Return the text of a paragraph or part of one; gather its text boxes, and what it cites."""
        if element.tag == _W + "p":
            hidden = self.style(element, "pPr", "pStyle").hidden
        parts: list[str] = []
        for child in _unwrapped(element):
            tag = child.tag
            if tag == _W + "r":
                parts.append(self.run(child, boxes, hidden=hidden))
            elif tag in (_W + "t", _MATH + "t"):
                parts.append(child.text or "")
            elif tag in _SPACES:
                parts.append(_SPACES[tag])
            elif tag in (_W + "footnoteReference", _W + "endnoteReference"):
                note = (tag.removeprefix(_W).removesuffix("Reference"), child.get(_W + "id", ""))
                self.cited.setdefault(note, self.section)
            elif tag == _W + "txbxContent":
                boxes.append(child)
            else:
                parts.append(self.text(child, boxes, hidden=hidden))
        return "".join(parts)

    def run(self, run: etree._Element, boxes: list[etree._Element], *, hidden: bool) -> str:
        """Return the text of a run; empty if the run, its style or else its paragraph is hidden."""
        vanish = _value(run, f"{_W}rPr/{_W}vanish")
        hidden = _is_on(vanish) if vanish is not None else hidden or self.style(run, "rPr", "rStyle").hidden
        hidden = hidden or self.is_unseen(run)
        if not hidden:
            return self.text(run, boxes)
        self.hidden_words += len(self.text(run, []).split())
        return ""

    def is_unseen(self, run: etree._Element) -> bool:
        """Tell a run that is printed so that nobody sees it: in white on the bare page, or too small to be letters."""
        size = _value(run, f"{_W}rPr/{_W}sz")
        if size is not None and size.isdecimal() and int(size) <= UNSEEN_SIZE:
            return True
        colour = _value(run, f"{_W}rPr/{_W}color")
        if colour is None or colour.upper() not in _WHITE:
            return False
        # White on a colour is a heading: of a table, a box, or a paragraph with a ground of its own.
        if any(run.find(f"{_W}rPr/{_W}{ground}") is not None for ground in ("shd", "highlight")):
            return False
        for above in run.iterancestors():
            if above.tag in (_W + "tc", _W + "txbxContent") or above.find(f"{_W}pPr/{_W}shd") is not None:
                return False
            if above.tag == _W + "p" and self.style(above, "pPr", "pStyle").shaded:
                return False
            if above.tag == _W + "document" and above.find(_W + "background") is not None:
                return False
        return not self.style(run, "rPr", "rStyle").shaded

    def style(self, element: etree._Element, properties: str, name: str) -> _Style:
        """Return the style that a paragraph or run names, a plain one if it names none."""
        return self.styles.get(_value(element, f"{_W}{properties}/{_W}{name}") or "", _Style())

    def note_blocks(self) -> Iterator[Block]:
        """Yield the footnotes and endnotes that the body cites, in the order of the citations."""
        parts = {kind: self.part(f"{kind}s") for kind, _ in self.cited}
        texts = {
            (kind, note.get(_W + "id", "")): note
            for kind, root in parts.items()
            if root is not None
            for note in root.iter(_W + kind)
        }
        for key, section in list(self.cited.items()):
            if key in texts:
                for block in self.blocks(texts[key]):
                    yield replace(block, kind="note", level=0, section=section)

    def furniture(self, root: etree._Element, kind: Literal["header", "footer"]) -> Iterator[Block]:
        """Yield the page headers or footers of all sections, each text once."""
        seen = set()
        references = (each.get(_R + "id", "") for each in root.iter(f"{_W}{kind}Reference"))
        for _, path in dict.fromkeys(self.relations.get(each, ("", "")) for each in references):
            part = parse_part(self.source, self.package, path)
            for block in () if part is None else self.blocks(part):
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
        if self.embedded:
            yield "A document embedded in this one was not read; open it, save it again and read that."


def _unwrapped(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the children that are read: through wrappers, one of two alternatives, nothing deleted."""
    for child in element:
        if child.tag == _MC + "AlternateContent":
            branches = list(child)
            # Choice is the modern form and Fallback the old one of the same text box or drawing.
            best = next((branch for branch in branches if next(branch.iter(_W + "t"), None) is not None), None)
            yield from () if best is None else _unwrapped(best)
        elif child.tag in _WRAPPERS:
            yield from _unwrapped(child)
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            yield child


def _outline(value: str) -> tuple[BlockKind | None, int]:
    """Return kind and level for an outline level, which counts from 0 and has 9 for running text."""
    level = _number(value)
    return ("heading", level + 1) if level < 9 else (None, 0)


def _number(value: str | None) -> int:
    """Return a number as Word writes it; 0 if it is none."""
    return int(value) if value is not None and value.isdecimal() else 0
