"""All measures of one document together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kindtext.document import Document
from kindtext.measures.balance import Balance, balance
from kindtext.measures.burdens import Burdens, burdens
from kindtext.measures.criteria import AwardCriteria, award_criteria
from kindtext.measures.language import Language, language
from kindtext.measures.participation import Participation, StagedPassage, participation


@dataclass(frozen=True, slots=True)
class Measures:
    """What a document says of itself beside its signals.

    Parameters
    ----------
    participation : Participation
        Who takes part at which stage, and how much kind and transactional text each stage has.
    balance : Balance
        Talk against terms.
    criteria : AwardCriteria
        Award criteria and their weights.
    burdens : Burdens
        What is asked of bidders, in numbers.
    language : Language
        How plainly it is written.
    """

    participation: Participation = field(default_factory=Participation)
    balance: Balance = field(default_factory=Balance)
    criteria: AwardCriteria = field(default_factory=AwardCriteria)
    burdens: Burdens = field(default_factory=Burdens)
    language: Language = field(default_factory=Language)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON: one key a measure."""
        return {name: getattr(self, name).to_dict() for name in self.__slots__}

    def to_row(self) -> dict[str, Any]:
        """One flat row for a table."""
        return {key: value for name in self.__slots__ for key, value in getattr(self, name).to_row().items()}


def measure(document: Document, passages: Sequence[StagedPassage]) -> Measures:
    """Take all measures of a document.

    Parameters
    ----------
    document : Document
    passages : sequence of StagedPassage
        Its passages as they were judged, in order.

    Returns
    -------
    Measures
    """
    return Measures(
        participation=participation(passages),
        balance=balance(passages),
        criteria=award_criteria(document),
        burdens=burdens(document),
        language=language(document),
    )
