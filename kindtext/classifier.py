"""The classifier: a logistic model of stance in which no signal can speak against its own pole.

With neutral as the base, a passage's log-odds of kind and of transactional are linear in its features. Signs are
bounded: another kind signal never lowers P(kind) nor raises P(transactional), and the other way about. It guards
against what a corpus gets wrong, and it is a promise that a user understands. scikit-learn has no logistic
regression with bounds on its coefficients, so the convex problem is given to SciPy's L-BFGS-B.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from kindtext.counting import Rows
from kindtext.stance import STANCES, Floats, StanceJudge, with_neutral


class StanceClassifier(StanceJudge, BaseEstimator):
    """Sign-bounded multinomial logistic regression over three stances, with a calibrated temperature.

    Parameters
    ----------
    C : float, default=1.0
        Inverse strength of the L2 penalty, per passage as in scikit-learn: smaller is stronger.
    kind_columns, transactional_columns : sequence of int, optional
        Columns that speak for one pole: their coefficients may only raise it and lower the other.
    max_iter : int, default=500
        Steps of the optimiser; the default corpus needs fewer than 200.

    Attributes
    ----------
    classes_ : ndarray of str, shape (3,)
        ``kind``, ``neutral``, ``transactional``.
    coef_ : ndarray of float64, shape (2, n_features)
        Log-odds of kind and of transactional against neutral, for one unit of each feature.
    intercept_ : ndarray of float64, shape (2,)
    temperature_ : float
        What the log-odds are divided by before they become probabilities; 1 until calibrated.
    shift_ : ndarray of float64, shape (2,)
        What is added to the log-odds after that; 0 until calibrated.
    """

    def __init__(
        self,
        C: float = 1.0,
        *,
        kind_columns: Sequence[int] = (),
        transactional_columns: Sequence[int] = (),
        max_iter: int = 500,
    ) -> None:
        self.C = C
        self.kind_columns = kind_columns
        self.transactional_columns = transactional_columns
        self.max_iter = max_iter

    def fit(self, X: sparse.spmatrix, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit.

        Parameters
        ----------
        X : sparse matrix, shape (n_passages, n_features)
        y : array-like of str, shape (n_passages,)
            Stances.
        sample_weight : array-like of float, shape (n_passages,), optional

        Returns
        -------
        StanceClassifier

        Raises
        ------
        ValueError
            If a stance is unknown, or one of the three is missing.
        """
        labels = np.asarray(y)
        unknown = sorted(set(labels.tolist()) - set(STANCES))
        if unknown:
            raise ValueError(f"unknown stance '{unknown[0]}'; use {', '.join(STANCES)}.")
        missing = [stance for stance in STANCES if not (labels == stance).any()]
        if missing:
            raise ValueError(f"no passage is labelled {missing[0]}; all three stances are needed.")
        X = sparse.csr_matrix(X, dtype=np.float64)
        Y = np.stack([labels == "kind", labels == "transactional"], axis=1).astype(float)
        weight = np.ones(len(labels)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
        self.classes_ = np.array(STANCES)
        self.temperature_ = 1.0
        self.shift_ = np.zeros(2)
        columns = X.shape[1]
        start = np.zeros(2 * (columns + 1))
        solution = minimize(
            _loss,
            start,
            args=(X, X.T.tocsr(), Y, weight, 1.0 / self.C),
            jac=True,
            method="L-BFGS-B",
            bounds=self._bounds(columns),
            options={"maxiter": self.max_iter, "maxcor": 20, "ftol": 1e-10, "gtol": 1e-4},
        )
        parameters = solution.x.reshape(2, columns + 1)
        self.coef_ = parameters[:, :-1].copy()
        self.intercept_ = parameters[:, -1].copy()
        return self

    def calibrate(self, log_odds: Floats, y: ArrayLike) -> Self:
        """Set the temperature and the shift that make held-out log-odds most likely.

        Parameters
        ----------
        log_odds : ndarray of float64, shape (n_passages, 2)
            Of passages that the models giving them had not seen.
        y : array-like of str, shape (n_passages,)

        Returns
        -------
        StanceClassifier

        References
        ----------
        Guo, Pleiss, Sun, Weinberger: "On calibration of modern neural networks", ICML 2017 (temperature scaling).
        """
        self.temperature_, self.shift_ = calibration(log_odds, y)
        return self

    def raw_log_odds(self, X: Rows | sparse.spmatrix) -> Floats:
        """Log-odds against neutral before calibration, shape (n_passages, 2): kind, transactional."""
        check_is_fitted(self)
        return super().raw_log_odds(X)

    def _bounds(self, columns: int) -> list[tuple[float | None, float | None]]:
        free: tuple[float | None, float | None] = (None, None)
        kind, transactional = [free] * (columns + 1), [free] * (columns + 1)
        for column in self.kind_columns:
            kind[column], transactional[column] = (0.0, None), (None, 0.0)
        for column in self.transactional_columns:
            kind[column], transactional[column] = (None, 0.0), (0.0, None)
        return kind + transactional


def calibration(log_odds: Floats, y: ArrayLike) -> tuple[float, Floats]:
    """Find the temperature and the shift that make held-out log-odds most likely.

    Parameters
    ----------
    log_odds : ndarray of float64, shape (n_passages, 2)
        Against neutral, of passages that the models giving them had not seen.
    y : array-like of str, shape (n_passages,)

    Returns
    -------
    float
        What to divide the log-odds by.
    ndarray of float64, shape (2,)
        What to add to them then.
    """
    labels = np.asarray(y)
    Y = np.stack([labels == "kind", labels == "transactional"], axis=1).astype(float)

    def loss(parameters: Floats) -> float:
        z = log_odds * np.exp(parameters[0]) + parameters[1:]
        return float((logsumexp(with_neutral(z), axis=1) - (Y * z).sum(axis=1)).mean())

    solution = minimize(loss, np.zeros(3), method="L-BFGS-B")
    return float(np.exp(-solution.x[0])), solution.x[1:].copy()


def _loss(
    parameters: Floats, X: sparse.csr_matrix, Xt: sparse.csr_matrix, Y: Floats, weight: Floats, penalty: float
) -> tuple[float, Any]:
    """Penalised negative log-likelihood and its gradient; the intercepts are not penalised."""
    W = parameters.reshape(2, -1)
    z = X @ W[:, :-1].T + W[:, -1]
    norm = logsumexp(with_neutral(z), axis=1)
    value = weight @ (norm - (Y * z).sum(axis=1)) + 0.5 * penalty * (W[:, :-1] ** 2).sum()
    residual = (np.exp(z - norm[:, None]) - Y) * weight[:, None]
    gradient = np.empty_like(W)
    gradient[:, :-1] = (Xt @ residual).T + penalty * W[:, :-1]
    gradient[:, -1] = residual.sum(axis=0)
    return float(value), gradient.ravel()
