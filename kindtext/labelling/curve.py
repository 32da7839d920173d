"""Whether another hour of labelling would help: a learning curve of what is labelled so far.

Models are trained on growing shares of the labels and tested, by cross-validation, on the rest. Over the sizes that a
person labels, quality grows about evenly with every doubling; the line through the points, drawn on, says what an hour
more would bring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kindtext.corpus import Record
from kindtext.stance import STANCES

if TYPE_CHECKING:
    from scipy import sparse

FROM = 60
"""Labels from which on a curve is drawn: below, each of its points rests on a handful of passages."""

SHARES = (0.4, 0.6, 0.8, 1.0)
"""Of the training part, for the points of the curve."""

STEPS = 500
"""Of the optimiser, at most; so few labels need fewer than 50."""

FOLDS, REPEATS = 5, 3
"""Of cross-validation; one round on a hundred passages differs from the next by several points."""

FEWEST = 5
"""Labels that each stance needs: one a fold."""

WORTH = 0.01
"""Gain in macro-F1 from which an hour is worth it: a point, about what two labellers' own doubts amount to."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the curve says.

    Parameters
    ----------
    points : tuple of (int, float)
        Labels trained on, and macro-F1 (0 to 1) on those held out; empty where there are too few labels.
    labels : int
        Labels so far.
    per_hour : int
        Labels that an hour gives.
    gain : float
        What an hour more would add to macro-F1.
    reason : str
        Why there is no curve; empty where there is one.
    """

    points: tuple[tuple[int, float], ...]
    labels: int
    per_hour: int
    gain: float = 0.0
    reason: str = ""

    @property
    def helps(self) -> bool:
        """Whether another hour is worth it."""
        return bool(self.reason) or self.gain >= WORTH

    def sentence(self) -> str:
        """Say it to the labeller.

        Examples
        --------
        >>> Outlook(((40, 0.5), (80, 0.55)), 100, 90, 0.002).sentence()[-54:]
        'Another hour would hardly help: about 0.2 points more.'
        """
        if self.reason:
            return f"{self.labels} label{'s' if self.labels != 1 else ''}: {self.reason}."
        (few, low), (many, high) = self.points[0], self.points[-1]
        begin = f"{self.labels} labels: macro-F1 was {low:.2f} when trained on {few} of them and {high:.2f} on {many}."
        amount = f"about {100 * self.gain:.1f} points more"
        if self.helps:
            return f"{begin} Another hour (some {self.per_hour} labels) should help: {amount}."
        return f"{begin} Another hour would hardly help: {amount}."


def outlook(records: Sequence[Record], per_hour: int, random_state: int = 0) -> Outlook:
    """Draw the curve and say what an hour more would bring.

    Parameters
    ----------
    records : sequence of Record
        What is labelled so far.
    per_hour : int
        Labels that an hour gives.
    random_state : int
        Decides the folds.

    Returns
    -------
    Outlook
    """
    y = np.array([record.stance for record in records])
    if len(records) < FROM:
        return Outlook((), len(records), per_hour, reason=f"whether more would help shows from {FROM} on")
    scarce = [f"{stance} has {(y == stance).sum()}" for stance in STANCES if (y == stance).sum() < FEWEST]
    if scarce:
        reason = f"{', '.join(scarce)}; {FEWEST} of each are needed before more can be said, so go on"
        return Outlook((), len(records), per_hour, reason=reason)
    points = learning_curve(records, random_state)
    sizes, quality = np.log2([n for n, _ in points]), np.array([f for _, f in points])
    slope = max(0.0, float(np.polyfit(sizes, quality, 1)[0]))
    # The whole of the labels is more than any fold is trained on; the curve goes on from there.
    gain = slope * float(np.log2((len(records) + per_hour) / len(records)))
    return Outlook(points, len(records), per_hour, gain)


def learning_curve(records: Sequence[Record], random_state: int = 0) -> tuple[tuple[int, float], ...]:
    """Measure models trained on growing shares of labels.

    Parameters
    ----------
    records : sequence of Record
        At least :data:`FEWEST` of each stance.
    random_state : int

    Returns
    -------
    tuple of (int, float)
        Mean size of the training part, and mean macro-F1 (0 to 1) on the labels held out.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    X = _features([record.text for record in records])
    y = np.array([record.stance for record in records])
    groups = np.array([record.group or record.id for record in records])
    sizes: dict[float, list[int]] = {share: [] for share in SHARES}
    quality: dict[float, list[float]] = {share: [] for share in SHARES}
    for repeat in range(REPEATS):
        guesses = {share: np.full(len(y), "", dtype=y.dtype) for share in SHARES}
        random = np.random.default_rng(random_state + repeat)
        for seen, unseen in _folds(y, groups, random_state + repeat):
            shuffled = random.permutation(seen)
            for share in SHARES:
                part = _share(shuffled, y, share)
                # scikit-learn's, which is ours without bounds and takes a tenth of the time: the labeller waits.
                # On one thread: for problems so small, threads that wait for each other take four times as long.
                with threadpool_limits(1):
                    classifier = LogisticRegression(max_iter=STEPS).fit(X[part], y[part])
                guesses[share][unseen] = classifier.predict(X[unseen])
                sizes[share].append(len(part))
        for share in SHARES:
            f1 = f1_score(y, guesses[share], average="macro", labels=list(STANCES), zero_division=0)
            quality[share].append(float(f1))
    return tuple((round(float(np.mean(sizes[share]))), float(np.mean(quality[share]))) for share in SHARES)


def _features(texts: list[str]) -> sparse.csr_matrix:
    """Count signals and words; single words only, since of so few texts hardly a pair stands in three.

    Which words there are is learnt from all texts, labels unseen, so that it is done once and not for every point.
    """
    from kindtext.counting import as_docs
    from kindtext.features import SignalVectorizer, TermVectorizer
    from kindtext.model import stack_features

    docs = as_docs(texts)
    signals = SignalVectorizer().fit(docs)
    try:
        terms = TermVectorizer(pairs=False).fit(docs)
    except ValueError:  # no word stands in three of them
        terms = None
    return stack_features(signals, terms, docs).to_csr()


def _folds(
    y: NDArray[np.str_], groups: NDArray[np.str_], random_state: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Split, keeping documents whole where there are enough of them."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    if len(set(groups.tolist())) >= 2 * FOLDS:
        grouped = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=random_state)
        folds = list(grouped.split(y, y, groups))
        if all(set(y[seen]) == set(STANCES) for seen, _ in folds):
            return folds
    return list(StratifiedKFold(FOLDS, shuffle=True, random_state=random_state).split(y, y))


def _share(shuffled: NDArray[np.intp], y: NDArray[np.str_], share: float) -> NDArray[np.intp]:
    """Take a share of each stance, at least one; a larger share holds the smaller."""
    by_stance = [shuffled[y[shuffled] == stance] for stance in STANCES]
    return np.concatenate([mine[: max(1, round(share * len(mine)))] for mine in by_stance])
