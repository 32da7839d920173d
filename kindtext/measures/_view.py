"""A document looked at through plain words: only the sentences in which one of them stands are read closely.

So the time grows with the length of the text, and no expression ever sees more than a few hundred characters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kindtext.document import Document, Quote

REACH = 600
"""Characters looked at on either side of a word: longer sentences than 1,200 are tables that were run together."""

# It begins with a set of characters, which is what lets the engine skip to them.
SENTENCE_END = re.compile(
    r"[.!?\n](?:(?<=\n)|(?<!\b[Nn]o\.)(?<!e\.g\.)(?<!i\.e\.)(?<!approx\.)[\"”’)\]]{0,3}\s{1,3}(?=[A-Z“\"‘(\[•]))"
)


class Span(NamedTuple):
    """A stretch of the text in small letters, with its place."""

    start: int
    end: int
    text: str


def lowered(text: str) -> str:
    """Make letters small without changing the length: one letter would grow."""
    return text.replace("İ", "I").lower()


def before(text: str, at: int, reach: int) -> str:
    """Give the characters before a place, at most so many."""
    return text[max(0, at - reach) : at]


class View:
    """A document with its text in small letters of the same length, so that offsets hold."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lower = lowered(document.text)

    def places(self, words: Iterable[str]) -> list[int]:
        """Offsets at which one of some plain strings stands, in order."""
        found = []
        for word in words:
            at = self.lower.find(word)
            while at >= 0:
                found.append(at)
                at = self.lower.find(word, at + len(word))
        return sorted(found)

    def sentences(self, words: Iterable[str]) -> Iterator[Span]:
        """Sentences in which one of some plain strings stands, each once."""
        end = 0
        for at in self.places(words):
            if at >= end:
                span = self.sentence(at, floor=end)
                end = span.end
                yield span

    def sentence(self, at: int, floor: int = 0) -> Span:
        """Give the sentence around an offset, within its line and within reach."""
        text = self.document.text
        start = max(floor, at - REACH)
        for match in SENTENCE_END.finditer(text, start, at):
            start = match.end()
        after = SENTENCE_END.search(text, at, at + REACH)
        end = min(at + REACH, len(text)) if after is None else after.start() + (text[after.start()] != "\n")
        return Span(start, end, self.lower[start:end])

    def line(self, at: int) -> Span:
        """Give the line (that is, the block) around an offset, within reach."""
        low = max(0, at - REACH)
        start = max(low, self.lower.rfind("\n", low, at) + 1)
        end = self.lower.find("\n", at, at + REACH)
        end = min(at + REACH, len(self.lower)) if end < 0 else end
        return Span(start, end, self.lower[start:end])

    def quote(self, start: int, end: int) -> Quote:
        """Words with their place, without white space at either end."""
        words = self.document.text[start:end]
        start += len(words) - len(words.lstrip())
        return self.document.quote(start, start + len(words.strip()))

    def items(self, end: int) -> Iterator[tuple[int, int]]:
        """Spans of the list items that follow an offset."""
        blocks = self.document.blocks
        index = bisect_left(blocks, end, key=lambda block: block.start)
        while index < len(blocks) and blocks[index].kind == "item":
            yield blocks[index].start, blocks[index].end
            index += 1
