"""Tables of weights: a criterion a row, a criterion a column, or names with their weights in one row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from kindtext.document import Block
from kindtext.measures._numbers import figure
from kindtext.measures._view import lowered
from kindtext.measures.criteria.found import NUMBER, PERCENT, Found, Group, near
from kindtext.measures.criteria.words import LOT, TOTAL, after_numbering, is_name, kind_of, lot_name, trimmed, wording

Unit = Literal["percent", "points"]

_WORD = re.compile(r"[^\W\d_]{2}")
_PERCENT = re.compile(rf"\s*\(?(?:max\.?\s*)?(\d{{1,3}}(?:\.\d{{1,2}})?)\s?{PERCENT}\)?\s*", re.IGNORECASE)
_POINTS = re.compile(r"\s*\(?(\d{1,2},\d{3}|\d{1,4})\s?(?:points?|marks?|pts)\.?\)?\s*", re.IGNORECASE)
_BARE = re.compile(r"\s*(\d{1,2},\d{3}|\d{1,4}(?:\.\d{1,2})?)\s*")
_LABEL = re.compile(rf"\s*{LOT.pattern}.{{0,60}}", re.IGNORECASE)


class Row(NamedTuple):
    """A row with its cells and the place of each in the text."""

    start: int
    end: int
    cells: list[str]
    places: list[int]


class Column(NamedTuple):
    """A column of weights."""

    at: int
    unit: Unit
    lot: str | None = None


class Table(NamedTuple):
    """Rows under one header, or under none; ``lot`` is that of the heading above."""

    header: list[str]
    rows: list[Row]
    lot: str | None


def read(blocks: Sequence[Block], lot: str | None) -> list[Group]:
    """Read the rows of a table, or of several that stand below each other."""
    parts = [Table([], [], lot)]
    for block in blocks:
        cells = block.text.split("|")
        ends = accumulate(len(cell) + 1 for cell in cells)
        places = [block.start + end - 1 - len(cell.lstrip()) for cell, end in zip(cells, ends, strict=True)]
        row = Row(block.start, block.start + len(block.text), [cell.strip() for cell in cells], places)
        if _is_header(row.cells):
            parts.append(Table(row.cells, [], lot))
        else:
            parts[-1].rows.append(row)
    return [group for part in parts if part.rows for group in _groups(part)]


def _groups(table: Table) -> list[Group]:
    """Read one table, as a list of groups of one lot each."""
    top = table.header or table.rows[0].cells
    if any(wording("context", "not_headers").search(lowered(cell)) for cell in top if not re.search(r"\d", cell)):
        return []
    groups: list[Group] = []
    for members, total in _column_wise(table) or _row_wise(table):
        by_lot: dict[str | None, Group] = {}
        for found in members:
            by_lot.setdefault(found.lot, Group([], stated_total=total)).members.append(found)
        groups += by_lot.values()
    return groups


def _is_header(cells: Sequence[str]) -> bool:
    """Tell whether a row names the columns of a table of weights."""
    if any(NUMBER.search(cell) or re.fullmatch(r"[\d.,\s]+", cell) for cell in cells):
        return False
    weighing = any(wording("context", "weight_headers").search(lowered(cell)) for cell in cells)
    naming = any(wording("context", "name_headers").search(lowered(cell)) for cell in cells)
    lots = sum(bool(_LABEL.fullmatch(cell)) for cell in cells)
    return (weighing and len(cells) > 1 and (naming or len(cells) == 2 or not cells[0])) or (naming and lots > 1)


def _column_wise(table: Table) -> list[tuple[list[Found], float | None]]:
    """Read a table whose columns are the criteria: "Lot | Price | Quality", or "Quality (60%) | Price (40%)"."""
    found: list[tuple[list[Found], float | None]] = []
    names = table.header or table.rows[0].cells
    for row in table.rows:
        weighed = {
            name: value
            for name, cell in zip(names, row.cells, strict=False)
            if name and (value := _percent(cell)) is not None
        }
        kinds = {kind_of(name) for name in weighed}
        if (
            not near(sum(weighed.values()), 100)
            or "price" not in kinds
            or len(kinds) < 2
            or any(map(_percent, weighed))
        ):
            continue
        label = " ".join(cell for name, cell in zip(names, row.cells, strict=False) if name not in weighed)
        named = LOT.search(label)
        if not named and names[0].casefold().startswith("lot"):
            named = re.fullmatch(r"\s*(\d{1,3}[A-Z]?)\s*", label)
        lot = lot_name(named) if named else table.lot
        found.append(
            ([Found(name, row.start, row.end, value, lot=lot, explicit=True) for name, value in weighed.items()], None)
        )
    if not found and len(table.rows) <= 2:
        for row in table.rows:
            cells = [_cell(table, row, i) for i in range(len(row.cells))]
            members = [one for one in cells if one]
            if len(members) >= 2 and Group(members).coherent:
                found.append((members, None))
    return found


def _cell(table: Table, row: Row, index: int) -> Found | None:
    """Read a cell that holds a name and its weight: "Quality (60%)"."""
    cell = row.cells[index]
    numbers = list(NUMBER.finditer(cell))
    if len(numbers) != 1 or not numbers[0][2] or not re.fullmatch(r"[\s)\].]*", cell[numbers[0].end() :]):
        return None
    name = trimmed(cell[: numbers[0].start()])
    start = row.places[index]
    return Found(name, start, start + len(cell), figure(numbers[0][1]), lot=table.lot) if is_name(name) else None


def _row_wise(table: Table) -> list[tuple[list[Found], float | None]]:
    """Read a table with a criterion a row."""
    columns = _weight_columns(table.header)
    members: list[Found] = []
    total: float | None = None
    for row in table.rows:
        if table.header and len(row.cells) == len(table.header) + 1 and re.fullmatch(r"\W*[\w.]{1,5}\W*", row.cells[0]):
            # The header has no cell above the numbers of the rows.
            row = row._replace(cells=row.cells[1:], places=row.places[1:])
        name_at = _name_column(row.cells, table.header, columns)
        if name_at is None:
            continue
        name = trimmed(row.cells[name_at][after_numbering(row.cells[name_at]) :] or row.cells[name_at])
        values = _row_values(row.cells, columns, name_at, table.header)
        if not values:
            inner = _cell(table, row, name_at)
            members += [inner] if inner and not columns else []
        elif TOTAL.match(name):
            total = next((value for value, column in values if column.unit == "points"), total)
        elif _WORD.search(name):
            if len(name.split()) > 25:
                name = " ".join(name.split()[:12]) + " …"
            labels = (_LABEL.fullmatch(cell) for i, cell in enumerate(row.cells) if i != name_at)
            lot = next((lot_name(label) for label in labels if label), table.lot)
            by_lot: dict[str | None, Found] = {}
            for value, column in values:
                found = Found(name, row.start, row.end, lot=column.lot or lot, explicit=bool(columns))
                found = by_lot.setdefault(found.lot, found)
                if column.unit == "points" and found.points is None:
                    found.points = value
                elif column.unit == "percent" and found.weight is None:
                    found.weight = value
            members += by_lot.values()
    if columns:
        members = _resolved(members)
    return [(members, total)] if len(members) > 1 or (members and columns) else []


def _row_values(
    cells: Sequence[str], columns: Sequence[Column], name_at: int, header: Sequence[str]
) -> list[tuple[float, Column]]:
    """Give the numbers of a row, each with its column and its unit."""
    if not columns or len(cells) != len(header):
        last = next((i for i in range(len(cells) - 1, name_at, -1) if cells[i]), None)
        columns, bare = [] if last is None else [Column(last, "percent")], False
    else:
        columns, bare = [column for column in columns if column.at != name_at], True
    values: list[tuple[float, Column]] = []
    for column in columns:
        cell = cells[column.at]
        if (value := _percent(cell)) is not None:
            values.append((value, column._replace(unit="percent")))
        elif found := _POINTS.fullmatch(cell):
            values.append((figure(found[1]), column._replace(unit="points")))
        elif bare and (found := _BARE.fullmatch(cell)):
            values.append((figure(found[1]), column))
    return values


def _weight_columns(header: Sequence[str]) -> list[Column]:
    """Find the columns of a header that hold weights; where some are of lots, only these."""
    columns: list[Column] = []
    for i, cell in enumerate(header[1:], 1):
        lot = _LABEL.fullmatch(cell)
        if lot:
            columns.append(Column(i, "percent", lot_name(lot)))
        elif wording("context", "weight_headers").search(lowered(cell)):
            in_points = re.search(r"points?|marks?|score", cell, re.IGNORECASE)
            in_percent = re.search(r"weight|%", cell, re.IGNORECASE)
            columns.append(Column(i, "points" if in_points and not in_percent else "percent"))
    return [column for column in columns if column.lot] or columns


def _name_column(cells: Sequence[str], header: Sequence[str], weights: Sequence[Column]) -> int | None:
    """Find the cell of a row that names the criterion."""
    weighed = {column.at for column in weights}
    named = [i for i, cell in enumerate(cells) if i not in weighed and _WORD.search(cell) and _percent(cell) is None]
    if len(cells) == len(header):
        order = [
            i
            for i in named
            if wording("context", "name_headers").search(lowered(header[i]))
            and not re.fullmatch(r"\W*(?:no|ref|#|lot|q|item)\W*(?:no\W*)?", header[i], re.IGNORECASE)
            and not re.match(r"(?:Lot\s*\d+|\d+)$", cells[i])
        ]
        # Where several columns name something, the one that says "question" or "criterion" names what is weighed.
        ranks = ("sub", "question", "criteri")
        order.sort(key=lambda i: next((n for n, word in enumerate(ranks) if word in header[i].casefold()), len(ranks)))
        if order:
            return next((i for i in order if kind_of(cells[i]) != "other"), order[0])
    return next((i for i in named if not re.fullmatch(r"Q?\d+(?:\.\d+)*", cells[i])), None)


def _resolved(members: list[Found]) -> list[Found]:
    """Settle numbers without a unit in a column of weights: they are percent if they make 100, or 1 as fractions."""
    weighed = [found for found in members if found.weight is not None]
    total = sum(found.weight or 0.0 for found in weighed)
    if near(total, 1, 0.006) and len(weighed) > 1:
        for found in weighed:
            found.weight = round(100 * (found.weight or 0.0), 4)
    elif weighed and total < 50 and all((found.weight or 0.0) <= 10 for found in weighed):
        # Multipliers ("weight 3") tell nothing without the scale that they multiply.
        for found in weighed:
            found.weight = None
        return [found for found in members if found.points is not None]
    return members


def _percent(cell: str) -> float | None:
    """Read a cell that holds a percentage and nothing else."""
    found = _PERCENT.fullmatch(cell)
    return float(found[1]) if found else None
