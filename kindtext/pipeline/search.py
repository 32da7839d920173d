"""Finding lexicon patterns in a Doc: phrases by their first word's normal form, and gaps looked around from them.

A ``Matcher`` with hundreds of gapped patterns visits every token once a pattern. Here only the rarest step of each
pattern, its anchor, is looked up over the text, in one dictionary by its first words, and the other steps are looked
for around an anchor that was found. spaCy's ``PhraseMatcher`` finds the same and a little quicker, but wants a Doc a
phrase to start with, which takes longer than scoring a document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from spacy.attrs import NORM
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


class _Phrase(NamedTuple):
    """A phrase as its tokens' normal forms, and those that must keep their form."""

    norms: tuple[str, ...]
    forms: _Forms


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


_Cut = tuple[int, Sequence[tuple[Sequence[str], Sequence[Sequence[Any]]]]]
"""A step as it is compiled: the gap before it, and its phrases as normal forms and forms to keep."""


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
        # By the first two words of an anchor's phrase (the second is 0 where there is one word only): the phrase, the
        # pattern it anchors, and the forms it must keep.
        self._anchored: dict[tuple[int, int], list[tuple[list[int], _Pattern, _Forms]]] = defaultdict(list)
        self._first: set[int] = set()
        ids = nlp.vocab.strings.add
        compiled = compiled_patterns(lists) if nlp.lang == "en" else {}
        others = dict.fromkeys(text for texts in patterns.values() for text in texts if text not in compiled)
        steps = {**compiled, **dict(cut_patterns(nlp, others, lists))}
        for key, texts in patterns.items():
            for text in texts:
                self._add(ids, key, steps[text])

    def _add(self, ids: Callable[[str], int], key: str, steps: Sequence[_Cut]) -> None:
        gaps = [gap for gap, _ in steps]
        phrases = [
            [_Phrase(tuple(norms), tuple(_Form(*form) for form in forms)) for norms, forms in step] for _, step in steps
        ]
        anchor = max(range(len(steps)), key=lambda i: min(map(_rarity, phrases[i])))
        # A step's gap is the one before it, so to the left it is that of the step on its right.
        left = [_Around(_by_word(phrases[i], -1, ids), gaps[i + 1]) for i in range(anchor - 1, -1, -1)]
        right = [_Around(_by_word(phrases[i], 0, ids), gaps[i]) for i in range(anchor + 1, len(steps))]
        pattern = _Pattern(key, tuple(left), tuple(right))
        for phrase in phrases[anchor]:
            norms = [ids(norm) for norm in phrase.norms]
            self._first.add(norms[0])
            self._anchored[norms[0], norms[1] if norms[1:] else 0].append((norms, pattern, phrase.forms))

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
        anchored = self._anchored
        following = [*norms[1:], -1]
        hits = []
        for first in [i for i, norm in enumerate(norms) if norm in self._first]:
            norm = norms[first]
            for phrase, pattern, forms in (*anchored.get((norm, 0), ()), *anchored.get((norm, following[first]), ())):
                last = first + len(phrase)
                if norms[first:last] != phrase or (forms and not _fit(forms, doc, first)):
                    continue
                start, end = first, last
                for step in pattern.left:
                    start = _find_left(step, norms, doc, start)
                    if start < 0:
                        break
                else:
                    for step in pattern.right:
                        end = _find_right(step, norms, doc, end)
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

    def phrase(self, words: Iterable[Word]) -> _Phrase:
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
        return _Phrase(tuple(norms), tuple(forms))


def _rarity(phrase: _Phrase) -> int:
    """How rare a phrase is likely to be: the letters of its words, function words and single characters aside."""
    return sum(len(norm) for norm in phrase.norms if len(norm) > 1 and norm not in STOP_WORDS)


def _by_word(phrases: Iterable[_Phrase], place: int, ids: Callable[[str], int]) -> _Lookup:
    """Phrases by the id of their word at a place, the longest first."""
    by_word: dict[int, list[tuple[list[int], _Forms]]] = defaultdict(list)
    for phrase in sorted(phrases, key=lambda phrase: -len(phrase.norms)):
        norms = [ids(norm) for norm in phrase.norms]
        by_word[norms[place]].append((norms, phrase.forms))
    return dict(by_word)


def _fit(forms: Iterable[_Form], doc: Doc, start: int) -> bool:
    return all(form.fits(doc[start + form.offset].text) for form in forms)


def _find_left(step: _Around, norms: list[int], doc: Doc, start: int) -> int:
    """Start of the nearest phrase of a step that ends within its gap before ``start``, or -1."""
    for end in range(start, max(start - step.gap, 1) - 1, -1):
        for phrase, forms in step.phrases.get(norms[end - 1], ()):
            begin = end - len(phrase)
            if begin >= 0 and norms[begin:end] == phrase and _fit(forms, doc, begin):
                return begin
        if doc[end - 1].text in SENTENCE_ENDS:
            break
    return -1


def _find_right(step: _Around, norms: list[int], doc: Doc, end: int) -> int:
    """End of the nearest phrase of a step that starts within its gap after ``end``, or -1."""
    for start in range(end, min(end + step.gap, len(norms) - 1) + 1):
        for phrase, forms in step.phrases.get(norms[start], ()):
            stop = start + len(phrase)
            if norms[start:stop] == phrase and _fit(forms, doc, start):
                return stop
        if doc[start].text in SENTENCE_ENDS:
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
