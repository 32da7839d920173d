"""Counting what is in a passage: its signals by how they are asserted, and its words.

This is what scoring needs, and it imports neither scikit-learn nor SciPy, which take longer to import than a document
takes to score. :mod:`kindtext.features` makes scikit-learn transformers of it. Words are counted by the ids that the
Doc already holds, so no text is tokenised twice and no vocabulary is looked up in Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from kindtext.errors import InputError
from kindtext.lexicon import POLES, STANDING, load_lexicon
from kindtext.pipeline import shared_pipeline
from kindtext.pipeline.signals import SPANS

if TYPE_CHECKING:
    from scipy import sparse
    from spacy.tokens import Doc

PAIR_MIX = np.uint64(0x9E3779B97F4A7C15)
"""What the first id of a pair is multiplied by: Fibonacci hashing's constant, which spreads order over all 64 bits."""


class Rows(NamedTuple):
    """A sparse matrix row by row, as ``scipy.sparse.csr_matrix`` holds it.

    Parameters
    ----------
    data : ndarray of float64, shape (n_cells,)
        The values that are not 0.
    indices : ndarray of int64, shape (n_cells,)
        Their columns, ascending within a row.
    indptr : ndarray of int64, shape (n_rows + 1,)
        Where each row starts among them.
    width : int
        Number of columns.
    """

    data: NDArray[np.float64]
    indices: NDArray[np.int64]
    indptr: NDArray[np.int64]
    width: int

    @classmethod
    def of(cls, rows: NDArray[np.int64], columns: NDArray[np.int64], data: NDArray[np.float64], shape: Any) -> Self:
        """Put cells, each named once and in any order, into rows."""
        order = np.lexsort((columns, rows))
        indptr = np.zeros(shape[0] + 1, dtype=np.int64)
        np.cumsum(np.bincount(rows, minlength=shape[0]), out=indptr[1:])
        return cls(data[order], columns[order], indptr, shape[1])

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of columns."""
        return len(self.indptr) - 1, self.width

    def cells(self) -> NDArray[np.int64]:
        """Row of every cell."""
        return np.repeat(np.arange(self.shape[0]), np.diff(self.indptr))

    def __matmul__(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Multiply by a dense matrix of shape (n_columns, k)."""
        rows, count = self.cells(), self.shape[0]
        products = self.data[:, None] * weights[self.indices]
        return np.stack([np.bincount(rows, column, minlength=count) for column in products.T], axis=1)

    def beside(self, other: Rows) -> Rows:
        """Put the columns of another matrix to the right."""
        return Rows.of(
            np.concatenate([self.cells(), other.cells()]),
            np.concatenate([self.indices, other.indices + self.width]),
            np.concatenate([self.data, other.data]),
            (self.shape[0], self.width + other.width),
        )

    def to_csr(self) -> sparse.csr_matrix:
        """Give it as SciPy's matrix."""
        from scipy import sparse

        return sparse.csr_matrix((self.data, self.indices, self.indptr), shape=self.shape)


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
    made = iter(shared_pipeline().pipe(texts)) if texts else iter(())
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
        return _places(tuple(self.signals_), load_lexicon().digest)

    def rows(self, X: Iterable[str | Doc]) -> Rows:
        """Count.

        Parameters
        ----------
        X : iterable of str or spacy.tokens.Doc
            Passages.

        Returns
        -------
        Rows of shape (n_passages, n_features)
        """
        docs = as_docs(X)
        cells = Counter(
            (row, column) for row, doc in enumerate(docs) for columns in self.columns_of(doc) for column in columns
        )
        places = np.array(list(cells), dtype=np.int64).reshape(-1, 2)
        values = np.log1p(np.fromiter(cells.values(), dtype=float, count=len(cells)))
        return Rows.of(places[:, 0], places[:, 1], values, (len(docs), len(self.get_feature_names_out())))

    def columns_of(self, doc: Doc) -> list[tuple[int, ...]]:
        """Give the columns in which each span of a Doc counts, in the spans' order; none for a signal not counted."""
        return [self._places.get((span.label_, span._.assertion), ()) for span in doc.spans.get(SPANS, ())]

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns, in order."""
        names = [name for s in self.signals_ for name in (s, f"{s} affirmed", f"{s} negated")]
        return np.array([*names, *(f"{pole} citation" for pole in POLES)], dtype=object)


@lru_cache(maxsize=8)
def _places(counted: tuple[str, ...], lexicon_digest: str) -> dict[tuple[str, str], tuple[int, ...]]:
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

    def rows(self, X: Iterable[str | Doc]) -> Rows:
        """Weigh.

        Parameters
        ----------
        X : iterable of str or spacy.tokens.Doc
            Passages.

        Returns
        -------
        Rows of shape (n_passages, n_terms)
        """
        docs = as_docs(X)
        rows, ids = self._ids(docs)
        columns = np.minimum(np.searchsorted(self.ids_, ids), len(self.ids_) - 1)
        known = self.ids_[columns] == ids
        width = len(self.ids_)
        cells, counts = np.unique(rows[known] * width + columns[known], return_counts=True)
        rows, columns = np.divmod(cells, width)
        values = (1.0 + np.log(counts)) * self.idf_[columns]
        lengths = np.sqrt(np.bincount(rows, values**2, minlength=len(docs)))
        return Rows.of(rows, columns, values / lengths[rows], (len(docs), width))

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
