"""The spaCy component that marks signals: ``nlp.add_pipe("kindtext_signals")``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Span

from kindtext.lexicon import Lexicon, load_lexicon
from kindtext.pipeline.normal import set_normal_forms
from kindtext.pipeline.search import Hit, PatternSearch, longest

if TYPE_CHECKING:
    from spacy.tokens import Doc

SPANS = "kindtext"
"""Key of the span group in ``doc.spans``."""


class SignalMarker:
    """Marks signals in ``doc.spans["kindtext"]``, one span a signal and place.

    Within a signal the longest match wins; different signals may share words.

    Parameters
    ----------
    nlp : spacy.language.Language
        The pipeline it belongs to; the vocabulary's ``NORM`` becomes the normal form.
    lexicon : Lexicon
        What to look for.
    """

    def __init__(self, nlp: Language, lexicon: Lexicon) -> None:
        set_normal_forms(nlp.vocab)
        patterns = {signal.id: signal.patterns for signal in lexicon.signals.values()}
        exceptions = {f"not {signal.id}": signal.exceptions for signal in lexicon.signals.values()}
        self._search = PatternSearch(nlp, patterns | exceptions, lexicon.lists)

    def __call__(self, doc: Doc) -> Doc:
        """Mark a Doc's signals, replacing those that it had."""
        hits = self._search(doc)
        if any(hit.key.startswith("not ") for hit in hits):
            hits = _without_exceptions(hits)
        doc.spans[SPANS] = [Span(doc, hit.start, hit.end, label=hit.key) for hit in longest(hits)]
        return doc


def _without_exceptions(hits: list[Hit]) -> list[Hit]:
    """Leave out exceptions, and each hit that an exception of its signal overlaps and is no shorter than."""
    exceptions = [hit for hit in hits if hit.key.startswith("not ")]
    return [
        hit
        for hit in hits
        if not hit.key.startswith("not ")
        and not any(
            e.key[4:] == hit.key and e.start < hit.end and hit.start < e.end and e.end - e.start >= hit.end - hit.start
            for e in exceptions
        )
    ]


@Language.factory("kindtext_signals", assigns=["doc.spans"])
def make_signals(nlp: Language, name: str) -> SignalMarker:
    """Make the component for a pipeline, with the lexicon that comes with kindtext."""
    return SignalMarker(nlp, load_lexicon())
