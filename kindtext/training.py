"""Training a model from a corpus, and evaluating one.

Every split keeps groups together: excerpts of one imagined source, or of one pair, are never on both sides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

from kindtext.classifier import StanceClassifier
from kindtext.corpus import Corpus
from kindtext.counting import as_docs
from kindtext.errors import CorpusError
from kindtext.features import SignalVectorizer, TermVectorizer
from kindtext.lexicon import STANDING, Pole, load_lexicon
from kindtext.model import Model, stack_features, versions
from kindtext.pipeline.signals import SPANS
from kindtext.stance import STANCES, probabilities

if TYPE_CHECKING:
    from spacy.tokens import Doc

Floats = NDArray[np.float64]
Progress = Callable[[str], None]

C_DEFAULT = 1.0
"""Strength of the penalty: of 0.3, 1 and 3 the one with the least held-out log loss on the default corpus."""

FOLDS = 5
FEWEST = 30
"""Excerpts below which training is refused: five folds of three stances would hold one or two of each."""

_SPEAKS = ("", " affirmed")
"""Suffixes of the columns that may only speak for their signal's own pole."""

_REFUSES = (" negated",)
"""Suffixes of those that may only speak against it: what is refused is not promised, nor threatened."""


def train(
    corpus: Corpus,
    *,
    C: float = C_DEFAULT,
    use_terms: bool = True,
    random_state: int = 0,
    progress: Progress | None = None,
) -> Model:
    """Train a model: features, classifier, calibration and held-out metrics.

    Parameters
    ----------
    corpus : Corpus
        Labelled excerpts; all three stances are needed.
    C : float
        Inverse strength of the penalty; smaller is stronger.
    use_terms : bool
        Whether words count beside signals.
    random_state : int
        Decides the folds. Everything else is deterministic: the same corpus and seed give the same model.
    progress : callable, optional
        Called with a line for people before each step.

    Returns
    -------
    Model
        Its metadata hold the metrics of grouped cross-validation, with 95 % bootstrap intervals over groups.

    Raises
    ------
    CorpusError
        If there is too little to learn from.

    Examples
    --------
    >>> train(Corpus("none", ()))
    Traceback (most recent call last):
    ...
    kindtext.errors.CorpusError: none: 0 excerpts; at least 30, of all three stances, are needed to train.
    """
    _check_enough(corpus)
    say = progress or (lambda line: None)
    started = time.perf_counter()
    say(f"reading {len(corpus)} excerpts")
    docs = as_docs(corpus.texts)
    y = np.array(corpus.y)
    held_out = np.zeros((len(docs), 2))
    folds = _folds(corpus, random_state)
    for number, (seen, unseen) in enumerate(folds, start=1):
        say(f"cross-validation, fold {number} of {len(folds)}")
        part, _ = fit_model([docs[i] for i in seen], y[seen], C, use_terms)
        held_out[unseen] = part.classifier.raw_log_odds(part.features([docs[i] for i in unseen]))
    say("fitting the model on all excerpts")
    model, classifier = fit_model(docs, y, C, use_terms)
    classifier.calibrate(held_out, y)
    P = probabilities(held_out / classifier.temperature_ + classifier.shift_)
    say("bootstrap intervals")
    metrics = stance_metrics(y, P)
    intervals = _bootstrap(y, P, np.array(corpus.groups), random_state)
    content = {
        "classes": list(STANCES),
        "features": {"signals": len(model.signals.get_feature_names_out()), "terms": _n_terms(model)},
        "signals": model.signals.signals_,
        "lexicon": load_lexicon().name,
        "lexicon_sha256": load_lexicon().digest,
        "corpus": {
            "name": corpus.name,
            "sha256": corpus.digest,
            "excerpts": len(corpus),
            "groups": len(set(corpus.groups)),
            "stances": {stance: int((y == stance).sum()) for stance in STANCES},
        },
        "settings": {
            "C": C,
            "use_terms": use_terms,
            "pairs": model.terms.pairs if model.terms is not None else False,
            "random_state": random_state,
            "folds": len(folds),
        },
        "metrics": {
            name: {"value": round(value, 4), "interval": [round(end, 4) for end in intervals[name]]}
            for name, value in metrics.items()
        },
        "signal_f1": {name: round(row["f1"], 4) for name, row in signal_metrics(corpus, docs).items()},
        "slices": slice_metrics(corpus, P),
        "calibration": calibration_table(y, P),
        "mistakes": worst_mistakes(corpus, P),
        "versions": versions(),
    }
    say(f"done in {time.perf_counter() - started:.0f} s")
    return Model(model.signals, model.terms, model.classifier, content)


def evaluate(model: Model, corpus: Corpus) -> dict[str, Any]:
    """Measure a model on a labelled corpus that it was not trained on.

    Parameters
    ----------
    model : Model
    corpus : Corpus

    Returns
    -------
    dict
        ``excerpts`` (int), ``stance`` (metric: value and 95 % interval), ``confusion`` (labelled stance: predicted
        stance: count), ``signals`` (signal: precision, recall, f1, support), ``registers`` (register: excerpts and
        macro-F1) ``slices``, ``calibration`` and
        ``mistakes`` (see :func:`slice_metrics`, :func:`calibration_table` and :func:`worst_mistakes`) and
        ``trained_on_this`` (whether the model saw this very corpus).

    Raises
    ------
    CorpusError
        If the corpus is empty.
    """
    if not len(corpus):
        raise CorpusError(f"{corpus.name}: it holds no excerpt to evaluate on.")
    docs = as_docs(corpus.texts)
    y = np.array(corpus.y)
    P = model.predict_proba(docs)
    guess = np.array(STANCES)[P.argmax(axis=1)]
    metrics = stance_metrics(y, P)
    intervals = _bootstrap(y, P, np.array(corpus.groups), 0)
    return {
        "excerpts": len(corpus),
        "stance": {name: {"value": value, "interval": intervals[name]} for name, value in metrics.items()},
        "confusion": {a: {b: int(((y == a) & (guess == b)).sum()) for b in STANCES} for a in STANCES},
        "signals": signal_metrics(corpus, docs),
        "registers": _by_register(corpus, y, guess),
        "slices": slice_metrics(corpus, P),
        "calibration": calibration_table(y, P),
        "mistakes": worst_mistakes(corpus, P),
        "trained_on_this": model.metadata.get("corpus", {}).get("sha256") == corpus.digest,
    }


def _by_register(corpus: Corpus, y: NDArray[np.str_], guess: NDArray[np.str_]) -> dict[str, dict[str, float]]:
    registers = np.array([record.register for record in corpus])
    return {
        register: {
            "excerpts": int((registers == register).sum()),
            "macro_f1": _macro_f1(y[registers == register], guess[registers == register]),
        }
        for register in sorted(set(registers.tolist()))
    }


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


def fit_model(
    docs: list[Doc], y: NDArray[np.str_], C: float = C_DEFAULT, use_terms: bool = True
) -> tuple[Model, StanceClassifier]:
    """Fit features and classifier, without calibration or metrics.

    Parameters
    ----------
    docs : list of spacy.tokens.Doc
        Passages with their spans marked.
    y : ndarray of str, shape (n_passages,)
        Their stances; all three are needed.
    C : float
    use_terms : bool

    Returns
    -------
    Model
        Without metadata.
    StanceClassifier
        The classifier in it.
    """
    signals = SignalVectorizer().fit(docs)
    terms = TermVectorizer().fit(docs) if use_terms else None
    columns = {name: i for i, name in enumerate(signals.get_feature_names_out())}
    lexicon = load_lexicon()

    def named(pole: Pole, suffixes: Sequence[str]) -> list[int]:
        return [columns[signal + suffix] for signal in lexicon.of_pole(pole) for suffix in suffixes]

    kind = named("kind", _SPEAKS) + named("transactional", _REFUSES)
    transactional = named("transactional", _SPEAKS) + named("kind", _REFUSES)
    classifier = StanceClassifier(C, kind_columns=kind, transactional_columns=transactional)
    classifier.fit(stack_features(signals, terms, docs).to_csr(), y)
    return Model(signals, terms, classifier), classifier


def _check_enough(corpus: Corpus) -> None:
    missing = [stance for stance in STANCES if stance not in corpus.y]
    if len(corpus) >= FEWEST and missing:
        raise CorpusError(
            f"{corpus.name}: no excerpt is labelled {' or '.join(missing)}; all three stances are needed."
        )
    if missing or len(corpus) < FEWEST:
        raise CorpusError(
            f"{corpus.name}: {len(corpus)} excerpts; at least {FEWEST}, of all three stances, are needed to train."
        )
    fewest = min(corpus.y.count(stance) for stance in STANCES)
    if fewest < FOLDS or len(set(corpus.groups)) < FOLDS:
        raise CorpusError(
            f"{corpus.name}: {fewest} excerpts of the rarest stance in {len(set(corpus.groups))} groups; "
            f"at least {FOLDS} of each are needed to test what was learnt."
        )


def _folds(corpus: Corpus, random_state: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    splitter = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=random_state)
    return list(splitter.split(np.zeros(len(corpus)), corpus.y, corpus.groups))


def _bootstrap(
    y: NDArray[np.str_], P: Floats, groups: NDArray[np.str_], random_state: int, rounds: int = 200
) -> Mapping[str, list[float]]:
    """Give 95 % intervals by drawing whole groups with replacement."""
    random = np.random.default_rng(random_state)
    _, membership = np.unique(groups, return_inverse=True)
    by_group = np.split(np.argsort(membership, kind="stable"), np.cumsum(np.bincount(membership))[:-1])
    drawn: dict[str, list[float]] = {}
    for _ in range(rounds):
        chosen = random.integers(0, len(by_group), len(by_group))
        rows = np.concatenate([by_group[i] for i in chosen])
        for name, value in stance_metrics(y[rows], P[rows]).items():
            drawn.setdefault(name, []).append(value)
    return {name: _central(values) for name, values in drawn.items()}


def _central(values: Sequence[float]) -> list[float]:
    """Give the ends of the central 95 % of what is known; nan where nothing is."""
    known = [value for value in values if not np.isnan(value)]
    return [float(end) for end in np.percentile(known or [np.nan], [2.5, 97.5])]


def _macro_f1(y: NDArray[np.str_], guess: NDArray[np.str_]) -> float:
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


def _n_terms(model: Model) -> int:
    return len(model.terms.ids_) if model.terms is not None else 0
