"""Finding the words of a Document again in the XML of the Word file that it was read from.

Reading mends a text: white space is folded, bullets and form debris are left out, words broken over lines are joined.
What both sides keep, in the same order, is their letters and digits, so these are what is compared: block by block,
each looked for after the one before.
"""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile

from lxml import etree

from kindtext.document import Block, Document

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_LEFT_OUT = frozenset("del moveFrom rPr pPr sdtPr tblPr trPr tcPr rt".split())
_LET_THROUGH = frozenset("ins moveTo hyperlink smartTag customXml".split())
"""What may stand between a paragraph and a run whose neighbours are comment marks; others are marked as a whole."""

_NEAR = 4_000
"""Letters after the last block within which the next one is looked for first; what is left out between is shorter."""

_LONG = 40
"""Letters from which a block is not found elsewhere by chance, so that the whole rest may be searched for it."""

_SHARED = 0.5
"""Share of a block's words that its paragraph must have, where its letters are not found in a row."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One stretch of text in the XML.

    Parameters
    ----------
    element : lxml.etree._Element
        What holds it: a ``w:t``, or its like in a formula.
    paragraph : lxml.etree._Element
        The paragraph that it is in.
    host : lxml.etree._Element or None
        Of a note or a text box: the run of the body on which it hangs.
    """

    element: etree._Element
    paragraph: etree._Element
    host: etree._Element | None


@dataclass(frozen=True, slots=True)
class Found:
    """Words in the XML: from a character of one spot up to, and without, one of another.

    Parameters
    ----------
    first, last : Spot
    start, end : int
        Offsets in the text of ``first`` and of ``last``.
    """

    first: Spot
    start: int
    last: Spot
    end: int


class Story:
    """The letters of a Word document in reading order, each with its place.

    Parameters
    ----------
    body : lxml.etree._Element
        ``w:body`` of the document.
    notes : dict
        Each footnote and endnote, by its kind (``footnote`` or ``endnote``) and identifier.
    """

    def __init__(self, body: etree._Element, notes: dict[tuple[str, str], etree._Element]) -> None:
        self._w = body.tag.removesuffix("body")
        self._notes = notes
        self._cited: dict[tuple[str, str], etree._Element] = {}
        self.spots: list[Spot] = []
        self._spot_of = array("L")
        self._offset = array("L")
        letters: list[str] = []
        for spot in self._walk(body):
            number = len(self.spots)
            self.spots.append(spot)
            for letter, offset in _letters(spot.element.text or ""):
                letters.append(letter)
                self._spot_of.append(number)
                self._offset.append(offset)
        self.letters = "".join(letters)

    def found(self, start: int, end: int) -> Found:
        """Give the place of letters ``start`` to ``end``."""
        first, last = self.spots[self._spot_of[start]], self.spots[self._spot_of[end - 1]]
        return Found(first, self._offset[start], last, self._offset[end - 1] + 1)

    def paragraphs(self, start: int, end: int) -> Iterator[tuple[Spot, str]]:
        """Give the paragraphs between two letters, each by its first spot, with its text."""
        if start >= end:
            return
        spots = self.spots[self._spot_of[start] : self._spot_of[end - 1] + 1]
        held: list[Spot] = []
        for spot in spots:
            if held and spot.paragraph is not held[0].paragraph:
                yield held[0], "".join(each.element.text or "" for each in held)
                held = []
            held.append(spot)
        if held:
            yield held[0], "".join(each.element.text or "" for each in held)

    def _walk(self, body: etree._Element) -> Iterator[Spot]:
        yield from self._inside(body, None, None)
        for key, host in list(self._cited.items()):
            if key in self._notes:
                yield from self._inside(self._notes[key], None, host)

    def _inside(
        self, element: etree._Element, paragraph: etree._Element | None, host: etree._Element | None
    ) -> Iterator[Spot]:
        """Walk as the reader does: nothing deleted or hidden, one of two alternatives, boxes after their paragraph."""
        boxes: list[tuple[etree._Element, etree._Element | None]] = []
        yield from self._children(element, paragraph, host, boxes)
        for box, run in boxes:
            yield from self._inside(box, None, host if host is not None else run)

    def _children(
        self,
        element: etree._Element,
        paragraph: etree._Element | None,
        host: etree._Element | None,
        boxes: list[tuple[etree._Element, etree._Element | None]],
    ) -> Iterator[Spot]:
        for child in element:
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child).localname
            ours = child.tag.startswith(self._w)
            if child.tag == _MC + "AlternateContent":
                best = next((branch for branch in child if next(branch.iter(self._w + "t"), None) is not None), None)
                if best is not None:
                    yield from self._children(best, paragraph, host, boxes)
            elif ours and (name in _LEFT_OUT or self._is_gone(child, name)):
                continue
            elif ours and name == "p":
                yield from self._inside(child, child, host)
            elif name == "t" and (ours or child.tag.endswith("/math}t")):
                if paragraph is not None:
                    yield Spot(child, paragraph, host)
            elif ours and name in ("footnoteReference", "endnoteReference"):
                run = host if host is not None else child.getparent()
                if run is not None:
                    self._cited.setdefault((name.removesuffix("Reference"), child.get(self._w + "id", "")), run)
            elif ours and name == "txbxContent":
                boxes.append((child, self._run_around(child)))
            else:
                yield from self._children(child, paragraph, host, boxes)

    def _is_gone(self, element: etree._Element, name: str) -> bool:
        """Tell whether a row or cell was deleted, or a run is hidden."""
        if name == "tr":
            return element.find(f"{self._w}trPr/{self._w}del") is not None
        if name == "tc":
            return element.find(f"{self._w}tcPr/{self._w}cellDel") is not None
        hidden = element.find(f"{self._w}rPr/{self._w}vanish") if name == "r" else None
        return hidden is not None and hidden.get(self._w + "val", "true") not in ("0", "false", "off")

    def _run_around(self, element: etree._Element) -> etree._Element | None:
        runs = [each for each in element.iterancestors(self._w + "r")]
        return runs[-1] if runs else None


@dataclass
class Finder:
    """Finds words of a document in its story.

    Parameters
    ----------
    document : Document
    story : Story
    """

    document: Document
    story: Story
    _at: list[int | None] = field(init=False)
    _keys: list[tuple[str, array[int]]] = field(init=False)

    def __post_init__(self) -> None:
        self._keys = [_key(block.text) for block in self.document.blocks]
        self._at = list(self._placed())

    def find(self, start: int, end: int) -> Found | None:
        """Find the words from one offset of the document's text to another; None where they cannot be told for sure."""
        first, last = self._letter(start, end, from_end=False), self._letter(start, end, from_end=True)
        if first is None or last is None or last < first:
            return None
        found = self.story.found(first, last + 1)
        said = self.document.text[start:end]
        before, after = "".join(_edge(said)), "".join(_edge(said[::-1]))[::-1]
        text = found.first.element.text or ""
        if before and text.endswith(before, 0, found.start):
            found = replace(found, start=found.start - len(before))
        if after and (found.last.element.text or "").startswith(after, found.end):
            found = replace(found, end=found.end + len(after))
        return found

    def paragraph(self, start: int) -> Spot | None:
        """Find the paragraph that has most words of the block at an offset; None if none has half of them."""
        number = self._block(start)
        wanted = set(self.document.blocks[number].text.lower().split())
        low, high = self._gap(number)
        best, most = None, _SHARED
        for spot, text in self.story.paragraphs(low, high):
            share = len(wanted & set(text.lower().split())) / max(1, len(wanted))
            if share > most or (best is None and share == most):
                best, most = spot, share
        return best

    def _letter(self, start: int, end: int, *, from_end: bool) -> int | None:
        """Give the place in the story of the first or last letter of some words."""
        number = self._block(end - 1 if from_end else start)
        block = self.document.blocks[number]
        low, high = max(start, block.start) - block.start, min(end, block.end) - block.start
        key, offsets = self._keys[number]
        inside = [i for i in range(_first(offsets, low), _first(offsets, high))]
        if not inside:
            return None
        at = self._at[number]
        if at is not None:
            return at + inside[-1 if from_end else 0]
        # The block is not there in a row; its own words may be, once between its neighbours.
        words = key[inside[0] : inside[-1] + 1]
        floor, ceiling = self._gap(number)
        place = self.story.letters.find(words, floor, ceiling)
        if place < 0 or self.story.letters.find(words, place + 1, ceiling) >= 0:
            return None
        return place + (len(words) - 1 if from_end else 0)

    def _block(self, offset: int) -> int:
        return max(0, bisect_right(self.document.blocks, offset, key=_start) - 1)

    def _gap(self, number: int) -> tuple[int, int]:
        """Give the letters between the nearest blocks before and after one that were found."""
        before = next((i for i in range(number - 1, -1, -1) if self._at[i] is not None), None)
        after = next((at for at in self._at[number + 1 :] if at is not None), None)
        low = 0 if before is None else (self._at[before] or 0) + len(self._keys[before][0])
        return low, len(self.story.letters) if after is None else after

    def _placed(self) -> Iterator[int | None]:
        """Look for each block after the one before; a short one only near it, and where it cannot mislead."""
        letters = self.story.letters
        last = sure = 0
        for key, _ in self._keys:
            if not key:
                yield None
                continue
            at = letters.find(key, last, last + _NEAR + len(key))
            if len(key) >= _LONG:
                if at < 0:
                    at = letters.find(key, sure)
                if at >= 0:
                    sure = last = at + len(key)
            elif at >= 0 and self._begins(at):
                last = at + len(key)
            else:
                at = -1
            yield at if at >= 0 else None

    def _begins(self, at: int) -> bool:
        """Tell whether a paragraph begins at a letter."""
        return at == 0 or self.story.found(at, at + 1).first.paragraph is not (
            self.story.found(at - 1, at).first.paragraph
        )


def marked_as_a_whole(spot: Spot) -> etree._Element | None:
    """Give what around a spot can only be marked as a whole: a field, a formula, a form's control; None if nothing.

    A run can be cut, so that its words are marked exactly. What stands between it and the paragraph must allow marks.
    """
    w = spot.paragraph.tag.removesuffix("p")
    found = None
    for each in spot.element.iterancestors():
        if each is spot.paragraph:
            break
        name = each.tag.removeprefix(w) if isinstance(each.tag, str) else ""
        run = name == "r" and each is spot.element.getparent()
        if not run and name not in _LET_THROUGH:
            found = each
    return found


def _letters(text: str) -> Iterator[tuple[str, int]]:
    """Give the letters and digits of a text in their plainest form, each with its offset."""
    for offset, character in enumerate(text):
        if character.isascii():
            if character.isalnum():
                yield character, offset
        else:
            for plain in unicodedata.normalize("NFKD", character):
                if plain.isalnum():
                    yield plain, offset


def _edge(text: str) -> Iterator[str]:
    """Give what stands before the first letter or digit of a text."""
    return takewhile(lambda character: not character.isalnum(), text)


def _key(text: str) -> tuple[str, array[int]]:
    pairs = list(_letters(text))
    return "".join(letter for letter, _ in pairs), array("L", (offset for _, offset in pairs))


def _first(offsets: array[int], offset: int) -> int:
    """Give the number of the first letter at or after an offset."""
    return bisect_right(offsets, offset - 1)


def _start(block: Block) -> int:
    return block.start
