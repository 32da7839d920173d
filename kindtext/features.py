"""What the classifier sees of a passage, as scikit-learn transformers: its signals in context, and its words.

Each takes a sequence of texts, or of Docs that :func:`kindtext.load_pipeline` made, and gives one row a passage. The
counting itself is in :mod:`kindtext.counting`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from kindtext.counting import PAIR_MIX, SignalCounter, TermCounter, as_docs
from kindtext.lexicon import load_lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc


class SignalVectorizer(TransformerMixin, SignalCounter, BaseEstimator):
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

    def transform(self, X: Iterable[str | Doc]) -> sparse.csr_matrix:
        """Count: :meth:`kindtext.counting.SignalCounter.rows`, as SciPy's matrix."""
        check_is_fitted(self)
        return self.rows(X).to_csr()

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns, in order."""
        check_is_fitted(self)
        return super().get_feature_names_out(input_features)


class TermVectorizer(TransformerMixin, TermCounter, BaseEstimator):
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
        """Weigh: :meth:`kindtext.counting.TermCounter.rows`, as SciPy's matrix."""
        check_is_fitted(self)
        return self.rows(X).to_csr()

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns, in order."""
        check_is_fitted(self)
        return super().get_feature_names_out(input_features)

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
                    pair = (first.norm * int(PAIR_MIX) + second.norm) % 2**64
                    if pair in kept:
                        names.setdefault(pair, f"{first.norm_} {second.norm_}")
        return np.array([names[i] for i in self.ids_.tolist()])
