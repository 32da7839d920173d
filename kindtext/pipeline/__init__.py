"""The spaCy side of kindtext: a blank English pipeline with components that find signals and read their context.

The components are registered as spaCy factories through entry points, so ``nlp.add_pipe("kindtext_signals")``
works wherever kindtext is installed, without importing it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

    from kindtext.lexicon import Lexicon

COMPONENTS = ("kindtext_signals", "kindtext_context", "kindtext_participation", "kindtext_stages")
"""The factories that :func:`load_pipeline` adds, in order."""


LONGEST = 200_000_000
"""Characters that the default pipeline takes at once; readers refuse larger files before."""


def load_pipeline(base: str | Language | None = None) -> Language:
    """Load a spaCy pipeline that marks signals in ``doc.spans["kindtext"]``.

    Parameters
    ----------
    base : str or spacy.language.Language, optional
        A trained pipeline, or its name, to add the components to. By default a blank English one, which needs
        no download.

    Returns
    -------
    spacy.language.Language
        Each span's ``label_`` is its signal; ``span._.assertion`` and ``span._.agent`` say whether it is
        affirmed and who acts.

    Raises
    ------
    InputError
        If no pipeline of that name is installed.

    Examples
    --------
    >>> nlp = load_pipeline()
    >>> doc = nlp("We will give feedback to every bidder. No apprenticeships are required.")
    >>> [(span.label_, span._.assertion, span._.agent) for span in doc.spans["kindtext"]]
    [('bidder_support', 'affirmed', 'buyer'), ('fair_work', 'negated', 'none')]
    """
    import spacy

    from kindtext.errors import InputError

    if base is None:
        nlp = spacy.blank("en")
        # spaCy's limit of a million letters is for parsers, whose memory grows with a text; none is here.
        nlp.max_length = LONGEST
    elif isinstance(base, str):
        try:
            nlp = spacy.load(base)
        except OSError as error:
            raise InputError(
                f"no spaCy pipeline '{base}' is installed; install it, or leave it out for the blank English one."
            ) from error
    else:
        nlp = base
    for name in COMPONENTS:
        if name not in nlp.pipe_names:
            nlp.add_pipe(name)
    return nlp


def shared_pipeline() -> Language:
    """Give the default pipeline, made once for the lexicon that is in use."""
    from kindtext.lexicon import load_lexicon

    return _made(load_lexicon().digest)


@lru_cache(maxsize=2)
def _made(lexicon_digest: str) -> Language:
    return load_pipeline()


def wrong_sentences(lexicon: Lexicon) -> list[tuple[str, str, str]]:
    """Try each signal's ``matches`` and ``misses`` with the lexicon in use.

    Parameters
    ----------
    lexicon : Lexicon

    Returns
    -------
    list of tuple of str
        Signal, sentence and what is wrong with it; empty if all is well.
    """
    from kindtext.lexicon import STANDING

    nlp = shared_pipeline()
    wrong = []
    for signal in lexicon.signals.values():
        for wanted, sentences in ((True, signal.matches), (False, signal.misses)):
            for sentence, doc in zip(sentences, nlp.pipe(sentences), strict=True):
                spans = [s for s in doc.spans["kindtext"] if s.label_ == signal.id and s._.assertion in STANDING]
                if bool(spans) != wanted:
                    found = f"finds '{spans[0].text}' where it must find nothing" if spans else "finds nothing"
                    wrong.append((signal.id, sentence, found))
    return wrong
