"""Comparing two drafts: which passages changed, and how much each change moved the score.

The score is ``100 A / (A + B)`` with ``A = a + K`` and ``B = a + T``, where K and T add up what each passage brings to
either side. It is not a sum over passages, so a change's share of the difference depends on what else changed. Each
share here is the mean over both orders of letting K and T change first, which is the Shapley value of the two sums;
within a sum it goes by what each passage brought. Written out, with 0 for the old draft and 1 for the new one:

    share = k dK + t dT
    k =  50 (B0 / ((A0 + B0) (A1 + B0)) + B1 / ((A0 + B1) (A1 + B1)))
    t = -50 (A0 / ((A0 + B0) (A0 + B1)) + A1 / ((A1 + B0) (A1 + B1)))

Shares are linear in what a passage brought, so they may be added up over any grouping (passages, stages), and over all
changes they give the difference exactly.

References
----------
L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games 2 (1953), 307-317.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from kindtext.aligning import Op, align, word_diff
from kindtext.document import STAGES, Document, Stage
from kindtext.errors import InputError
from kindtext.posterior import PRIOR
from kindtext.scoring import Evidence, PassageScore, Score, score

if TYPE_CHECKING:
    from pathlib import Path

    from kindtext.measures.criteria import Criterion
    from kindtext.model import Model

SCHEMA = 1
"""Version of :meth:`Comparison.to_dict`: later versions add keys, none changes its meaning."""

Kind = Literal["kept", "reworded", "added", "dropped", "moved"]
KINDS: tuple[Kind, ...] = ("kept", "reworded", "added", "dropped", "moved")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one passage, or of neighbours whose words were cut into passages differently.

    Parameters
    ----------
    kind : {"kept", "reworded", "added", "dropped", "moved"}
        ``kept`` and ``moved`` have the same words; what was reworded may also have moved.
    old, new : tuple of PassageScore
        The passages in each draft, in order; one of them is empty for what was added or dropped.
    similarity : float
        Share of words that both have in order, 0 to 1.
    moved : bool
        Whether it stands elsewhere among the other passages than it did.
    share : float or None
        How many points of the difference between the scores it accounts for; None where a draft has no score.
    """

    kind: Kind
    old: tuple[PassageScore, ...]
    new: tuple[PassageScore, ...]
    similarity: float
    moved: bool
    share: float | None

    def diff(self) -> list[tuple[Op, str]]:
        """Tell word by word what was ``cut``, what was ``put`` and what is the ``same``."""
        return word_diff(_text(self.old), _text(self.new))

    def gained(self) -> list[Evidence]:
        """Signals in the new words that the old ones had not, or not with the same assertion."""
        return _more(_evidence(self.new), _evidence(self.old))

    def lost(self) -> list[Evidence]:
        """Signals in the old words that the new ones have not, or not with the same assertion."""
        return _more(_evidence(self.old), _evidence(self.new))


@dataclass(frozen=True)
class Comparison:
    """Two drafts side by side.

    Parameters
    ----------
    old, new : Score
        Of each draft.
    changes : tuple of Change
        Every passage of either draft once, in the order of the new one; what was dropped stands after what it
        followed.
    """

    old: Score
    new: Score
    changes: tuple[Change, ...]

    @property
    def difference(self) -> float | None:
        """Points that the new draft has more than the old one; None where either has no score."""
        if self.old.value is None or self.new.value is None:
            return None
        return self.new.value - self.old.value

    @property
    def overlap(self) -> bool | None:
        """Whether the intervals overlap, so that the two cannot be told apart by score; None without scores."""
        return None if self.difference is None else overlapping(self.old, self.new)

    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}

    def telling(self) -> list[Change]:
        """All but what stayed the same, what moved the score most first."""
        changed = [c for c in self.changes if c.kind != "kept" or c.share]
        return sorted(changed, key=lambda c: -abs(c.share or 0.0))

    def by_stage(self) -> dict[Stage | None, float]:
        """Points of the difference by the stage that the words speak of; None for those that speak of no stage.

        They add up to the difference. Empty where either draft has no score.
        """
        slopes = self._slopes
        if slopes is None:
            return {}
        shares: dict[Stage | None, float] = {}
        for sign, judged in ((-1, self.old), (1, self.new)):
            for p in judged.passages:
                shares[p.stage] = shares.get(p.stage, 0.0) + sign * _worth(p, slopes)
        return {stage: shares[stage] for stage in (*STAGES, None) if stage in shares}

    def by_signal(self) -> dict[str, dict[str, Any]]:
        """For every signal that either draft has: spans that stand in each, and the evidence gained and lost."""
        was, now = self.old.signals, self.new.signals
        gained = _more(_evidence(self.new.passages), _evidence(self.old.passages))
        lost = _more(_evidence(self.old.passages), _evidence(self.new.passages))
        return {
            signal: {
                "pole": now[signal]["pole"],
                "old": was[signal]["standing"],
                "new": now[signal]["standing"],
                "gained": [e for e in gained if e.signal == signal],
                "lost": [e for e in lost if e.signal == signal],
            }
            for signal in now
            if signal in was and (was[signal]["spans"] or now[signal]["spans"])
        }

    def by_measure(self) -> dict[str, tuple[Any, Any]]:
        """Give the old and new value of every measure that differs, by its column in :meth:`Score.to_row`."""
        was, now = self.old.measures.to_row(), self.new.measures.to_row()
        return {name: (was[name], now[name]) for name in now if was[name] != now[name]}

    def by_criterion(self) -> list[tuple[str, str | None, str | None]]:
        """Give name, old and new weight of every award criterion that differs; None where a draft has none such."""
        was, now = (_weights(s.measures.criteria.items) for s in (self.old, self.new))
        names = dict.fromkeys([*now, *was])
        return [(name, was.get(name), now.get(name)) for name in names if was.get(name) != now.get(name)]

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON.

        Returns
        -------
        dict
            ``schema``, ``old`` and ``new``, ``difference``, ``intervals_overlap``, ``counts``, ``changes`` (each with
            its share), ``signals``, ``stages``, ``measures``, ``criteria`` and ``model``.
        """
        return {
            "schema": SCHEMA,
            "old": _score_dict(self.old),
            "new": _score_dict(self.new),
            "difference": _rounded(self.difference),
            "intervals_overlap": self.overlap,
            "counts": self.counts(),
            "changes": [_change_dict(change) for change in self.changes],
            "signals": {
                signal: {**row, "gained": _quotes(row["gained"]), "lost": _quotes(row["lost"])}
                for signal, row in self.by_signal().items()
            },
            "stages": {stage or "none": _rounded(share) for stage, share in self.by_stage().items()},
            "measures": {name: {"old": was, "new": now} for name, (was, now) in self.by_measure().items()},
            "criteria": [{"name": name, "old": was, "new": now} for name, was, now in self.by_criterion()],
            "model": dict(self.new.model),
        }

    @cached_property
    def _slopes(self) -> tuple[float, float] | None:
        return None if self.difference is None else slopes(_sums(self.old), _sums(self.new))

    def _repr_html_(self) -> str:
        from kindtext.report.comparison_html import comparison_html

        return comparison_html(self)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One document among several.

    Parameters
    ----------
    place : int or None
        1 for the highest score; None without one.
    score : Score
    level : tuple of int
        Places of those whose intervals overlap with its own, so that it cannot be told apart from them.
    """

    place: int | None
    score: Score
    level: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return {"place": self.place, **_score_dict(self.score), "cannot_be_told_apart_from": list(self.level)}


def compare(
    old: Document | Score | str, new: Document | Score | str, *, model: Model | str | Path | None = None
) -> Comparison:
    r"""Compare two drafts of a document: what changed, and how much each change moved the score.

    Parameters
    ----------
    old, new : Document, Score or str
        What :func:`kindtext.read` or :func:`kindtext.score` gave; a str is always text, never a path.
    model : Model, str or Path, optional
        What scores those that are not scored yet; by default the model that comes with kindtext.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If either is neither of these, or the two were scored by different models.

    Examples
    --------
    >>> old = (
    ...     "Late tenders will be rejected and the Authority accepts no liability for any costs. The Contractor shall "
    ...     "indemnify the Authority, which may terminate the Contract at its sole discretion without compensation."
    ... )
    >>> new = old + "\n\nWe will give feedback to every bidder, and we meet every month to solve problems together."
    >>> comparison = compare(old, new)
    >>> comparison.counts()
    {'kept': 1, 'reworded': 0, 'added': 1, 'dropped': 0, 'moved': 0}
    >>> comparison.difference > 0
    True
    >>> abs(sum(change.share for change in comparison.changes) - comparison.difference) < 1e-9
    True
    """
    was, now = (each if isinstance(each, Score) else score(each, model=model) for each in (old, new))
    _same_model((was, now))
    pairs = align([p.passage.text for p in was.passages], [p.passage.text for p in now.passages])
    scored = was.value is not None and now.value is not None
    worth = slopes(_sums(was), _sums(now)) if scored else None
    changes = []
    for pair in pairs:
        mine, theirs = tuple(was.passages[i] for i in pair.old), tuple(now.passages[j] for j in pair.new)
        share = None
        if worth is not None:
            share = sum(_worth(p, worth) for p in theirs) - sum(_worth(p, worth) for p in mine)
        changes.append(Change(_kind(mine, theirs, pair.moved), mine, theirs, pair.similarity, pair.moved, share))
    return Comparison(was, now, tuple(changes))


def rank(scores: Iterable[Score]) -> list[Ranked]:
    """Order documents by score, saying which cannot be told apart.

    Parameters
    ----------
    scores : iterable of Score

    Returns
    -------
    list of Ranked
        The highest first; those without a score last, in the order given.

    Raises
    ------
    InputError
        If they were not all scored by the same model.
    """
    every = list(scores)
    _same_model(every)
    judged = sorted((s for s in every if s.value is not None), key=lambda s: -(s.value or 0.0))
    ranked = [
        Ranked(
            place,
            one,
            tuple(at for at, other in enumerate(judged, 1) if other is not one and overlapping(one, other)),
        )
        for place, one in enumerate(judged, 1)
    ]
    return ranked + [Ranked(None, s) for s in every if s.value is None]


def overlapping(one: Score, other: Score) -> bool:
    """Tell whether the intervals of two scores overlap; False where either has none."""
    if one.interval is None or other.interval is None:
        return False
    return one.interval[0] <= other.interval[1] and other.interval[0] <= one.interval[1]


def slopes(old: tuple[float, float], new: tuple[float, float]) -> tuple[float, float]:
    """Points for each unit of kind and of transactional text that changed: ``k`` and ``t`` of the module's docstring.

    Parameters
    ----------
    old, new : tuple of float
        K and T of each draft.

    Returns
    -------
    tuple of float
        ``k * (K1 - K0) + t * (T1 - T0)`` is the difference between the two scores.

    Examples
    --------
    >>> k, t = slopes((1.0, 3.0), (5.0, 1.0))
    >>> round(k * 4 + t * -2, 6) == round(100 * 6 / 8 - 100 * 2 / 6, 6)
    True
    """
    (a0, b0), (a1, b1) = ((PRIOR + kind, PRIOR + hard) for kind, hard in (old, new))
    k = 50 * (b0 / ((a0 + b0) * (a1 + b0)) + b1 / ((a0 + b1) * (a1 + b1)))
    t = -50 * (a0 / ((a0 + b0) * (a0 + b1)) + a1 / ((a1 + b0) * (a1 + b1)))
    return k, t


def _same_model(scores: Sequence[Score]) -> None:
    if len({(s.model.get("sha256"), s.model.get("lexicon_sha256")) for s in scores}) > 1:
        raise InputError("the documents were scored by different models or lexicons; score them all by the same one.")


def _kind(old: Sequence[PassageScore], new: Sequence[PassageScore], moved: bool) -> Kind:
    if not old:
        return "added"
    if not new:
        return "dropped"
    if _text(old).split() != _text(new).split():
        return "reworded"
    return "moved" if moved else "kept"


def _sums(judged: Score) -> tuple[float, float]:
    return (
        sum(p.weight * p.probabilities[0] for p in judged.passages),
        sum(p.weight * p.probabilities[2] for p in judged.passages),
    )


def _worth(p: PassageScore, slopes: tuple[float, float]) -> float:
    return p.weight * (slopes[0] * p.probabilities[0] + slopes[1] * p.probabilities[2])


def _text(passages: Iterable[PassageScore]) -> str:
    return "\n".join(p.passage.text for p in passages)


def _evidence(passages: Iterable[PassageScore]) -> list[Evidence]:
    return [e for p in passages for e in p.evidence]


def _said(e: Evidence) -> tuple[str, str, str]:
    return e.signal, " ".join(e.quote.lower().split()), e.assertion


def _more(these: list[Evidence], those: list[Evidence]) -> list[Evidence]:
    """Give what is in these and not, or not as often, in those."""
    left = Counter(map(_said, those))
    found = []
    for e in these:
        if left[_said(e)] > 0:
            left[_said(e)] -= 1
        else:
            found.append(e)
    return found


def _weights(items: Iterable[Criterion]) -> dict[str, str]:
    """Give each criterion's weight as people write it, by its name with its lot; of equal names the first."""
    weights: dict[str, str] = {}
    for item in items:
        weight = f"{item.weight:g} %" if item.weight is not None else f"{item.points:g} points" if item.points else ""
        weights.setdefault(f"{item.name} ({item.lot})" if item.lot else item.name, weight)
    return weights


def _score_dict(judged: Score) -> dict[str, Any]:
    return {
        "document": {"name": judged.name, "format": judged.format, "sha256": judged.sha256, "words": judged.words},
        "score": _rounded(judged.value),
        "interval": [_rounded(end) for end in judged.interval] if judged.interval else None,
        "reason": judged.reason,
        "stances": judged.stances(),
    }


def _change_dict(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "moved": change.moved,
        "similarity": round(change.similarity, 4),
        "share": None if change.share is None else round(change.share, 4),
        "old": [_passage_dict(p) for p in change.old],
        "new": [_passage_dict(p) for p in change.new],
        "diff": [list(piece) for piece in change.diff()] if change.kind == "reworded" else None,
        "gained": _quotes(change.gained()),
        "lost": _quotes(change.lost()),
    }


def _passage_dict(p: PassageScore) -> dict[str, Any]:
    passage = p.passage
    return {
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "section": passage.section,
        "field": passage.field,
        "stage": p.stage,
        "stance": p.stance,
        "weight": round(p.weight, 4),
        "probabilities": [round(q, 4) for q in p.probabilities],
    }


def _quotes(found: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [
        {"signal": e.signal, "quote": e.quote, "assertion": e.assertion, "agent": e.agent, "start": e.start}
        for e in found
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
