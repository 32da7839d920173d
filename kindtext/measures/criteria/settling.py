"""Judging what was found: which numbers are weights, what is part of what, and the share of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kindtext.measures._view import lowered
from kindtext.measures.criteria.found import ROUNDING, Found, Group, near
from kindtext.measures.criteria.record import KINDS, Shares
from kindtext.measures.criteria.words import folded, has_term, scale, sure_terms


def is_accepted(group: Group) -> bool:
    """Tell whether numbers that were found together are weights beyond reasonable doubt."""
    members = group.members
    if not members:
        return group.ranges
    on_scale = [found for found in members if scale().match(folded(found.name))]
    if len(on_scale) > 1 or any((found.weight or 0) > 100 for found in members):
        return False
    if group.coherent:
        if group.elsewhere:
            return group.mixed and group.context
        return group.mixed or group.context or [found.kind for found in members] == ["price"]
    if group.elsewhere:
        return False
    if group.in_points:
        return group.context and group.mixed and len(members) > 1
    sure = [found for found in members if has_term(found.name)]
    if any(found.called for found in members) or any(found.kind == "social_value" for found in sure):
        return True
    if not group.context:
        return any(found.explicit for found in sure)
    if 2 * sum(found.kind != "other" for found in members) < len(members):
        return False
    both = len(members) > 2 and all(found.weight and found.points for found in members)
    return any(found.explicit for found in members) or group.mixed or both or 1 < len(members) == len(sure)


def settled(groups: Sequence[Group], notes: list[str]) -> tuple[list[Found], list[Shares]]:
    """Put the groups of each lot together: what is said twice once, parts below what they are part of, and shares."""
    if any(group.ranges for group in groups):
        notes.append("Some weights are given as ranges, which were left out.")
    by_lot: dict[str | None, list[Group]] = {}
    for group in groups:
        for found in group.members[:1]:
            by_lot.setdefault(found.lot, []).append(group)
    items: list[Found] = []
    shares: list[Shares] = []
    for lot, own in by_lot.items():
        members, share = _settled_lot(lot, own, notes)
        items += sorted(members, key=lambda one: (one.start, one.end))
        shares += [share] if share else []
    if len(shares) == len(by_lot) and len({tuple(share.by_kind().values()) for share in shares}) == 1:
        shares = [replace(shares[0], lot=None if len(by_lot) > 1 else shares[0].lot)]
    return items, shares


def _settled_lot(lot: str | None, groups: Sequence[Group], notes: list[str]) -> tuple[list[Found], Shares | None]:
    wholes = [group for group in groups if group.coherent]
    main = min(wholes, key=lambda group: (not group.mixed, len(group.top), group.block), default=None)
    if main is None and (main := _united(groups)):
        groups = [main]
    whole = lot or "the criteria"
    if main is None:
        loose = _once(one for group in groups for one in group.members)
        for one in loose:
            one.level = max(one.level, int(one.part_of_quality))
        notes += _incomplete(whole, loose)
        return loose, None
    price = _price(main)
    prices = {_price(group) for group in wholes if group.mixed} if main.mixed else set()
    parts: list[Found] = []
    attached: dict[int, list[Found]] = {}
    seen = {one.key for one in main.members}
    for group in groups:
        if group is main:
            continue
        # The same whole in more detail: its price is the same, so the rest is what the other criterion consists of.
        again = group.coherent and group.mixed
        told = group.members if again else [one for one in group.members if not _repeats(one, main)]
        fresh = [one for one in _once(told) if one.key not in seen]
        parts += fresh
        if not fresh or (again and abs(_price(group) - price) > ROUNDING):
            continue
        seen |= {one.key for one in fresh}
        inner = [one for one in told if one.level == 0 and one.kind != "price"]
        total = sum(one.number for one in told if one.level == 0)
        owners = [one for one in main.top if one.kind != "price"]
        if not again:
            priced = any(one.kind == "price" for one in told)
            equal = [one for one in owners if not priced and near(one.number, total, 0.01)]
            owners = equal or (owners if not priced and near(total, 100) and not group.in_points else [])
        if len(inner) > 1 and len(owners) == 1:
            attached.setdefault(id(owners[0]), inner)
        for one in fresh:
            one.level = 1
    found = _once(main.members) + parts
    if len({round(value, 1) for value in prices}) > 1:
        values = " and ".join(f"{value:g} %" for value in sorted(prices))
        notes.append(f"Two sets of weights for {whole} differ: price is {values}; no shares are given.")
        return found, None
    return found, _shares(lot, main, attached)


def _incomplete(whole: str, loose: Sequence[Found]) -> list[str]:
    """Say why weights or points give no shares."""
    top = [one for one in loose if one.level == 0]
    total = round(sum(one.weight or 0.0 for one in top), 2)
    if not any(one.weight is not None for one in top):
        points = sum(one.points or 0.0 for one in top)
        said = f"The points of {whole} add to {points:g}, and the text does not say of how many; no shares are given."
        return [said] if any(one.points for one in loose) else []
    if near(total, 100):
        return [f"The weights of {whole} were found in several places, so no shares are given."]
    rest = "; the rest is not stated, or was not found" if total < 100 else ""
    return [f"The weights of {whole} add to {total:g} %, not to 100 %{rest}, so no shares are given."]


def _repeats(one: Found, main: Group) -> bool:
    """Tell whether a criterion is one of the main ones by another name: "Quality section" for "Quality"."""
    return any(
        (other.kind, other.weight, other.points) == (one.kind, one.weight, one.points)
        and not _terms(one.name).isdisjoint(_terms(other.name))
        for other in main.top
    )


def _terms(name: str) -> set[str]:
    return {folded(found[0]) for found in sure_terms().finditer(lowered(name))}


def _united(groups: Sequence[Group]) -> Group | None:
    """Put criteria together that stand far apart, if they make 100 and weigh price against something else."""
    members = _once(one for group in groups for one in group.members)
    if any(one.level or one.part_of_quality for one in members):
        return None
    # Items of an inner list are parts, wherever the outer list goes on.
    outer = min((one.depth for one in members), default=0)
    for top in (members, [one for one in members if one.depth == outer]):
        if Group(top).coherent and Group(top).mixed:
            for one in members:
                one.level = int(len(top) < len(members) and one.depth > outer)
            return Group(members)
    return None


def _once(members: Iterable[Found]) -> list[Found]:
    kept: dict[tuple[object, ...], Found] = {}
    for one in members:
        kept.setdefault((one.key, one.level, one.parent), one)
    return list(kept.values())


def _price(group: Group) -> float:
    return round(100 * sum(one.number for one in group.top if one.kind == "price") / (group.total or 1.0), 2)


def _shares(lot: str | None, main: Group, attached: dict[int, list[Found]]) -> Shares:
    """Add the weights of the finest criteria by kind; a part of unknown kind is of the kind of its whole."""
    sums = dict.fromkeys(KINDS, 0.0)
    inner: dict[int | None, list[Found]] = {}
    for one in main.members:
        inner.setdefault(one.parent, []).append(one)
    for position, one in enumerate(main.members):
        if one.level:
            continue
        parts = inner.get(position) or attached.get(id(one), [])
        weight = 100 * one.number / main.total
        below = sum(part.number for part in parts)
        if one.kind in ("price", "social_value") or not (near(below, one.number) or near(below, 100)):
            parts = []
        for part in parts:
            kind = part.kind if part.kind in ("social_value", "sustainability") else one.kind
            sums[kind] += weight * part.number / below
        if not parts:
            sums[one.kind] += weight
    return Shares(lot, **{kind: round(value, 2) for kind, value in sums.items()})
