"""From sums of evidence to a score with its interval: the posterior of a share, after a Beta prior."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

PRIOR = 1.0
"""Strength of the prior on each side (``a``), in passages of full weight: 1 makes every score equally likely at first.

Of 0.5, 1, 1.5, 2, 3 and 5 it came closest to what readers said of two dozen real documents; their order did not depend
on it.
"""

INTERVAL = 0.9
"""Probability that the interval covers."""

GRID = 4096
"""Cells that a density is added up over: its quantiles are then right to five digits."""


def aggregate(kind: float, transactional: float) -> tuple[float, tuple[float, float]]:
    """Turn the weight of kind and of transactional text into a score with its interval.

    Parameters
    ----------
    kind, transactional : float
        Sums over passages of weight times probability.

    Returns
    -------
    float
        ``100 (a + K) / (2 a + K + T)``, the mean of a Beta(a + K, a + T) posterior.
    tuple of float
        The ends of its central 90 % interval.

    Examples
    --------
    >>> aggregate(0.0, 0.0)[0]
    50.0
    >>> value, (low, high) = aggregate(9.5, 0.5)
    >>> value, low < value < high
    (87.5, True)
    """
    a, b = PRIOR + kind, PRIOR + transactional
    tail = (1 - INTERVAL) / 2
    low, high = (100 * quantile for quantile in beta_quantiles(a, b, (tail, 1 - tail)))
    return 100 * a / (a + b), (low, high)


def beta_quantiles(a: float, b: float, at: Sequence[float]) -> list[float]:
    """Quantiles of a Beta distribution whose density has no pole, by adding its density up on a fine grid.

    It agrees with ``scipy.special.betaincinv`` to five digits; importing that takes longer than scoring a document.

    Parameters
    ----------
    a, b : float
        At least 1.
    at : sequence of float
        Probabilities, 0 to 1.

    Returns
    -------
    list of float
        0 to 1.

    Examples
    --------
    >>> [round(q, 3) for q in beta_quantiles(1.0, 1.0, (0.05, 0.5))]
    [0.05, 0.5]
    """
    centre, width = a / (a + b), math.sqrt(a * b / (a + b + 1)) / (a + b)
    low, high = max(0.0, centre - 12 * width), min(1.0, centre + 12 * width)
    edges = np.linspace(low, high, GRID + 1)
    x = (edges[1:] + edges[:-1]) / 2
    logs = (a - 1) * np.log(x) + (b - 1) * np.log1p(-x)
    mass = np.cumsum(np.exp(logs - logs.max()))
    return np.interp(at, np.concatenate([[0.0], mass / mass[-1]]), edges).tolist()
