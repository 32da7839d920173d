"""Counting what is in a passage: its signals by how they are asserted, and its words.

This is what scoring needs, and it does not import scikit-learn, which takes longer to import than a document takes to
score. :mod:`kindtext.features` makes scikit-learn transformers of it. Words are counted by the ids that the Doc already
holds, so no text is tokenised twice and no vocabulary is looked up in Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kindtext.errors import InputError
from kindtext.lexicon import POLES, load_lexicon
from kindtext.pipeline import load_pipeline
from kindtext.pipeline.signals import SPANS

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

STANDING = ("affirmed", "hedged", "conditional")
"""Assertions under which a signal counts as present: it is done or asked for, however weakly."""

PAIR_MIX = np.uint64(0x9E3779B97F4A7C15)
"""What the first id of a pair is multiplied by: Fibonacci hashing's constant, which spreads order over all 64 bits."""


@cache
def _default_pipeline() -> Language:
    return load_pipeline()


def as_docs(X: Iterable[str | Doc]) -> list[Doc]:
    """Give Docs for texts; what is a Doc already is kept as it is.

    Parameters
    ----------
    X : iterable of str or spacy.tokens.Doc
        Passages.

    Returns
    -------
    list of spacy.tokens.Doc
        In order, one a passage; empty for none.

    Raises
    ------
    InputError
        If ``X`` is a single text, whose characters nobody means to be passages.
    """
    if isinstance(X, str):
        raise InputError("passages are a list of texts, and this is one text; write [text].")
    items = list(X)
    texts = [item for item in items if isinstance(item, str)]
    made = iter(_default_pipeline().pipe(texts)) if texts else iter(())
    return [next(made) if isinstance(item, str) else item for item in items]


class SignalCounter:
    """Counts each signal by how it is asserted.

    Parameters
    ----------
    signals : sequence of str
        Ids of the signals to count, in order.
    """

    signals_: list[str]

    def __init__(self, signals: Sequence[str]) -> None:
        self.signals_ = list(signals)

    @property
    def _places(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """Columns by signal and assertion."""
        return _places(tuple(self.signals_))

    def transform(self, X: Iterable[str | Doc]) -> sparse.csr_matrix:
        """Count.

        Parameters
        ----------
        X : iterable of str or spacy.tokens.Doc
            Passages.

        Returns
        -------
        scipy.sparse.csr_matrix of float64, shape (n_passages, n_features)
        """
        docs = as_docs(X)
        cells = Counter(
            (row, column) for row, doc in enumerate(docs) for columns in self.columns_of(doc) for column in columns
        )
        places = np.array(list(cells), dtype=np.int64).reshape(-1, 2)
        values = np.log1p(np.fromiter(cells.values(), dtype=float, count=len(cells)))
        shape = (len(docs), len(self.get_feature_names_out()))
        return sparse.csr_matrix((values, (places[:, 0], places[:, 1])), shape=shape)

    def columns_of(self, doc: Doc) -> list[tuple[int, ...]]:
        """Give the columns in which each span of a Doc counts, in the spans' order; none for a signal not counted."""
        return [self._places.get((span.label_, span._.assertion), ()) for span in doc.spans.get(SPANS, ())]

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns, in order."""
        names = [name for s in self.signals_ for name in (s, f"{s} affirmed", f"{s} negated")]
        return np.array([*names, *(f"{pole} citation" for pole in POLES)], dtype=object)


@cache
def _places(counted: tuple[str, ...]) -> dict[tuple[str, str], tuple[int, ...]]:
    lexicon = load_lexicon().signals
    places: dict[tuple[str, str], tuple[int, ...]] = {}
    for i, signal in enumerate(counted):
        present, affirmed, negated = range(3 * i, 3 * i + 3)
        pole = lexicon[signal].pole if signal in lexicon else POLES[0]
        places |= {(signal, assertion): (present,) for assertion in STANDING}
        places[signal, "affirmed"] = (present, affirmed)
        places[signal, "negated"] = (negated,)
        places[signal, "citation"] = (3 * len(counted) + POLES.index(pole),)
    return places


class TermCounter:
    """Weighs the terms of passages by TF-IDF.

    Parameters
    ----------
    ids : ndarray of uint64, shape (n_terms,)
        Ids of the terms, ascending.
    idf : ndarray of float64, shape (n_terms,)
        Their inverse document frequencies.
    terms : ndarray of str, shape (n_terms,)
        The terms.
    pairs : bool
        Whether pairs of neighbours count too.
    """

    ids_: NDArray[np.uint64]
    idf_: NDArray[np.float64]
    terms_: NDArray[np.str_]

    def __init__(
        self, ids: NDArray[np.uint64], idf: NDArray[np.float64], terms: NDArray[np.str_], pairs: bool = True
    ) -> None:
        self.ids_, self.idf_, self.terms_ = ids, idf, terms
        self.pairs = pairs

    def transform(self, X: Iterable[str | Doc]) -> sparse.csr_matrix:
        """Weigh.

        Parameters
        ----------
        X : iterable of str or spacy.tokens.Doc
            Passages.

        Returns
        -------
        scipy.sparse.csr_matrix of float64, shape (n_passages, n_terms)
        """
        docs = as_docs(X)
        rows, ids = self._ids(docs)
        columns = np.minimum(np.searchsorted(self.ids_, ids), len(self.ids_) - 1)
        known = self.ids_[columns] == ids
        shape = (len(docs), len(self.ids_))
        matrix = sparse.csr_matrix((np.ones(known.sum()), (rows[known], columns[known])), shape=shape)
        matrix.sum_duplicates()
        matrix.data = (1.0 + np.log(matrix.data)) * self.idf_[matrix.indices]
        lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1).A1)
        matrix.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(matrix.indptr))
        return matrix

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns: the terms, pairs with a blank between."""
        return self.terms_.astype(object)

    def _ids(self, docs: Sequence[Doc]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Row and id of every term in the passages, with repetitions."""
        from spacy.attrs import IS_ALPHA, NORM

        arrays = [doc.to_array([NORM, IS_ALPHA]) for doc in docs]
        words = [array[array[:, 1] == 1, 0] for array in arrays]
        rows = np.repeat(np.arange(len(docs)), [len(w) for w in words])
        ids = np.concatenate(words) if words else np.empty(0, dtype=np.uint64)
        if not self.pairs or len(ids) < 2:
            return rows, ids
        same = rows[:-1] == rows[1:]
        with np.errstate(over="ignore"):
            pairs = (ids[:-1] * PAIR_MIX + ids[1:])[same]
        return np.concatenate([rows, rows[:-1][same]]), np.concatenate([ids, pairs])
