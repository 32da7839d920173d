"""Read web pages: the main text with its headings, lists and tables, without what surrounds it.

The page is walked with lxml and what is not text is left out by element, role and class. Extractors made for
news articles were measured on real notices and pages of contracts: one lost the whole description of a notice
that was laid out in a table, another dropped short lists, and both left template code in.

What is lost: what a script would put in, text in pictures and frames, values typed into forms, and numbers
that the browser makes for lists. Of a template, all branches are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from kindtext.document import Block, Draft
from kindtext.errors import NoTextError
from kindtext.passages import text_blocks
from kindtext.readers.limits import MARKUP
from kindtext.readers.source import Source
from kindtext.readers.text import decode, row_blocks

TEMPLATE_CHARS = 2000
"""Longest template tag that is taken out: macro calls with their arguments reach several hundred characters,
while two stray braces that are further apart enclose text."""

_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]{0,500}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_CHARSET_BYTES = 4096

_TEMPLATE_TAGS = (("{%", "%}"), ("{{", "}}"), ("{#", "#}"), ("<%", "%>"))

# Elements without running text: code, pictures, form controls, navigation.
_SKIPPED = frozenset(
    "script style template noscript head svg math canvas audio video object embed iframe map nav search "
    "button input select textarea datalist dialog menu rt rp del".split()
)
_SKIPPED_ROLES = frozenset(
    "navigation banner button contentinfo search dialog alertdialog menu menubar tooltip".split()
)
# Words in a class or an id that name what surrounds the text. "nav", "menu" or "social" alone would be too
# much: pages with a menu say so on the element around everything, and there are pages about social value.
_SKIPPED_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|gdpr|consent-(?:banner|notice)|breadcrumbs?|skip-?(?:link|to|nav)\w*|nav-?bar"
    r"|navigation|main-?menu|site-?(?:header|footer|nav|menu)|page-?footer|global-?(?:header|footer)|pagination"
    r"|pager|shar(?:e|ing)-?(?:links?|buttons?|this)|social-?(?:links?|share|sharing|media|icons?)|back-to-top"
    r"|phase-banner|related-items|no-?print|print-hidden)(?:$|[\s_-])|(?:^|\s)hidden(?:$|\s)",
    re.IGNORECASE,
)
_SKIP_LINK = re.compile(r"\s*(?:skip|jump|back) to\b", re.IGNORECASE)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form header hgroup hr html legend li main menu nav ol p pre search section "
    "summary table tbody td tfoot th thead tr ul".split()
) | frozenset(_HEADINGS)
_LISTS = frozenset(("ul", "ol", "dir"))
_CELLS = frozenset(("td", "th", "dt", "dd"))
# What gathers cells: a table too, for cells that stand in it without a row.
_ROWS = frozenset(("table", "tr", "dl"))

NAVIGATION_LINKS = 3
"""Fewest links that make a list one of navigation, where nothing but links is in it."""

NAVIGATION_WORDS = 6
"""Most words that the links of a list of navigation have on average; lists of documents have longer names."""

# Wrappers that are taken away where a page nests so deeply that the parser gives up.
_WRAPPER_TAGS = re.compile(
    r"</?(?:a|abbr|article|b|blockquote|center|div|em|font|i|main|section|small|span|strong|u)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)


def read(source: Source) -> Iterator[Draft]:
    """Read a web page.

    Parameters
    ----------
    source : Source
        The file.

    Yields
    ------
    Draft
        One, with ``title``, ``language`` and ``encoding`` in its metadata, the first two where the page has
        them.

    Raises
    ------
    UnsupportedError
        If the file is not text.
    NoTextError
        If no text is left once navigation and the like are out.

    Examples
    --------
    >>> page = b"<title>Meals</title><nav>Home</nav><h1>Scope</h1><ul><li>We will listen.</ul>"
    >>> draft, = read(Source("meals.html", None, page))
    >>> [(block.kind, block.text) for block in draft.blocks], draft.metadata["title"]
    ([('heading', 'Scope'), ('item', 'We will listen.')], 'Meals')
    """
    declared = _CHARSET.search(source.data[:_CHARSET_BYTES])
    text, encoding = decode(source, declared=declared[1].decode("ascii") if declared else None)
    source.check_length(len(text), MARKUP)
    root, notes = _parsed(text)
    blocks = () if root is None else tuple(_page_blocks(root))
    if root is None or not blocks:
        raise NoTextError(
            f"{source.name}: the page holds no text outside its navigation; if the browser shows some, "
            "a script put it there: print the page to PDF and read that."
        )
    metadata = {"encoding": encoding}
    title = " ".join((root.findtext(".//title") or "").split())
    if title:
        metadata["title"] = title
    language = root.get("lang", "").strip()
    if language:
        metadata["language"] = language
    yield Draft(source.name, "html", blocks, metadata, notes)


def fragment_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a piece of HTML, as other formats hold it.

    Parameters
    ----------
    text : str
        HTML; need not be a whole page.

    Returns
    -------
    tuple of Block
        Empty if there is no text in it.

    Examples
    --------
    >>> [block.text for block in fragment_blocks("We <b>listen</b>.<table><tr><td>Price<td>40%</table>")]
    ['We listen.', 'Price | 40%']
    """
    root, _ = _parsed(text)
    # All of it is main text: there is no page around it.
    return () if root is None else tuple(_Walk(root, is_main=True).blocks())


def _parsed(text: str) -> tuple[etree._Element | None, tuple[str, ...]]:
    """Parse a page; return its root, None if there is nothing in it, and what was lost."""
    text = _without_templates(text)
    root, too_deep = _tree(text)
    if not too_deep:
        return root, ()
    root, too_deep = _tree(_WRAPPER_TAGS.sub("<p>", text))
    lost = "The page is nested more deeply than a browser would show; "
    return root, (lost + ("some of its text was not read." if too_deep else "it was read without its layout."),)


def _tree(text: str) -> tuple[etree._Element | None, bool]:
    """Return the root of a page, and whether the parser gave up because of its depth."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        # The parser's answer to a page without an element.
        root = None
    return root, any("depth" in error.message for error in parser.error_log)


def _without_templates(text: str) -> str:
    """Take out the tags of template languages, whose pages are kept beside the finished ones."""
    for opening, closing in _TEMPLATE_TAGS:
        if opening not in text:
            continue
        kept, position = [], 0
        while (start := text.find(opening, position)) >= 0:
            end = text.find(closing, start + 2, start + TEMPLATE_CHARS)
            kept.append(text[position:start] if end >= 0 else text[position : start + 2])
            position = end + 2 if end >= 0 else start + 2
        text = "".join((*kept, text[position:]))
    return text


def _page_blocks(root: etree._Element) -> list[Block]:
    """Return the blocks of a page: of its main part if it has one, of its body otherwise."""
    mains = [each for each in root.iter(etree.Element) if each.tag == "main" or each.get("role") == "main"]
    # A main part in another one would be read twice.
    mains = [each for each in mains if not any(above in mains for above in each.iterancestors())]
    blocks = [block for main in mains for block in _Walk(main, is_main=True).blocks()]
    if not blocks:
        mains = []
        blocks = _Walk(root, is_main=False).blocks()
    if blocks and not any(block.kind == "heading" and block.level == 1 for block in blocks):
        # Many designs set the page's title in its header.
        title = " ".join(_text(_title(root, mains)).split())
        blocks[:0] = [Block(title, kind="heading", level=1)] if title else []
    return blocks


def _title(root: etree._Element, mains: list[etree._Element]) -> etree._Element:
    """Return the last first-level heading above the main part, or the page's first; an empty one for none."""
    found = etree.Element("h1")
    for element in root.iter("h1", *{str(main.tag) for main in mains}):
        if element in mains:
            break
        if element.tag == "h1":
            found = element
            if not mains:
                break
    return found


class _Walk:
    """One walk over a part of a page, without recursion, since pages nest as deep as they like.

    Parameters
    ----------
    root : lxml.etree._Element
        Where to begin; read whatever it is.
    is_main : bool
        Whether all of it is main text, so that only the plainest navigation is left out.
    """

    def __init__(self, root: etree._Element, *, is_main: bool) -> None:
        self.root = root
        self.is_main = is_main
        # What is read goes to the last of the sinks: the page's, or that of the innermost open cell.
        self.sinks: list[list[Block]] = [[]]
        self.rows: list[list[list[Block]]] = []
        # Depth of lists, of the page and of each open cell.
        self.depths = [0]
        self.heading = 0
        self.parts: list[str] = []

    def blocks(self) -> list[Block]:
        """Return the blocks, in order."""
        skipped = None
        walker = etree.iterwalk(self.root, events=("start", "end"))
        for event, element in walker:
            tag = str(element.tag)
            if tag in _BLOCKS:
                self.flush()
            if event == "start":
                if element is not self.root and self.is_skipped(element, tag):
                    skipped = element
                    walker.skip_subtree()
                else:
                    self.open(element, tag)
                continue
            if element is skipped:
                skipped = None
            else:
                self.close(tag)
            if element.tail and element is not self.root:
                self.parts.append(_collapsed(element.tail))
        self.flush()
        return self.sinks[0]

    def open(self, element: etree._Element, tag: str) -> None:
        """Take note of an element that begins."""
        if tag == "dt" and self.rows and self.rows[-1]:
            self.end_row()
            self.rows.append([])
        if tag in _ROWS:
            self.rows.append([])
        elif tag in _CELLS:
            self.sinks.append([])
            self.depths.append(0)
        elif tag in _LISTS:
            self.depths[-1] += 1
        elif tag in _HEADINGS:
            self.heading = _HEADINGS[tag]
        if tag == "br":
            self.parts.append("\n")
        elif tag == "pre":
            self.sinks[-1].extend(text_blocks("".join(map(str, element.itertext()))))
        elif element.text:
            self.parts.append(_collapsed(element.text))

    def close(self, tag: str) -> None:
        """Take note of an element that ends."""
        if tag in _ROWS:
            self.end_row()
        elif tag in _CELLS:
            cell = self.sinks.pop()
            self.depths.pop()
            if self.rows:
                self.rows[-1].append(cell)
            else:
                self.sinks[-1].extend(cell)
        elif tag in _LISTS:
            self.depths[-1] -= 1
        elif tag in _HEADINGS:
            self.heading = 0

    def end_row(self) -> None:
        """Write the open row, now that all of its cells are known."""
        self.sinks[-1].extend(row_blocks(self.rows.pop()))

    def flush(self) -> None:
        """Make a block of the text since the last border."""
        if not self.parts:
            return
        text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", "".join(self.parts))).strip()
        self.parts.clear()
        sink = self.sinks[-1]
        if not any(map(str.isalnum, text)):
            return
        if self.heading:
            # A template's "1. {{ title }}" leaves a number that names nothing.
            if any(map(str.isalpha, text)):
                sink.append(Block(text, kind="heading", level=self.heading))
        elif self.depths[-1]:
            sink.extend(Block(part, kind="item", level=self.depths[-1]) for part in re.split(r"\n{2,}", text))
        elif "\n" in text:
            sink.extend(text_blocks(text))
        else:
            sink.append(Block(text))

    def is_skipped(self, element: etree._Element, tag: str) -> bool:
        """Tell whether an element is hidden, or is code, a control or what surrounds the main text."""
        if tag in _SKIPPED or element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return True
        if element.get("role", "").lower() in _SKIPPED_ROLES or _HIDING_STYLE.search(element.get("style", "")):
            return True
        if tag in ("header", "footer") and not self.is_main:
            return not any(above.tag in ("article", "section") for above in element.iterancestors())
        if tag == "a" and element.get("href", "").startswith("#"):
            return _SKIP_LINK.match(_text(element)) is not None
        if tag == "pre":
            return element.find(".//code") is not None
        if tag in _LISTS and self.is_navigation(element):
            return True
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if not _SKIPPED_NAMES.search(names) or tag in ("body", "main", "article"):
            return False
        # A name like "with-navigation" may stand on the element around everything.
        return len(_text(element)) < 0.5 * len(_text(self.root))

    def is_navigation(self, element: etree._Element) -> bool:
        """Tell whether a list is a menu or a table of contents: hardly anything but short links."""
        links = list(element.iter("a"))
        if len(links) < NAVIGATION_LINKS:
            return False
        inside = sum(len(_text(link).split()) for link in links)
        words = len(_text(element).split())
        if inside < 0.9 * words:
            return False
        if all(link.get("href", "").startswith("#") for link in links):
            return True
        # After a colon the list is what the text speaks of.
        led_in = bool(self.sinks[-1]) and self.sinks[-1][-1].text.rstrip().endswith(":")
        return not self.is_main and not led_in and inside <= NAVIGATION_WORDS * len(links)


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _collapsed(text: str) -> str:
    """Return text with each run of white space as one space, as browsers show it."""
    return re.sub(r"[ \t\r\n\f]+", " ", text)
