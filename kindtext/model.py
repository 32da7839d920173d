"""A trained model: what it is in memory, and the folder it is on disk.

A model folder holds data and no code::

    classifier.npz      coefficients, calibration, terms and their weights, as plain arrays
    metadata.json       features, classes, digests, versions, seed and metrics: what the model was made of
    README.md           the model card

and, for people, what ``kindtext train`` puts beside them: metrics, tables and pictures, which nothing reads again.

Loading checks the classifier's SHA-256, the schema and the lexicon, and refuses what does not fit. No object is ever
unpickled: numpy reads arrays of numbers and of text, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import tokenize
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from kindtext.counting import Rows, SignalCounter, TermCounter, as_docs
from kindtext.errors import ModelError
from kindtext.lexicon import VARIABLE, load_lexicon
from kindtext.stance import STANCES, StanceJudge

if TYPE_CHECKING:
    from spacy.tokens import Doc

SCHEMA = 1
"""Version of the folder's layout; a folder of another version is refused."""

FILES = frozenset(
    (
        "classifier.npz",
        "metadata.json",
        "README.md",
        "metrics.json",
        "confusion.csv",
        "coefficients.csv",
        "mistakes.csv",
        "confusion.png",
        "calibration.png",
        "coefficients.png",
    )
)
"""What a model folder may hold; a folder with anything else is never replaced."""

MOST_BYTES = 500_000_000
"""What the arrays of a model may unfold to: twenty times a model of a million terms."""

MOST_METADATA = 10_000_000
"""Bytes of the longest description: the default model's has some 20,000."""

PACKAGES = ("kindtext", "numpy", "scikit-learn", "scipy", "simplemma", "spacy")
"""Packages whose versions a model notes."""

Floats = NDArray[np.float64]

# What zipfile, zlib and numpy raise on files that were damaged, or made to be: NotImplementedError and RuntimeError for
# packing and passwords that zipfile does not know, EOFError for arrays cut short, SyntaxError and
# TokenError for a header of nonsense.
_DAMAGE = (
    KeyError, TypeError, ValueError, OSError, EOFError, MemoryError, OverflowError, RuntimeError, SyntaxError,
    tokenize.TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


class _Moving(Protocol):
    """A judge without coefficients, which says itself what columns add."""

    def moves(self, X: Rows, row: int, columns: Sequence[int]) -> float: ...


@dataclass(frozen=True)
class Model:
    """Transformers and a classifier that go together, and what they were made of.

    Parameters
    ----------
    signals : SignalCounter
        Fitted.
    terms : TermCounter or None
        Fitted; None for a model of signals alone.
    classifier : StanceJudge
        Fitted on the columns of the two side by side.
    metadata : mapping
        What ``metadata.json`` holds.
    """

    signals: SignalCounter
    terms: TermCounter | None
    classifier: StanceJudge
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def features(self, X: Iterable[str | Doc]) -> Rows:
        """Give the feature matrix of passages, shape (n_passages, n_features)."""
        return stack_features(self.signals, self.terms, as_docs(X))

    def feature_names(self) -> list[str]:
        """Names of the features, in the columns' order."""
        names = list(self.signals.get_feature_names_out())
        return names + (list(self.terms.get_feature_names_out()) if self.terms is not None else [])

    def predict_proba(self, X: Iterable[str | Doc]) -> Floats:
        """Give the probabilities of kind, neutral and transactional, shape (n_passages, 3)."""
        return self.classifier.predict_proba(self.features(X))

    def judge(self, docs: Iterable[Doc]) -> tuple[Floats, list[list[float]]]:
        """Judge passages, and say how far each of their spans moves the judgement.

        Parameters
        ----------
        docs : iterable of spacy.tokens.Doc
            Passages with their spans marked.

        Returns
        -------
        ndarray of float64, shape (n_passages, 3)
            P(kind), P(neutral), P(transactional).
        list of list of float
            One list a passage, one number a span in the order of ``doc.spans["kindtext"]``: what it adds to the
            calibrated log-odds of kind against transactional. Positive is kinder; 0.7 doubles the odds. Spans of one
            signal and assertion share alike what they do together.
        """
        items = list(docs)
        if not items:
            return np.zeros((0, 3)), []
        X = self.features(items)
        width = len(self.signals.get_feature_names_out())
        counts = {
            (row, column): n
            for row, column, n in zip(X.cells().tolist(), X.indices.tolist(), X.data.tolist(), strict=True)
            if column < width
        }
        if not self.classifier.plain:
            return self.classifier.predict_proba(X), self._moved_by_leaving_out(items, X)
        kinder = (
            (self.classifier.coef_[0, :width] - self.classifier.coef_[1, :width]) / self.classifier.temperature_
        ).tolist()
        moved = []
        for row, doc in enumerate(items):
            cells = self.signals.columns_of(doc)
            sharing = Counter(cells)
            moved.append([float(sum(kinder[c] * counts[row, c] for c in cell)) / sharing[cell] for cell in cells])
        return self.classifier.predict_proba(X), moved

    def _moved_by_leaving_out(self, docs: list[Doc], X: Rows) -> list[list[float]]:
        """Say how far spans move a judge that has no coefficients: what is lost without them."""
        moves = cast("_Moving", self.classifier).moves
        moved = []
        for row, doc in enumerate(docs):
            cells = self.signals.columns_of(doc)
            sharing = Counter(cells)
            together = {cell: moves(X, row, cell) / n for cell, n in sharing.items()}
            moved.append([together[cell] for cell in cells])
        return moved

    def save(self, folder: str | Path, card: str = "", extras: Mapping[str, bytes] | None = None) -> Path:
        """Save to a folder, whole or not at all.

        Parameters
        ----------
        folder : str or Path
            Made if need be; a model that is there is replaced.
        card : str
            The model card, in Markdown.
        extras : mapping of str to bytes, optional
            Files for people to put beside it, of those in :data:`FILES`: metrics, tables and pictures.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        ModelError
            If it is a file, or the folder holds something that is no part of a model; if its classifier is one of
            scikit-learn's that coefficients do not describe.
        """
        if not self.classifier.plain:
            kind = type(getattr(self.classifier, "estimator", self.classifier)).__name__
            raise ModelError(
                f"{folder}: a {kind} can be saved only as a pickle, which runs code when it is loaded, so kindtext "
                "does not; use the model in memory, or train with LogisticRegression or without an estimator."
            )
        target = Path(folder)
        check_target(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".model-") as scratch:
            made = Path(scratch) / "model"
            made.mkdir()
            with (made / "classifier.npz").open("wb") as stream:
                np.savez_compressed(stream, allow_pickle=False, **self._arrays())
            digest = _sha256(made / "classifier.npz")
            content = {**self.metadata, "schema": SCHEMA, "classifier_sha256": digest}
            (made / "metadata.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
            (made / "README.md").write_text(card, encoding="utf-8")
            for name, data in (extras or {}).items():
                if name not in FILES:
                    raise ModelError(f"{name}: a model folder holds {', '.join(sorted(FILES))} and nothing else.")
                (made / name).write_bytes(data)
            if not target.exists():
                made.replace(target)
                return target
            # The old one goes only when the new one is in its place.
            old = Path(scratch) / "old"
            target.replace(old)
            try:
                made.replace(target)
            except BaseException:
                old.replace(target)
                raise
        return target

    def _arrays(self) -> dict[str, NDArray[Any]]:
        """Give what the classifier's file holds, by name."""
        c = self.classifier
        arrays = {
            "coef": c.coef_,
            "intercept": c.intercept_,
            "shift": c.shift_,
            "temperature": np.array(c.temperature_),
        }
        if self.terms is not None:
            arrays |= {"ids": self.terms.ids_, "idf": self.terms.idf_, "terms": self.terms.terms_}
        return arrays


def stack_features(signals: SignalCounter, terms: TermCounter | None, docs: list[Doc]) -> Rows:
    """Put the columns of the transformers side by side."""
    counted = signals.rows(docs)
    return counted if terms is None else counted.beside(terms.rows(docs))


def versions() -> dict[str, str]:
    """Versions of the packages that a model depends on."""
    return {name: metadata.version(name) for name in PACKAGES}


def default_model_path() -> Path:
    """Folder of the model that comes with kindtext."""
    return Path(str(resources.files("kindtext.models"))) / "default"


def found_model(name: str | Path) -> Path:
    """Give the folder that a model's name or path means; it need not hold a model.

    Parameters
    ----------
    name : str or Path
        ``default`` for the model that comes with kindtext; a folder; else the name of one in ``./models``.

    Returns
    -------
    Path
    """
    if str(name) == "default":
        return default_model_path()
    path, named = Path(name), Path("models") / name
    bare = len(path.parts) == 1 and str(name) not in (".", "..")
    return named if bare and not path.exists() and named.is_dir() else path


def model_metadata(folder: Path) -> dict[str, Any]:
    """Read what a model says of itself, without loading or checking it.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict

    Raises
    ------
    ModelError
        If there is none, or it cannot be read.
    """
    return _read_metadata(folder, f"check it with 'kindtext model verify {folder}'.")


def load_model(model: str | Path | Model | None = None) -> Model:
    """Load a model.

    Parameters
    ----------
    model : str, Path or Model, optional
        A model folder, or its name as :func:`found_model` finds it; by default the one named by the environment
        variable ``KINDTEXT_MODEL``, else the one that comes with kindtext. A Model is given back as it is.

    Returns
    -------
    Model
        The same object when the same folder is loaded again.

    Raises
    ------
    ModelError
        If it is no model, was tampered with, or does not fit this version or lexicon; the message ends with the
        command that mends it.
    """
    if isinstance(model, Model):
        return model
    path = found_model(model or os.environ.get("KINDTEXT_MODEL") or "default")
    file = path / "classifier.npz"
    if not file.is_file() or not (path / "metadata.json").is_file():
        raise ModelError(
            f"{path}: no model in it; make one with 'kindtext train CORPUS -o {path}' or leave --model out."
        )
    return _load(path.resolve(), file.stat().st_mtime_ns, load_lexicon().digest)


@lru_cache(maxsize=4)
def _load(path: Path, modified: int, lexicon_digest: str) -> Model:
    """Load and check; cached by the folder, the time its classifier was written, and the lexicon in use."""
    mend = f"train it again with 'kindtext train CORPUS -o {path}'."
    content = _read_metadata(path, mend)
    if content.get("schema") != SCHEMA:
        raise ModelError(f"{path}: its layout is {content.get('schema')!r}, this kindtext reads {SCHEMA}; {mend}")
    if content.get("classes") != list(STANCES):
        raise ModelError(f"{path}: its classes are {content.get('classes')!r}, not {list(STANCES)}; {mend}")
    if content.get("classifier_sha256") != _sha256(path / "classifier.npz"):
        raise ModelError(f"{path}: classifier.npz is not the file that was saved; restore it, or {mend}")
    if content.get("lexicon_sha256") != lexicon_digest:
        named, here = content.get("lexicon", "default"), load_lexicon().name
        if here != "default":
            mend = f"train one with this lexicon: 'kindtext train CORPUS -o FOLDER --lexicon {here}', and use --model."
        elif named != "default":
            mend = f"name that lexicon with --lexicon (or {VARIABLE}), or {mend}"
        raise ModelError(
            f"{path}: it was trained with another lexicon ('{named}') than the one in use ('{here}'); {mend}"
        )
    try:
        return _assembled(_read_arrays(path / "classifier.npz"), content)
    except _DAMAGE as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ModelError(f"{path}: classifier.npz does not hold a model ({reason}); {mend}") from error


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read arrays of numbers and text; anything that would have to be unpickled raises ValueError."""
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
            raise ValueError(f"its arrays unfold to more than {MOST_BYTES:,} bytes")
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _assembled(arrays: Mapping[str, NDArray[Any]], content: Mapping[str, Any]) -> Model:
    """Put a model together from its arrays; ValueError if they do not fit one another."""
    signals = SignalCounter([str(name) for name in content["signals"]])
    terms = None
    if "ids" in arrays:
        _check_characters(arrays["terms"])
        terms = TermCounter(arrays["ids"], arrays["idf"], arrays["terms"], bool(content["settings"]["pairs"]))
        if terms.ids_.dtype != np.uint64 or not len(terms.ids_) == len(terms.idf_) == len(terms.terms_) > 0:
            raise ValueError("terms, ids and weights do not fit each other")
    temperature = float(arrays["temperature"])
    classifier = StanceJudge(arrays["coef"], arrays["intercept"], temperature, arrays["shift"])
    model = Model(signals, terms, classifier, content)
    shapes = (classifier.coef_.shape, classifier.intercept_.shape, classifier.shift_.shape)
    if shapes != ((2, len(model.feature_names())), (2,), (2,)):
        raise ValueError("features and coefficients do not fit each other")
    numbers = [classifier.coef_, classifier.intercept_, classifier.shift_]
    if terms is not None:
        numbers.append(terms.idf_)
    if not (0 < temperature < np.inf and all(np.isfinite(each).all() for each in numbers)):
        raise ValueError("a number in it is none, or without bound")
    return model


def _check_characters(texts: NDArray[Any]) -> None:
    """Refuse an array of text with numbers in it that stand for no character, which numpy would hand to Python."""
    if texts.dtype.kind != "U" or texts.ndim != 1:
        raise ValueError("terms are no list of text")
    if texts.size and texts.dtype.itemsize:
        codes = np.ascontiguousarray(texts).view(np.uint8).view(np.dtype(np.uint32).newbyteorder(texts.dtype.byteorder))
        if codes.max() > sys.maxunicode:
            raise ValueError("terms hold what is no character")


def check_target(folder: Path) -> None:
    """Refuse a folder that a model could not be saved to, before any work is done for it.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    ModelError
        If it is a file, or holds something that is no model.
    """
    if folder.exists() and not _may_be_replaced(folder):
        raise ModelError(f"{folder}: it is or holds something that is no model; name a new or empty folder.")


def _may_be_replaced(path: Path) -> bool:
    """Whether it is an empty folder, or one with a model and nothing else."""
    names = {p.name for p in path.iterdir()} if path.is_dir() else {path.name}
    return not names or ("metadata.json" in names and names <= FILES)


def _read_metadata(path: Path, mend: str) -> dict[str, Any]:
    try:
        if (path / "metadata.json").stat().st_size > MOST_METADATA:
            raise ValueError(f"it has more than {MOST_METADATA:,} bytes")
        content = json.loads((path / "metadata.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path}: metadata.json cannot be read ({error}); {mend}") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path}: metadata.json is no JSON object; {mend}")
    return content


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
