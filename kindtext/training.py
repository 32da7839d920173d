"""Training a model from a corpus, and evaluating one.

Every split keeps groups together: excerpts of one imagined source, or of one pair, are never on both sides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.model_selection import StratifiedGroupKFold

from kindtext.classifier import StanceClassifier, calibration
from kindtext.corpus import Corpus
from kindtext.counting import as_docs
from kindtext.errors import CorpusError, InputError
from kindtext.estimators import fit_estimator
from kindtext.features import SignalVectorizer, TermVectorizer
from kindtext.labelled import joined
from kindtext.lexicon import Pole, load_lexicon
from kindtext.metrics import (
    FEWEST_OF_SLICE,
    LENGTHS,
    bootstrap,
    calibration_table,
    confusion_table,
    macro_f1,
    signal_metrics,
    slice_metrics,
    stance_metrics,
    worst_mistakes,
)
from kindtext.model import Model, stack_features, versions
from kindtext.stance import STANCES, Floats, probabilities

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = [
    "C_DEFAULT",
    "C_TRIED",
    "FEWEST",
    "FEWEST_OF_SLICE",
    "FOLDS",
    "LENGTHS",
    "Trained",
    "calibration_table",
    "evaluate",
    "faults_for_training",
    "fit_features",
    "fit_model",
    "folds_of",
    "signal_metrics",
    "slice_metrics",
    "stance_metrics",
    "train",
    "train_and_measure",
    "worst_mistakes",
]

Progress = Callable[[str], None]

C_DEFAULT = 1.0
"""Strength of the penalty: of 0.3, 1 and 3 the one with the least held-out log loss on the default corpus."""

C_TRIED = (1.0, 0.3, 3.0, 0.1, 10.0)
"""What a search tries, the likeliest first, so that one cut short has tried those."""

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
    base: Corpus | None = None,
    C: float = C_DEFAULT,
    search: float | None = None,
    use_terms: bool = True,
    estimator: Any = None,
    random_state: int = 0,
    progress: Progress | None = None,
) -> Model:
    """Train a model: features, classifier, calibration and held-out metrics.

    Parameters
    ----------
    corpus : Corpus
        Labelled excerpts; all three stances are needed.
    base : Corpus, optional
        Excerpts to learn from beside them, such as those that come with kindtext. The metrics are then of all, and
        those of ``corpus`` alone stand in the metadata under ``own``.
    C : float
        Inverse strength of the penalty; smaller is stronger.
    search : float, optional
        Minutes in which to look for a better ``C`` among :data:`C_TRIED`, by held-out log loss.
    use_terms : bool
        Whether words count beside signals.
    estimator : scikit-learn classifier, optional
        Used instead of kindtext's own, which alone bounds the signs of signals; it must have ``predict_proba`` and
        take sparse matrices. A linear one, as ``LogisticRegression``, is saved as numbers like our own. Another can be
        used but not saved, since that would take a pickle, which runs code when it is loaded.
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
    InputError
        If the estimator gives no probabilities, or it is to be searched for.

    Examples
    --------
    >>> train(Corpus("none", ()))
    Traceback (most recent call last):
    ...
    kindtext.errors.CorpusError: none: 0 excerpts; at least 30, of all three stances, are needed to train.
    """
    return train_and_measure(
        corpus,
        base=base,
        C=C,
        search=search,
        use_terms=use_terms,
        estimator=estimator,
        random_state=random_state,
        progress=progress,
    ).model


@dataclass(frozen=True, slots=True)
class Trained:
    """A model with what it said of each excerpt while it had not seen it.

    Parameters
    ----------
    model : Model
    corpus : Corpus
        What it was trained on, a base included.
    probabilities : ndarray of float64, shape (n_excerpts, 3)
        Held out, calibrated.
    own : int
        How many of the excerpts, the last ones, are not of the base.
    """

    model: Model
    corpus: Corpus
    probabilities: Floats
    own: int


def train_and_measure(
    corpus: Corpus,
    *,
    base: Corpus | None = None,
    C: float = C_DEFAULT,
    search: float | None = None,
    use_terms: bool = True,
    estimator: Any = None,
    random_state: int = 0,
    progress: Progress | None = None,
) -> Trained:
    """Train as :func:`train` does, and give the held-out probabilities too.

    Parameters
    ----------
    corpus, base, C, search, use_terms, estimator, random_state, progress
        As for :func:`train`.

    Returns
    -------
    Trained
    """
    if estimator is not None and search is not None:
        raise InputError("search looks for the C of kindtext's own classifier; tune the estimator first, or leave one.")
    every = corpus if base is None else joined(base, corpus)
    for fault in faults_for_training(every):
        raise CorpusError(fault)
    say = progress or (lambda line: None)
    started = time.perf_counter()
    say(f"reading {len(every)} excerpts")
    docs = as_docs(every.texts)
    y = np.array(every.y)
    folds = []
    for number, (seen, unseen) in enumerate(folds_of(every, random_state), start=1):
        say(f"cross-validation, fold {number} of {FOLDS}")
        folds.append(_prepared(docs, seen, unseen, use_terms))
    if search is None:
        held_out = _held_out(folds, y, C, estimator)
    else:
        C, held_out = _searched(folds, y, search * 60, say)
    say("fitting the model on all excerpts")
    signals, terms = fit_features(docs, use_terms)
    judge = _fit_judge(signals, stack_features(signals, terms, docs).to_csr(), y, C, estimator)
    judge.temperature_, judge.shift_ = calibration(held_out, y)
    P = probabilities(held_out / judge.temperature_ + judge.shift_)
    say("bootstrap intervals")
    model = Model(signals, terms, judge)
    content: dict[str, Any] = {
        "classes": list(STANCES),
        "features": {"signals": len(signals.get_feature_names_out()), "terms": _n_terms(model)},
        "signals": signals.signals_,
        "lexicon": load_lexicon().name,
        "lexicon_sha256": load_lexicon().digest,
        "corpus": _described(every),
        "settings": {
            "C": C,
            "use_terms": use_terms,
            "pairs": terms.pairs if terms is not None else False,
            "random_state": random_state,
            "folds": len(folds),
        },
        "metrics": _with_intervals(every, P, random_state),
        "confusion": confusion_table(y, P),
        "signal_f1": {name: round(row["f1"], 4) for name, row in signal_metrics(every, docs).items()},
        "slices": slice_metrics(every, P),
        "calibration": calibration_table(y, P),
        "mistakes": worst_mistakes(every, P),
        "versions": versions(),
    }
    if search is not None:
        content["settings"] |= {"searched": True}
    if estimator is not None:
        content["settings"] |= {"estimator": repr(estimator)[:2000]}
    if base is not None:
        mine = P[-len(corpus) :]
        content["base"] = _described(base)
        content["own"] = _described(corpus) | {
            "metrics": _with_intervals(corpus, mine, random_state),
            "confusion": confusion_table(np.array(corpus.y), mine),
            "slices": slice_metrics(corpus, mine),
            "mistakes": worst_mistakes(corpus, mine),
        }
    say(f"done in {time.perf_counter() - started:.0f} s")
    return Trained(Model(signals, terms, judge, content), every, P, len(corpus))


class _Fold(NamedTuple):
    """What one fold learns from and is tested on, as matrices."""

    signals: SignalVectorizer
    X: sparse.csr_matrix
    seen: NDArray[np.intp]
    held: sparse.csr_matrix
    unseen: NDArray[np.intp]


def _prepared(docs: list[Doc], seen: NDArray[np.intp], unseen: NDArray[np.intp], use_terms: bool) -> _Fold:
    learnt = [docs[i] for i in seen]
    signals, terms = fit_features(learnt, use_terms)
    held = stack_features(signals, terms, [docs[i] for i in unseen])
    return _Fold(signals, stack_features(signals, terms, learnt).to_csr(), seen, held.to_csr(), unseen)


def _held_out(folds: Sequence[_Fold], y: NDArray[np.str_], C: float, estimator: Any = None) -> Floats:
    """Give each excerpt's log-odds by the fold that had not seen it."""
    log_odds = np.zeros((len(y), 2))
    for fold in folds:
        judge = _fit_judge(fold.signals, fold.X, y[fold.seen], C, estimator)
        log_odds[fold.unseen] = judge.raw_log_odds(fold.held)
    return log_odds


def _searched(folds: Sequence[_Fold], y: NDArray[np.str_], seconds: float, say: Progress) -> tuple[float, Floats]:
    """Try penalties while there is time, one at least, and give the best with its log-odds."""
    truth = y[:, None] == np.array(STANCES)
    best: tuple[float, float, Floats] | None = None
    started = time.perf_counter()
    longest = 0.0
    for C in C_TRIED:
        begun = time.perf_counter()
        if best is not None and begun - started + longest > seconds:
            say(f"the time is up; C = {C:g} and those after it were not tried")
            break
        log_odds = _held_out(folds, y, C)
        temperature, shift = calibration(log_odds, y)
        loss = float(-np.log(np.maximum(probabilities(log_odds / temperature + shift)[truth], 1e-15)).mean())
        longest = max(longest, time.perf_counter() - begun)
        say(f"C = {C:g}: held-out log loss {loss:.4f}")
        if best is None or loss < best[0]:
            best = (loss, C, log_odds)
    assert best is not None
    say(f"C = {best[1]:g} is the best of those tried; '--C {best[1]:g}' gives the same model again")
    return best[1], best[2]


def _fit_judge(signals: SignalVectorizer, X: sparse.csr_matrix, y: NDArray[np.str_], C: float, estimator: Any) -> Any:
    if estimator is not None:
        return fit_estimator(estimator, X, y)
    return _own_classifier(signals, C).fit(X, y)


def _described(corpus: Corpus) -> dict[str, Any]:
    return {
        "name": corpus.name,
        "sha256": corpus.digest,
        "excerpts": len(corpus),
        "groups": len(set(corpus.groups)),
        "stances": {stance: corpus.y.count(stance) for stance in STANCES},
    }


def _with_intervals(corpus: Corpus, P: Floats, random_state: int) -> dict[str, Any]:
    y = np.array(corpus.y)
    intervals = bootstrap(y, P, np.array(corpus.groups), random_state)
    return {
        name: {"value": round(value, 4), "interval": [round(end, 4) for end in intervals[name]]}
        for name, value in stance_metrics(y, P).items()
    }


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
    intervals = bootstrap(y, P, np.array(corpus.groups), 0)
    return {
        "excerpts": len(corpus),
        "stance": {name: {"value": value, "interval": intervals[name]} for name, value in metrics.items()},
        "confusion": confusion_table(y, P),
        "signals": signal_metrics(corpus, docs),
        "registers": _by_register(corpus, y, guess),
        "slices": slice_metrics(corpus, P),
        "calibration": calibration_table(y, P),
        "mistakes": worst_mistakes(corpus, P),
        "trained_on_this": any(
            model.metadata.get(part, {}).get("sha256") == corpus.digest for part in ("corpus", "base", "own")
        ),
    }


def _by_register(corpus: Corpus, y: NDArray[np.str_], guess: NDArray[np.str_]) -> dict[str, dict[str, float]]:
    registers = np.array([record.register for record in corpus])
    return {
        register: {
            "excerpts": int((registers == register).sum()),
            "macro_f1": macro_f1(y[registers == register], guess[registers == register]),
        }
        for register in sorted(set(registers.tolist()))
    }


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
    signals, terms = fit_features(docs, use_terms)
    classifier = _own_classifier(signals, C)
    classifier.fit(stack_features(signals, terms, docs).to_csr(), y)
    return Model(signals, terms, classifier), classifier


def fit_features(docs: list[Doc], use_terms: bool = True) -> tuple[SignalVectorizer, TermVectorizer | None]:
    """Fit the transformers, without a classifier.

    Parameters
    ----------
    docs : list of spacy.tokens.Doc
        Passages with their spans marked.
    use_terms : bool

    Returns
    -------
    SignalVectorizer
    TermVectorizer or None
        None where words do not count.
    """
    return SignalVectorizer().fit(docs), TermVectorizer().fit(docs) if use_terms else None


def _own_classifier(signals: SignalVectorizer, C: float) -> StanceClassifier:
    """Give an unfitted classifier that knows which columns may speak only for one pole."""
    columns = {name: i for i, name in enumerate(signals.get_feature_names_out())}
    lexicon = load_lexicon()

    def named(pole: Pole, suffixes: Sequence[str]) -> list[int]:
        return [columns[signal + suffix] for signal in lexicon.of_pole(pole) for suffix in suffixes]

    kind = named("kind", _SPEAKS) + named("transactional", _REFUSES)
    transactional = named("transactional", _SPEAKS) + named("kind", _REFUSES)
    return StanceClassifier(C, kind_columns=kind, transactional_columns=transactional)


def faults_for_training(corpus: Corpus) -> Iterator[str]:
    """Find what makes a corpus too little to learn from.

    Parameters
    ----------
    corpus : Corpus

    Yields
    ------
    str
        One fault, with what is needed; nothing if it can be trained on.
    """
    groups = len(set(corpus.groups))
    missing = [stance for stance in STANCES if stance not in corpus.y]
    if len(corpus) >= FEWEST and missing:
        yield f"{corpus.name}: no excerpt is labelled {' or '.join(missing)}; all three stances are needed."
    elif missing or len(corpus) < FEWEST:
        yield f"{corpus.name}: {len(corpus)} excerpts; at least {FEWEST}, of all three stances, are needed to train."
    else:
        fewest = min(corpus.y.count(stance) for stance in STANCES)
        if fewest < FOLDS or groups < FOLDS:
            yield (
                f"{corpus.name}: {fewest} excerpts of the rarest stance in {groups} groups; "
                f"at least {FOLDS} of each are needed to test what was learnt."
            )
            return
    if len(corpus) >= FEWEST and groups == 1:
        yield f"{corpus.name}: all excerpts are of one group; a model is tested on sources it has not seen."


def folds_of(corpus: Corpus, random_state: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Give the rows to learn from and to test on, of each fold; no group is on both sides."""
    splitter = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=random_state)
    return list(splitter.split(np.zeros(len(corpus)), corpus.y, corpus.groups))


def _n_terms(model: Model) -> int:
    return len(model.terms.ids_) if model.terms is not None else 0
