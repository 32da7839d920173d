"""Models beside three baselines and beside each other, on one labelled corpus.

Two are compared on the same excerpts: by the difference in macro-F1 with a paired bootstrap over groups, and by
McNemar's exact test of the excerpts that one of them judges right and the other wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from kindtext.corpus import Corpus, shipped_corpus
from kindtext.labelled import folded
from kindtext.metrics import bootstrap, central, draws, stance_metrics
from kindtext.model import Model
from kindtext.stance import STANCES, Floats
from kindtext.training import FOLDS, evaluate, folds_of

ROUNDS = 1000
"""Draws of the paired bootstrap: the ends of its interval then stand to about a tenth of a point."""

SHOWN = ("macro_f1", "auroc_kind", "auroc_transactional", "calibration_error", "log_loss")

KEYWORDS = {
    "community_engagement": "community",
    "partnership": "partnership",
    "wellbeing": "wellbeing",
    "inclusion": "inclusive",
    "fair_work": "fair",
    "sustainability": "sustainable",
    "community_benefit": "social",
    "bidder_support": "feedback",
    "price_focus": "price",
    "sanction": "terminate",
    "unilateral_control": "discretion",
    "burden": "indemnify",
}
"""One word a signal: what somebody would search for who had no more than a search box."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two models on the same excerpts.

    Parameters
    ----------
    one, other : str
        Their names.
    points : float
        By how many hundredths of macro-F1 the other is better.
    interval : tuple of float
        Of the points, 95 %, by paired bootstrap over groups.
    only_one, only_other : int
        Excerpts that one alone judges right.
    p : float
        McNemar's exact test: how likely so uneven a split is if both are as good.
    """

    one: str
    other: str
    points: float
    interval: tuple[float, float]
    only_one: int
    only_other: int
    p: float

    def sentence(self) -> str:
        """Say it in a sentence.

        Examples
        --------
        >>> print(Difference("A", "B", 3.1, (0.4, 5.9), 12, 30, 0.008).sentence())
        B is better than A by 3.1 points of macro-F1 (95 % interval 0.4 to 5.9). Of 42 excerpts that only one of them \
judges right, B has 30 (McNemar's test, p = 0.008).
        """
        low, high = self.interval
        better, worse, points = self.other, self.one, self.points
        if points < 0:
            better, worse, points, low, high = self.one, self.other, -points, -high, -low
        right = self.only_other if better == self.other else self.only_one
        bounds = f"(95 % interval {low:.1f} to {high:.1f})"
        if low > 0:
            begin = f"{better} is better than {worse} by {points:.1f} points of macro-F1 {bounds}."
        else:
            begin = (
                f"{better} and {worse} cannot be told apart on these excerpts: {better} is ahead by {points:.1f} "
                f"points of macro-F1 {bounds}."
            )
        parted = self.only_one + self.only_other
        if not parted:
            return f"{begin} They judge the same excerpts right."
        p = "p < 0.001" if self.p < 0.001 else f"p = {self.p:.3f}"
        only = f"Of {parted} excerpts that only one of them judges right, {better} has {right}"
        return f"{begin} {only} (McNemar's test, {p})."


def difference(corpus: Corpus, one: tuple[str, Floats], other: tuple[str, Floats], random_state: int = 0) -> Difference:
    """Compare the probabilities that two models give the same excerpts.

    Parameters
    ----------
    corpus : Corpus
    one, other : tuple of str and ndarray of float64, shape (n_excerpts, 3)
        Name and probabilities.
    random_state : int

    Returns
    -------
    Difference
        Positive where the other is better.
    """
    truth = np.array([STANCES.index(stance) for stance in corpus.y])
    a, b = one[1].argmax(axis=1), other[1].argmax(axis=1)
    drawn = [
        _f1(truth[rows], b[rows]) - _f1(truth[rows], a[rows])
        for rows in draws(np.array(corpus.groups), random_state, ROUNDS)
    ]
    low, high = central(drawn)
    only_one, only_other = int(((a == truth) & (b != truth)).sum()), int(((b == truth) & (a != truth)).sum())
    parted = only_one + only_other
    return Difference(
        one[0],
        other[0],
        100 * (_f1(truth, b) - _f1(truth, a)),
        (100 * low, 100 * high),
        only_one,
        only_other,
        float(binomtest(only_other, parted).pvalue) if parted else 1.0,
    )


def _f1(truth: NDArray[np.intp], guess: NDArray[np.intp]) -> float:
    """Macro-F1 of indices of stances, quickly."""
    table = np.bincount(3 * truth + guess, minlength=9).reshape(3, 3)
    return float((2 * table.diagonal() / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)).mean())


def evaluate_models(models: Mapping[str, Model], corpus: Corpus) -> dict[str, Any]:
    """Measure models on a labelled corpus, beside three baselines.

    Parameters
    ----------
    models : mapping of str to Model
        By name, one at least.
    corpus : Corpus

    Returns
    -------
    dict
        What :func:`kindtext.evaluate` gives for the first model, and ``name``, ``others`` (name: the same for the
        other models), ``warnings`` (sentences), ``baselines`` (name: ``stance`` as there), ``baselines_trained_on``
        (a sentence) and ``comparisons``: each a :class:`Difference` with its ``sentence``. Every other model is
        compared with the first; a model alone with the baseline of words.

    Raises
    ------
    CorpusError
        If the corpus is empty.
    """
    results = {name: evaluate(model, corpus) for name, model in models.items()}
    given = {name: model.predict_proba(corpus.texts) for name, model in models.items()}
    first = next(iter(models))
    learnt, told = _training_data(models[first], corpus)
    baselines, notes = baseline_probabilities(corpus, learnt)
    y, groups = np.array(corpus.y), np.array(corpus.groups)
    rows = {}
    for name, P in baselines.items():
        intervals = bootstrap(y, P, groups, 0)
        values = stance_metrics(y, P)
        rows[name] = {"stance": {m: {"value": value, "interval": intervals[m]} for m, value in values.items()}}
    pairs = [((first, given[first]), (name, P)) for name, P in given.items() if name != first]
    if not pairs and (words := list(baselines)[-1]) != "majority":
        pairs = [((words, baselines[words]), (first, given[first]))]
    found = [difference(corpus, one, other) for one, other in pairs]
    return {
        **results[first],
        "name": first,
        "others": {name: result for name, result in results.items() if name != first},
        "warnings": [
            f"{n} of these {len(corpus)} excerpts are among those that {name} was trained on: the figures flatter it, "
            "and a baseline trained on the same."
            for name, model in models.items()
            if (n := int(seen_by(model, corpus).sum())) and not results[name]["trained_on_this"]
        ],
        "baselines": rows,
        "baselines_trained_on": " ".join((told, *notes)),
        "comparisons": [asdict(each) | {"sentence": each.sentence()} for each in found],
    }


def _training_data(model: Model, corpus: Corpus) -> tuple[Corpus | None, str]:
    """Give what a model was trained on, where that is known, and say so."""
    digest = model.metadata.get("corpus", {}).get("sha256")
    shipped = shipped_corpus()
    if digest == shipped.digest and digest != corpus.digest:
        return shipped, "The baselines were trained on what the model was trained on, the excerpts of kindtext."
    return None, (
        "What the model was trained on is not at hand, so the baselines were trained and tested on this corpus itself, "
        "by cross-validation; that favours them."
    )


def baseline_probabilities(corpus: Corpus, learnt: Corpus | None) -> tuple[dict[str, Floats], list[str]]:
    """Judge a corpus by three baselines.

    Parameters
    ----------
    corpus : Corpus
    learnt : Corpus or None
        What to train them on; if None, the corpus itself, by cross-validation that keeps groups together.

    Returns
    -------
    dict of str to ndarray of float64, shape (n_excerpts, 3)
        ``majority``, ``keywords`` and, where there is enough to learn from, ``words`` (TF-IDF and logistic
        regression).
    list of str
        Which is missing, and why.
    """
    shares = np.array([(learnt or corpus).y.count(stance) for stance in STANCES], dtype=float)
    made = {
        "majority": np.tile(shares / shares.sum(), (len(corpus), 1)),
        "keywords": _by_keywords(corpus.texts),
    }
    if learnt is not None:
        made["words"] = _by_words(learnt.texts, learnt.y, corpus.texts)
        return made, []
    if min(shares) < FOLDS or len(set(corpus.groups)) < FOLDS:
        return made, [f"Words need {FOLDS} excerpts of each stance and {FOLDS} groups, so that baseline is left out."]
    P = np.zeros((len(corpus), 3))
    texts, y = np.array(corpus.texts, dtype=object), np.array(corpus.y)
    for seen, unseen in folds_of(corpus, 0):
        if set(y[seen]) != set(STANCES):
            return made, ["A stance is all in one group, so the baseline of words is left out."]
        P[unseen] = _by_words(texts[seen].tolist(), y[seen].tolist(), texts[unseen].tolist())
    return made | {"words": P}, []


def seen_by(model: Model, corpus: Corpus) -> NDArray[np.bool_]:
    """Say which excerpts a model was trained on, as far as that is known: those that come with kindtext.

    Parameters
    ----------
    model : Model
    corpus : Corpus

    Returns
    -------
    ndarray of bool, shape (n_excerpts,)
    """
    learnt = {model.metadata.get(part, {}).get("sha256") for part in ("corpus", "base", "own")}
    if corpus.digest in learnt:
        return np.ones(len(corpus), dtype=bool)
    shipped = shipped_corpus()
    if shipped.digest not in learnt:
        return np.zeros(len(corpus), dtype=bool)
    texts = {folded(text) for text in shipped.texts}
    return np.array([folded(text) in texts for text in corpus.texts], dtype=bool)


def _by_keywords(texts: Sequence[str]) -> Floats:
    from kindtext.lexicon import load_lexicon

    signals = load_lexicon().signals
    odds = np.full((len(texts), 2), -0.5)  # neutral unless a word is there
    for signal, word in KEYWORDS.items():
        if signal in signals:
            odds[:, int(signals[signal].pole == "transactional")] += [word in text.lower() for text in texts]
    from kindtext.stance import probabilities

    return probabilities(odds)


def _by_words(texts: Sequence[str], y: Sequence[str], asked: Sequence[str]) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    classifier = LogisticRegression(C=10, max_iter=1000).fit(vectorizer.fit_transform(texts), y)
    order = [list(classifier.classes_).index(stance) for stance in STANCES]
    return np.asarray(classifier.predict_proba(vectorizer.transform(asked))[:, order], dtype=np.float64)
