"""What the classifier sees of a passage: its signals in context, its words, and its form.

Each transformer takes a sequence of texts, or of Docs that :func:`kindtext.load_pipeline` made, and gives one row a
passage; all are ordinary scikit-learn transformers. Words are counted by the ids that the Doc already holds, so no
text is tokenised twice and no vocabulary is looked up in Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from kindtext.errors import InputError
from kindtext.lexicon import POLES, load_lexicon
from kindtext.pipeline import load_pipeline
from kindtext.pipeline.signals import SPANS

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

STANDING = ("affirmed", "hedged", "conditional")
"""Assertions under which a signal counts as present: it is done or asked for, however weakly."""

_MIX = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing's constant: spreads a pair's order over all 64 bits


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


class SignalVectorizer(TransformerMixin, BaseEstimator):
    """Counts each signal by how it is asserted.

    One column a signal for spans that stand (``log(1 + n)``, since the third repetition says less than the first),
    one for those affirmed outright, one for those negated, and one a pole for citations.

    Parameters
    ----------
    signals : sequence of str, optional
        Ids of the signals to count, in order; all of the lexicon's by default.

    Attributes
    ----------
    signals_ : list of str
        The signals counted.

    Examples
    --------
    >>> vectorizer = SignalVectorizer(signals=["bidder_support"]).fit([])
    >>> list(vectorizer.get_feature_names_out())[:3]
    ['bidder_support', 'bidder_support affirmed', 'bidder_support negated']
    >>> vectorizer.transform(["We will give feedback to every bidder."]).toarray()[0, :3].round(2).tolist()
    [0.69, 0.69, 0.0]
    """

    def __init__(self, signals: Sequence[str] | None = None) -> None:
        self.signals = signals

    def fit(self, X: Iterable[Any], y: Any = None) -> Self:
        """Note the signals; nothing is learnt from the passages."""
        self.signals_ = list(self.signals) if self.signals is not None else list(load_lexicon().signals)
        return self

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
        check_is_fitted(self)
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
        check_is_fitted(self)
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


class TermVectorizer(TransformerMixin, BaseEstimator):
    """TF-IDF of the normal forms of words and of pairs of neighbours.

    As scikit-learn's ``TfidfVectorizer`` with ``sublinear_tf=True``, but counting 64-bit ids that the Doc holds
    already. Rows have length 1 (0 for a passage without a known term).

    Parameters
    ----------
    min_count : int, default=3
        Passages that a term must occur in to be kept.
    max_share : float, default=0.5
        Share of the passages above which a term is left out.
    pairs : bool, default=True
        Whether pairs of neighbours count too.

    Attributes
    ----------
    terms_ : ndarray of str, shape (n_terms,)
        The terms, in the columns' order.
    ids_ : ndarray of uint64, shape (n_terms,)
        Their ids, ascending.
    idf_ : ndarray of float64, shape (n_terms,)
        Inverse document frequency, ``1 + log((1 + n) / (1 + df))``.
    """

    def __init__(self, min_count: int = 3, max_share: float = 0.5, pairs: bool = True) -> None:
        self.min_count = min_count
        self.max_share = max_share
        self.pairs = pairs

    def fit(self, X: Iterable[str | Doc], y: Any = None) -> Self:
        """Learn the terms and their weights.

        Parameters
        ----------
        X : iterable of str or spacy.tokens.Doc
            Passages.
        y : ignored

        Returns
        -------
        TermVectorizer

        Raises
        ------
        ValueError
            If no term is left.
        """
        docs = as_docs(X)
        rows, ids = self._ids(docs)
        pairs = np.unique(np.stack([ids, rows.astype(np.uint64)]), axis=1)
        terms, frequency = np.unique(pairs[0], return_counts=True)
        kept = (frequency >= self.min_count) & (frequency <= max(self.max_share * len(docs), self.min_count))
        if not kept.any():
            raise ValueError(f"no term occurs in {self.min_count} passages or more; lower min_count or give more text.")
        self.ids_ = terms[kept]
        self.idf_ = 1.0 + np.log((1.0 + len(docs)) / (1.0 + frequency[kept]))
        self.terms_ = self._spell(docs)
        return self

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
        check_is_fitted(self)
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
        check_is_fitted(self)
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
            pairs = (ids[:-1] * _MIX + ids[1:])[same]
        return np.concatenate([rows, rows[:-1][same]]), np.concatenate([ids, pairs])

    def _spell(self, docs: Sequence[Doc]) -> NDArray[np.str_]:
        """Write out the kept terms, for people."""
        names: dict[int, str] = {}
        kept = set(self.ids_.tolist())
        for doc in docs:
            words = [token for token in doc if token.is_alpha]
            for first, second in zip(words, [*words, None][1:], strict=True):
                if first.norm in kept:
                    names.setdefault(first.norm, first.norm_)
                if self.pairs and second is not None:
                    pair = (first.norm * int(_MIX) + second.norm) % 2**64
                    if pair in kept:
                        names.setdefault(pair, f"{first.norm_} {second.norm_}")
        return np.array([names[i] for i in self.ids_.tolist()])
