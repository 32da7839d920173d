"""What each family of features and each model is worth: ``ablation.py [REAL] [--corpus FOLDER]``.

Every row is trained on the corpus and measured twice: by grouped cross-validation on the corpus itself, and, where REAL
is given (JSON Lines with ``text`` and ``stance``), on those passages, which no row sees in training. Intervals are 95 %
bootstrap intervals. Two rows whose intervals overlap widely do not differ: the simpler is to be preferred.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC
from spacy.tokens import Doc

import kindtext as kt
from kindtext.classifier import StanceClassifier
from kindtext.counting import as_docs
from kindtext.lexicon import STANDING, load_lexicon
from kindtext.pipeline.signals import SPANS
from kindtext.stance import STANCES
from kindtext.training import stance_metrics

ROOT = Path(__file__).parent.parent
FOLDS = 5
ROUNDS = 200
SHOWN = ("macro_f1", "auroc_kind", "auroc_transactional", "calibration_error")

Family = Callable[[list[Doc], list[Doc]], tuple[sparse.csr_matrix, sparse.csr_matrix]]
"""Features of passages to learn from and of passages to judge."""


def _fitted(vectorizer: Any) -> Family:
    def family(seen: list[Doc], unseen: list[Doc]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        fitted = vectorizer().fit(seen)
        return sparse.csr_matrix(fitted.transform(seen)), sparse.csr_matrix(fitted.transform(unseen))

    return family


class Agents:
    """Standing spans of each signal by who acts."""

    def fit(self, docs: Sequence[Doc]) -> Agents:
        """Learn from passages."""
        names = [(s, a) for s in load_lexicon().signals for a in ("buyer", "supplier", "community")]
        self.columns = {name: i for i, name in enumerate(names)}
        return self

    def transform(self, docs: Sequence[Doc]) -> NDArray[np.float64]:
        """Give one row a passage."""
        X = np.zeros((len(docs), len(self.columns)))
        for row, doc in enumerate(docs):
            for span in doc.spans[SPANS]:
                column = self.columns.get((span.label_, span._.agent))
                if column is not None and span._.assertion in STANDING:
                    X[row, column] += 1
        return np.log1p(X)


class Form:
    """How a passage is put, whatever it says: modal verbs, who is addressed, sentence length, digits, capitals."""

    WORDS = ("shall", "must", "will", "may", "should", "can", "we", "our", "you", "your", "not", "no", "any", "all")

    def fit(self, docs: Sequence[Doc]) -> Form:
        """Learn from passages."""
        return self

    def transform(self, docs: Sequence[Doc]) -> NDArray[np.float64]:
        """Give one row a passage."""
        rows = []
        for doc in docs:
            words = [token.lower_ for token in doc if token.is_alpha] or [""]
            ends = sum(token.text in ".!?;" for token in doc) or 1
            share = [words.count(word) / len(words) for word in self.WORDS]
            capitals = sum(token.is_title for token in doc) / len(words)
            digits = sum(token.like_num for token in doc) / len(words)
            rows.append([10 * s for s in share] + [len(words) / ends / 30, len(words) / 100, capitals, digits])
        return np.array(rows)


class Characters:
    """TF-IDF of character n-grams within words."""

    def fit(self, docs: Sequence[Doc]) -> Characters:
        """Learn from passages."""
        self.tfidf = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=5, sublinear_tf=True)
        self.tfidf.fit([doc.text for doc in docs])
        return self

    def transform(self, docs: Sequence[Doc]) -> sparse.csr_matrix:
        """Give one row a passage."""
        return self.tfidf.transform([doc.text for doc in docs])


class Embeddings:
    """Static sentence embeddings from a model2vec folder (``--embeddings``)."""

    folder: Path | None = None

    def fit(self, docs: Sequence[Doc]) -> Embeddings:
        """Learn from passages."""
        from model2vec import StaticModel

        self.encoder = StaticModel.from_pretrained(str(self.folder))
        return self

    def transform(self, docs: Sequence[Doc]) -> NDArray[np.float64]:
        """Give one row a passage."""
        vectors = self.encoder.encode([doc.text for doc in docs]).astype(float)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


FAMILIES: dict[str, Family] = {
    "signals": _fitted(kt.SignalVectorizer),
    "terms": _fitted(kt.TermVectorizer),
    "characters": _fitted(Characters),
    "agents": _fitted(Agents),
    "form": _fitted(Form),
    "embeddings": _fitted(Embeddings),
}


class Bounded:
    """Ours: logistic regression whose signals may only speak for their own side."""

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: sparse.csr_matrix, y: NDArray[np.str_], names: Sequence[str]) -> Bounded:
        """Fit on named columns."""
        lexicon, column = load_lexicon(), {name: i for i, name in enumerate(names)}

        def at(pole: Any, suffixes: Sequence[str]) -> list[int]:
            named = [s + suffix for s in lexicon.of_pole(pole) for suffix in suffixes]
            return [column[name] for name in named if name in column]

        kind = at("kind", ("", " affirmed")) + at("transactional", (" negated",))
        hard = at("transactional", ("", " affirmed")) + at("kind", (" negated",))
        self.model = StanceClassifier(self.C, kind_columns=kind, transactional_columns=hard).fit(X, y)
        return self

    def predict_proba(self, X: sparse.csr_matrix) -> NDArray[np.float64]:
        """Give probabilities in the order of the stances."""
        return self.model.predict_proba(X)


class Plain:
    """An estimator of scikit-learn's."""

    def __init__(self, estimator: Any, dense: bool = False) -> None:
        self.estimator, self.dense = estimator, dense

    def fit(self, X: sparse.csr_matrix, y: NDArray[np.str_], names: Sequence[str]) -> Plain:
        """Fit on named columns."""
        self.estimator.fit(X.toarray() if self.dense else X, y)
        return self

    def predict_proba(self, X: sparse.csr_matrix) -> NDArray[np.float64]:
        """Give probabilities in the order of the stances."""
        P = self.estimator.predict_proba(X.toarray() if self.dense else X)
        return P[:, [list(self.estimator.classes_).index(stance) for stance in STANCES]]


def rows(embeddings: bool) -> list[tuple[str, tuple[str, ...], Callable[[], Any]]]:
    """List what is tried: name, families, model."""

    def logistic() -> Plain:
        return Plain(LogisticRegression(C=1.0, max_iter=2000))

    tried: list[tuple[str, tuple[str, ...], Callable[[], Any]]] = [
        ("always the commonest", ("signals",), lambda: Plain(DummyClassifier(strategy="prior"))),
        ("signals", ("signals",), Bounded),
        ("terms alone, logistic", ("terms",), logistic),
        ("characters alone, logistic", ("characters",), logistic),
        ("signals + terms (shipped)", ("signals", "terms"), Bounded),
        ("signals + terms, C = 0.3", ("signals", "terms"), lambda: Bounded(0.3)),
        ("signals + terms, C = 3", ("signals", "terms"), lambda: Bounded(3.0)),
        ("signals + terms, no bounds", ("signals", "terms"), logistic),
        ("signals + terms, linear SVM", ("signals", "terms"), lambda: Plain(CalibratedClassifierCV(LinearSVC(C=0.3)))),
        (
            "signals, gradient boosting",
            ("signals",),
            lambda: Plain(HistGradientBoostingClassifier(random_state=0), dense=True),
        ),
        ("signals + terms + agents", ("signals", "terms", "agents"), Bounded),
        ("signals + terms + form", ("signals", "terms", "form"), Bounded),
        ("signals + characters", ("signals", "characters"), Bounded),
        ("signals + terms + characters", ("signals", "terms", "characters"), Bounded),
    ]
    if embeddings:
        tried += [
            ("embeddings alone, logistic", ("embeddings",), logistic),
            ("signals + embeddings", ("signals", "embeddings"), Bounded),
            ("signals + terms + embeddings", ("signals", "terms", "embeddings"), Bounded),
        ]
    return tried


def _judged(
    families: Sequence[str], make: Callable[[], Any], seen: list[Doc], y: NDArray[np.str_], unseen: list[Doc]
) -> NDArray[np.float64]:
    blocks = [FAMILIES[family](seen, unseen) for family in families]
    names = list(kt.SignalVectorizer().fit([]).get_feature_names_out()) if families[0] == "signals" else []
    X, Z = (sparse.csr_matrix(sparse.hstack(side)) for side in zip(*blocks, strict=True))
    P: NDArray[np.float64] = make().fit(X, y, names).predict_proba(Z)
    return P


def _measured(y: NDArray[np.str_], P: NDArray[np.float64], groups: NDArray[np.str_]) -> dict[str, str]:
    value = stance_metrics(y, P)
    random = np.random.default_rng(0)
    by_group = [np.flatnonzero(groups == g) for g in np.unique(groups)]
    drawn = []
    for _ in range(ROUNDS):
        chosen = np.concatenate([by_group[i] for i in random.integers(0, len(by_group), len(by_group))])
        drawn.append(stance_metrics(y[chosen], P[chosen])["macro_f1"])
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return {"macro_f1": f"{value['macro_f1']:.3f} ({low:.3f} to {high:.3f})"} | {
        name: f"{value[name]:.3f}" for name in SHOWN[1:]
    }


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("real", type=Path, nargs="?", help="JSON Lines with text and stance")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpora" / "excerpts")
    parser.add_argument("--embeddings", type=Path, help="a model2vec folder, to try static embeddings too")
    parser.add_argument("--only", help="rows whose name holds this")
    arguments = parser.parse_args()
    Embeddings.folder = arguments.embeddings

    corpus = kt.load_corpus(arguments.corpus)
    docs, y, groups = as_docs(corpus.texts), np.array(corpus.y), np.array(corpus.groups)
    folds = list(StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(docs, y, groups))
    real = []
    if arguments.real:
        real = [json.loads(line) for line in arguments.real.read_text(encoding="utf-8").splitlines() if line.strip()]
    real_docs, real_y = as_docs([r["text"] for r in real]), np.array([r["stance"] for r in real])
    real_groups = np.array([str(r.get("group", i)) for i, r in enumerate(real)])
    table = []
    for name, families, make in rows(bool(arguments.embeddings)):
        if arguments.only and arguments.only not in name:
            continue
        started = time.perf_counter()
        held_out = np.zeros((len(docs), 3))
        for seen, unseen in folds:
            part = [docs[i] for i in seen]
            held_out[unseen] = _judged(families, make, part, y[seen], [docs[i] for i in unseen])
        row = {"tried": name, **{f"own {k}": v for k, v in _measured(y, held_out, groups).items()}}
        if real:
            P = _judged(families, make, docs, y, real_docs)
            row |= {f"real {k}": v for k, v in _measured(real_y, P, real_groups).items()}
        row["seconds"] = f"{time.perf_counter() - started:.0f}"
        table.append(row)
        print(" | ".join(row.values()), flush=True)
    frame = pd.DataFrame(table)
    print("\n| " + " | ".join(frame.columns) + " |\n|" + " --- |" * len(frame.columns))
    for values in frame.to_numpy():
        print("| " + " | ".join(values) + " |")


if __name__ == "__main__":
    main()
