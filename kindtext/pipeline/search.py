"""Finding lexicon patterns in a Doc: one ``PhraseMatcher`` on the normal form, and gaps looked around from its hits.

A ``Matcher`` with hundreds of gapped patterns visits every token once a pattern; a ``PhraseMatcher`` visits every
token once. So each step of a pattern is a phrase of the one matcher, and only where a first step has been found are
the later ones looked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from spacy.matcher import PhraseMatcher

from kindtext.lexicon import Step, Word, parse_pattern

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

SENTENCE_ENDS = frozenset(". ; ! ? • · ▪ ● \uf0b7".split())
"""Tokens that a pattern's gap may not cross."""

CLAUSE_ENDS = SENTENCE_ENDS | {"|"}
"""Tokens that a trigger's scope may not cross: the cells of a table row say different things."""


class Hit(NamedTuple):
    """A pattern found: the key it was registered under, and its first and one-past-last token."""

    key: str
    start: int
    end: int


class _Form(NamedTuple):
    """A token of a phrase that must keep its form: its place, its text, and whether capitals count."""

    offset: int
    text: str
    cased: bool


class PatternSearch:
    """Finds patterns, each registered under a key, in spaCy Docs.

    Parameters
    ----------
    nlp : spacy.language.Language
        Its tokenizer cuts the phrases as it cuts the text; its vocabulary must hold normal forms.
    patterns : mapping of str to sequence of str
        Patterns in the lexicon's syntax by key.
    lists : mapping of str to sequence of str
        What ``{name}`` stands for.
    """

    def __init__(
        self, nlp: Language, patterns: Mapping[str, Sequence[str]], lists: Mapping[str, Sequence[str]]
    ) -> None:
        self._matcher = PhraseMatcher(nlp.vocab, attr="NORM")
        self._strings = nlp.vocab.strings
        # What a phrase of the matcher means: (pattern number, step number, tokens that must keep their form).
        self._roles: dict[int, list[tuple[int, int, tuple[_Form, ...]]]] = defaultdict(list)
        self._keys: list[str] = []
        self._gaps: list[tuple[int, ...]] = []
        self._phrases: dict[tuple[str, ...], int] = {}
        parsed: dict[str, list[Step]] = {}
        docs: dict[str, Doc] = {}
        for key, texts in patterns.items():
            for text in texts:
                steps = parsed.get(text) or parsed.setdefault(text, parse_pattern(text, lists))
                number = len(self._keys)
                self._keys.append(key)
                self._gaps.append(tuple(step.gap for step in steps))
                for position, step in enumerate(steps):
                    for words in step.phrases:
                        self._add_phrase(nlp, docs, words, number, position)

    def _add_phrase(
        self, nlp: Language, docs: dict[str, Doc], words: tuple[Word, ...], number: int, position: int
    ) -> None:
        text = " ".join(word.text for word in words)
        doc = docs.get(text)
        if doc is None:
            doc = docs.setdefault(text, nlp.tokenizer(text))
        norms = tuple(token.norm_ for token in doc)
        phrase = self._phrases.get(norms)
        if phrase is None:
            name = "kindtext " + " ".join(norms)
            phrase = self._phrases.setdefault(norms, self._strings.add(name))
            self._matcher.add(name, [doc])
        self._roles[phrase].append((number, position, _kept_forms(doc, words)))

    def __call__(self, doc: Doc) -> list[Hit]:
        """Find all hits in a Doc, in order of their start.

        Parameters
        ----------
        doc : spacy.tokens.Doc
            Tokenised by the same vocabulary.

        Returns
        -------
        list of Hit
            Overlapping hits included; empty for an empty Doc.
        """
        hits = []
        steps: dict[tuple[int, int], list[tuple[int, int]]] = {}
        begun: list[tuple[int, int, int]] = []
        for phrase, start, end in self._matcher(doc):
            for number, position, kept in self._roles[phrase]:
                if kept and not _keeps_form(doc, start, kept):
                    continue
                gaps = self._gaps[number]
                if len(gaps) == 1:
                    hits.append(Hit(self._keys[number], start, end))
                elif position == 0:
                    begun.append((number, start, end))
                else:
                    steps.setdefault((number, position), []).append((start, end))
        for number, start, end in begun:
            last = self._follow(doc, number, end, steps)
            if last is not None:
                hits.append(Hit(self._keys[number], start, last))
        hits.sort(key=lambda hit: (hit.start, hit.end))
        return hits

    def _follow(
        self, doc: Doc, number: int, end: int, steps: Mapping[tuple[int, int], list[tuple[int, int]]]
    ) -> int | None:
        """Look for a pattern's later steps after its first; the end of the last, or None."""
        for position, gap in enumerate(self._gaps[number][1:], start=1):
            found = steps.get((number, position))
            if not found:
                return None
            nearest = bisect_left(found, (end, end))
            if nearest == len(found) or found[nearest][0] - end > gap:
                return None
            start, stop = found[nearest]
            if any(doc[i].text in SENTENCE_ENDS for i in range(end, start)):
                return None
            end = stop
        return end


def _kept_forms(phrase: Doc, words: Iterable[Word]) -> tuple[_Form, ...]:
    """Which tokens of a phrase must keep their form or capitals.

    The tokenizer treats what stands between blanks by itself, so a word's tokens are those up to the next blank.
    """
    forms = []
    tokens = iter(phrase)
    for word in words:
        for token in tokens:
            if word.exact or word.cased:
                forms.append(_Form(token.i, token.text, word.cased))
            if token.whitespace_:
                break
    return tuple(forms)


def _keeps_form(doc: Doc, start: int, forms: tuple[_Form, ...]) -> bool:
    """Whether the words that must keep their form or capitals do so."""
    for form in forms:
        found = doc[start + form.offset].text
        if found != form.text and not (found.isupper() if form.cased else found.lower() == form.text.lower()):
            return False
    return True


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Keep, of hits under the same key that overlap, the longest (the first of equals).

    Examples
    --------
    >>> longest([Hit("a", 0, 2), Hit("a", 1, 5), Hit("b", 0, 1)])
    [Hit(key='b', start=0, end=1), Hit(key='a', start=1, end=5)]
    """
    taken: dict[str, set[int]] = {}
    kept = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        used = taken.setdefault(hit.key, set())
        if used.isdisjoint(range(hit.start, hit.end)):
            used.update(range(hit.start, hit.end))
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.start, hit.end))
