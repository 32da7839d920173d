"""Finding lexicon patterns in a Doc: one ``PhraseMatcher`` on the normal form, and gaps looked around from its hits.

A ``Matcher`` with hundreds of gapped patterns visits every token once a pattern; a ``PhraseMatcher`` visits every
token once. So only the rarest step of each pattern, its anchor, is a phrase of the one matcher, and the other steps
are looked for around an anchor that was found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from spacy.attrs import NORM
from spacy.lang.en.stop_words import STOP_WORDS
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from kindtext.lexicon import Step, Word, parse_pattern

if TYPE_CHECKING:
    from spacy.language import Language

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
        # By an anchor's phrase: the patterns it anchors, and which of its tokens must keep their form.
        self._anchored: dict[tuple[int, ...], list[tuple[_Pattern, _Forms]]] = defaultdict(list)
        cutter = _Cutter(nlp)
        ids = nlp.vocab.strings.add
        for key, texts in patterns.items():
            for text in texts:
                self._add(cutter, ids, key, parse_pattern(text, lists))
        strings = nlp.vocab.strings
        docs = [Doc(nlp.vocab, words=[cutter.word_of[strings[i]] for i in phrase]) for phrase in self._anchored]
        self._matcher = PhraseMatcher(nlp.vocab, attr="NORM")
        self._matcher.add("kindtext", docs)

    def _add(self, cutter: _Cutter, ids: Callable[[str], int], key: str, steps: list[Step]) -> None:
        phrases = [[cutter.phrase(words) for words in step.phrases] for step in steps]
        anchor = max(range(len(steps)), key=lambda i: min(map(_rarity, phrases[i])))
        # A step's gap is the one before it, so to the left it is that of the step on its right.
        left = [_Around(_by_word(phrases[i], -1, ids), steps[i + 1].gap) for i in range(anchor - 1, -1, -1)]
        right = [_Around(_by_word(phrases[i], 0, ids), steps[i].gap) for i in range(anchor + 1, len(steps))]
        pattern = _Pattern(key, tuple(left), tuple(right))
        for phrase in phrases[anchor]:
            self._anchored[tuple(map(ids, phrase.norms))].append((pattern, phrase.forms))

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
        found = self._matcher(doc)
        if not found:
            return []
        norms: list[int] = doc.to_array(NORM).tolist()
        hits = []
        for _, first, last in found:
            for pattern, forms in self._anchored[tuple(norms[first:last])]:
                if forms and not _fit(forms, doc, first):
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


class _Cutter:
    """Cuts the words of phrases into tokens as a pipeline's tokenizer does, each word once.

    The tokenizer treats what stands between blanks by itself, so a phrase's tokens are those of its words.
    """

    def __init__(self, nlp: Language) -> None:
        self._tokenizer = nlp.tokenizer
        self._tokens: dict[str, list[tuple[str, str]]] = {}
        self.word_of: dict[str, str] = {}
        """By normal form, a word that has it: a lemma may itself have another lemma, as elders, elder and old."""

    def phrase(self, words: Iterable[Word]) -> _Phrase:
        norms: list[str] = []
        forms: list[_Form] = []
        for word in words:
            tokens = self._tokens.get(word.text)
            if tokens is None:
                doc = self._tokenizer(word.text)
                tokens = self._tokens[word.text] = [(token.text, token.norm_) for token in doc]
                # What the tokenizer itself gave a norm, as the n't of won't, is not its word's.
                self.word_of |= {t.norm_: t.text if t.lex.norm_ == t.norm_ else t.norm_ for t in doc}
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
