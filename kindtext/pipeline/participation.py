"""The spaCy component that tells how far people take part: ``nlp.add_pipe("kindtext_participation")``.

It looks only at spans of ``community_engagement`` in ``doc.spans["kindtext"]``, which the component of signals finds,
and reads the rung from the span's words and, where those may mean more or less, from its clause: "engage residents" by
newsletter, by survey, or as members of the panel.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from spacy.attrs import LOWER
from spacy.language import Language
from spacy.tokens import Span

from kindtext.errors import LexiconError
from kindtext.lexicon import load_measure
from kindtext.measures.participation import RUNGS, Rung, highest_rung
from kindtext.pipeline.normal import set_normal_forms
from kindtext.pipeline.search import CLAUSE_ENDS, Hit, PatternSearch
from kindtext.pipeline.signals import SPANS

if TYPE_CHECKING:
    from spacy.tokens import Doc

SIGNAL = "community_engagement"
"""The signal whose spans get a rung."""

DEFAULT: Rung = "involve"
"""The rung of a span whose words and clause tell none: that people take part is what the signal says."""

_Sort = Literal["says", "loose", "clause"]
_SORTS: tuple[_Sort, ...] = ("says", "loose", "clause")

_REACH = 30  # words to each side of a span that may be of its clause; wordings are longer only in lists
_LONGEST = 20  # words of the longest wording, gaps included
_TURNS = frozenset(("but", "while", "whilst", "whereas", "although"))  # what another clause begins with
_JOINTS = frozenset(("and", "or"))


class _Cue(NamedTuple):
    """A wording found: its rung, its sort, and its first and one-past-last token."""

    rung: Rung
    sort: _Sort
    start: int
    end: int


class ParticipationReader:
    """Sets ``span._.rung`` on every span of ``community_engagement``; it stays None on all others.

    Parameters
    ----------
    nlp : spacy.language.Language
        The pipeline it belongs to.

    Notes
    -----
    spaCy keeps a span's extensions by its place and not its label: a span of another signal on exactly the same words
    shows the same rung, so look at the label first.
    """

    def __init__(self, nlp: Language) -> None:
        set_normal_forms(nlp.vocab)
        if not Span.has_extension("rung"):
            Span.set_extension("rung", default=None)
        data = load_measure("participation")
        patterns = {}
        self._keys: dict[str, tuple[Rung, _Sort]] = {}
        for rung in RUNGS:
            for sort in _SORTS:
                if sort not in data["rungs"].get(rung, {}):
                    raise LexiconError(f"participation.toml: the list '{sort}' of 'rungs.{rung}' is missing.")
                key = f"{rung} {sort}"
                patterns[key] = data["rungs"][rung][sort]
                self._keys[key] = (rung, sort)
        self._search = PatternSearch(nlp, patterns, data["lists"])

    def __call__(self, doc: Doc) -> Doc:
        """Give a Doc's spans their rungs; a Doc without a span of the signal is returned as it is."""
        spans = [span for span in doc.spans.get(SPANS, ()) if span.label_ == SIGNAL]
        if not spans:
            return doc
        cues = [self._cue(hit) for hit in self._search(doc)]
        starts = [cue.start for cue in cues]
        strings = doc.vocab.strings
        words = [strings[word] for word in doc.to_array(LOWER).tolist()]
        for span in spans:
            start, end = _clause(words, span.start, span.end)
            near = cues[bisect_left(starts, start - _LONGEST) : bisect_left(starts, end)]
            span._.rung = _rung(near, span.start, span.end, start, end)
        return doc

    def _cue(self, hit: Hit) -> _Cue:
        return _Cue(*self._keys[hit.key], hit.start, hit.end)


def _rung(cues: Sequence[_Cue], first: int, last: int, start: int, end: int) -> Rung:
    """Tell the rung of the span from ``first`` to ``last`` in the clause from ``start`` to ``end``."""
    of_span = [cue for cue in cues if cue.start < last and first < cue.end]
    says = highest_rung(cue.rung for cue in of_span if cue.sort == "says")
    if says:
        return says
    in_clause = highest_rung(cue.rung for cue in cues if cue.sort == "clause" and start <= cue.start < cue.end <= end)
    if in_clause:
        return in_clause
    return highest_rung(cue.rung for cue in of_span if cue.sort == "loose") or DEFAULT


def _clause(words: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Find the clause of a span: up to the sentence's end, a "but", or a comma and an "and"."""
    start = first
    while start > max(0, first - _REACH) and not _turns(words, start - 1):
        start -= 1
    end = last
    while end < min(len(words), last + _REACH) and not _turns(words, end):
        end += 1
    return start, end


def _turns(words: Sequence[str], i: int) -> bool:
    word = words[i]
    if word in CLAUSE_ENDS or word in _TURNS or "\n" in word:
        return True
    return word == "," and i + 1 < len(words) and words[i + 1] in _JOINTS


@Language.factory("kindtext_participation", requires=["doc.spans"], assigns=["span._.rung"])
def make_participation(nlp: Language, name: str) -> ParticipationReader:
    """Make the component for a pipeline, with the wording that comes with kindtext."""
    return ParticipationReader(nlp)
