"""Award criteria: what tenders are judged on, how much each part counts, and how the contract is awarded.

Weights come from the file's own fields where it has them, and else from the text: tables, lists, headings and
sentences. A number is taken for a weight only if what stands round it says so, or if it makes 100 with its
neighbours; shares of price, quality and social value are given only for weights that add to 100.
"""

from __future__ import annotations

from kindtext.document import Document
from kindtext.measures.criteria.fields import structured
from kindtext.measures.criteria.found import Found
from kindtext.measures.criteria.method import method_of_award
from kindtext.measures.criteria.reading import Reader
from kindtext.measures.criteria.record import KINDS, METHODS, AwardCriteria, Criterion, Kind, Method, Shares
from kindtext.measures.criteria.settling import is_accepted, settled

__all__ = ["KINDS", "METHODS", "AwardCriteria", "Criterion", "Kind", "Method", "Shares", "award_criteria"]


def award_criteria(document: Document) -> AwardCriteria:
    """Find the award criteria of a document, their weights, and the method of award.

    Parameters
    ----------
    document : Document

    Returns
    -------
    AwardCriteria
        Empty where the document says nothing of it.

    Examples
    --------
    >>> from kindtext.passages import from_text
    >>> found = award_criteria(from_text("Tenders are evaluated on price (60%), quality (30%) and social value (10%)."))
    >>> [(item.name, item.kind, item.weight) for item in found.items]
    [('price', 'price', 60.0), ('quality', 'quality', 30.0), ('social value', 'social_value', 10.0)]
    >>> found.to_row()
    {'price_weight': 60.0, 'quality_weight': 30.0, 'social_value_weight': 10.0, 'award_method': 'best_price_quality'}
    >>> award_criteria(from_text("The system is available 99.5 % of the time.")).items
    ()
    """
    groups = structured(document)
    listed = [found for group in groups for found in group.members]
    fields = {found.field for found in listed if found.field}
    if not any(found.weight is not None or found.points is not None for found in listed):
        read = [group for group in Reader(document).groups(fields) if is_accepted(group)]
        groups = read if any(group.members for group in read) else groups + read
    notes: list[str] = []
    members, shares = settled(groups, notes)
    items = tuple(_item(document, found) for found in members)
    method, quote = method_of_award(document, items, shares, notes)
    if any(share.other for share in shares):
        notes.append(
            "Some criteria with a weight are none of price, quality, social value and sustainability by their name, "
            "so the weight of quality is not given."
        )
    if len(shares) > 1:
        notes.append("The lots have different weights; see the shares of each lot.")
    return AwardCriteria(items, method, quote, tuple(shares), tuple(dict.fromkeys(notes)))


def _item(document: Document, found: Found) -> Criterion:
    quote = document.quote(found.start, found.end) if found.start >= 0 else None
    field = found.field or (quote.field if quote else None)
    return Criterion(found.name, found.kind, found.weight, found.points, found.lot, found.level, field, quote)
