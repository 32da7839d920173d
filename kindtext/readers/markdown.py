"""Read Markdown (CommonMark with tables) by way of HTML, which Markdown may hold anyway.

Lines indented by four spaces are code to CommonMark, but in tenders they are clauses and lists whose author
never meant code; they are read as text, and only fenced code is left out.

What is lost: code, the targets of links, pictures and their descriptions, and the front matter but its title. Only
where a file is nothing but front matter, as static sites hold notices, are its blocks of text read.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from markdown_it import MarkdownIt

from kindtext.document import Draft
from kindtext.errors import NoTextError
from kindtext.readers.html import fragment_blocks
from kindtext.readers.source import Source
from kindtext.readers.text import decode

MAX_NESTING = 60
"""Deepest nesting of lists and quotations that is read; the parser recurses. A list takes two of its levels,
and nobody writes thirty lists in each other."""

MAX_MARKS = 2_000
"""Most stars and underscores in one paragraph that are taken for emphasis; the parser pairs each with all before it."""

# Between two lines of three hyphens at the very top; YAML may also end with three dots.
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r"""^title:[ \t]*(?P<quote>["']?)(?P<title>[^\n]*?)(?P=quote)[ \t]*$""", re.MULTILINE)
# A YAML block of text: a key, a bar or angle, and the lines under it that are indented deeper than the key.
_TEXT_BLOCK = re.compile(
    r"^(?P<indent> *)[\w-]+:[ \t]*[|>][+-]?[ \t]*\n(?P<text>(?:(?P=indent) +.*\n|[ \t]*\n)+)", re.MULTILINE
)
# What begins a YAML value that is more than a line of text.
_NOT_SIMPLE = ("|", ">", "[", "{", "&", "*", "!")


def read(source: Source) -> Iterator[Draft]:
    r"""Read a Markdown file.

    Parameters
    ----------
    source : Source
        The file.

    Yields
    ------
    Draft
        One, with ``encoding`` in its metadata, and ``title`` where the front matter has one.

    Raises
    ------
    UnsupportedError
        If the file is not text.
    NoTextError
        If there is no text below the front matter, nor a block of text in it.

    Examples
    --------
    >>> page = b"---\ntitle: Meals\n---\n# Scope\n\n- We will [listen](https://example.org).\n"
    >>> draft, = read(Source("meals.md", None, page))
    >>> [(block.kind, block.text) for block in draft.blocks], draft.metadata["title"]
    ([('heading', 'Scope'), ('item', 'We will listen.')], 'Meals')
    """
    text, encoding = decode(source)
    source.check_length(len(text))
    metadata = {"encoding": encoding}
    front_matter = _FRONT_MATTER.match(text)
    if front_matter:
        text = text[front_matter.end() :]
        title = _TITLE.search(front_matter[1])
        if title and title["title"] and not title["title"].startswith(_NOT_SIMPLE):
            metadata["title"] = title["title"]
    notes: tuple[str, ...] = ()
    if front_matter and not text.strip():
        text = "\n\n".join(textwrap.dedent(found["text"]) for found in _TEXT_BLOCK.finditer(front_matter[1]))
        notes = ("the text was read from the front matter, since there is nothing below it",)
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table").disable("code")
    if max(part.count("*") + part.count("_") for part in text.split("\n\n")) > MAX_MARKS:
        parser.disable(["emphasis", "balance_pairs"])
    blocks = fragment_blocks(parser.render(text))
    if not blocks and front_matter and front_matter[1].strip():
        raise NoTextError(
            f"{source.name}: there is nothing but front matter in it; "
            "save what is to be read as plain text, without the lines of hyphens."
        )
    if not blocks:
        raise NoTextError(f"{source.name}: the file holds no text; check that it was saved in full.")
    yield Draft(source.name, "markdown", blocks, metadata, notes)
