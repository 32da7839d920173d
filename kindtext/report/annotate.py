"""Writing remarks into a Word document as comments on the very words, and changing nothing else.

Every part of the package is copied as it is, but for four: the body gets the marks of the comments, the comments' own
part gets the comments, and two lists of parts name that part where it is new. A run of which only some words are marked
is cut in two of the same format. Word allows no comments in notes and text boxes: a remark on their words stands where
the note is cited or the box hangs, and quotes them.
"""

from __future__ import annotations

import io
import posixpath
import shutil
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from lxml import etree

from kindtext.errors import ReadError, UnsupportedError
from kindtext.readers._package import open_package, read_part
from kindtext.report.plain import one_line
from kindtext.report.remarks import Remark, remarks
from kindtext.report.wordtext import Finder, Found, Spot, Story, marked_as_a_whole

if TYPE_CHECKING:
    from kindtext.document import Document
    from kindtext.readers.source import Source
    from kindtext.scoring import Score

AUTHOR, INITIALS = "kindtext", "kt"

MAX_BYTES = 2 * 1024**3
"""Most that a package may unpack to when it is copied: ten times the largest file that is read."""

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_QUOTED = 300  # characters of the words that are quoted where a comment cannot stand on them


@dataclass(frozen=True, slots=True)
class Annotated:
    """A Word document with remarks in it.

    Parameters
    ----------
    data : bytes
        The document; the very bytes of the input where there is nothing to remark.
    exact, near : tuple of Remark
        Those on the very words, and those on their paragraph, or where their note or text box hangs.
    lost : tuple of Remark
        Those that could not be placed and are not in it.
    signed : bool
        Whether the input had a digital signature, which holds no more.
    """

    data: bytes
    exact: tuple[Remark, ...]
    near: tuple[Remark, ...]
    lost: tuple[Remark, ...]
    signed: bool


def annotate(source: Source, document: Document, score: Score, *, language: bool = False) -> Annotated:
    """Write what there is to say about a draft into it, as comments.

    Parameters
    ----------
    source : Source
        The Word file.
    document : Document
        What was read from it.
    score : Score
        Of that document.
    language : bool
        Whether hard sentences and legal stock phrases are remarked on too.

    Returns
    -------
    Annotated

    Raises
    ------
    UnsupportedError
        If it is no Word document.
    ReadError
        If it is damaged.
    """
    check_word(document)
    wanted = remarks(score, language=language)
    with open_package(source, "Word document") as package:
        word = _Word.opened(source, package)
        exact, near, lost = word.comment(wanted, document)
        signed = any(name.startswith("_xmlsignatures/") for name in package.namelist())
        data = source.data if not (exact or near) else _packed(source, package, word.parts())
    return Annotated(data, tuple(exact), tuple(near), tuple(lost), signed)


def check_word(document: Document) -> None:
    """Refuse what is no Word document.

    Raises
    ------
    UnsupportedError
        Naming what can be done instead.
    """
    if document.format != "docx":
        raise UnsupportedError(
            f"{document.name}: comments can be written into Word documents (.docx) only; save it as one in Word or "
            "LibreOffice and annotate that, or see 'kindtext explain'."
        )


class _Mark(NamedTuple):
    """Where a comment goes: from a place in the XML to another.

    With an offset a mark is put into the text of its spot, without one around all of ``first.paragraph``, or around
    what is marked as a whole there.
    """

    remark: Remark
    first: Spot
    start: int | None
    last: Spot
    end: int | None

    @property
    def exact(self) -> bool:
        return self.start is not None


class _Edge(NamedTuple):
    """A place beside an element."""

    element: etree._Element
    side: Literal["before", "after"]


class _Word:
    """The parts of a Word document that comments change."""

    def __init__(self, source: Source, package: zipfile.ZipFile, main: str, relations: etree._Element) -> None:
        self.source, self.package, self.main = source, package, main
        self.relations = relations
        self.root = _required(source, package, main)
        self.w = "{" + (etree.QName(self.root).namespace or "") + "}"
        self.comments_name, self.comments = self._comments()
        self.next_id = 1 + max((_number(each.get(self.w + "id")) for each in self.comments), default=-1)
        changes = (each.get(self.w + "id") for each in self.root.iter(self.w + "rPrChange"))
        self.next_change = 1 + max((_number(each) for each in changes), default=-1)

    @classmethod
    def opened(cls, source: Source, package: zipfile.ZipFile) -> _Word:
        top = _required(source, package, "_rels/.rels") if "_rels/.rels" in package.namelist() else None
        main = next((path for kind, path, _ in _targets(top, "") if kind == "officeDocument"), "word/document.xml")
        data = read_part(source, package, _relations_of(main))
        empty = etree.fromstring(f'<Relationships xmlns="{_RELATIONS[1:-1]}"/>')
        return cls(source, package, main, empty if data is None else _parsed(source, _relations_of(main), data))

    def _comments(self) -> tuple[str, etree._Element]:
        """Give name and root of the part with the comments; a new one where there is none."""
        for kind, path, relation in list(_targets(self.relations, self.main)):
            if kind == "comments":
                data = read_part(self.source, self.package, path)
                if data is not None:
                    return path, _parsed(self.source, path, data)
                self.relations.remove(relation)  # it leads nowhere, and there may be one such only
        taken = set(self.package.namelist())
        folder = posixpath.dirname(self.main)
        names = (posixpath.join(folder, f"comments{number}.xml") for number in ("", *range(1, 1000)))
        return next(name for name in names if name not in taken), etree.Element(
            self.w + "comments", nsmap={"w": self.w[1:-1]}
        )

    def comment(self, wanted: Sequence[Remark], document: Document) -> tuple[list[Remark], list[Remark], list[Remark]]:
        """Place remarks; give those on the very words, those near them, and those that found no place."""
        body = self.root.find(self.w + "body")
        if body is None:
            raise UnsupportedError(f"{self.source.name}: no Word document in it; save it as DOCX again.")
        finder = Finder(document, Story(body, self._notes()))
        marks = [_placed(remark, finder) for remark in wanted]
        self._mark([mark for mark in marks if mark is not None])
        exact = [mark.remark for mark in marks if mark is not None and mark.exact]
        near = [mark.remark for mark in marks if mark is not None and not mark.exact]
        return exact, near, [remark for remark, mark in zip(wanted, marks, strict=True) if mark is None]

    def parts(self) -> dict[str, etree._Element]:
        """Give the parts that have changed, by their names."""
        changed = {self.main: self.root, self.comments_name: self.comments}
        if self.comments_name not in self.package.namelist():
            taken = {each.get("Id") for each in self.relations}
            relation = etree.SubElement(self.relations, _RELATIONS + "Relationship")
            relation.set("Id", next(name for name in (f"rIdKindtext{n}" for n in range(1000)) if name not in taken))
            relation.set("Type", self._office() + "/comments")
            relation.set("Target", posixpath.relpath(self.comments_name, posixpath.dirname(self.main) or "."))
            changed[_relations_of(self.main)] = self.relations
            types = _required(self.source, self.package, "[Content_Types].xml")
            override = etree.SubElement(types, _TYPES + "Override")
            override.set("PartName", "/" + self.comments_name)
            override.set("ContentType", _COMMENTS_TYPE)
            changed["[Content_Types].xml"] = types
        return changed

    def _office(self) -> str:
        """Give the address that relations begin with, which differs in Strict documents."""
        if "purl.oclc.org" in self.w:
            return "http://purl.oclc.org/ooxml/officeDocument/relationships"
        return "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def _notes(self) -> dict[tuple[str, str], etree._Element]:
        found = {}
        for kind, path, _ in _targets(self.relations, self.main):
            if kind in ("footnotes", "endnotes") and (data := read_part(self.source, self.package, path)) is not None:
                name = kind.removesuffix("s")
                for note in _parsed(self.source, path, data).iter(self.w + name):
                    found[name, note.get(self.w + "id", "")] = note
        return found

    def _mark(self, marks: Sequence[_Mark]) -> None:
        """Cut runs where marks begin and end, then put the marks in: all ends before any start."""
        cuts: dict[etree._Element, set[int]] = defaultdict(set)
        for mark in marks:
            for spot, offset in ((mark.first, mark.start), (mark.last, mark.end)):
                if offset is not None:
                    cuts[spot.element].add(offset)
        # In the order of the text: cutting a run at one of its texts moves those after it into the new run.
        edges = {element: self._cut(element, cuts[element]) for element in self.root.iter() if element in cuts}
        numbers = [self._add(mark) for mark in marks]
        for number, mark in zip(numbers, marks, strict=True):
            self._end(self._edge(mark.last, mark.end, edges, "after"), number)
        for number, mark in zip(numbers, marks, strict=True):
            edge = self._edge(mark.first, mark.start, edges, "before")
            _put(edge, etree.Element(self.w + "commentRangeStart", {self.w + "id": number}))

    def _edge(
        self,
        spot: Spot,
        offset: int | None,
        edges: dict[etree._Element, dict[int, _Edge]],
        side: Literal["before", "after"],
    ) -> _Edge:
        """Give where a mark goes: in a run that was cut, else beside what can only be marked as a whole."""
        if offset is not None:
            return edges[spot.element][offset]
        whole = spot.host if spot.host is not None else marked_as_a_whole(spot)
        if whole is not None:
            return _Edge(_outermost(whole, self.w), side)
        inside = [each for each in spot.paragraph if each.tag != self.w + "pPr"]
        return _Edge(inside[0], side) if side == "before" else _Edge(inside[-1], side)

    def _cut(self, element: etree._Element, offsets: Iterable[int]) -> dict[int, _Edge]:
        """Cut the run around a text at some offsets; give the place of each."""
        run = element.getparent()
        assert run is not None
        text = element.text or ""
        before = 0
        if element.get(_XML_SPACE) != "preserve":
            # Word shows no white space at the ends of such a text, and must not begin to when they become others.
            before = len(text) - len(text.lstrip())
            element.text = text = text.strip()
        found: dict[int, _Edge] = {}
        last = run
        for offset in sorted(offsets, reverse=True):
            at = min(max(0, offset - before), len(text))
            rest = self._rest(run, element, at)
            if rest is not None:
                found[offset] = _Edge(rest, "before")
                last = rest if last is run else last
            elif at == 0:
                found[offset] = _Edge(run, "before")
            else:
                found[offset] = _Edge(last, "after")
        return {offset: _Edge(last, "after") if edge == _Edge(run, "after") else edge for offset, edge in found.items()}

    def _rest(self, run: etree._Element, element: etree._Element, at: int) -> etree._Element | None:
        """Move what follows a place into a new run of the same format; None if there is nothing on either side."""
        text = element.text or ""
        following = list(element.itersiblings())
        if at == 0:
            if all(each.tag == self.w + "rPr" for each in element.itersiblings(preceding=True)):
                return None
            following.insert(0, element)
        elif at == len(text) and not following:
            return None
        rest = _empty(run)
        if (properties := run.find(self.w + "rPr")) is not None:
            copied = deepcopy(properties)
            for change in copied.iter(self.w + "rPrChange"):
                change.set(self.w + "id", str(self.next_change))
                self.next_change += 1
            rest.append(copied)
        if 0 < at < len(text):
            tail = _empty(element)
            rest.append(tail)
            element.text, tail.text = text[:at], text[at:]
            for each in (element, tail):
                if each.text != (each.text or "").strip():
                    each.set(_XML_SPACE, "preserve")
        rest.extend(following)
        run.addnext(rest)
        return rest

    def _add(self, mark: _Mark) -> str:
        """Add a comment; give its number."""
        number, self.next_id = str(self.next_id), self.next_id + 1
        comment = etree.SubElement(
            self.comments,
            self.w + "comment",
            {self.w + "id": number, self.w + "author": AUTHOR, self.w + "initials": INITIALS},
        )
        lines = list(mark.remark.lines)
        if not mark.exact:
            lines.insert(0, f"The words: “{one_line(mark.remark.quote, _QUOTED)}”")
        for at, line in enumerate((mark.remark.title, *lines)):
            paragraph = etree.SubElement(comment, self.w + "p")
            if at == 0:
                etree.SubElement(etree.SubElement(paragraph, self.w + "r"), self.w + "annotationRef")
            run = etree.SubElement(paragraph, self.w + "r")
            if at == 0:
                etree.SubElement(etree.SubElement(run, self.w + "rPr"), self.w + "b")
            etree.SubElement(run, self.w + "t", {_XML_SPACE: "preserve"}).text = one_line(line)
        return number

    def _end(self, edge: _Edge, number: str) -> None:
        """Put in the end of a comment's words, and after it the sign that Word hangs the comment on."""
        end = etree.Element(self.w + "commentRangeEnd", {self.w + "id": number})
        sign = etree.Element(self.w + "r")
        etree.SubElement(sign, self.w + "commentReference", {self.w + "id": number})
        _put(edge, end)
        # Inside a tracked insertion the sign would be lost with it, and inside a link be part of it.
        outer = _outermost(end, self.w)
        outer.addnext(sign)


def _placed(remark: Remark, finder: Finder) -> _Mark | None:
    """Find the place of a remark: its words, else its paragraph, else none."""
    found = finder.find(remark.start, remark.end)
    if found is not None and _may_be_cut(found):
        return _Mark(remark, found.first, found.start, found.last, found.end)
    spot = finder.paragraph(remark.start) if found is None else found.first
    return None if spot is None else _Mark(remark, spot, None, spot, None)


def _may_be_cut(found: Found) -> bool:
    """Tell whether a comment may stand on these very words: in the body, in runs, not over the border of a cell."""
    ends = (found.first, found.last)
    return (
        all(spot.host is None and marked_as_a_whole(spot) is None for spot in ends)
        and found.first.paragraph.getparent() is found.last.paragraph.getparent()
    )


def _empty(element: etree._Element) -> etree._Element:
    """Make an element of the same name and attributes."""
    made = etree.Element(element.tag)
    for name, value in element.attrib.items():
        made.set(name, value)
    return made


def _outermost(element: etree._Element, w: str) -> etree._Element:
    """Give what an element is in, or itself, that stands in its paragraph directly."""
    for each in (element, *element.iterancestors()):
        parent = each.getparent()
        if parent is None or parent.tag == w + "p":
            return each
    return element


def _put(edge: _Edge, element: etree._Element) -> None:
    if edge.side == "before":
        edge.element.addprevious(element)
    else:
        edge.element.addnext(element)


def _required(source: Source, package: zipfile.ZipFile, name: str) -> etree._Element:
    data = read_part(source, package, name)
    if data is None:
        raise ReadError(f"{source.name}: it has no {name}; open the file and save it again.")
    return _parsed(source, name, data)


def _parsed(source: Source, name: str, data: bytes) -> etree._Element:
    """Parse a part to be written again: as it is, and without entities, network or very deep nesting."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, strip_cdata=False, collect_ids=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"{source.name}: {name} in it is damaged; open the file and save it again.") from error


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _targets(relations: etree._Element | None, part: str) -> Iterator[tuple[str, str, etree._Element]]:
    """Give kind (last word of the type) and path of each part that a part refers to."""
    for relation in () if relations is None else relations:
        if isinstance(relation.tag, str) and relation.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), relation.get("Target", "")))
            yield relation.get("Type", "").rpartition("/")[2], path.lstrip("/"), relation


def _packed(source: Source, package: zipfile.ZipFile, changed: dict[str, etree._Element]) -> bytes:
    """Copy a package, with other parts in place of some and new ones at the end."""
    if sum(info.file_size for info in package.infolist()) > MAX_BYTES:
        raise ReadError(f"{source.name}: unpacks to more than any real document does; ask the sender what it is.")
    buffer = io.BytesIO()
    left = dict(changed)
    try:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as copy:
            for info in package.infolist():
                if info.filename in left:
                    copy.writestr(_like(info), _written(left.pop(info.filename)))
                else:
                    with package.open(info) as old, copy.open(_like(info), "w") as new:
                        shutil.copyfileobj(old, new)
            for name, root in left.items():
                # A fixed date, the first that a zip can have: the same input gives the same file.
                copy.writestr(zipfile.ZipInfo(name), _written(root), zipfile.ZIP_DEFLATED)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ReadError(
            f"{source.name}: a part of it cannot be unpacked; download it again, or save a copy without a password."
        ) from error
    return buffer.getvalue()


def _like(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    same = zipfile.ZipInfo(info.filename, info.date_time)
    same.compress_type, same.external_attr = info.compress_type, info.external_attr
    same.file_size = info.file_size
    return same


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def _number(value: str | None) -> int:
    try:
        return int(value or "")
    except ValueError:
        return -1
