"""Questions and disagreements as something that rich can print.

What comes from a document is shown with its controls as blanks, so that no file can move a cursor, and as ``Text``, so
that its square brackets are not taken for markup.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kindtext.corpus import Record, Span
from kindtext.labelling.agreement import Agreement, Coefficients, Pair
from kindtext.labelling.loop import View
from kindtext.report.plain import one_line
from kindtext.stance import STANCES

_STYLES = {"kind": "green", "neutral": "dim", "transactional": "red"}
_LONGEST = 4_000  # characters of a passage that are shown: 150 words of any sane length are fewer
_WIDTH = 100
_IN_A_ROW = 3  # signals, which fit a terminal of 80 columns


def question(view: View) -> RenderableType:
    """Show a passage with its place, what has been answered, and what the keys mean."""
    head = Text(one_line(view.item.document, 60), style="bold")
    if view.item.place:
        head.append(f"  {one_line(view.item.place, 60)}", style="not bold")
    parts: list[RenderableType] = [
        Text(f"{view.labelled} labelled, {view.skipped} skipped, {view.left} left", style="dim"),
        head,
        Padding(_narrow(marked(view.item.text, view.item.evidence, "underline")), (1, 0, 1, 2)),
    ]
    if view.item.draft is not None and view.step == "stance":
        parts.append(Text(f"draft: {_labels(view.item.draft)}", style="yellow"))
    if view.look:
        parts.append(_model(view))
    parts.append(_asked(view))
    if view.message:
        parts.append(Text(view.message, style="yellow"))
    return Group(*parts)


def marked(text: str, spans: Sequence[Span], style: str) -> Text:
    """Show a text with spans marked; every control but a line end becomes a blank, so that offsets hold."""
    shown = Text("".join(c if c.isprintable() or c == "\n" else " " for c in text[:_LONGEST]))
    for span in spans:
        shown.stylize(style, span.start, span.end)
    if len(text) > _LONGEST:
        shown.append(f" ... and {len(text) - _LONGEST} characters more", style="dim")
    return shown


def agreement_table(result: Agreement, a: str, b: str) -> RenderableType:
    """Show the coefficients: stance as a whole, each stance, each signal."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for column in (one_line(a, 20), one_line(b, 20), "same", "kappa", "95 % interval", "alpha"):
        table.add_column(column, justify="right", no_wrap=True)
    rows = {"stance": result.stance, **{f"  {s}": row for s, row in result.stances.items()}, **result.signals}
    for name, row in rows.items():
        table.add_row(name, *_cells(row))
    both = len(result.pairs)
    head = f"{both} passages labelled by both; {result.only_a} by A alone, {result.only_b} by B alone"
    what = "kappa: Cohen's; alpha: Krippendorff's, nominal; 1 is full agreement, 0 what chance gives, - undefined"
    return Group(Text(head, style="bold"), Text(""), table, Text(what, style="dim"))


def disagreement(pair: Pair, a: str, b: str, number: int, of: int) -> RenderableType:
    """Show a passage with both labels side by side."""
    sides = Table(box=None, pad_edge=False, header_style="bold", width=_WIDTH)
    sides.add_column(f"A: {one_line(a, 30)}", ratio=1)
    sides.add_column(f"B: {one_line(b, 30)}", ratio=1)
    sides.add_row(_labels(pair.a), _labels(pair.b))
    return Group(
        Text(f"{number} of {of}  {one_line(pair.a.id, 40)}", style="bold"),
        Padding(_narrow(marked(pair.a.text, (), "")), (0, 0, 0, 2)),
        Padding(sides, (0, 0, 1, 2)),
    )


def choices() -> RenderableType:
    """Say what the keys mean when disagreements are settled."""
    return _keys({"a": "as A", "b": "as B", **_stances(), "s": "leave open", "u": "back", "q": "end"})


def _asked(view: View) -> RenderableType:
    usual = {"s": "skip", "u": "undo", "?": "the model's view", "q": "quit"}
    if view.step == "stance":
        confirm = {"Enter": "confirm the draft"} if view.item.draft is not None else {}
        return Group(Text("Which stance?", style="bold"), _keys({**_stances(), **confirm, **usual}))
    said = Text(str(view.stance), style=_STYLES[str(view.stance)])
    if view.step == "strength":
        ask = Text.assemble(said, ". How strong?")
        ask.stylize("bold")
        return Group(ask, _keys({"1": "general, vague or hedged", "2": "particular: it could be checked", **usual}))
    strength = f", strength {view.strength}" if view.strength else ""
    mixed = ", mixed" if view.mixed else ""
    ask = Text.assemble(said, f"{strength}{mixed}. Which signals does it show?")
    ask.stylize("bold")
    grid = Table(box=None, pad_edge=False, show_header=False)
    cells = []
    for key, signal in view.keys:
        here = signal in view.signals
        cells.append(Text(f"{key} {'[x]' if here else '[ ]'} {signal}", style="bold" if here else ""))
    for start in range(0, len(cells), _IN_A_ROW):
        grid.add_row(*cells[start : start + _IN_A_ROW])
    return Group(
        ask, grid, _keys({"Enter": "save", "m": "mixed", "k/n/t": "another stance", **usual, "u": "start anew"})
    )


def _model(view: View) -> RenderableType:
    shares = ", ".join(f"{s} {p:.2f}" for s, p in zip(STANCES, view.item.probabilities, strict=True))
    about = ", ".join(view.item.signals) or "no signal found"
    return Text(f"model: {shares}; lexicon: {about}", style="cyan")


def _labels(record: Record) -> Text:
    strength = f" {record.strength}" if record.strength else ""
    shown = Text(f"{record.stance}{strength}", style=_STYLES[record.stance])
    signals = ", ".join(record.signals) or "no signal"
    shown.append(f"{', mixed' if record.mixed else ''}: {signals}", style="default not dim")
    return shown


def _cells(row: Coefficients) -> list[str]:
    low, high = row.interval
    interval = "-" if math.isnan(low) else f"{low:.2f} to {high:.2f}"
    return [str(row.a), str(row.b), f"{row.same:.0%}", _number(row.kappa), interval, _number(row.alpha)]


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _stances() -> dict[str, str]:
    return {"k": "kind", "n": "neutral", "t": "transactional"}


def _keys(meanings: Mapping[str, str]) -> RenderableType:
    return Columns(Text.assemble((key, "bold reverse"), f" {meaning} ") for key, meaning in meanings.items())


def _narrow(text: Text) -> RenderableType:
    """Keep lines short enough to be read."""
    table = Table.grid()
    table.add_column(max_width=_WIDTH)
    table.add_row(text)
    return table
