"""How far two people's labels of the same passages agree.

References
----------
Cohen: "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
Krippendorff: "Computing Krippendorff's alpha-reliability" (2011), https://repository.upenn.edu/asc_papers/43.
The library of that name is under the GPL, so alpha is written out here.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindtext.corpus import STANCES, Corpus, Record
from kindtext.errors import CorpusError

DRAWS = 1000
"""Bootstrap draws for an interval: its ends then move by less than a hundredth from seed to seed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One passage, labelled twice.

    Parameters
    ----------
    a, b : Record
    """

    a: Record
    b: Record

    @property
    def stance_differs(self) -> bool:
        """Whether the stances differ."""
        return self.a.stance != self.b.stance

    @property
    def signals_differ(self) -> bool:
        """Whether one marked a signal that the other did not; one that either calls disputed does not count."""
        unsure = {*self.a.disputed, *self.b.disputed}
        return {*self.a.signals} - unsure != {*self.b.signals} - unsure

    @property
    def differs(self) -> bool:
        """Whether there is something to settle."""
        return self.stance_differs or self.signals_differ


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Agreement on one question.

    Parameters
    ----------
    passages : int
        Labelled by both.
    a, b : int
        How many each marked; of the stance as a whole, all.
    same : float
        Share of the passages on which they agree, 0 to 1.
    kappa, alpha : float
        Cohen's and Krippendorff's: 1 is full agreement, 0 what chance gives; nan where both always said the same thing.
    interval : tuple of float
        The 95 % bootstrap interval of kappa; nan where it is.
    """

    passages: int
    a: int
    b: int
    same: float
    kappa: float
    alpha: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two labellers' files say of each other.

    Parameters
    ----------
    pairs : tuple of Pair
        The passages that both labelled, in A's order.
    only_a, only_b : int
        How many one alone labelled.
    stance : Coefficients
        Of the three stances together.
    stances, signals : mapping of str to Coefficients
        Of each stance and of each signal that either marked, against all else.
    """

    pairs: tuple[Pair, ...]
    only_a: int
    only_b: int
    stance: Coefficients
    stances: Mapping[str, Coefficients]
    signals: Mapping[str, Coefficients]

    @property
    def disagreements(self) -> list[Pair]:
        """What there is to settle: differing stances first."""
        return sorted((pair for pair in self.pairs if pair.differs), key=lambda pair: not pair.stance_differs)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON."""
        from dataclasses import asdict

        return {
            "passages": len(self.pairs),
            "only_a": self.only_a,
            "only_b": self.only_b,
            "stance": asdict(self.stance),
            "stances": {name: asdict(row) for name, row in self.stances.items()},
            "signals": {name: asdict(row) for name, row in self.signals.items()},
            "disagreements": [{"a": pair.a.to_dict(), "b": pair.b.to_dict()} for pair in self.disagreements],
        }


def agreement(a: Corpus, b: Corpus) -> Agreement:
    """Compare two people's labels.

    Parameters
    ----------
    a, b : Corpus
        Matched by their texts, since tools give ids of their own; of a text that stands twice, the last counts.

    Returns
    -------
    Agreement

    Raises
    ------
    CorpusError
        If they have no passage in common.
    """
    by_a, by_b = ({" ".join(record.text.split()): record for record in corpus} for corpus in (a, b))
    pairs = tuple(Pair(record, by_b[text]) for text, record in by_a.items() if text in by_b)
    if not pairs:
        raise CorpusError(f"{a.name} and {b.name}: no passage is in both; give two people's labels of the same files.")
    signals = sorted({signal for pair in pairs for signal in (*pair.a.signals, *pair.b.signals)})
    return Agreement(
        pairs,
        len(by_a) - len(pairs),
        len(by_b) - len(pairs),
        _coefficients([(pair.a.stance, pair.b.stance) for pair in pairs]),
        {s: _coefficients([(pair.a.stance == s, pair.b.stance == s) for pair in pairs]) for s in STANCES},
        {s: _coefficients([_marks(pair, s) for pair in pairs if not _unsure(pair, s)]) for s in signals},
    )


def cohen_kappa(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Measure two labellers' agreement beyond what chance gives.

    Parameters
    ----------
    a, b : sequence
        Their labels of the same units, in the same order.

    Returns
    -------
    float
        1 for full agreement, 0 for chance; nan for no unit, or if both always gave one and the same label.

    Examples
    --------
    >>> cohen_kappa(["k", "k", "n", "n"], ["k", "n", "n", "n"])
    0.5
    """
    return float(_kappa(_table(list(zip(a, b, strict=True)))[None])[0])


def krippendorff_alpha(units: Iterable[Sequence[Hashable | None]]) -> float:
    """Measure the agreement of any number of labellers on a nominal scale.

    Parameters
    ----------
    units : iterable of sequence
        What each labeller said of a unit; None where one said nothing. A unit with less than two labels is passed over.

    Returns
    -------
    float
        1 for full agreement, 0 for chance, less for worse; nan if there is one label only.

    Examples
    --------
    >>> round(krippendorff_alpha([("k", "k"), ("k", "n"), ("n", "n"), ("n", "n")]), 3)
    0.533
    """
    coincidences: dict[tuple[Hashable, Hashable], float] = defaultdict(float)
    for unit in units:
        counts = Counter(label for label in unit if label is not None)
        m = counts.total()
        if m < 2:
            continue
        for one, n in counts.items():
            for other, k in counts.items():
                coincidences[one, other] += n * (k - (one == other)) / (m - 1)
    totals: dict[Hashable, float] = defaultdict(float)
    for (one, _), count in coincidences.items():
        totals[one] += count
    total = math.fsum(totals.values())
    observed = math.fsum(count for (one, other), count in coincidences.items() if one != other)
    pairs = total * total - math.fsum(n * n for n in totals.values())
    expected = pairs / (total - 1) if total > 1 else 0.0
    return 1 - observed / expected if expected else float("nan")


def _coefficients(said: Sequence[tuple[Hashable, Hashable]]) -> Coefficients:
    table = _table(said)
    kappa = float(_kappa(table[None])[0])
    every = all(isinstance(one, str) for one, _ in said)
    return Coefficients(
        passages=len(said),
        a=len(said) if every else sum(one is True for one, _ in said),
        b=len(said) if every else sum(other is True for _, other in said),
        same=float(np.trace(table) / table.sum()) if said else float("nan"),
        kappa=kappa,
        alpha=krippendorff_alpha(said),
        interval=_interval(table) if kappa == kappa else (float("nan"), float("nan")),
    )


def _table(said: Sequence[tuple[Hashable, Hashable]]) -> NDArray[np.float64]:
    """Cross what two said: shape (labels, labels)."""
    labels = {label: i for i, label in enumerate(dict.fromkeys(label for both in said for label in both))}
    table = np.zeros((len(labels), len(labels)))
    for one, other in said:
        table[labels[one], labels[other]] += 1
    return table


def _kappa(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kappa of many cross tables, shape (tables, labels, labels)."""
    n = tables.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        same = np.trace(tables, axis1=1, axis2=2) / n
        chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / n**2
        return np.where(chance < 1, (same - chance) / (1 - chance), np.nan)


def _interval(table: NDArray[np.float64]) -> tuple[float, float]:
    """Give the 95 % interval by drawing as many passages again, with replacement."""
    n = int(table.sum())
    drawn = np.random.default_rng(0).multinomial(n, table.ravel() / n, size=DRAWS).reshape(-1, *table.shape)
    values = _kappa(drawn.astype(np.float64))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def _unsure(pair: Pair, signal: str) -> bool:
    return signal in pair.a.disputed or signal in pair.b.disputed


def _marks(pair: Pair, signal: str) -> tuple[bool, bool]:
    return signal in pair.a.signals, signal in pair.b.signals
