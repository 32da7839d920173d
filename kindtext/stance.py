"""From log-odds to stances: what a fitted classifier computes, without scikit-learn or SciPy.

With neutral as the base, a passage's log-odds of kind and of transactional are linear in its features.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

    from kindtext.counting import Rows

STANCES = ("kind", "neutral", "transactional")
"""The classes, in the order of their probabilities."""

Floats = NDArray[np.float64]


class StanceJudge:
    """Gives log-odds and probabilities of stances from features.

    Parameters
    ----------
    coef : ndarray of float64, shape (2, n_features)
        Log-odds of kind and of transactional against neutral, for one unit of each feature.
    intercept : ndarray of float64, shape (2,)
    temperature : float
        What the log-odds are divided by before they become probabilities.
    shift : ndarray of float64, shape (2,)
        What is added to the log-odds after that.
    """

    plain = True
    """Whether the attributes below are all there is to it, so that it can be saved as numbers."""

    coef_: Floats
    intercept_: Floats
    temperature_: float
    shift_: Floats

    def __init__(self, coef: Floats, intercept: Floats, temperature: float, shift: Floats) -> None:
        self.coef_, self.intercept_, self.temperature_, self.shift_ = coef, intercept, temperature, shift

    def raw_log_odds(self, X: Rows | sparse.spmatrix) -> Floats:
        """Log-odds against neutral before calibration, shape (n_passages, 2): kind, transactional."""
        return np.asarray(X @ self.coef_.T + self.intercept_, dtype=np.float64)

    def log_odds(self, X: Rows | sparse.spmatrix) -> Floats:
        """Calibrated log-odds against neutral, shape (n_passages, 2): kind, transactional."""
        return self.raw_log_odds(X) / self.temperature_ + self.shift_

    def predict_proba(self, X: Rows | sparse.spmatrix) -> Floats:
        """Probabilities, shape (n_passages, 3), in the order of ``STANCES``; each row adds to 1."""
        return probabilities(self.log_odds(X))

    def predict(self, X: Rows | sparse.spmatrix) -> NDArray[np.str_]:
        """Most probable stance of each passage, shape (n_passages,)."""
        P = self.predict_proba(X)
        return np.asarray(np.array(STANCES)[P.argmax(axis=1)])


def probabilities(log_odds: Floats) -> Floats:
    """Turn log-odds against neutral into the probabilities of kind, neutral and transactional.

    Parameters
    ----------
    log_odds : ndarray of float64, shape (n, 2)

    Returns
    -------
    ndarray of float64, shape (n, 3)

    Examples
    --------
    >>> probabilities(np.zeros((1, 2))).round(2).tolist()
    [[0.33, 0.33, 0.33]]
    """
    z = with_neutral(log_odds)[:, [0, 2, 1]]
    odds = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def with_neutral(z: Floats) -> Floats:
    """Put the log-odds of neutral, 0, beside the others, as the third column."""
    return np.column_stack([z, np.zeros(len(z))])
