"""Participation: how far the people concerned take part at each stage, beside how kind the text of each stage is.

The rungs are a ladder after Arnstein [1]_, the spectrum of the International Association for Public Participation [2]_
and the New Economics Foundation's ladder of co-production [3]_.

References
----------
.. [1] Arnstein, S. R.: "A Ladder of Citizen Participation", Journal of the American Institute of Planners 35(4), 1969,
   216-224.
.. [2] International Association for Public Participation (IAP2): "Spectrum of Public Participation", 2018.
.. [3] Slay, J. and Penny, J.: "Commissioning for outcomes and co-production: a practical guide for local authorities",
   New Economics Foundation, 2014.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from kindtext.document import STAGES, Quote, Stage
from kindtext.lexicon import STANDING, Agent, Assertion

Rung = Literal["inform", "consult", "involve", "co_design", "decide_together", "community_led"]
"""How far people take part, from being told to leading."""

RUNGS: tuple[Rung, ...] = ("inform", "consult", "involve", "co_design", "decide_together", "community_led")

ASKED_OF_SUPPLIERS: frozenset[Stage | None] = frozenset(("specify", "tender", "evaluate", None))
"""Stages whose text asks of suppliers what they are to do later: a requirement, a question to bidders, a criterion."""

NOBODY = "Nobody outside the buyer is said to take part at any stage."

_DO: dict[Rung, str] = {
    "inform": "are told what happens",
    "consult": "are consulted",
    "involve": "are involved",
    "co_design": "help to design",
    "decide_together": "share in the decisions",
    "community_led": "lead",
}

# Moments that people tell apart, in order: the stages of each, when it is, and up to when and from when it is where
# nothing comes after or before.
_MOMENTS: tuple[tuple[frozenset[Stage], str, str, str], ...] = (
    (frozenset(("plan", "engage")), "in the planning", "before the specification is written", ""),
    (
        frozenset(("specify",)),
        "in writing the specification",
        "until the specification is written",
        "once the specification is written",
    ),
    (
        frozenset(("tender", "evaluate", "award")),
        "in choosing the supplier",
        "until the supplier is chosen",
        "once bids are invited",
    ),
    (frozenset(("deliver",)), "while the contract runs", "until the contract ends", "once the contract runs"),
    (frozenset(("review",)), "in the review of the results", "", "when the results are reviewed"),
)


@dataclass(frozen=True, slots=True)
class TakingPart:
    """One place where the text says that people take part.

    Parameters
    ----------
    rung : Rung
        How far.
    quote : Quote
        The words.
    assertion : str
        Whether it is affirmed, hedged, conditional, negated or a citation; only the first three count.
    agent : str
        Who acts. What suppliers are to do happens while the contract runs, wherever it is asked of them.
    """

    rung: Rung
    quote: Quote
    assertion: Assertion = "affirmed"
    agent: Agent = "none"


@dataclass(frozen=True, slots=True)
class StagedPassage:
    """A passage as this measure looks at it.

    Parameters
    ----------
    stage : Stage or None
        The stage that it speaks of.
    kind, transactional : float
        P(kind) and P(transactional), times the passage's weight.
    taking_part : tuple of TakingPart
        Where it says that people take part.
    section : str or None
        The nearest heading above it.
    """

    stage: Stage | None
    kind: float = 0.0
    transactional: float = 0.0
    taking_part: tuple[TakingPart, ...] = ()
    section: str | None = None


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage of a document.

    Parameters
    ----------
    stage : Stage
    passages : int
        Passages that speak of it.
    kind, transactional : float
        Expected weight of its kind and of its transactional text.
    highest : Rung or None
        The highest rung on which people take part; None where they do not.
    taking_part : tuple of TakingPart
        Where the text says so, in order.
    """

    stage: Stage
    passages: int
    kind: float
    transactional: float
    highest: Rung | None
    taking_part: tuple[TakingPart, ...]


@dataclass(frozen=True, slots=True)
class Participation:
    """How far people take part in a procurement, stage by stage.

    Parameters
    ----------
    stages : tuple of StageRow
        All eight, in order; empty for a document without a passage.
    highest : Rung or None
        The highest rung of all, whatever its stage.
    missing : tuple of Stage
        Stages at which nobody outside the buyer takes part.
    sentence : str or None
        When people take part and when they do not, in words; None for a document without a passage.
    unplaced : tuple of TakingPart
        Where people take part at a stage that the text does not tell.
    notes : tuple of str
        What is doubtful, each a sentence for the user.
    """

    stages: tuple[StageRow, ...] = ()
    highest: Rung | None = None
    missing: tuple[Stage, ...] = ()
    sentence: str | None = None
    unplaced: tuple[TakingPart, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON; weights rounded to three places."""
        content: dict[str, Any] = _listed(asdict(self))
        for row in content["stages"]:
            row["kind"] = round(row["kind"], 3)
            row["transactional"] = round(row["transactional"], 3)
        return content

    def to_row(self) -> dict[str, Any]:
        """One flat row for a table.

        Returns
        -------
        dict
            ``participation_highest``, a rung, and ``participation_stages``, the stages at which people take part with
            commas between; each None where nobody does (the second also where the text does not say when).
        """
        taken = ", ".join(row.stage for row in self.stages if row.highest)
        return {"participation_highest": self.highest, "participation_stages": taken or None}


def participation(passages: Iterable[StagedPassage]) -> Participation:
    """Tell how far people take part at each stage.

    Parameters
    ----------
    passages : iterable of StagedPassage
        Of one document, in order.

    Returns
    -------
    Participation

    Examples
    --------
    >>> asked = TakingPart("consult", Quote("Residents will be consulted", 0, 27))
    >>> found = participation([StagedPassage("engage", kind=0.5, taking_part=(asked,)), StagedPassage("specify")])
    >>> found.sentence
    'People are consulted before the specification is written and never after.'
    >>> found.to_row()
    {'participation_highest': 'consult', 'participation_stages': 'engage'}
    >>> participation([]).sentence is None
    True
    """
    items = tuple(passages)
    if not items:
        return Participation()
    placed: dict[Stage | None, list[TakingPart]] = {stage: [] for stage in (*STAGES, None)}
    for item in items:
        for taken in item.taking_part:
            if taken.assertion in STANDING:
                placed[_when(item.stage, taken)].append(taken)
    rows = tuple(_row(stage, [item for item in items if item.stage == stage], placed[stage]) for stage in STAGES)
    unplaced = tuple(placed[None])
    by_stage: dict[Stage, Rung] = {row.stage: row.highest for row in rows if row.highest}
    highest = highest_rung([*by_stage.values(), *(taken.rung for taken in unplaced)])
    notes = []
    if unplaced:
        places = "one place" if len(unplaced) == 1 else f"{len(unplaced)} places"
        notes.append(f"The stage of {places} where people take part could not be told.")
    return Participation(
        stages=rows,
        highest=highest,
        missing=tuple(row.stage for row in rows if row.highest is None),
        sentence=_sentence(by_stage, highest, elsewhere=bool(unplaced)),
        unplaced=unplaced,
        notes=tuple(notes),
    )


def highest_rung(rungs: Iterable[Rung]) -> Rung | None:
    """Give the highest of some rungs, None of none.

    Examples
    --------
    >>> highest_rung(["consult", "decide_together", "inform"])
    'decide_together'
    """
    return max(rungs, key=RUNGS.index, default=None)


def _when(stage: Stage | None, taken: TakingPart) -> Stage | None:
    """Tell the stage at which people take part: that of the text, but for what suppliers are to do."""
    return "deliver" if taken.agent == "supplier" and stage in ASKED_OF_SUPPLIERS else stage


def _row(stage: Stage, items: list[StagedPassage], taking_part: list[TakingPart]) -> StageRow:
    return StageRow(
        stage=stage,
        passages=len(items),
        kind=sum(item.kind for item in items),
        transactional=sum(item.transactional for item in items),
        highest=highest_rung(taken.rung for taken in taking_part),
        taking_part=tuple(taking_part),
    )


def _sentence(by_stage: Mapping[Stage, Rung], highest: Rung | None, *, elsewhere: bool) -> str:
    """Say when people take part and when they do not; not the latter where the text leaves some of it open."""
    if highest is None:
        return NOBODY
    rungs = [
        highest_rung(by_stage[stage] for stage in STAGES if stage in stages and stage in by_stage)
        for stages, *_ in _MOMENTS
    ]
    present = [i for i, rung in enumerate(rungs) if rung]
    if not present:
        return f"People {_DO[highest]}, but the text does not say when."
    found = {rung for rung in rungs if rung}
    do = _DO[found.pop()] if len(found) == 1 else "take part"
    end = ". They are never asked." if highest == "inform" else "."
    with_people = _and([_MOMENTS[i][1] for i in present])
    first, last = present[0], present[-1]
    if len(present) == len(_MOMENTS):
        return f"People {do} from the first plans to the review of the results{end}"
    if elsewhere:
        return f"People {do} {with_people}, and at times that the text does not tell{end}"
    if len(present) == last - first + 1:
        if first == 0:
            return f"People {do} {_MOMENTS[last][2]} and never after{end}"
        if last == len(_MOMENTS) - 1:
            return f"People {do} only {_MOMENTS[first][3]} and never before{end}"
    without = _or([_MOMENTS[i][1] for i in range(len(_MOMENTS)) if i not in present])
    return f"People {do} {with_people}, but not {without}{end}"


def _and(texts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _or(texts: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _listed(value: Any) -> Any:
    """Turn tuples into lists all the way down, as JSON gives them back."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, (list, tuple)) else value
