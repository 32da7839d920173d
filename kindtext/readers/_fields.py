"""The text fields of a structured notice: what is prose, how it is mended, and each text once.

A portal's fields have been through several systems before they are read here. They arrive with HTML in them,
with line breaks that have become the letters ``rn``, and with the same paragraph under every lot.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import replace

from kindtext.document import Block, BlockKind, Stage
from kindtext.passages import starts_item, text_blocks

MIN_PROSE_WORDS = 4
"""Words that an unknown field needs to count as prose: fewer are names, labels and codes."""

MIN_REPEATED_WORDS = 8
"""Words from which a paragraph that comes back under another field is kept once.

Shorter ones are list items ("Other adhoc works"), which belong to their own list.
"""

MAX_WRAP = 120
"""Longest line that may have been broken to fit a width; with a longer one, lines are paragraphs."""

MIN_HEADED_WORDS = 15
"""Shortest paragraph that a heading inside a field names: the codebook's lower bound for one judgement."""

HTML_NOTE = "Some fields held HTML; its tags were taken out."
BREAKS_NOTE = 'Line breaks that had become the letters "rn" were put back; a few may have been missed.'
ESCAPES_NOTE = "Line breaks written as codes were put back."

_WORD = re.compile(r"[^\W\d_]{2,}")
_LINK_OR_FILE = re.compile(
    r"^\S+@\S+$|^(https?://|www\.)\S+$|^[\w\s().,&+-]+\.(pdf|docx?|xlsx?|odt|zip|rtf|csv)$", re.I
)

_TAG_NAMES = "p|br|div|span|b|i|u|em|strong|ul|ol|li|a|h[1-6]|table|thead|tbody|tr|td|th|font|sup|sub|small|blockquote"
# Only tags that are known: "<5 staff" and "<name of lot>" are text.
_ANY_TAG = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>]*)?/?>", re.I)
# Bounded, so that a field of nothing but openings takes no quadratic time.
_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,500}>.{0,5000}?</\1\s*>|<!--.{0,1000}?-->", re.I | re.S)
_ITEM_TAG = re.compile(r"<li(?:\s[^<>]*)?>", re.I)
_BLOCK_TAG = re.compile(r"</?(?:p|br|div|ul|ol|li|h[1-6]|table|tr|blockquote)(?:\s[^<>]*)?/?>", re.I)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8}\d?);", re.I)

_BREAK_CODES = re.compile(r"\\r\\n|\\n(?=\\n|\s|[A-Z0-9•*-]|$)|_x000[dD]_\n?")

# Glued to punctuation, doubled, or alone before a capital, "rn" is no English word and no end of one.
_SURE_BREAK = re.compile(
    r"(?:(?<=[.,;:!?)\]”’\"])rn(?:\s{0,4}rn){0,8}(?=\s|[A-Z0-9•(\"“-]|$)"
    r"|(?<=\s)rn(?:\s{0,4}rn){1,8}(?=\s|[A-Z0-9•(\"“-]|$)"
    r"|(?<=\s)rn(?=\s+[A-Z0-9•(\"“-]))"
)
# No English word ends in a consonant and "rn": "windowsrn Installing".
_CONSONANT_BREAK = re.compile(r"(?<=[^\W_aeiouAEIOU])rn(?:\s{0,4}rn){0,8}(?=\s|[A-Z•]|$)")
_VOWEL_BREAK = re.compile(r"\b([^\W\d_]+[aeiou])rn(?=\s+[A-Z0-9•-]|\s*$)")
# Words that do end so, and the endings of their compounds and of place names.
_ENDS_IN_RN = re.compile(
    r"(?:eastern|western|northern|southern|born|burn|thorn|horn|corn|turn|vern|modern|stern|barn|yarn|warn|worn"
    r"|torn|morn|adorn|forlorn|stubborn|cairn|nairn|pattern|lantern|cistern|intern|extern|concern|discern"
    r"|lucern|fern|bern|kern|urn|churn|spurn|mourn|adjourn|sojourn)$"
    r"|^(?:learn|relearn|earn|yearn|darn|tarn|tern|stern|hern)$",
    re.I,
)

_SPACES = re.compile(r"[ \t\xa0]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def is_prose(text: str, *, words: int = MIN_PROSE_WORDS) -> bool:
    """Tell text that says something from codes, links, file names and dates.

    Parameters
    ----------
    text : str
        The value of a field.
    words : int
        Words of two letters or more that it needs.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_prose("Tenders are opened in public"), is_prose("https://example.org/a"), is_prose("ocds-b5fd17-1")
    (True, False, False)
    >>> is_prose("Price", words=1), is_prose("Lot 2 - Specification.docx", words=1)
    (True, False)
    """
    text = text.strip()
    if _LINK_OR_FILE.match(text[:400]):
        return False
    if " " not in text and re.search(r"[\d_/]|[a-z][A-Z]", text):
        return False
    return sum(1 for _ in zip(range(words), _WORD.finditer(text), strict=False)) >= words


def mend(text: str) -> tuple[str, tuple[str, ...]]:
    r"""Take the traces of other systems out of a field's text.

    Parameters
    ----------
    text : str
        The value of a field.

    Returns
    -------
    text : str
        The same with HTML tags and entities resolved, lost line breaks put back, control characters out.
    notes : tuple of str
        What was done that could have gone wrong, each a sentence for the user.

    Examples
    --------
    >>> mend("<p>We listen.</p><ul><li>to carers</li></ul>")[0]
    'We listen.\n- to carers'
    >>> mend("Draught proofing of windowsrn Loft insulation:rn In modern homes.rnrnNext")[0]
    'Draught proofing of windows\nLoft insulation:\nIn modern homes.\nNext'
    """
    notes = []
    # A lone surrogate (JSON can spell one) is no character and would break every file written later.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    # First, since the expressions below would look at a long run of spaces from each of them.
    text = _SPACES.sub(" ", text)
    mended = _BREAK_CODES.sub("\n", text)
    if mended != text:
        text = mended
        notes.append(ESCAPES_NOTE)
    mended = _without_html(text)
    if mended != text:
        text = mended
        notes.append(HTML_NOTE)
    mended = _with_breaks(text)
    if mended != text:
        text = mended
        notes.append(BREAKS_NOTE)
    text = _CONTROL.sub("", text)
    text = _SPACES.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n")
    # A dash that lost the space after it is still a bullet.
    text = re.sub(r"(?m)^-(?=[A-Z][a-z])", "- ", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip(), tuple(notes)


def _without_html(text: str) -> str:
    """Return the text of an HTML fragment; text without HTML comes back as it is."""
    if "&" in text and _ENTITY.search(text):
        # Twice, since portals escape what was escaped already: "&amp;lt;p&amp;gt;".
        text = html.unescape(html.unescape(text))
    if "<" not in text or not (_ANY_TAG.search(text) or _SCRIPT.search(text)):
        return text
    text = _SCRIPT.sub(" ", text)
    # White space in HTML means nothing, so breaks can come from tags alone.
    text = re.sub(r"\s+", " ", text)
    text = _ITEM_TAG.sub("\n- ", text)
    text = re.sub(r"<br\s*/?>", "\n", text, flags=re.I)
    text = re.sub(r"</(?:td|th)\s*>", " ", text, flags=re.I)
    text = _BLOCK_TAG.sub("\n\n", text)
    text = _ANY_TAG.sub("", text)
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    return re.sub(r"\n{2,}(?=- )", "\n", re.sub(r"\n{3,}", "\n\n", text)).strip()


def _with_breaks(text: str) -> str:
    """Put back line breaks that had become the letters "rn", where that is what they must be."""
    if "rn" not in text:
        return text
    sure = len(_SURE_BREAK.findall(text))
    likely = len(_CONSONANT_BREAK.findall(text))
    if not sure and likely < 2:
        return text
    text = _SURE_BREAK.sub("\n", text)
    text = _CONSONANT_BREAK.sub("\n", text)
    # "torn" is a word, but not in "not limited torn".
    text = re.sub(r"(?<=\blimited to)rn\b", "\n", text)
    return _VOWEL_BREAK.sub(_vowel_break, text)


def _vowel_break(match: re.Match[str]) -> str:
    """Split "Maintenancern" and leave "modern", "return" and "Blackburn" alone."""
    return match[0] if _ENDS_IN_RN.search(match[0]) else match[1] + "\n"


class Fields:
    """The text fields of one notice, in order, each text once.

    Attributes
    ----------
    blocks : list of Block
        What has been kept so far.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._seen: set[str] = set()
        self._notes: Counter[str] = Counter()
        self._repeated = 0

    def add(
        self,
        text: str,
        *,
        field: str,
        stage: Stage | None = None,
        kind: BlockKind = "field",
        level: int = 0,
        section: str | None = None,
    ) -> None:
        """Mend a field's text and keep its paragraphs, except those that are there already.

        Parameters
        ----------
        text : str
            The value of the field.
        field : str
            Path of the field.
        stage : Stage or None
            Stage of the procurement that the field belongs to.
        kind : BlockKind
            ``field``, or ``title`` or ``heading`` for a field that names what follows.
        level : int
            Depth of a heading.
        section : str or None
            What the field stands under, such as its lot's title.
        """
        text, notes = mend(text)
        if not text:
            return
        key = _key(text)
        if key in self._seen:
            # What a repeated heading names says so in its own section.
            self._repeated += kind == "field"
            return
        self._seen.add(key)
        self._notes.update(notes)
        if kind in ("title", "heading"):
            text = re.sub(r"\s+", " ", text)
            self.blocks.append(Block(text, kind, level=level, field=field, stage=stage, section=section))
            return
        found = field_blocks(text)
        dropped = self._dropped([block.text for block in found]) if len(found) > 1 else set()
        self._repeated += len(dropped)
        for index, block in enumerate(found):
            if index not in dropped:
                kept = kind if block.kind == "paragraph" else block.kind
                self.blocks.append(replace(block, kind=kept, field=field, stage=stage, section=section))

    def _dropped(self, texts: list[str]) -> set[int]:
        """Return which of a field's paragraphs have been kept under another field already."""
        dropped: set[int] = set()
        for index in reversed(range(len(texts))):
            key = _key(texts[index])
            if len(texts[index].split()) < MIN_REPEATED_WORDS:
                continue
            # A lead-in goes only with what it leads in.
            leads = texts[index].endswith(":") and index + 1 not in dropped
            if key in self._seen and not leads:
                dropped.add(index)
        self._seen.update(_key(text) for text in texts if len(text.split()) >= MIN_REPEATED_WORDS)
        return dropped

    @property
    def notes(self) -> tuple[str, ...]:
        """What was mended or left out, each a sentence for the user."""
        notes = tuple(self._notes)
        if self._repeated:
            what = "paragraph was" if self._repeated == 1 else "paragraphs were"
            notes += (f"{self._repeated} repeated {what} kept once.",)
        return notes


def field_blocks(text: str) -> list[Block]:
    r"""Cut a mended field into blocks.

    Parameters
    ----------
    text : str
        The field's text.

    Returns
    -------
    list of Block
        Of kind ``paragraph``, ``item`` or ``heading``. A short line is a heading only if it stands between
        a finished sentence and a longer paragraph; in a list of short lines each is one of the list.

    Examples
    --------
    >>> [block.text for block in field_blocks("Windows" + " and doors" * 20 + "\nCondition Surveys")][1]
    'Condition Surveys'
    """
    if max(map(len, text.splitlines()), default=0) > MAX_WRAP:
        text = text.replace("\n", "\n\n")
    found = list(text_blocks(text))
    for index, block in enumerate(found):
        if block.kind != "heading":
            continue
        below = found[index + 1].text if index + 1 < len(found) else ""
        finished = index == 0 or found[index - 1].text.rstrip().endswith((".", "!", "?"))
        if not finished or len(below.split()) < MIN_HEADED_WORDS:
            found[index] = replace(block, kind="item" if starts_item(block.text) else "paragraph", level=0)
    return found


def _key(text: str) -> str:
    """Return what two texts share that a reader would call the same."""
    return " ".join(_WORD.findall(text.casefold())) + "|" + " ".join(re.findall(r"\d+", text))


def title_first(blocks: list[Block]) -> tuple[Block, ...]:
    """Make the first heading the title, and put it before everything else.

    Examples
    --------
    >>> [block.kind for block in title_first([Block("Joint procurement"), Block("Play park", "heading", 2)])]
    ['title', 'paragraph']
    """
    for index, block in enumerate(blocks):
        if block.kind == "heading" and block.level == 2 and block.section is None:
            title = replace(block, kind="title", level=0)
            return (title, *blocks[:index], *blocks[index + 1 :])
    return tuple(blocks)


def weighted(name: str, weight: str) -> str:
    """Write an award criterion with its weight, as people do.

    Parameters
    ----------
    name : str
        What is weighed.
    weight : str
        Its weight, in the notice's own terms; may be empty.

    Returns
    -------
    str

    Examples
    --------
    >>> weighted("Price", "60"), weighted("Social value", "")
    ('Price: 60', 'Social value')
    """
    name, weight = name.strip().rstrip(":"), weight.strip()
    return f"{name}: {weight}" if name and weight else name or weight


def notice_name(file: str, identifier: str, number: int, seen: set[str]) -> str:
    """Name one of several notices of a file.

    Parameters
    ----------
    file : str
        The file's name.
    identifier : str
        What the notice calls itself; may be empty, and may have been there before.
    number : int
        Which notice of the file it is, from 1.
    seen : set of str
        Identifiers given so far; the new one is added.

    Returns
    -------
    str
        ``file#identifier``, different from all before.

    Examples
    --------
    >>> seen = set()
    >>> [notice_name("a.json", x, n, seen) for n, x in enumerate(["x", "x", ""], start=1)]
    ['a.json#x', 'a.json#x (2)', 'a.json#3']
    """
    label = " ".join(identifier.split()) or str(number)
    if label in seen:
        label = f"{label} ({number})"
    seen.add(label)
    return f"{file}#{label}"
