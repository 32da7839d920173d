"""One pass over a document's text, which collects groups of names with numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kindtext.document import Block, Document
from kindtext.measures._view import lowered
from kindtext.measures.criteria import lines, sentences, tables
from kindtext.measures.criteria.found import Found, Group, Line, stated_total
from kindtext.measures.criteria.words import LOT, context_words, leads_in, lot_name, wording

MOST_NUMBERS = 40
"""Numbers in one block from which on it is a table of results or prices that lost its lines, not a list of weights."""

LIST_GAP = 3
"""Blocks that may stand between two criteria of a list; longer explanations have headings of their own."""

LONGEST_ROW = 5_000
"""Characters of the longest row that is read as one of a table of weights."""

LEAD_IN = 600
"""Characters at the end of a block in which it is looked for words that lead in weights."""

_MARKS = ("%", "per cent", "percent", "points", "marks", "weight", " pts")
_TWO_NUMBERS = re.compile(r"\d\s?[:/]\s?\d\d|\b0\.\d")


class _Single(NamedTuple):
    """A criterion that was found alone in its block, with what those of one list share."""

    at: int
    place: tuple[object, ...]
    found: Found
    context: bool
    elsewhere: bool


class Reader:
    """Keeps the headings above a block, and what was found up to it."""

    def __init__(self, document: Document) -> None:
        self.blocks = document.blocks
        self._groups: list[Group] = []
        self._singles: list[_Single] = []
        self._lead: dict[int, bool] = {}
        self._headings: list[tuple[int, str]] = []
        self._under: tuple[bool, bool, str | None] = (False, False, None)

    def groups(self, fields: set[str]) -> list[Group]:
        """Read all blocks but those of fields that are known."""
        rows: list[int] = []
        for index, block in enumerate(self.blocks):
            if block.kind == "row":
                rows.append(index)
                continue
            self._table(rows)
            rows = []
            if block.kind in ("heading", "title"):
                self._heading(block)
            if block.field not in fields and (_may_weigh(lowered(block.text)) or _is_award_field(block)):
                self._block(index, block)
        self._table(rows)
        self._lists()
        return sorted(self._groups, key=lambda group: group.block)

    def _heading(self, block: Block) -> None:
        """Keep the headings above what follows; the nearest that tells decides whether numbers are weights."""
        level = block.level if block.kind == "heading" else 0
        while self._headings and self._headings[-1][0] >= max(level, 1):
            self._headings.pop()
        self._headings.append((level, block.text))
        context, elsewhere, lot = False, False, None
        for _, text in reversed(self._headings):
            if lot is None and (named := LOT.search(text[:200])):
                lot = lot_name(named)
            if not (context or elsewhere):
                low = lowered(text[:200])
                elsewhere = bool(wording("context", "other_headings").search(low))
                context = bool(wording("context", "headings").search(low)) and not elsewhere
        self._under = context, elsewhere, lot

    def _placed(self, index: int) -> tuple[bool, bool]:
        """Tell whether a block stands where weights do, and whether it stands where other numbers do."""
        context, elsewhere, _ = self._under
        if _is_award_field(self.blocks[index]):
            return True, False
        here = self._leads(index)
        above = range(max(0, index - 3), index)
        context = context or here or any(self._leads(i) for i in above if self.blocks[i].kind != "row")
        return context, elsewhere and not here

    def _leads(self, index: int) -> bool:
        """Tell whether a block says that weights follow."""
        if index not in self._lead:
            low = lowered(self.blocks[index].text[-LEAD_IN:])
            self._lead[index] = leads_in(low) and not context_words("not_in_sentence").search(low)
        return self._lead[index]

    def _block(self, index: int, block: Block) -> None:
        """Read a block of running text, an item, a heading or a field."""
        line = Line(block, *self._placed(index), self._under[2])
        if found := lines.form(line) or lines.flat_table(line):
            self._groups.append(Group(found, True, block=index))
            return
        if len(line.numbers) > MOST_NUMBERS:
            return
        above = self.blocks[max(0, index - 2) : index][::-1]
        alone = lines.weight_only(line, above) or lines.listed(line) or lines.headed(line)
        members = [alone] if alone else []
        whole = ranges = False
        for start, end in line.sentences():
            told = alone is not None and start + block.start < alone.end
            if told or context_words("not_in_sentence").search(line.low, start, end):
                continue
            found, ranged = sentences.sentence(line, start, end, award=_is_award_field(block))
            ranges = ranges or ranged
            for one in found:
                one.lot = line.lot_at(one.start - block.start)
            group = Group(found, line.context, line.elsewhere, block=index)
            if group.coherent and group.mixed and len({one.lot for one in found}) == 1:
                # What the next sentence says is a part of this, or another matter.
                self._groups.append(group)
                whole = True
            else:
                members += found
        if alone and not Group(members).coherent:
            # What follows a criterion in its own block tells how it is marked.
            members = [alone]
        if not members and not whole and line.context:
            members = sentences.bare(line)
        if not members and ranges and line.context and not line.elsewhere:
            self._groups.append(Group([], ranges=True, block=index))
        if any(one.weight is not None for one in members):
            members = [one for one in members if one.weight is not None]
        by_lot: dict[str | None, list[Found]] = {}
        for one in members:
            one.lot = line.lot_at(one.start - block.start)
            by_lot.setdefault(one.lot, []).append(one)
        for own in by_lot.values():
            if len(own) == 1:
                self._singles.append(_Single(index, self._place(block), own[0], line.context, line.elsewhere))
            else:
                group = Group(own, line.context, line.elsewhere, stated_total(line.text), index, ranges)
                group.set_levels()
                self._groups.append(group)

    def _place(self, block: Block) -> tuple[object, ...]:
        """Give what criteria of one list share: their kind of block, and the heading above if they are headings."""
        if block.kind == "heading":
            return "heading", block.level, self._headings[-2][1] if len(self._headings) > 1 else None
        return "list", block.field if block.field and "/" not in block.field else None

    def _table(self, rows: Sequence[int]) -> None:
        """Read the rows of a table."""
        if rows:
            blocks = [self.blocks[i] for i in rows if len(self.blocks[i].text) <= LONGEST_ROW]
            context, elsewhere = self._placed(rows[0])
            for group in tables.read(blocks, self._under[2]):
                group.context, group.elsewhere, group.block = context, elsewhere, rows[0]
                group.set_levels()
                self._groups.append(group)

    def _lists(self) -> None:
        """Put single findings together that stand near each other."""
        if sum(one.place[0] == "heading" for one in self._singles) == 1:
            # A short line of a list is easily taken for a heading.
            self._singles = [one._replace(place=("list", None)) for one in self._singles]
        for kind, gap in (("heading", len(self.blocks)), ("list", LIST_GAP)):
            runs: list[list[_Single]] = []
            for one in self._singles:
                if one.place[0] != kind:
                    continue
                last = runs[-1][-1] if runs else None
                if last and one.at - last.at <= gap and (one.place, one.found.lot) == (last.place, last.found.lot):
                    runs[-1].append(one)
                else:
                    runs.append([one])
            for run in runs:
                self._list(run)

    def _list(self, run: Sequence[_Single]) -> None:
        first, last = run[0].at, run[-1].at
        totals = (stated_total(block.text) for block in self.blocks[max(0, first - 2) : last + 3])
        total = next((total for total in totals if total), None)
        context, elsewhere = any(one.context for one in run), all(one.elsewhere for one in run)
        group = Group([one.found for one in run], context, elsewhere, total, first)
        self._set_depths(group, [self.blocks[one.at] for one in run])
        group.set_levels()
        self._groups.append(group)

    @staticmethod
    def _set_depths(group: Group, blocks: Sequence[Block]) -> None:
        """Take the items of an inner list for parts, if those of the outer list make a whole."""
        outer = min(block.level for block in blocks)
        whole, parent = group.coherent, None
        for position, (found, block) in enumerate(zip(group.members, blocks, strict=True)):
            found.depth = block.level if block.kind == "item" else 0
            if not whole and block.level > outer and len({block.kind for block in blocks}) == 1:
                found.level, found.parent = 1, parent
            else:
                parent = position
        if not group.coherent:
            for found in group.members:
                found.level, found.parent = 0, None


def _may_weigh(low: str) -> bool:
    """Tell whether a lowered text has anything of a weight in it; most have not."""
    if any(mark in low for mark in _MARKS) or ("quality" in low and ("price" in low or "cost" in low)):
        return True
    return ("/" in low or ":" in low or "0." in low) and _TWO_NUMBERS.search(low) is not None


def _is_award_field(block: Block) -> bool:
    return block.field is not None and "awardCriteria" in block.field
