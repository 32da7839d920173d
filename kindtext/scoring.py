"""Scoring: from passages to a document, with evidence for every number.

A document's score is a Beta posterior mean. Each passage brings its weight times P(kind) to one side and times
P(transactional) to the other; what is neutral brings nothing to either, so plain text moves no score. A small prior
keeps a short text near 50 and gives it a wide interval. Where there is too little to say, there is no score but a
reason.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from kindtext.document import Document, Passage, Quote, Stage
from kindtext.errors import InputError, KindtextError
from kindtext.lexicon import STANDING, Agent, Assertion, load_lexicon
from kindtext.measures.participation import Rung, StagedPassage, TakingPart
from kindtext.measures.record import Measures, measure
from kindtext.model import Model, load_model
from kindtext.passages import from_text
from kindtext.pipeline import shared_pipeline
from kindtext.pipeline.participation import SIGNAL as TAKING_PART
from kindtext.pipeline.signals import SPANS
from kindtext.posterior import aggregate
from kindtext.stance import STANCES

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from spacy.language import Language
    from spacy.tokens import Doc

    from kindtext.pipeline.stages import StageReader

SCHEMA = 1
"""Version of :meth:`Score.to_dict`: later versions add keys, none changes its meaning."""

FULL_WEIGHT_WORDS = 60
"""Words from which on a passage weighs 1; a shorter one weighs as the square root of its share of them."""

FEWEST_WORDS = 30
"""Words under which a text is too short to score: two sentences."""

LEAST_EVIDENCE = 0.5
"""Expected weight of passages that are not neutral, under which there is nothing to base a score on."""

PLAIN = "all of it is plain information; nothing speaks for or against kindness"
"""The reason for no score that is an answer; the others say that the text was not fit to be scored."""

REPEATED_WORDS = 8
"""Words from which a passage that comes again is not counted again; shorter ones are labels and rows of forms."""

_LETTERS = re.compile(r"[^\W\d_]+")

LEAST_ENGLISH = 0.6
"""Share of words that must be English: real notices have 0.75 to 0.95, other European languages under 0.5."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signal in one passage: the words, what they assert, and how far they moved the passage.

    Parameters
    ----------
    signal, pole : str
        What it is, and which end of the scale it speaks for.
    quote : str
        The words, equal to ``document.text[start:end]``.
    start, end : int
        Offsets in the document's text.
    assertion : str
        ``affirmed``, ``negated``, ``hedged``, ``conditional`` or ``citation``.
    agent : str
        ``buyer``, ``supplier``, ``community`` or ``none``.
    contribution : float
        What it adds to the calibrated log-odds of kind against transactional in its passage; positive is kinder, and
        0.7 doubles the odds.
    page, section, field
        Where it stands.
    rung : str or None
        Of community engagement: how far people take part, from ``inform`` to ``community_led``.
    """

    signal: str
    pole: str
    quote: str
    start: int
    end: int
    assertion: Assertion
    agent: Agent
    contribution: float
    page: int | None = None
    section: str | None = None
    field: str | None = None
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class PassageScore:
    """One passage judged.

    Parameters
    ----------
    passage : Passage
        The text and its place.
    probabilities : tuple of float
        P(kind), P(neutral), P(transactional); they add to 1.
    weight : float
        How much it counts, 0 to 1.
    evidence : tuple of Evidence
        Its signals, in order.
    stage : Stage or None
        The stage of the procurement that it speaks of.
    """

    passage: Passage
    probabilities: tuple[float, float, float]
    weight: float
    evidence: tuple[Evidence, ...]
    stage: Stage | None = None

    @property
    def stance(self) -> str:
        """The most probable of kind, neutral and transactional."""
        return STANCES[max(range(3), key=lambda i: self.probabilities[i])]


@dataclass(frozen=True, slots=True)
class Score:
    """How kind a document is, how sure that is, and why.

    Parameters
    ----------
    name, format, sha256 : str
        Of the document.
    words : int
        In the document.
    value : float or None
        0 (transactional) to 100 (kind); 50 is even. None where there is too little to say.
    interval : tuple of float or None
        The 90 % interval of ``value``.
    reason : str or None
        Why there is no score.
    passages : tuple of PassageScore
        All passages, in order.
    metadata : mapping
        What the document says of itself.
    notes : tuple of str
        What was lost or doubtful in reading it.
    model : mapping
        Which model judged: ``name``, ``sha256``, ``lexicon_sha256``, ``kindtext``.
    measures : Measures
        What else was read: criteria, burdens, language, participation, and talk against terms.
    """

    name: str
    format: str
    sha256: str
    words: int
    value: float | None
    interval: tuple[float, float] | None
    reason: str | None
    passages: tuple[PassageScore, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    model: Mapping[str, Any] = field(default_factory=dict)
    measures: Measures = field(default_factory=Measures)

    @property
    def evidence(self) -> list[Evidence]:
        """All evidence, what moved its passage most first."""
        found = [e for p in self.passages for e in p.evidence]
        return sorted(found, key=lambda e: (-abs(e.contribution), e.start))

    @property
    def signals(self) -> dict[str, dict[str, Any]]:
        """For every signal: spans in all, spans that stand, and how many times each assertion and agent occurs."""
        by_signal: dict[str, list[Evidence]] = {signal: [] for signal in load_lexicon().signals}
        for passage in self.passages:
            for evidence in passage.evidence:
                by_signal[evidence.signal].append(evidence)
        return {
            signal: {
                "pole": load_lexicon().signals[signal].pole,
                "spans": len(found),
                "standing": sum(e.assertion in STANDING for e in found),
                "assertions": dict(Counter(e.assertion for e in found)),
                "agents": dict(Counter(e.agent for e in found)),
            }
            for signal, found in by_signal.items()
        }

    def stances(self) -> dict[str, int]:
        """How many passages are kind, neutral and transactional."""
        counts = Counter(p.stance for p in self.passages)
        return {stance: counts[stance] for stance in STANCES}

    def extremes(self, stance: str, most: int = 3) -> list[PassageScore]:
        """Give the passages of one stance, the most probable and longest first."""
        index = STANCES.index(stance)
        chosen = [p for p in self.passages if p.stance == stance]
        return sorted(chosen, key=lambda p: (-p.probabilities[index] * p.weight, p.passage.start))[:most]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON.

        Returns
        -------
        dict
            ``schema``, ``document``, ``score`` (0 to 100 or None), ``interval``, ``reason``, ``signals``,
            ``passages`` (each with its evidence), ``measures`` and ``model``.
        """
        return {
            "schema": SCHEMA,
            "document": {
                "name": self.name,
                "format": self.format,
                "sha256": self.sha256,
                "words": self.words,
                "passages": len(self.passages),
                "metadata": dict(self.metadata),
                "notes": list(self.notes),
            },
            "score": _rounded(self.value),
            "interval": [_rounded(end) for end in self.interval] if self.interval else None,
            "reason": self.reason,
            "stances": self.stances(),
            "signals": self.signals,
            "passages": [_passage_dict(p) for p in self.passages],
            "measures": self.measures.to_dict(),
            "model": dict(self.model),
        }

    def to_row(self) -> dict[str, Any]:
        """One flat row for a table: the score, counts of stances, standing spans of each signal, and the measures."""
        columns = self.metadata.get("columns", {})
        low, high = self.interval or (None, None)
        return {
            **{key: value for key, value in columns.items() if key not in ("document", "score")},
            "document": self.name,
            "score": _rounded(self.value),
            "low": _rounded(low),
            "high": _rounded(high),
            "reason": self.reason,
            "words": self.words,
            "passages": len(self.passages),
            **{f"{stance}_passages": n for stance, n in self.stances().items()},
            **{signal: row["standing"] for signal, row in self.signals.items()},
            **self.measures.to_row(),
            "error": None,
        }

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw where in the document it is kind and where it is not; see :func:`kindtext.plot_score`."""
        from kindtext.plots import plot_score

        return plot_score(self, ax)

    def __repr__(self) -> str:
        if self.value is None or self.interval is None:
            return f"<Score {self.name!r}: none, {self.reason}>"
        low, high = self.interval
        return f"<Score {self.name!r}: {self.value:.0f} of 100, {low:.0f} to {high:.0f}>"

    def _repr_html_(self) -> str:
        from kindtext.report.notebook import score_html

        return score_html(self)


def score(document: Document | str, *, model: Model | str | Path | None = None, measures: bool = True) -> Score:
    """Score one document.

    Parameters
    ----------
    document : Document or str
        What :func:`kindtext.read` gave; a str is always text, never a path.
    model : Model, str or Path, optional
        A model or its folder; by default the one that comes with kindtext.
    measures : bool
        Whether to take the measures too; without them ``measures`` is empty, and a first score comes sooner.

    Returns
    -------
    Score
        ``value`` is None, with the ``reason``, where there is too little English text to say.

    Raises
    ------
    InputError
        If it is neither text nor a Document.
    ModelError
        If the model cannot be loaded.

    Examples
    --------
    >>> result = score("Too short to say.")
    >>> result.value, result.reason
    (None, 'only 4 words; at least 30 are needed to say anything')
    """
    if isinstance(document, str):
        document = from_text(document)
    if not isinstance(document, Document):
        raise InputError(
            f"{type(document).__name__} is neither text nor a document; give a str, or read a file with kindtext.read."
        )
    return next(score_all([document], model=model, measures=measures))


def score_all(
    documents: Iterable[Document], *, model: Model | str | Path | None = None, measures: bool = True
) -> Iterator[Score]:
    """Score documents one after the other, in order, holding one at a time.

    Parameters
    ----------
    documents : iterable of Document
    model : Model, str or Path, optional
    measures : bool
        Whether to take the measures too.

    Yields
    ------
    Score
    """
    loaded = load_model(model)
    nlp = shared_pipeline()
    for document in documents:
        yield _score(document, loaded, nlp, measures)


def score_many(
    documents: Sequence[Document | str], *, model: Model | str | Path | None = None, n_jobs: int = 1
) -> pd.DataFrame:
    """Score many documents into a table.

    Parameters
    ----------
    documents : sequence of Document or str
    model : Model, str or Path, optional
    n_jobs : int
        Processes to use, as joblib counts them; ``joblib.parallel_config`` chooses another backend.

    Returns
    -------
    pandas.DataFrame
        One row a document, in order: see :meth:`Score.to_row`. Empty, with no columns, for no document.
    """
    import pandas as pd
    from joblib import Parallel, delayed

    if isinstance(documents, (str, os.PathLike)):
        raise InputError("documents are a list, and this is one text or path; write list(kt.read_all(path)).")

    chosen = model if model is None or isinstance(model, Model) else str(model)
    rows = Parallel(n_jobs=n_jobs)(delayed(_row)(document, chosen) for document in documents)
    return pd.DataFrame(rows)


def classify(texts: Iterable[str], *, model: Model | str | Path | None = None) -> pd.DataFrame:
    """Judge passages, each by itself.

    Parameters
    ----------
    texts : iterable of str
        Passages.
    model : Model, str or Path, optional

    Returns
    -------
    pandas.DataFrame
        One row a passage, in order: ``kind``, ``neutral`` and ``transactional`` (probabilities, adding to 1),
        ``stance``, and one column a signal: how many of its spans stand, that is are affirmed, be it with a hedge or
        under a condition, and neither negated nor a citation.

    Raises
    ------
    InputError
        If something is no text, or all of it is one text.

    Examples
    --------
    >>> frame = classify(["Late tenders will be rejected.", "The lamps are 60 watts each."])
    >>> list(frame["stance"])
    ['transactional', 'neutral']
    """
    import pandas as pd

    if isinstance(texts, str):
        raise InputError("this is one text, not several; give a list of str, or score it with kindtext.score.")
    items = list(texts)
    for number, text in enumerate(items):
        if not isinstance(text, str):
            raise InputError(f"passage {number} is {type(text).__name__}, not text; give a list of str.")
    docs = list(shared_pipeline().pipe(items))
    P = load_model(model).predict_proba(docs)
    frame = pd.DataFrame(P, columns=list(STANCES))
    frame["stance"] = [STANCES[i] for i in P.argmax(axis=1)]
    for signal in load_lexicon().signals:
        frame[signal] = [
            sum(s.label_ == signal and s._.assertion in STANDING for s in doc.spans[SPANS]) for doc in docs
        ]
    return frame


def passage_weight(words: int) -> float:
    """How much a passage counts: the square root of its share of a full one, at most 1.

    Examples
    --------
    >>> passage_weight(15), passage_weight(60), passage_weight(150)
    (0.5, 1.0, 1.0)
    """
    return min(1.0, math.sqrt(words / FULL_WEIGHT_WORDS))


def _row(document: Document | str, model: Model | str | None) -> dict[str, Any]:
    """Score into a row; what goes wrong with one document is its row's ``error``."""
    name = document.name if isinstance(document, Document) else "text"
    try:
        return score(document, model=model).to_row()
    except KindtextError as error:
        return {"document": name, "error": str(error)}


def _score(document: Document, model: Model, nlp: Language, measures: bool) -> Score:
    docs = list(nlp.pipe([p.text for p in document.passages]))
    P, contributions = model.judge(docs)
    stages: StageReader = nlp.get_pipe("kindtext_stages")  # type: ignore[assignment]
    repeats = _repeats(document.passages)
    judged = tuple(
        PassageScore(
            passage,
            (float(row[0]), float(row[1]), float(row[2])),
            0.0 if number in repeats else passage_weight(passage.words),
            _evidence(passage, doc, moved),
            stages.stage_of(doc, passage.section, passage.stage),
        )
        for number, (passage, doc, row, moved) in enumerate(zip(document.passages, docs, P, contributions, strict=True))
    )
    kind = sum(p.weight * p.probabilities[0] for p in judged)
    transactional = sum(p.weight * p.probabilities[2] for p in judged)
    reason = _too_little(document, kind + transactional)
    value, interval = aggregate(kind, transactional)
    return Score(
        name=document.name,
        format=document.format,
        sha256=document.sha256,
        words=document.words,
        value=None if reason else value,
        interval=None if reason else interval,
        reason=reason,
        passages=judged,
        metadata=document.metadata,
        notes=document.notes
        + ((f"Passages that repeat another one were not counted: {len(repeats)}.",) if repeats else ()),
        model=_provenance(model),
        measures=measure(document, [_staged(p) for p in judged]) if measures else Measures(),
    )


def _repeats(passages: Sequence[Passage]) -> set[int]:
    """Find the passages that say what one before them said, numbers and punctuation aside: they say nothing more."""
    seen: set[str] = set()
    found: set[int] = set()
    for number, passage in enumerate(passages):
        if passage.words >= REPEATED_WORDS:
            key = " ".join(_LETTERS.findall(passage.text.casefold()))
            if key in seen:
                found.add(number)
            seen.add(key)
    return found


def _staged(p: PassageScore) -> StagedPassage:
    return StagedPassage(
        stage=p.stage,
        kind=p.weight * p.probabilities[0],
        transactional=p.weight * p.probabilities[2],
        taking_part=tuple(
            TakingPart(e.rung, Quote(e.quote, e.start, e.end, e.page, e.section, e.field), e.assertion, e.agent)
            for e in p.evidence
            if e.rung is not None
        ),
        section=p.passage.section,
    )


def _evidence(passage: Passage, doc: Doc, moved: Sequence[float]) -> tuple[Evidence, ...]:
    poles = load_lexicon().signals
    return tuple(
        Evidence(
            signal=span.label_,
            pole=poles[span.label_].pole,
            quote=span.text,
            start=passage.start + span.start_char,
            end=passage.start + span.end_char,
            assertion=span._.assertion,
            agent=span._.agent,
            contribution=contribution,
            page=passage.page,
            section=passage.section,
            field=passage.field,
            rung=span._.rung if span.label_ == TAKING_PART else None,
        )
        for span, contribution in zip(doc.spans[SPANS], moved, strict=True)
    )


def _too_little(document: Document, evidence: float) -> str | None:
    """Why a document gets no score; None if it gets one."""
    if document.words == 0:
        return "there is no text in it"
    if document.words < FEWEST_WORDS:
        return f"only {document.words} words; at least {FEWEST_WORDS} are needed to say anything"
    if not _is_english(document.text):
        return "the text does not read as English, the only language that kindtext knows"
    if evidence < LEAST_EVIDENCE:
        return PLAIN
    return None


def _is_english(text: str) -> bool:
    """Whether most words are English ones, judged on a sample from the beginning and the middle."""
    import simplemma

    middle = len(text) // 2
    sample = text if len(text) <= 4000 else text[:2000] + " " + text[middle : middle + 2000]
    words = [word for word in sample.split() if word.isalpha() and word.islower()]
    if len(words) < FEWEST_WORDS // 2:
        words = [word.lower() for word in sample.split() if word.isalpha()]
    known = {word: simplemma.is_known(word, lang="en") for word in set(words)}
    return bool(words) and sum(known[word] for word in words) / len(words) >= LEAST_ENGLISH


def _provenance(model: Model) -> dict[str, Any]:
    keys = {"classifier_sha256": "sha256", "lexicon_sha256": "lexicon_sha256"}
    about: dict[str, Any] = {short: model.metadata.get(key) for key, short in keys.items()}
    about["corpus"] = model.metadata.get("corpus", {}).get("name")
    about["kindtext"] = model.metadata.get("versions", {}).get("kindtext")
    return about


def _passage_dict(p: PassageScore) -> dict[str, Any]:
    place = asdict(p.passage)
    return {
        **place,
        "stage": p.stage,
        "stance": p.stance,
        "probabilities": {stance: round(q, 4) for stance, q in zip(STANCES, p.probabilities, strict=True)},
        "weight": round(p.weight, 4),
        "evidence": [
            {
                "signal": e.signal,
                "pole": e.pole,
                "quote": e.quote,
                "start": e.start,
                "end": e.end,
                "assertion": e.assertion,
                "agent": e.agent,
                "rung": e.rung,
                "contribution": round(e.contribution, 4),
            }
            for e in p.evidence
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
