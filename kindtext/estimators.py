"""Any scikit-learn classifier with probabilities in the place of kindtext's own.

A linear one comes down to coefficients, and is saved as those. Another is used in memory: to save it would take a
pickle, and loading a pickle runs whatever code is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import softmax
from sklearn.base import clone

from kindtext.counting import Rows
from kindtext.errors import InputError
from kindtext.stance import STANCES, Floats, StanceJudge

LEAST = 1e-6
"""What a probability is raised to before its logarithm is taken: forests and trees give 0 freely."""

_CHECKED = 200
"""Rows on which coefficients are checked to say what the estimator says."""


class EstimatorJudge(StanceJudge):
    """A fitted scikit-learn classifier that gives log-odds as our own does.

    Parameters
    ----------
    estimator : scikit-learn classifier
        Fitted on the three stances.
    """

    plain = False

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator
        self.temperature_, self.shift_ = 1.0, np.zeros(2)
        self._order = [list(estimator.classes_).index(stance) for stance in STANCES]

    def raw_log_odds(self, X: Rows | sparse.spmatrix) -> Floats:
        """Log-odds against neutral before calibration, shape (n_passages, 2): kind, transactional."""
        matrix = X.to_csr() if isinstance(X, Rows) else X
        if not matrix.shape[0]:
            return np.zeros((0, 2))
        logs = np.log(np.maximum(np.asarray(self.estimator.predict_proba(matrix))[:, self._order], LEAST))
        return np.asarray(logs[:, [0, 2]] - logs[:, [1]], dtype=np.float64)

    def moves(self, X: Rows | sparse.spmatrix, row: int, columns: Sequence[int]) -> float:
        """Say what columns add to the log-odds of kind against transactional: what is lost when they are emptied."""
        matrix = (X.to_csr() if isinstance(X, Rows) else sparse.csr_matrix(X))[row]
        without = matrix.tolil(copy=True)
        without[0, list(columns)] = 0
        z = self.log_odds(sparse.vstack([matrix, without.tocsr()]).tocsr())
        return float((z[0, 0] - z[0, 1]) - (z[1, 0] - z[1, 1]))


def fit_estimator(estimator: Any, X: sparse.csr_matrix, y: NDArray[np.str_]) -> StanceJudge:
    """Fit a copy of an estimator.

    Parameters
    ----------
    estimator : scikit-learn classifier
        It stays as it is.
    X : sparse matrix, shape (n_passages, n_features)
    y : ndarray of str, shape (n_passages,)

    Returns
    -------
    StanceJudge
        Of plain coefficients where those say the same as the estimator, else an :class:`EstimatorJudge`.

    Raises
    ------
    InputError
        If it is no classifier with probabilities, or cannot be fitted on this.
    """
    if not (hasattr(estimator, "fit") and hasattr(estimator, "get_params") and hasattr(estimator, "predict_proba")):
        raise InputError(
            f"{type(estimator).__name__}: it gives no probabilities (predict_proba); wrap it in "
            "sklearn.calibration.CalibratedClassifierCV."
        )
    try:
        fitted = clone(estimator).fit(X, y)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{type(estimator).__name__}: it cannot be fitted on {X.shape[0]} passages of {X.shape[1]} sparse features "
            f"({error}); choose one that takes sparse matrices, as LogisticRegression does."
        ) from error
    judge = EstimatorJudge(fitted)
    return _as_coefficients(fitted, judge, X) or judge


def _as_coefficients(fitted: Any, judge: EstimatorJudge, X: sparse.csr_matrix) -> StanceJudge | None:
    """Give the judge of an estimator's coefficients; None where it has none, or does more with them than a softmax."""
    coef, intercept = getattr(fitted, "coef_", None), getattr(fitted, "intercept_", None)
    if not isinstance(coef, np.ndarray) or coef.shape != (len(STANCES), X.shape[1]):
        return None
    weights, start = coef[judge._order], np.broadcast_to(np.asarray(intercept), len(STANCES))[judge._order]
    some = X[:_CHECKED]
    said = softmax(np.asarray(some @ weights.T) + start, axis=1)
    if not np.allclose(said, fitted.predict_proba(some)[:, judge._order], atol=LEAST):
        return None
    return StanceJudge(weights[[0, 2]] - weights[1], start[[0, 2]] - start[1], 1.0, np.zeros(2))
