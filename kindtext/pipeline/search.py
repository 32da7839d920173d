"""Finding lexicon patterns in a Doc: phrases by their first word's normal form, and gaps looked around from them.

A ``Matcher`` with hundreds of gapped patterns visits every token once a pattern. Here only the rarest step of each
pattern, its anchor, is looked up over the text, in one dictionary by its first words, and the other steps are looked
for around an anchor that was found. spaCy's ``PhraseMatcher`` finds the same and a little quicker, but wants a Doc a
phrase to start with, which takes longer than scoring a document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from spacy.attrs import NORM, ORTH
from spacy.lang.en.stop_words import STOP_WORDS

from kindtext.lexicon import Word, parse_pattern
from kindtext.pipeline.compiled import compiled_patterns

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
    """A token of a phrase that must keep its form, its capitals, or both."""

    offset: int
    text: str
    exact: bool
    cased: bool

    def fits(self, found: str) -> bool:
        """Whether a token that has the same normal form keeps what it must."""
        if self.exact and found.lower() != self.text.lower():
            return False
        if not self.cased:
            return True
        return found.removesuffix("s").isupper() if self.text.isupper() else found[:1].isupper()


_Forms = tuple[_Form, ...]


_Lookup = Mapping[int, list[tuple[list[int], _Forms]]]
"""Phrases as ids of normal forms, with the tokens that must keep their form, by the id of one of their words."""


class _Around(NamedTuple):
    """A step that is looked for beside an anchor: its phrases by the id of their last or first word, and its gap."""

    phrases: _Lookup
    gap: int


class _Pattern(NamedTuple):
    """A pattern's key, and the steps to the left (nearest first) and to the right of its anchor."""

    key: str
    left: tuple[_Around, ...]
    right: tuple[_Around, ...]


_CutPhrase = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""A phrase as its tokens' normal forms, and those that must keep their form."""

_Cut = tuple[int, Sequence[_CutPhrase]]
"""A step as it is compiled: the gap before it, and its phrases."""

Compiled = tuple[int, Sequence[str], Sequence[_Cut]]
"""A pattern as it is compiled: which step is its anchor, the first words of the anchor's phrases, and all steps."""


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
        compiled = compiled_patterns(lists) if nlp.lang == "en" else {}
        others = dict.fromkeys(text for texts in patterns.values() for text in texts if text not in compiled)
        cut = {text: compile_steps(steps) for text, steps in cut_patterns(nlp, others, lists)}
        self._ids = nlp.vocab.strings.add
        # Key, steps and anchor of each pattern, and the patterns by the first words of their anchors. Few patterns are
        # ever needed, so their anchors are made ready when a text first holds such a word, the rest at a first hit.
        self._patterns: list[tuple[str, Sequence[_Cut], int]] = []
        self._first: dict[int, list[int]] = defaultdict(list)
        for key, texts in patterns.items():
            for text in texts:
                anchor, words, steps = compiled[text] if text in compiled else cut[text]
                for word in words:
                    self._first[self._ids(word)].append(len(self._patterns))
                self._patterns.append((key, steps, anchor))
        self._around: dict[int, _Pattern] = {}
        # By the first two words of an anchor's phrase (the second is 0 where there is one word only): the phrase, the
        # number of the pattern it anchors, and the forms it must keep.
        self._anchored: dict[tuple[int, int], list[tuple[list[int], int, _Forms]]] = defaultdict(list)
        self._ready: set[int] = set()
        self._strings = nlp.vocab.strings
        self._ends = {self._ids(mark) for mark in SENTENCE_ENDS}

    def _unfold(self, word: int) -> None:
        """Make the anchors ready that have this first word."""
        self._ready.add(word)
        text = self._strings[word]
        for number in self._first[word]:
            _, steps, anchor = self._patterns[number]
            for phrase in steps[anchor][1]:
                if phrase[0][0] == text:
                    norms, forms = self._phrase(phrase)
                    self._anchored[word, norms[1] if norms[1:] else 0].append((norms, number, forms))

    def _pattern(self, number: int) -> _Pattern:
        """Give a pattern whose anchor was found."""
        pattern = self._around.get(number)
        if pattern is None:
            key, steps, anchor = self._patterns[number]
            # A step's gap is the one before it, so to the left it is that of the step on its right.
            left = [_Around(self._by_word(steps[i][1], -1), steps[i + 1][0]) for i in range(anchor - 1, -1, -1)]
            right = [_Around(self._by_word(steps[i][1], 0), steps[i][0]) for i in range(anchor + 1, len(steps))]
            pattern = self._around[number] = _Pattern(key, tuple(left), tuple(right))
        return pattern

    def _by_word(self, phrases: Sequence[_CutPhrase], place: int) -> _Lookup:
        """Phrases by the id of their word at a place, the longest first."""
        by_word: dict[int, list[tuple[list[int], _Forms]]] = defaultdict(list)
        for phrase in sorted(phrases, key=lambda phrase: -len(phrase[0])):
            norms, forms = self._phrase(phrase)
            by_word[norms[place]].append((norms, forms))
        return dict(by_word)

    def _phrase(self, phrase: _CutPhrase) -> tuple[list[int], _Forms]:
        norms, forms = phrase
        return [self._ids(norm) for norm in norms], tuple(_Form(*form) for form in forms)

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
        norms: list[int] = doc.to_array(NORM).tolist()
        orths: list[int] = doc.to_array(ORTH).tolist()
        ends = {i for i, orth in enumerate(orths) if orth in self._ends}
        anchored = self._anchored
        following = [*norms[1:], -1]
        known = self._first.keys() & set(norms)
        for norm in known - self._ready:
            self._unfold(norm)
        hits = []
        for first in [i for i, norm in enumerate(norms) if norm in known]:
            norm = norms[first]
            for phrase, number, forms in (*anchored.get((norm, 0), ()), *anchored.get((norm, following[first]), ())):
                last = first + len(phrase)
                if norms[first:last] != phrase or (forms and not _fit(forms, doc, first)):
                    continue
                pattern = self._pattern(number)
                start, end = first, last
                for step in pattern.left:
                    start = _find_left(step, norms, doc, start, ends)
                    if start < 0:
                        break
                else:
                    for step in pattern.right:
                        end = _find_right(step, norms, doc, end, ends)
                        if end < 0:
                            break
                    else:
                        hits.append(Hit(pattern.key, start, end))
        hits.sort(key=lambda hit: (hit.start, hit.end))
        return hits


def cut_patterns(
    nlp: Language, texts: Iterable[str], lists: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, list[_Cut]]]:
    """Unfold patterns and cut them into tokens as a pipeline's tokenizer does.

    Parameters
    ----------
    nlp : spacy.language.Language
        Its vocabulary must hold normal forms.
    texts : iterable of str
        Patterns in the lexicon's syntax.
    lists : mapping of str to sequence of str
        What ``{name}`` stands for.

    Yields
    ------
    str
        The pattern.
    list of tuple
        Its steps: the gap before each, and its phrases as normal forms with the tokens that must keep their form.
    """
    cutter = _Cutter(nlp)
    for text in texts:
        yield (
            text,
            [(step.gap, [cutter.phrase(words) for words in step.phrases]) for step in parse_pattern(text, lists)],
        )


class _Cutter:
    """Cuts the words of phrases into tokens as a pipeline's tokenizer does, each word once.

    The tokenizer treats what stands between blanks by itself, so a phrase's tokens are those of its words.
    """

    def __init__(self, nlp: Language) -> None:
        self._tokenizer = nlp.tokenizer
        self._tokens: dict[str, list[tuple[str, str]]] = {}

    def phrase(self, words: Iterable[Word]) -> _CutPhrase:
        norms: list[str] = []
        forms: list[_Form] = []
        for word in words:
            tokens = self._tokens.get(word.text)
            if tokens is None:
                tokens = [(token.text, token.norm_) for token in self._tokenizer(word.text)]
                self._tokens[word.text] = tokens
            if word.exact or word.cased:
                forms.extend(
                    _Form(len(norms) + i, text, word.exact, word.cased and text != text.lower())
                    for i, (text, _) in enumerate(tokens)
                )
            norms.extend(norm for _, norm in tokens)
        return norms, forms


def compile_steps(steps: Sequence[_Cut]) -> Compiled:
    """Choose a pattern's anchor, its rarest step, and note the words that its phrases begin with.

    Parameters
    ----------
    steps : sequence of tuple
        What :func:`cut_patterns` gives.

    Returns
    -------
    tuple
        Number of the anchor, first words (each once), and the steps.
    """
    anchor = max(range(len(steps)), key=lambda i: min(_rarity(norms) for norms, _ in steps[i][1]))
    return anchor, list(dict.fromkeys(norms[0] for norms, _ in steps[anchor][1])), steps


def _rarity(norms: Sequence[str]) -> int:
    """How rare a phrase is likely to be: the letters of its words, function words and single characters aside."""
    return sum(len(norm) for norm in norms if len(norm) > 1 and norm not in STOP_WORDS)


def _fit(forms: Iterable[_Form], doc: Doc, start: int) -> bool:
    return all(form.fits(doc[start + form.offset].text) for form in forms)


def _find_left(step: _Around, norms: list[int], doc: Doc, start: int, ends: set[int]) -> int:
    """Start of the nearest phrase of a step that ends within its gap before ``start``, or -1."""
    for end in range(start, max(start - step.gap, 1) - 1, -1):
        for phrase, forms in step.phrases.get(norms[end - 1], ()):
            begin = end - len(phrase)
            if begin >= 0 and norms[begin:end] == phrase and (not forms or _fit(forms, doc, begin)):
                return begin
        if end - 1 in ends:
            break
    return -1


def _find_right(step: _Around, norms: list[int], doc: Doc, end: int, ends: set[int]) -> int:
    """End of the nearest phrase of a step that starts within its gap after ``end``, or -1."""
    for start in range(end, min(end + step.gap, len(norms) - 1) + 1):
        for phrase, forms in step.phrases.get(norms[start], ()):
            stop = start + len(phrase)
            if norms[start:stop] == phrase and (not forms or _fit(forms, doc, start)):
                return stop
        if start in ends:
            break
    return -1


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
