"""What is found: criteria with their weights, shares by kind, and the method of award."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from kindtext.document import Quote

Kind = Literal["price", "quality", "social_value", "sustainability", "other"]
Method = Literal["lowest_price", "best_price_quality", "quality_only"]

KINDS: tuple[Kind, ...] = ("price", "quality", "social_value", "sustainability", "other")
METHODS: tuple[Method, ...] = ("lowest_price", "best_price_quality", "quality_only")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One award criterion.

    Parameters
    ----------
    name : str
        What it is called.
    kind : {"price", "quality", "social_value", "sustainability", "other"}
        What it is about; ``other`` where its name does not tell.
    weight : float or None
        In percent: of the whole, or of what it is part of if the text says so.
    points : float or None
        Marks or points, where the weight is given so.
    lot : str or None
        The lot that it is for, as "Lot 2"; None for all of them.
    level : int
        0 for a criterion, 1 for a part of one.
    field : str or None
        The field of a structured notice that it comes from.
    quote : Quote or None
        Its words; None where the file has it in a field that is not part of the text.
    """

    name: str
    kind: Kind
    weight: float | None = None
    points: float | None = None
    lot: str | None = None
    level: int = 0
    field: str | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """How much each kind of criterion counts, in percent of the whole; they add to 100.

    Parameters
    ----------
    lot : str or None
        The lot that it is for; None for all of them.
    price, quality, social_value, sustainability, other : float
        Shares in percent.
    """

    lot: str | None
    price: float = 0.0
    quality: float = 0.0
    social_value: float = 0.0
    sustainability: float = 0.0
    other: float = 0.0

    def by_kind(self) -> dict[str, float]:
        """Shares by kind."""
        return {kind: float(getattr(self, kind)) for kind in KINDS}


@dataclass(frozen=True, slots=True)
class AwardCriteria:
    """What tenders are judged on.

    Parameters
    ----------
    items : tuple of Criterion
        The criteria, in the order of the document.
    method : {"lowest_price", "best_price_quality", "quality_only"} or None
        How the contract is awarded; ``quality_only`` covers a price that is fixed.
    method_quote : Quote or None
        The words that say so; None where it follows from a code of the file or from the weights.
    shares : tuple of Shares
        Of each lot, or one for all; only of weights that add to 100.
    notes : tuple of str
        What does not add up or is doubtful, each a sentence for the user.
    """

    items: tuple[Criterion, ...] = ()
    method: Method | None = None
    method_quote: Quote | None = None
    shares: tuple[Shares, ...] = ()
    notes: tuple[str, ...] = ()

    def share(self, kind: str) -> float | None:
        """Give the share of a kind in percent; None if it is not known or differs between lots.

        Examples
        --------
        >>> lots = (Shares("Lot 1", price=60, quality=40), Shares("Lot 2", price=60, social_value=40))
        >>> AwardCriteria(shares=lots).share("price")
        60.0
        """
        values = {share.by_kind()[kind] for share in self.shares}
        if len(values) != 1 or (kind == "quality" and any(share.other for share in self.shares)):
            return None
        return values.pop()

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    def to_row(self) -> dict[str, Any]:
        """One flat row for a table.

        Examples
        --------
        >>> AwardCriteria().to_row()
        {'price_weight': None, 'quality_weight': None, 'social_value_weight': None, 'award_method': None}
        """
        weights = {f"{kind}_weight": self.share(kind) for kind in ("price", "quality", "social_value")}
        return {**weights, "award_method": self.method}
