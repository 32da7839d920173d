"""From what a reader found to what is judged: mend the text, lay it out, cut it into passages.

The way is ``Draft`` → mended blocks → one text with exact offsets → passages. Every step is one walk over the
blocks with precompiled expressions, so that the time is linear in the text and small beside tokenizing it.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

import simplemma

from kindtext.document import Block, BlockKind, Document, Draft, Passage
from kindtext.mending import Mender, as_latin, disguised, has_lost_letters

MIN_WORDS = 15
"""Below this a passage is joined to its neighbours: the codebook's lower bound for one judgement."""

MAX_WORDS = 150
"""No passage is longer: the codebook's upper bound for one judgement."""

CLAUSE_WORDS = 25
"""A numbered line this long is a clause that stands alone; shorter, it is an item of a list."""

WRAP_WIDTH = 120
"""Lines longer than this were not wrapped at a column, so that each is a paragraph of its own."""

HEADING_WORDS = 12
"""Longest line that is taken for a heading by its words alone."""

_REPEATED_PAGES = 4
"""A short line on at least this many pages, and on half of them, is furniture; a form's may be on a few."""

_REPEATED_CHARS = 120
"""Longest line that is looked at for repetition; furniture is short, and paragraphs would cost memory."""

# Glyphs that are always bullets, Wingdings in the private use area among them; then characters that are
# bullets only where a space follows ("o" is Word's second level).
_BULLET = re.compile(r"\s*(?:[•●○◦▪▫■□◆◇►▸▶➢➤➔✓✔∙‣⁃\uf000-\uf0ff]+\s*|[-–—*·o]\s+(?=\S)|§\s+(?=[^\W\d]))")
_CLAUSE_NUMBER = re.compile(r"\s*\d{1,3}(?:\.\d{1,3}){1,5}(?:[.)]\s+(?=\S)|\s+(?=[\"'“‘(\[]?[A-Z]))")
_ITEM_NUMBER = re.compile(
    r"\s*(?:\((?:\d{1,3}|[A-Za-z]|[ivx]{1,5}|[IVX]{1,5})\)|(?:\d{1,3}|[A-Za-z]|[ivx]{1,5}|[IVX]{1,5})[.)])\s+(?=\S)"
)
# Most lines begin with a word, which settles it at once; "iv." may be a number.
_PLAIN_START = re.compile(r"\s*[^\W\d_]{2,}+(?![.)])")
_NAMED_PART = re.compile(
    r"(?i:part|section|schedule|annex|appendix|lot|chapter|stage|attachment|volume|article)\s+(?:\d+|[A-Z])\b"
)
# A line with one of these says something, so it is a sentence and not a heading.
_FINITE = re.compile(
    r"\b(?:is|are|was|were|will|shall|must|should|may|can|cannot|could|would|has|have|had|do|does"
    r"|we|you|they|i|please)\b",
    re.IGNORECASE,
)
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|\*{3,}|_{3,}|~{3,})$")

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LINE_HYPHEN = re.compile(r"(?<=\w)[-\u2010\u00ad\ufffe][^\S\n]*\n\s*(?=\w)")
_WORD_END = re.compile(r"[^\W\d_]+$")
_WORD_START = re.compile(r"[^\W_]+")
_UNUSUAL = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2010\u2011\u202a-\u202e\u2060-\u206f\ufb00-\ufb06"
    r"\ufe00-\ufe0f\ufeff\ufff0-\uffff☐-☒□\ud800-\udfff\ue000-\uf8ff\u034f\u180e\U000e0000-\U000e007f]"
)
_SPACED = re.compile(r"[☐-☒□\ue000-\uf8ff]")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_HYPHENS = {"\u2010": "-", "\u2011": "-"}

CONTENTS_LINES = 5
"""Lines with rising page numbers in a row that are taken for contents; four rising quantities are seen in schedules."""
_LEADERS = re.compile(r"\.{4,}+|(?:\s\.){4,}+|…{2,}+")
_CONTENTS_LINE = re.compile(r"(?:(?<!\.)(?:\.{4,}+|(?:\s\.){4,}+)|(?<!…)…{2,}+)\s*[\divxlc]{1,4}\s*$")
_TITLE_AND_PAGE = re.compile(r"\w.{2,120}\s(\d{1,3})")
_CONTENTS_TITLE = re.compile(r"(?:table\s+of\s+)?contents(?:\s+page)?:?", re.IGNORECASE)
_PAGED_LINE = re.compile(r"[^.!?]{3,120}\s\d{1,3}")
_RULES = re.compile(r"_{3,}+|-{4,}+|={4,}+")
_PROMPT = re.compile(
    r"click (?:or tap )?(?:here )?to (?:enter|insert|add) (?:text|a date|a number)\.?|choose an item\.?",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"[-–|\s]*(?:page|p\.)?[-–|\s]*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[-–|\s]*", re.IGNORECASE
)
_BOXES = re.compile(r"(?:(?:yes|no|n/a|none|tbc|tbd)[\s/|,.;:()\[\]]*)+", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"[\[<](?:insert|enter|delete|complete)\b[^\[\]<>]*[\]>]\.?", re.IGNORECASE)
_TWO_WORDS = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,}+[^\n]*?[\W\d_][^\W\d_]{3,}+")
_LETTER = re.compile(r"[^\W\d_]")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_DIGITS = re.compile(r"\d+")

_CLOSERS = "\"'”’)]"
# Words that no paragraph ends with: after one, the text goes on in the next block.
_UNFINISHED = re.compile(
    r"(?:,|(?<![;,] )\b(?:the|a|an|of|and|or|to|in|for|by|with|on|from|that|which|be|is|are|will|shall|must"
    r"|as|at|their|its|our|your|this|these))$"
)
_SENTENCE_END = re.compile(
    # The stop first: ten expressions looked back from every letter otherwise, at six times the cost.
    r"[.!?](?<!\be\.g.)(?<!\bi\.e.)(?<!\bNo.)(?<!\bno.)(?<!\bLtd.)(?<!\bMr.)(?<!\bMs.)(?<!\bMrs.)(?<!\bDr.)"
    r"(?<!\bSt.)(?<!\bcl.)[\"'”’)\]]{0,3}\s+(?=[\"'“‘(\[]?[^\Wa-z_])"
)
_CLAUSE_END = re.compile(r"[;:]\s+")
_WORD = re.compile(r"\S+")

# Halves that keep their hyphen whatever follows: "co-operate" is as good as the joined word.
_HYPHENATED = frozenset(
    "anti co cross ex full half high in key large long low mid multi non on one open part post pre pro self"
    " semi short single small so sub third three top two under user value well whole".split()
)
# Such a half that also begins long words ("pro-vide", "in-volve") is joined where the whole is a known word.
_ALSO_SYLLABLE = frozenset("anti ex half in mid on one open part post pre pro sub under so".split())

_Mended = tuple[Block, str]


class _Piece(NamedTuple):
    """A block, or one part of an over-long block, as the grouping sees it."""

    start: int
    end: int
    words: int
    block: Block
    lead_in: bool


def from_text(text: str, name: str = "text") -> Document:
    r"""Make a document of plain text.

    Parameters
    ----------
    text : str
        Paragraphs parted by blank lines, or one a line; lists and numbered clauses are seen.
    name : str
        Name shown to people.

    Returns
    -------
    Document
        With no passages if the text has no letters.

    Examples
    --------
    >>> document = from_text("Scope\n\nResidents will help us write the specifica-\ntion.")
    >>> document.text
    'Scope\n\nResidents will help us write the specification.'
    >>> [(p.text, p.section) for p in document.passages]
    [('Scope\n\nResidents will help us write the specification.', 'Scope')]
    >>> from_text("").passages
    ()
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return assemble(Draft(name, "text", tuple(text_blocks(text))), digest)


def assemble(draft: Draft, sha256: str = "") -> Document:
    r"""Mend what a reader found, put it together and cut it into passages.

    Page furniture (running headers, page numbers, contents lines, form debris) is left out, words and
    paragraphs broken over lines and pages are joined, and white space is folded.

    Parameters
    ----------
    draft : Draft
        Blocks in reading order.
    sha256 : str
        Hex digest of the file.

    Returns
    -------
    Document
        Blocks and passages carry exact offsets in its text; passages are in order, do not overlap, have at
        most 150 words, and never span two sections or two fields.

    Examples
    --------
    >>> blocks = (Block("3. Fair work", "heading"), Block("Suppliers pay the living", page=1),
    ...           Block("wage to everyone.", page=2), Block("Page 2 of 9", "footer", page=2))
    >>> assemble(Draft("itt.pdf", "pdf", blocks)).text
    '3. Fair work\n\nSuppliers pay the living wage to everyone.'
    """
    pairs = list(_joined(_unfurnished(draft.blocks)))
    notes = draft.notes
    if has_lost_letters(text for _, text in pairs):
        mender = Mender()
        pairs = [(block, mender.mend(text)) for block, text in pairs]
        notes += (mender.note,)
    if count := sum(disguised(block.text) for block in draft.blocks):
        notes += (f"Words written with look-alike or invisible letters were read as they look: {count}.",)
    text, blocks = _laid_out(pairs)
    return Document(
        name=draft.name,
        text=text,
        blocks=blocks,
        passages=_passages(text, blocks),
        format=draft.format,
        sha256=sha256,
        metadata=draft.metadata,
        notes=notes,
    )


def text_blocks(text: str) -> Iterator[Block]:
    r"""Cut plain text into blocks: paragraphs, list items, numbered clauses and headings.

    A blank line parts blocks. Within a stretch of lines a new block begins at a bullet or a number, and
    where a line stops early although the next word would have fitted, so that text wrapped at a column and
    text with one paragraph a line both come out whole.

    Parameters
    ----------
    text : str
        Plain text.

    Yields
    ------
    Block
        Of kind ``heading``, ``paragraph`` or ``item``, with line breaks as they were.

    Examples
    --------
    >>> for block in text_blocks("Award\n\nWe weigh:\n- quality\n- price, as a\n  whole-life cost"):
    ...     print(block.kind, repr(block.text))
    heading 'Award'
    paragraph 'We weigh:'
    item '- quality'
    item '- price, as a\n  whole-life cost'
    """
    paragraphs = list(_paragraphs(text))
    for here, below in zip(paragraphs, [*paragraphs[1:], ""], strict=False):
        yield _classified(here, below)


def starts_item(line: str) -> bool:
    """Tell whether a line begins with a bullet, an item's number or letter, or a clause's number.

    Parameters
    ----------
    line : str
        A line of text.

    Returns
    -------
    bool

    Examples
    --------
    >>> [starts_item(line) for line in ("● one", "(a) one", "2.1 The Supplier", "2.1 million people")]
    [True, True, True, False]
    """
    if _PLAIN_START.match(line):
        return False
    return bool(_BULLET.match(line) or _ITEM_NUMBER.match(line) or _CLAUSE_NUMBER.match(line))


def paragraph_kind(text: str) -> BlockKind:
    """Tell whether a paragraph is an item of a list or stands alone.

    Parameters
    ----------
    text : str
        A paragraph.

    Returns
    -------
    BlockKind
        ``item`` after a bullet, and after a number where the text is short; else ``paragraph``, which a
        clause with a number such as 2.1 always is.

    Examples
    --------
    >>> [paragraph_kind(text) for text in ("● laptops", "1. laptops", "2.1 The Buyer pays.", "Laptops")]
    ['item', 'item', 'paragraph', 'paragraph']
    """
    if _BULLET.match(text):
        return "item"
    if _CLAUSE_NUMBER.match(text):
        return "paragraph"
    return "item" if _ITEM_NUMBER.match(text) and len(text.split()) < CLAUSE_WORDS else "paragraph"


def is_heading(line: str) -> bool:
    """Tell whether a line is a heading by its words: a named part, capitals, or a short numbered title.

    Parameters
    ----------
    line : str
        A line of text.

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_heading(line) for line in ("4. Evaluation criteria", "SCOPE", "Lot 2 - Care", "4. We listen.")]
    [True, True, True, False]
    """
    if len(line) > _REPEATED_CHARS or _BULLET.match(line):
        return False
    words = len(line.split())
    if not 0 < words <= HEADING_WORDS or line.rstrip()[-1] in ".;,:!":
        return False
    if _NAMED_PART.match(line):
        return not _FINITE.search(line)
    number = _CLAUSE_NUMBER.match(line) or _ITEM_NUMBER.match(line)
    title = line[number.end() :] if number else line
    if title.isupper():
        return len(_LETTER.findall(title)) >= 4
    return bool(number and title[0].isupper() and not _FINITE.search(title))


def _paragraphs(text: str) -> Iterator[str]:
    """Cut text into paragraphs, item by item, each with its own line breaks."""
    chunk: list[str] = []
    for line in text.splitlines():
        if line and not line.isspace():
            chunk.append(line.rstrip())
        elif chunk:
            yield from _unwrapped(chunk)
            chunk = []
    if chunk:
        yield from _unwrapped(chunk)


def _unwrapped(lines: list[str]) -> Iterator[str]:
    """Join the lines that were only broken to fit a width."""
    width = max(map(len, lines))
    if width > WRAP_WIDTH or all(line[-1] in ".!?:;" for line in lines):
        width = sys.maxsize
    current = lines[:1]
    for above, line in pairwise(lines):
        if _UNDERLINE.match(line.lstrip()):
            # A rule under a heading, or between parts: not text, but what is above it ends here.
            if current:
                yield "\n".join(current)
            current = []
        elif not current or _breaks(above, line, width):
            if current:
                yield "\n".join(current)
            current = [line]
        else:
            current.append(line)
    if current:
        yield "\n".join(current)


def _breaks(above: str, line: str, width: int) -> bool:
    """Tell whether a new paragraph begins with a line, in text wrapped at a width."""
    if starts_item(line) or _MARKDOWN_HEADING.match(line) or _MARKDOWN_HEADING.match(above):
        return True
    first = line.split(maxsplit=1)[0]
    if len(above) + 1 + len(first) > width:
        return False
    return above[-1] in ".!?:;" or not (first[0].islower() or first[0].isdigit())


def _classified(paragraph: str, below: str) -> Block:
    """Tell what a paragraph of plain text is; what stands below it decides on a bare short line."""
    if marked := _MARKDOWN_HEADING.match(paragraph):
        return Block(paragraph[marked.end() :].strip(" #"), "heading", level=len(marked[1]))
    number = _CLAUSE_NUMBER.match(paragraph) or _ITEM_NUMBER.match(paragraph)
    if is_heading(paragraph) and not _is_sibling(paragraph, below):
        return Block(paragraph, "heading", level=paragraph[: number.end()].count(".") or 1 if number else 1)
    if starts_item(paragraph):
        kind = paragraph_kind(paragraph)
        return Block(paragraph, kind, level=int(kind == "item"))
    if _is_bare_heading(paragraph) and below and not _is_bare_heading(below):
        return Block(paragraph, "heading", level=2)
    return Block(paragraph)


def _is_sibling(paragraph: str, below: str) -> bool:
    """Tell whether a short numbered line is followed by another such, as in a list of names."""
    here, there = _ITEM_NUMBER.match(paragraph), _ITEM_NUMBER.match(below)
    return bool(here and there and is_heading(below))


def _is_bare_heading(paragraph: str) -> bool:
    """Tell whether a line could be a heading if something stands below it."""
    if len(paragraph) > 80 or "\n" in paragraph or ":" in paragraph or starts_item(paragraph):
        return False
    stripped = paragraph.strip()
    return (
        stripped[0].isupper()
        and stripped[-1] not in ".;,!"
        and len(stripped.split()) <= 8
        and not _FINITE.search(stripped)
    )


def _unfurnished(blocks: tuple[Block, ...]) -> Iterator[_Mended]:
    """Mend each block's text and leave out what is not text: furniture, contents, form debris."""
    repeated = _repeated_lines(blocks)
    in_contents = False
    split = list(_split(blocks))
    listed = _untitled_contents(split)
    for number, block in enumerate(split):
        if block.kind in ("header", "footer") or number in listed:
            continue
        raw = block.text
        if in_contents and _is_contents(raw):
            continue
        text = _mended(raw)
        in_contents = bool(_CONTENTS_TITLE.fullmatch(text)) or (in_contents and not text)
        if in_contents or _is_debris(text, row=block.kind == "row"):
            continue
        if repeated and len(raw) <= _REPEATED_CHARS and _line_key(raw) in repeated:
            continue
        yield block, text


def _is_contents(raw: str) -> bool:
    """Tell whether a block below "Contents" belongs to it: titles, each with a page at its end."""
    return bool(_PAGED_LINE.fullmatch(" ".join(raw.split()))) or all(
        _PAGED_LINE.fullmatch(line.strip()) or _DIGITS.fullmatch(line.strip()) for line in raw.splitlines()
    )


def _untitled_contents(blocks: Sequence[Block]) -> set[int]:
    """Find contents pages that no title announces: lines in a row with page numbers, none lower than the last."""
    found: set[int] = set()
    run: list[int] = []
    last = 0
    for number, block in enumerate(blocks):
        line = " ".join(block.text.split())
        paged = _TITLE_AND_PAGE.fullmatch(line) if block.kind in ("paragraph", "item", "heading") else None
        page = int(paged[1]) if paged else 0
        if not page or page < last:
            run, last = [], 0
        if page:
            run.append(number)
            last = page
        if len(run) >= CONTENTS_LINES:
            found.update(run)
    return found


def _split(blocks: Iterable[Block]) -> Iterator[Block]:
    """Cut blocks that hold several paragraphs, as a notice's description does."""
    for block in blocks:
        text = block.text
        if "\n" in text and (
            block.kind == "field" or (block.kind == "paragraph" and _BLANK_LINE.search(text) is not None)
        ):
            for part in text_blocks(text):
                kind = block.kind if part.kind == "paragraph" else part.kind
                yield replace(block, text=part.text, kind=kind, level=part.level)
        else:
            yield block


def _repeated_lines(blocks: tuple[Block, ...]) -> frozenset[str]:
    """Find the short lines that stand on many pages."""
    pages: dict[str, set[int]] = defaultdict(set)
    seen: set[int] = set()
    for block in blocks:
        if block.page is not None:
            seen.add(block.page)
            if len(block.text) <= _REPEATED_CHARS:
                pages[_line_key(block.text)].add(block.page)
    least = max(_REPEATED_PAGES, len(seen) / 2)
    return frozenset(line for line, where in pages.items() if len(where) >= least)


def _line_key(text: str) -> str:
    """Return what is the same in a line from page to page."""
    return _DIGITS.sub("#", " ".join(text.split())).casefold()


def _mended(text: str) -> str:
    """Return a block's text on one line, without what a page or a form put into it.

    Each costly expression is tried only where a plain substring says that it may match.
    """
    led = "..." in text or "…" in text or ". ." in text
    if led:
        text = "\n".join(line for line in text.split("\n") if not _CONTENTS_LINE.search(line))
    if "\n" in text:
        text = _LINE_HYPHEN.sub(_line_hyphen, text)
    if bullet := _BULLET.match(text):
        text = text[bullet.end() :]
    folded = text = " ".join(text.split())
    if not (text.isascii() and text.isprintable()):
        text = as_latin(unicodedata.normalize("NFC", _UNUSUAL.sub(_usual, text)))
    if led:
        text = _LEADERS.sub(" ", text)
    if "__" in text or "---" in text or "===" in text:
        text = _RULES.sub(" ", text)
    if "lick" in text or "hoose" in text:
        text = _PROMPT.sub(" ", text)
    return text if text is folded else " ".join(text.split())


def _usual(match: re.Match[str]) -> str:
    """Return what an unusual character stands for: letters, a hyphen, a space, or nothing."""
    character = match[0]
    if letters := _LIGATURES.get(character) or _HYPHENS.get(character):
        return letters
    return " " if _SPACED.match(character) else ""


def _line_hyphen(match: re.Match[str]) -> str:
    """Return what a hyphen at the end of a line stands for."""
    before = _WORD_END.search(match.string[max(0, match.start() - 30) : match.start()])
    after = _WORD_START.match(match.string[match.end() : match.end() + 30])
    return _hyphen(before[0] if before else "", after[0] if after else "", match[0][0] == "\u00ad")


@lru_cache(maxsize=4096)
def _hyphen(first: str, second: str, soft: bool = False) -> str:
    """Tell what a hyphen between two halves at a line's end is: one of the writer's, or the printer's.

    Returns
    -------
    str
        ``""`` if the halves are one word, ``"-"`` if they are two, ``"- "`` for a hanging "short- and".

    Examples
    --------
    >>> [_hyphen(*halves) for halves in (("com", "munity"), ("co", "production"), ("short", "and"))]
    ['', '-', '- ']
    """
    if soft:
        return ""
    if second in ("and", "or", "to"):
        return "- " if not simplemma.is_known(first + second, lang="en") else ""
    if not first or not second[:1].islower() or (first.isupper() and len(first) > 1):
        return "-"
    half = first.lower()
    if half in _HYPHENATED and half not in _ALSO_SYLLABLE:
        return "-"
    if simplemma.is_known(half + second, lang="en"):
        return ""
    whole = simplemma.is_known(half, lang="en") and simplemma.is_known(second, lang="en")
    return "-" if whole or half in _HYPHENATED or (half == "re" and len(second) > 4) else ""


def _is_debris(text: str, *, row: bool = False) -> bool:
    """Tell whether nothing is left of a block that says anything."""
    if len(text) <= 40 and (_PAGE_NUMBER.fullmatch(text) or _BOXES.fullmatch(text)):
        return True
    if _TWO_WORDS.search(text):
        return text[0] in "[<" and _PLACEHOLDER.fullmatch(text) is not None
    # Under a fifth of letters is a number, a rule or a code, not a sentence; a table's row ("Price | 60%") may be short
    # of letters and say much.
    if row and _TWO_LETTERS.search(text):
        return False
    return len(_LETTER.findall(text)) * 5 < len(text) or not text


def _joined(pairs: Iterable[_Mended]) -> Iterator[_Mended]:
    """Join paragraphs that a page break or the reader broke."""
    first: Block | None = None
    parts: list[str] = []
    notes: list[_Mended] = []
    for block, text in pairs:
        if first is not None and block.kind == "note" != first.kind:
            # At the foot of a page a note stands between the two halves of a paragraph.
            notes.append((block, text))
        elif first is not None and _goes_on(first, parts[-1], block, text):
            parts.append(text)
        else:
            if first is not None:
                yield first, _rejoined(parts)
            yield from notes
            first, parts, notes = block, [text], []
    if first is not None:
        yield first, _rejoined(parts)
    yield from notes


def _goes_on(above: Block, said: str, block: Block, text: str) -> bool:
    """Tell whether a block only continues the one above."""
    if above.kind == block.kind == "heading":
        return above.level == block.level and text[0].islower() and not starts_item(text)
    if block.kind not in ("paragraph", "field") or block.field != above.field or block.stage != above.stage:
        return False
    if above.kind not in ("paragraph", "item", "note", "field"):
        return False
    last = said.rstrip(_CLOSERS)[-1:]
    if last in ".!?:;" or starts_item(text):
        return False
    if text[0].islower() or _UNFINISHED.search(said[-12:]):
        return True
    # A page that ends in the middle of a sentence may go on with a name.
    turned = above.page is not None and above.page != block.page
    return turned and above.kind == block.kind == "paragraph" and len(said.split()) >= MIN_WORDS


def _rejoined(parts: list[str]) -> str:
    """Put the parts of a broken paragraph together, and the word that was broken between them."""
    if len(parts) == 1:
        return parts[0]
    joined = [parts[0]]
    for above, below in pairwise(parts):
        if above[-1] == "-" and (half := _WORD_END.search(above[-31:-1])) and below[0].islower():
            after = _WORD_START.match(below)
            joined[-1] = joined[-1][:-1] + _hyphen(half[0], after[0] if after else "")
        else:
            joined.append(" ")
        joined.append(below)
    return "".join(joined)


def _laid_out(pairs: Iterable[_Mended]) -> tuple[str, tuple[Block, ...]]:
    """Put the blocks together into one text, with their offsets and sections."""
    pieces: list[str] = []
    blocks: list[Block] = []
    position = 0
    heading: str | None = None
    above: Block | None = None
    for block, text in pairs:
        if above is not None:
            listed = above.kind == block.kind and block.kind in ("item", "row") and above.field == block.field
            gap = "\n" if listed else "\n\n"
            pieces.append(gap)
            position += len(gap)
            if above.field != block.field:
                heading = None
        pieces.append(text)
        end = position + len(text)
        above = Block(
            text=text,
            kind=block.kind,
            level=block.level,
            page=block.page,
            section=block.section if block.section is not None else heading,
            field=block.field,
            stage=block.stage,
            start=position,
            end=end,
        )
        blocks.append(above)
        position = end
        if block.kind in ("title", "heading"):
            heading = text
    return "".join(pieces), tuple(blocks)


def _passages(text: str, blocks: tuple[Block, ...]) -> tuple[Passage, ...]:
    """Cut the text into passages, run by run; headings are judged only if there is nothing else."""
    found = [passage for heading, body in _runs(blocks) for passage in _run_passages(text, heading, body)]
    if not found and blocks:
        named = tuple(replace(block, kind="paragraph", section=None) for block in blocks)
        found = [passage for _, body in _runs(named) for passage in _run_passages(text, None, body)]
    return tuple(found)


def _runs(blocks: tuple[Block, ...]) -> Iterator[tuple[Block | None, list[Block]]]:
    """Yield each heading with the blocks up to the next heading, section, field or stage."""
    heading: Block | None = None
    body: list[Block] = []
    for block in blocks:
        if block.kind in ("title", "heading"):
            if body:
                yield heading, body
            heading, body = block, []
            continue
        above = body[-1] if body else None
        if above is not None and (
            block.section != above.section or block.field != above.field or block.stage != above.stage
        ):
            yield heading, body
            heading, body = None, []
        elif above is None and heading is not None and heading.field != block.field:
            heading = None
        body.append(block)
    if body:
        yield heading, body


def _run_passages(text: str, heading: Block | None, body: list[Block]) -> list[Passage]:
    """Group the blocks of one section into passages."""
    groups = _grouped(_pieces(body))
    passages: list[Passage] = []
    for number, group in enumerate(groups):
        first = group[0]
        start = first.start
        words = sum(piece.words for piece in group)
        if number == 0 and heading is not None and words < MIN_WORDS:
            if words + len(heading.text.split()) <= MAX_WORDS:
                start = heading.start
        end = group[-1].end
        said = text[start:end]
        if not _LETTER.search(said):
            continue
        block = first.block
        passages.append(Passage(said, start, end, block.page, block.section, block.field, block.stage))
    return passages


def _pieces(body: list[Block]) -> list[_Piece]:
    """Return the blocks as pieces of at most ``MAX_WORDS``."""
    pieces: list[_Piece] = []
    for block in body:
        words = len(block.text.split())
        if words <= MAX_WORDS:
            pieces.append(_Piece(block.start, block.end, words, block, block.text[-1] in ":–—"))
            continue
        for start, end, size in _cut(block.text, words):
            pieces.append(_Piece(block.start + start, block.start + end, size, block, lead_in=False))
    return pieces


def _grouped(pieces: list[_Piece]) -> list[list[_Piece]]:
    """Group pieces: a lead-in with its list, short pieces with their neighbours."""
    groups: list[list[_Piece]] = []
    words = 0
    target = MAX_WORDS
    for index, piece in enumerate(pieces):
        above = groups[-1][-1] if groups else None
        if above is None:
            belongs = False
        elif piece.block.kind == "item" and above.block.kind != "item":
            listed = _list_words(pieces, index)
            belongs = above.lead_in or words < MIN_WORDS or above.block.text[-1] not in ".!?"
            # After a full sentence, a list of a few words each is still about that sentence.
            belongs = belongs or (piece.words < MIN_WORDS and words + listed <= MAX_WORDS)
            target = _even(words + listed if belongs else listed)
        else:
            belongs = _belongs(above, piece, words, target)
        if belongs and words + piece.words <= MAX_WORDS:
            groups[-1].append(piece)
            words += piece.words
        else:
            groups.append([piece])
            words = piece.words
            if above is None:
                target = _even(_list_words(pieces, index))
    if len(groups) > 1 and words < MIN_WORDS and all(piece.lead_in for piece in groups[-1]):
        # A label with nothing after it, as a form has before its signature.
        if sum(piece.words for piece in groups[-2]) + words <= MAX_WORDS:
            groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def _list_words(pieces: list[_Piece], index: int) -> int:
    """Return how many words the list has that begins at a piece."""
    items = takewhile(lambda piece: piece.block.kind == "item", islice(pieces, index, None))
    return sum(piece.words for piece in items)


def _even(words: int) -> int:
    """Return how long the parts of an over-long text should be, so that they are about even."""
    return -(-words // max(1, -(-words // MAX_WORDS)))


def _belongs(above: _Piece, piece: _Piece, words: int, target: int) -> bool:
    """Tell whether a piece is judged together with what stands above it."""
    kind, kind_above = piece.block.kind, above.block.kind
    if "note" in (kind, kind_above):
        return False
    if above.lead_in or words < MIN_WORDS:
        return True
    if kind == "item":
        return words + piece.words // 2 <= target
    if (kind == "row") != (kind_above == "row"):
        return False
    return piece.words < MIN_WORDS and not piece.lead_in


def _cut(text: str, words: int) -> list[tuple[int, int, int]]:
    """Cut an over-long text at sentence ends into about even parts of at most ``MAX_WORDS``.

    Returns
    -------
    list of (start, end, words)
    """
    target = _even(words)
    parts: list[tuple[int, int, int]] = []
    for start, end, size in _sentences(text):
        if parts:
            begun, _, held = parts[-1]
            if held + size <= MAX_WORDS and held + size // 2 <= target:
                parts[-1] = (begun, end, held + size)
                continue
        parts.append((start, end, size))
    if len(parts) > 1 and parts[-1][2] < MIN_WORDS and parts[-2][2] + parts[-1][2] <= MAX_WORDS:
        _, end, size = parts.pop()
        begun, _, held = parts[-1]
        parts[-1] = (begun, end, held + size)
    return parts


def _sentences(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and words of each sentence; an over-long one by clauses, then by words."""
    for start, end in _between(_SENTENCE_END, text, 0, len(text)):
        size = len(text[start:end].split())
        if size <= MAX_WORDS:
            yield start, end, size
            continue
        for begin, stop in _between(_CLAUSE_END, text, start, end):
            words = [match.span() for match in _WORD.finditer(text, begin, stop)]
            for index in range(0, len(words), MAX_WORDS):
                held = words[index : index + MAX_WORDS]
                yield held[0][0], held[-1][1], len(held)


def _between(ends: re.Pattern[str], text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of text between the matches of an expression that ends in white space."""
    for match in ends.finditer(text, start, stop):
        end = match.end()
        yield start, match.start() + len(match[0].rstrip())
        start = end
    if start < stop:
        yield start, stop
