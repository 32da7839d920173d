"""spaCy's DocBin: labels in ``doc.cats``, spans in ``doc.spans["kindtext"]``, notes in ``doc.user_data``.

Where a span begins or ends within a token of the blank English pipeline, the token is cut there, so that no offset
moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindtext.corpus import Record
from kindtext.errors import CorpusError, ReadError
from kindtext.labelling.formats.found import Found, Marked, all_labels, labels_of, mapping, notes_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

KEY = "kindtext"
"""Of the span group and of the user data."""

_OTHER_KEYS = ("sc", "signals")
"""Where spans are looked for too: spaCy's span categorizer uses ``sc``."""


def rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Read the Docs of a file, numbered from 1.

    Raises
    ------
    CorpusError
        If it is no DocBin.
    """
    from spacy.tokens import DocBin

    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: it cannot be read ({error.strerror}); name a file that is there.") from error
    try:
        docs = list(DocBin(store_user_data=True).from_bytes(data).get_docs(_blank().vocab))
    except Exception as error:  # spaCy, msgpack and zlib each raise their own
        raise CorpusError(f"{path}: it is no DocBin of spaCy ({type(error).__name__}); save it anew.") from error
    yield from enumerate(docs, start=1)


def found(doc: Doc, annotator: str | None = None) -> Found:
    """Read a Doc."""
    notes = mapping(doc.user_data.get(KEY), "the user data")
    keys = [key for key in (KEY, *_OTHER_KEYS, *doc.spans) if key in doc.spans]
    spans = doc.spans[keys[0]] if keys else doc.ents
    return Found(
        doc.text,
        [label for label, value in doc.cats.items() if value >= 0.5],
        [Marked(span.start_char, span.end_char, span.label_) for span in spans],
        notes,
    )


def write(records: Iterable[Record]) -> bytes:
    """Write records as a DocBin."""
    from spacy.tokens import DocBin

    return DocBin(store_user_data=True, docs=[_doc(record, _blank()) for record in records]).to_bytes()


@cache
def _blank() -> Language:
    """Give the tokenizer, which takes half a second to make."""
    import spacy

    return spacy.blank("en")


def _doc(record: Record, nlp: Language) -> Doc:
    from spacy.tokens import Doc, Span

    borders = {offset for span in record.spans for offset in (span.start, span.end)}
    words, spaces = _words(record.text, borders, nlp)
    doc = Doc(nlp.vocab, words=words, spaces=spaces)
    starts = {token.idx: token.i for token in doc}
    ends = {token.idx + len(token): token.i + 1 for token in doc}
    doc.spans[KEY] = [Span(doc, starts[s.start], ends[s.end], label=s.signal) for s in record.spans]
    here = labels_of(record)
    doc.cats = {**dict.fromkeys(here, 1.0), **{name: 0.0 for name in all_labels() if name not in here}}
    doc.user_data[KEY] = notes_of(record)
    return doc


def _words(text: str, borders: set[int], nlp: Language) -> tuple[list[str], list[bool]]:
    """Cut a text at the tokenizer's borders and at those of spans; a lone blank after a word is the word's own."""
    tokens = nlp.make_doc(text)
    cuts = sorted({0, len(text), *borders, *(end for t in tokens for end in (t.idx, t.idx + len(t)))})
    words: list[str] = []
    spaces: list[bool] = []
    for start, end in pairwise(cuts):
        piece = text[start:end]
        if piece == " " and words and not spaces[-1] and not borders & {start, end}:
            spaces[-1] = True
        else:
            # A Doc has no empty token and gives a blank one back as it is.
            words.append(piece)
            spaces.append(False)
    return words, spaces
