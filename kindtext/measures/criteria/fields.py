"""Criteria that a structured notice has in fields of their own."""

from __future__ import annotations

from kindtext.document import Document
from kindtext.measures.criteria.found import Found, Group, near
from kindtext.measures.criteria.words import folded


def structured(document: Document) -> list[Group]:
    """Take the criteria from the file's own data, one group a lot."""
    groups: dict[str | None, Group] = {}
    for entry in document.metadata.get("criteria") or ():
        found = Found(entry["name"], -1, -1, entry["weight"], entry["points"], entry["lot"], explicit=True)
        found.field = entry["field"]
        if entry["kind"] == "price" or (entry["kind"] == "quality" and found.kind in ("price", "other")):
            found.kind = entry["kind"]
        groups.setdefault(found.lot, Group([], context=True)).members.append(found)
    made = list(groups.values())
    for group in made:
        _settle_unit(group)
    if len(made) > 1 and len({tuple((found.key, found.kind) for found in group.members) for group in made}) == 1:
        made = made[:1]
        for found in made[0].members:
            found.lot = None
    for group in made:
        for found in group.members:
            _locate(document, found)
    return made


def _settle_unit(group: Group) -> None:
    """Settle the unit of weights that a form holds as bare numbers: fractions of 1, percent, or points."""
    weighed = [found for found in group.members if found.weight is not None]
    total = sum(found.number for found in weighed)
    if near(total, 1, 0.006):
        for found in weighed:
            found.weight = round(100 * found.number, 4)
    elif total > 150 or any(found.number > 100 for found in weighed):
        for found in weighed:
            found.points, found.weight = found.points or found.weight, None


def _locate(document: Document, found: Found) -> None:
    """Find the words of a criterion, which the text holds once for all lots."""
    wanted = folded(found.name)
    number = f"{found.number:g}" if found.number else ""
    places = [
        block
        for block in document.blocks
        if block.stage == "evaluate"
        and len(block.text) <= len(found.name) + 40
        and folded(block.text).startswith(wanted)
        and number in block.text
    ]
    if places:
        block = next((block for block in places if block.field == found.field), places[0])
        found.start, found.end = block.start, block.end
