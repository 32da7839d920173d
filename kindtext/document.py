"""What a tender is once it has been read: a text, its blocks and its passages.

Everything here is frozen and knows nothing of files or of spaCy. Offsets are characters of
``Document.text``, half open, so that ``document.text[p.start:p.end] == p.text`` for every block and passage.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

BlockKind = Literal["title", "heading", "paragraph", "item", "row", "note", "header", "footer", "field"]
"""What a block was in the file it came from.

``title`` and ``heading`` name what follows; ``paragraph``, ``item`` (of a list) and ``row`` (of a table) are
running text; ``note`` is a footnote or endnote; ``header`` and ``footer`` are page furniture; ``field`` is one
text field of a structured notice.
"""

Stage = Literal["plan", "engage", "specify", "tender", "evaluate", "award", "deliver", "review"]
"""Where in a procurement's life a text belongs, in the order in which the stages come."""

STAGES: tuple[Stage, ...] = ("plan", "engage", "specify", "tender", "evaluate", "award", "deliver", "review")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a file, as its reader found it.

    Parameters
    ----------
    text : str
        The block's text, with white space as the file had it.
    kind : BlockKind
        What it was in the file.
    level : int
        Depth of a heading (1 is the highest) or of a list item (1 is outermost); 0 elsewhere.
    page : int or None
        Page number, from 1, where the format has pages.
    section : str or None
        Text of the nearest heading above.
    field : str or None
        Path of the field in a structured notice, such as ``tender/lots/0/description`` (OCDS) or ``BT-24-Lot``.
    stage : Stage or None
        Stage of the procurement, where the file's own structure says so.
    start, end : int
        Offsets in ``Document.text``; both 0 until the block has been put into a Document.
    """

    text: str
    kind: BlockKind = "paragraph"
    level: int = 0
    page: int | None = None
    section: str | None = None
    field: str | None = None
    stage: Stage | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that is judged as a whole: a paragraph, a clause, a list with its lead-in.

    Parameters
    ----------
    text : str
        Equal to ``document.text[start:end]``.
    start, end : int
        Offsets in ``Document.text``.
    page, section, field, stage
        As in :class:`Block`, of the passage's first block.
    """

    text: str
    start: int
    end: int
    page: int | None = None
    section: str | None = None
    field: str | None = None
    stage: Stage | None = None

    @property
    def words(self) -> int:
        """Number of words, split on white space."""
        return len(self.text.split())

    @property
    def place(self) -> str:
        """Where the passage is, for people: its page or field, and its section; empty if neither is known.

        Examples
        --------
        >>> Passage("We will listen.", 0, 15, page=3, section="2. Our approach").place
        'p. 3, 2. Our approach'
        """
        where = f"p. {self.page}" if self.page is not None else (self.field or "")
        return ", ".join(part for part in (where, self.section) if part)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document with their place: what a reader can be pointed at.

    Parameters
    ----------
    text : str
        Equal to ``document.text[start:end]``.
    start, end : int
        Offsets in ``Document.text``.
    page, section, field
        As in :class:`Block`, of the block in which it starts.
    """

    text: str
    start: int
    end: int
    page: int | None = None
    section: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader makes of a file, before its text is mended and cut into passages.

    Parameters
    ----------
    name : str
        Name shown to people; for one of several notices in a file, ``file#identifier``.
    format : str
        Short name of the format: ``pdf``, ``docx``, ``odt``, ``html``, ``markdown``, ``text``, ``ocds``,
        ``ted``, ``eforms``, ``table``.
    blocks : tuple of Block
        In reading order; offsets not yet set.
    metadata : mapping
        What the file says of itself, under OCDS-like names where there is one: ``title``, ``ocid``, ``buyer``,
        ``language``, ``published``, ``deadline``, ``value``, ``pages``, ``columns`` (of a table's row) ...
    notes : tuple of str
        What was lost or doubtful in reading, each a sentence for the user.
    """

    name: str
    format: str
    blocks: tuple[Block, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A tender document: its text, where each part came from, and the passages to be judged.

    Parameters
    ----------
    name : str
        Name shown to people: the file's name, or ``file#identifier`` for one of several notices.
    text : str
        The mended text: hyphenation and line breaks joined, running headers and page numbers left out.
    blocks : tuple of Block
        What the text is made of, in order.
    passages : tuple of Passage
        What is judged, in order and without overlap; empty for a text without one.
    format : str
        Short name of the format it was read from.
    sha256 : str
        Hex digest of the file's bytes (of the text in UTF-8 where there was no file).
    metadata : mapping
        What the file says of itself.
    notes : tuple of str
        What was lost or doubtful in reading.
    """

    name: str
    text: str
    blocks: tuple[Block, ...]
    passages: tuple[Passage, ...]
    format: str = "text"
    sha256: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """Number of words in the text, split on white space."""
        return len(self.text.split())

    def quote(self, start: int, end: int) -> Quote:
        """Give the words between two offsets, with the place of the block in which they start.

        Examples
        --------
        >>> from kindtext.passages import from_text
        >>> from_text("We will listen to every resident.").quote(3, 14).text
        'will listen'
        """
        at = bisect_right(self.blocks, start, key=lambda block: block.start) - 1
        block = self.blocks[at] if at >= 0 else Block("")
        return Quote(self.text[start:end], start, end, block.page, block.section, block.field)

    def __repr__(self) -> str:
        return f"<Document {self.name!r}: {self.format}, {self.words} words, {len(self.passages)} passages>"

    def _repr_html_(self) -> str:
        from kindtext.report.notebook import document_html

        return document_html(self)
