"""How well probabilities and signals fit labels: metrics, their intervals, parts of a corpus, worst mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import f1_score

from kindtext.corpus import Corpus
from kindtext.lexicon import STANDING, load_lexicon
from kindtext.pipeline.signals import SPANS
from kindtext.stance import STANCES, Floats

if TYPE_CHECKING:
    from spacy.tokens import Doc


def stance_metrics(y: NDArray[np.str_], P: Floats) -> dict[str, float]:
    """Measure probabilities against labels.

    Parameters
    ----------
    y : ndarray of str, shape (n,)
    P : ndarray of float64, shape (n, 3)

    Returns
    -------
    dict of str to float
        ``macro_f1``, ``f1_<stance>``, ``auroc_kind`` and ``auroc_transactional`` (each against the rest; nan where
        only one side occurs), ``calibration_error`` (of the likeliest stance, ten bins) and ``log_loss``.
    """
    # Written out, not taken from sklearn.metrics: the bootstrap measures 200 times, and sklearn's checks of its
    # arguments would take most of that time.
    truth = y[:, None] == np.array(STANCES)
    guess = P.argmax(axis=1)[:, None] == np.arange(len(STANCES))
    each = 2 * (truth & guess).sum(axis=0) / np.maximum(truth.sum(axis=0) + guess.sum(axis=0), 1)
    return {
        "macro_f1": float(each.mean()),
        **{f"f1_{stance}": float(f) for stance, f in zip(STANCES, each, strict=True)},
        "auroc_kind": _auroc(truth[:, 0], P[:, 0]),
        "auroc_transactional": _auroc(truth[:, 2], P[:, 2]),
        "calibration_error": _calibration_error(P, (truth & guess).any(axis=1)),
        "log_loss": float(-np.log(np.maximum(P[truth], np.finfo(float).eps)).mean()),
    }


LENGTHS = ((0, 30), (30, 60), (60, 100), (100, 10**6))
"""Bounds of length, in words, by which a model is measured apart: a sentence or two, a paragraph, a long one."""

FEWEST_OF_SLICE = 25
"""Excerpts that a part of the corpus must have to be measured apart."""


def slice_metrics(corpus: Corpus, P: Floats) -> dict[str, dict[str, dict[str, float]]]:
    """Measure parts of a corpus apart.

    Parameters
    ----------
    corpus : Corpus
    P : ndarray of float64, shape (n, 3)
        Probabilities of its excerpts, in order.

    Returns
    -------
    dict
        ``register``, ``sector`` and ``words`` (length): for each value with enough excerpts, ``excerpts``,
        ``macro_f1`` and ``calibration_error``.
    """
    y = np.array(corpus.y)
    words = [len(text.split()) for text in corpus.texts]
    labels = {
        "register": [record.register for record in corpus],
        "sector": [record.sector for record in corpus],
        "words": [next(_spoken_length(low, high) for low, high in LENGTHS if low <= n < high) for n in words],
    }
    table: dict[str, dict[str, dict[str, float]]] = {}
    for name, values in labels.items():
        array = np.array([str(value) for value in values])
        table[name] = {}
        for value in sorted(set(array.tolist())):
            here = array == value
            if here.sum() >= FEWEST_OF_SLICE:
                metrics = stance_metrics(y[here], P[here])
                table[name][value] = {"excerpts": int(here.sum())} | {
                    key: round(metrics[key], 4) for key in ("macro_f1", "calibration_error")
                }
    return table


def calibration_table(y: NDArray[np.str_], P: Floats, bins: int = 10) -> list[dict[str, float]]:
    """Say how often the likeliest stance is right, by how likely it was said to be: a reliability diagram's bars.

    Parameters
    ----------
    y : ndarray of str, shape (n,)
    P : ndarray of float64, shape (n, 3)
    bins : int
        Of equal width, from 0 to 1; empty ones are left out.

    Returns
    -------
    list of dict
        ``said`` (mean probability), ``right`` (share) and ``excerpts``, from the least likely on.
    """
    top, right = P.max(axis=1), np.array(STANCES)[P.argmax(axis=1)] == y
    edges = np.minimum((top * bins).astype(int), bins - 1)
    return [
        {
            "said": round(float(top[edges == b].mean()), 4),
            "right": round(float(right[edges == b].mean()), 4),
            "excerpts": int((edges == b).sum()),
        }
        for b in range(bins)
        if (edges == b).any()
    ]


def worst_mistakes(corpus: Corpus, P: Floats, most: int = 20) -> list[dict[str, Any]]:
    """List the excerpts whose label was given the least probability.

    Parameters
    ----------
    corpus : Corpus
    P : ndarray of float64, shape (n, 3)
    most : int

    Returns
    -------
    list of dict
        ``id``, ``labelled``, ``predicted``, ``probability`` (of the label) and ``text``, the worst first; those that
        were judged right are left out.
    """
    truth = np.array([STANCES.index(stance) for stance in corpus.y], dtype=int)
    given = P[np.arange(len(truth)), truth]
    records = list(corpus)
    return [
        {
            "id": records[i].id,
            "labelled": records[i].stance,
            "predicted": STANCES[P[i].argmax()],
            "probability": round(float(given[i]), 4),
            "text": records[i].text,
        }
        for i in np.argsort(given, kind="stable").tolist()
        if P[i].argmax() != truth[i]
    ][:most]


def _spoken_length(low: int, high: int) -> str:
    return f"under {high}" if low == 0 else f"{low} to {high - 1}" if high < 10**6 else f"{low} or more"


def signal_metrics(corpus: Corpus, docs: Sequence[Doc]) -> dict[str, dict[str, float]]:
    """Measure each signal's presence in passages against the labels; disputed ones count neither way.

    Parameters
    ----------
    corpus : Corpus
    docs : sequence of spacy.tokens.Doc
        Its passages, in order.

    Returns
    -------
    dict of str to dict
        Signal: ``precision``, ``recall``, ``f1`` (0 where undefined) and ``support``.
    """
    found = [{s.label_ for s in doc.spans[SPANS] if s._.assertion in STANDING} for doc in docs]
    rows = {}
    for signal in load_lexicon().signals:
        judged = [
            (signal in record.signals, signal in present)
            for record, present in zip(corpus, found, strict=True)
            if signal not in record.disputed
        ]
        right = sum(gold and here for gold, here in judged)
        support, hits = sum(gold for gold, _ in judged), sum(here for _, here in judged)
        rows[signal] = {
            "precision": right / hits if hits else 0.0,
            "recall": right / support if support else 0.0,
            "f1": 2 * right / (hits + support) if hits + support else 0.0,
            "support": support,
        }
    return rows


def confusion_table(y: NDArray[np.str_], P: Floats) -> dict[str, dict[str, int]]:
    """Count labelled stances by predicted ones.

    Parameters
    ----------
    y : ndarray of str, shape (n,)
    P : ndarray of float64, shape (n, 3)

    Returns
    -------
    dict of str to dict
        Labelled stance: predicted stance: excerpts.
    """
    guess = np.array(STANCES)[P.argmax(axis=1)]
    return {a: {b: int(((y == a) & (guess == b)).sum()) for b in STANCES} for a in STANCES}


def draws(groups: NDArray[np.str_], random_state: int, rounds: int) -> Iterator[NDArray[np.intp]]:
    """Draw whole groups with replacement, as many as there are.

    Parameters
    ----------
    groups : ndarray of str, shape (n,)
    random_state : int
    rounds : int

    Yields
    ------
    ndarray of int
        The rows drawn.
    """
    random = np.random.default_rng(random_state)
    _, membership = np.unique(groups, return_inverse=True)
    by_group = np.split(np.argsort(membership, kind="stable"), np.cumsum(np.bincount(membership))[:-1])
    for _ in range(rounds):
        yield np.concatenate([by_group[i] for i in random.integers(0, len(by_group), len(by_group))])


def bootstrap(
    y: NDArray[np.str_], P: Floats, groups: NDArray[np.str_], random_state: int, rounds: int = 200
) -> Mapping[str, list[float]]:
    """Give 95 % intervals by drawing whole groups with replacement.

    Parameters
    ----------
    y : ndarray of str, shape (n,)
    P : ndarray of float64, shape (n, 3)
    groups : ndarray of str, shape (n,)
    random_state, rounds : int

    Returns
    -------
    mapping of str to list of float
        Metric of :func:`stance_metrics`: the two ends.
    """
    drawn: dict[str, list[float]] = {}
    for rows in draws(groups, random_state, rounds):
        for name, value in stance_metrics(y[rows], P[rows]).items():
            drawn.setdefault(name, []).append(value)
    return {name: central(values) for name, values in drawn.items()}


def central(values: Sequence[float]) -> list[float]:
    """Give the ends of the central 95 % of what is known; nan where nothing is."""
    known = [value for value in values if not np.isnan(value)]
    return [float(end) for end in np.percentile(known or [np.nan], [2.5, 97.5])]


def macro_f1(y: NDArray[np.str_], guess: NDArray[np.str_]) -> float:
    """Give the mean F1 of the three stances; 0 for one that neither occurs nor is guessed."""
    return float(f1_score(y, guess, average="macro", labels=list(STANCES), zero_division=0))


def _auroc(positive: NDArray[np.bool_], scores: Floats) -> float:
    """Share of pairs in which the positive has the higher score (Mann and Whitney's U); nan without a pair."""
    n = int(positive.sum())
    pairs = n * (len(positive) - n)
    return float((rankdata(scores)[positive].sum() - n * (n + 1) / 2) / pairs) if pairs else float("nan")


def _calibration_error(P: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over equal bins of confidence (Naeini et al., AAAI 2015)."""
    top = P.max(axis=1)
    edges = np.minimum((top * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(right[edges == b].mean() - top[edges == b].mean()) * (edges == b).mean()
            for b in range(bins)
            if (edges == b).any()
        )
    )
