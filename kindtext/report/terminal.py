"""Scores, explanations, signals and metrics as text for a terminal.

Each function gives something that rich can print; what comes from a document goes through
:func:`kindtext.report.plain.one_line`, so that no file can move a cursor, and into a ``Text``, so that its square
brackets are not taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kindtext.lexicon import Lexicon, Signal
from kindtext.report.measures import measures
from kindtext.report.plain import one_line

if TYPE_CHECKING:
    import pandas as pd

    from kindtext.scoring import Evidence, PassageScore, Score

_STYLES = {"kind": "green", "neutral": "dim", "transactional": "red"}
# Where a sentence or an item of a list ends.
_SENTENCE_END = re.compile(r"[.;!?:]\s+|\n+")
_SCALE = 20  # characters of the picture of a score


def score_table(scores: Sequence[Score]) -> RenderableType:
    """Show one line a document: its score with the interval, drawn on a scale, and its passages by stance."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("document", overflow="fold", ratio=2, min_width=24)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("90 % interval", no_wrap=True)
    table.add_column("0" + " " * (_SCALE - 4) + "100", no_wrap=True)
    table.add_column("kind", justify="right", style="green")
    table.add_column("neutral", justify="right", style="dim")
    table.add_column("transact.", justify="right", style="red")
    for score in scores:
        counts = [str(n) for n in score.stances().values()]
        if score.value is None or score.interval is None:
            table.add_row(Text(one_line(score.name)), "-", "", Text("no score", style="dim"), *counts)
        else:
            low, high = score.interval
            picture = _scale(score.value, low, high)
            table.add_row(
                Text(one_line(score.name)), f"{score.value:.0f}", f"{low:.0f} to {high:.0f}", picture, *counts
            )
    return table


def why(score: Score, width: int = 110) -> RenderableType:
    """Say why a document got its score: its kindest and hardest passages, with place and signals."""
    title = Text(one_line(score.name), style="bold")
    if score.value is None:
        return Group(title, Padding(Text(f"no score: {score.reason}."), (0, 0, 1, 2)))
    title.append(f"  {score.value:.0f} of 100")
    lines: list[RenderableType] = [title]
    for stance, sign in (("kind", "+"), ("transactional", "-")):
        for p in score.extremes(stance, most=2):
            about = ", ".join(dict.fromkeys(e.signal for e in p.evidence)) or "its words"
            place = f" ({one_line(p.passage.place, 40)})" if p.passage.place else ""
            quote = one_line(_telling(p), width - 4)
            lines.append(Text(f"  {sign} {quote}", style=_STYLES[stance], no_wrap=True, overflow="ellipsis"))
            lines.append(Text(f"    {about}{place}", style="dim"))
    lines.extend(Text(f"  note: {one_line(note)}", style="yellow") for note in score.notes)
    return Group(*lines, Text(""))


def explanation(score: Score, lexicon: Lexicon, signals: Sequence[str] = ()) -> Iterator[RenderableType]:
    """Explain a document passage by passage: every span with its assertion, agent and effect; then the measures."""
    yield why(score)
    yield Text("Effects are what a span adds to the log-odds of kind against transactional: +0.7 doubles them.\n")
    advised: dict[str, None] = {}
    shown = False
    for p in score.passages:
        found = [e for e in p.evidence if not signals or e.signal in signals]
        if not found and (signals or p.stance == "neutral"):
            continue
        shown = True
        head = Text(f"{one_line(p.passage.place)}: " if p.passage.place else "", style="bold")
        head.append(p.stance, style=_STYLES[p.stance])
        head.append(" (" + ", ".join(f"{s} {q:.2f}" for s, q in _named(p.probabilities)) + ")", style="dim")
        yield head
        yield Padding(_highlighted(p, found), (0, 0, 0, 2))
        by_words = Text("judged by its words; no signal in it", style="dim")
        yield Padding(_spans(found) if found else by_words, (0, 0, 1, 2))
        advised.update(dict.fromkeys(e.signal for e in found if e.contribution < 0))
    if not shown:
        what = f"of {', '.join(signals)}" if signals else "of any signal"
        yield Text(f"There is no span {what} in it.")
    measured = [] if signals else list(measures(score.measures))
    if measured:
        yield from measured
        yield Text("")
    if advised:
        yield Text("What to write instead", style="bold")
        for signal in advised:
            yield Padding(_advice(lexicon.signals[signal]), (0, 0, 1, 2))


def signal_table(lexicon: Lexicon) -> RenderableType:
    """List all signals, one line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("signal", "pole", "what it is"):
        table.add_column(column)
    for signal in lexicon.signals.values():
        table.add_row(signal.id, Text(signal.pole, style=_STYLES[signal.pole]), Text(signal.definition))
    return table


def signal_card(signal: Signal) -> RenderableType:
    """Show all about one signal."""
    rows = (
        ("what", signal.definition),
        ("why", signal.why),
        ("advice", signal.advice),
        ("example", signal.example),
        ("source", signal.source),
        ("found by", f"{len(signal.patterns)} patterns, less {len(signal.exceptions)} exceptions"),
        ("matches", "\n".join(signal.matches)),
        ("misses", "\n".join(signal.misses)),
    )
    title = Text(f"{signal.label} ({signal.id}), ", style="bold")
    title.append(signal.pole, style=_STYLES[signal.pole])
    return Group(title, _card(rows))


def measure_table(measures: Iterable[Mapping[str, Any]]) -> RenderableType:
    """List what else is read in a document, one line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("measure", "what it is"):
        table.add_column(column)
    for card in measures:
        table.add_row(card["id"], Text(card["definition"]))
    return Group(Text("\nMeasured beside the signals", style="bold"), table)


def measure_card(card: Mapping[str, Any]) -> RenderableType:
    """Show all about one measure."""
    rows = [("what", "definition"), *((key, key) for key in ("why", "advice", "example", "source"))]
    return Group(Text(f"{card['label']} ({card['id']})", style="bold"), _card([(n, card[key]) for n, key in rows]))


def _card(rows: Iterable[tuple[str, str]]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for name, value in rows:
        table.add_row(name, Text(value))
    return table


def evaluation(result: Mapping[str, Any]) -> RenderableType:
    """Show what :func:`kindtext.evaluate` gives."""
    stance = Table(title="Stance", title_justify="left", box=None, header_style="bold")
    for column in ("metric", "value", "95 % interval"):
        stance.add_column(column, justify="left" if column == "metric" else "right")
    for name, metric in result["stance"].items():
        low, high = metric["interval"]
        stance.add_row(name, f"{metric['value']:.3f}", f"{low:.3f} to {high:.3f}")
    confusion = Table(title="Labelled (down), predicted (across)", title_justify="left", box=None, header_style="bold")
    confusion.add_column("")
    for name in result["confusion"]:
        confusion.add_column(name, justify="right")
    for name, row in result["confusion"].items():
        confusion.add_row(name, *(str(n) for n in row.values()))
    signals = Table(title="Signals", title_justify="left", box=None, header_style="bold")
    for column in ("signal", "precision", "recall", "F1", "labelled"):
        signals.add_column(column, justify="left" if column == "signal" else "right")
    for name, row in result["signals"].items():
        cells = (f"{row[key]:.2f}" for key in ("precision", "recall", "f1"))
        signals.add_row(name, *cells, str(row["support"]))
    registers = Table(title="Registers", title_justify="left", box=None, header_style="bold")
    for column in ("register", "excerpts", "macro F1"):
        registers.add_column(column, justify="left" if column == "register" else "right")
    for name, row in result["registers"].items():
        registers.add_row(name, str(row["excerpts"]), f"{row['macro_f1']:.2f}")
    parts: list[RenderableType] = [stance, Text(""), confusion, Text(""), signals, Text(""), registers]
    for name, title in (("sector", "Sectors"), ("words", "Lengths in words")):
        rows = result.get("slices", {}).get(name, {})
        if rows:
            parts += [Text(""), _slices(title, rows)]
    if "baselines" in result:
        parts += [Text(""), *_beside(result)]
        parts += [Text(one_line(warning), style="yellow") for warning in result["warnings"]]
    if result["trained_on_this"]:
        warning = "This model was trained on this very corpus: the figures flatter it. Its card has held-out ones."
        parts.append(Text("\n" + warning, style="yellow"))
    return Group(*parts)


def _slices(title: str, rows: Mapping[str, Mapping[str, float]]) -> Table:
    """Show parts of a corpus, those with enough excerpts."""
    table = Table(title=f"{title} (25 excerpts or more)", title_justify="left", box=None, header_style="bold")
    for column in ("", "excerpts", "macro F1"):
        table.add_column(column, justify="left" if not column else "right")
    for name, row in rows.items():
        table.add_row(Text(one_line(name)), str(row["excerpts"]), f"{row['macro_f1']:.2f}")
    return table


def _beside(result: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Show models and baselines in one table, and say who is better."""
    table = Table(title="Beside others", title_justify="left", box=None, header_style="bold")
    for column in ("", "macro F1", "95 % interval", "AUROC kind", "AUROC transact.", "calibration error"):
        table.add_column(column, justify="left" if not column else "right")
    named = {result["name"]: result, **result["others"]}
    for name, each in (*named.items(), *((f"baseline: {k}", v) for k, v in result["baselines"].items())):
        low, high = each["stance"]["macro_f1"]["interval"]
        values = [each["stance"][m]["value"] for m in ("auroc_kind", "auroc_transactional", "calibration_error")]
        f1 = f"{each['stance']['macro_f1']['value']:.3f}"
        table.add_row(Text(one_line(name)), f1, f"{low:.3f} to {high:.3f}", *(f"{value:.3f}" for value in values))
    yield table
    yield Text(f"\n{one_line(result['baselines_trained_on'])}", style="dim")
    for each in result["comparisons"]:
        yield Text(one_line(each["sentence"]), style="bold")


def statistics(tables: Mapping[str, pd.DataFrame]) -> RenderableType:
    """Show what :func:`kindtext.corpus_stats` gives."""
    shown: list[RenderableType] = []
    for name, frame in tables.items():
        table = Table(title=name, title_justify="left", box=None, header_style="bold")
        table.add_column("")
        for column in frame.columns:
            table.add_column(str(column), justify="right")
        for index, row in frame.iterrows():
            table.add_row(Text(one_line(str(index))), *(_number(value) for value in row))
        shown += [table, Text("")]
    return Group(*shown)


def _scale(value: float, low: float, high: float) -> Text:
    """Draw a score and its interval on a line of characters."""

    def place(x: float) -> int:
        return min(_SCALE - 1, int(x / 100 * _SCALE))

    marks = ["·"] * _SCALE
    marks[place(low) : place(high) + 1] = "─" * (place(high) + 1 - place(low))
    marks[place(value)] = "●"
    return Text("".join(marks), style="green" if low > 50 else "red" if high < 50 else "")


def _telling(p: PassageScore) -> str:
    """Give a passage from the sentence on in which the span stands that moved it most."""
    text = p.passage.text
    if not p.evidence or len(text) < 120:
        return text
    best = max(p.evidence, key=lambda e: abs(e.contribution))
    place = best.start - p.passage.start
    start = max((found.end() for found in _SENTENCE_END.finditer(text, 0, place)), default=0)
    if place - start > 60:  # a long sentence: what matters would be cut off
        start = text.rfind(" ", 0, place - 40) + 1
    return ("…" if start else "") + text[start:]


def _highlighted(p: PassageScore, evidence: Iterable[Evidence]) -> Text:
    """Show the passage with its spans marked; each control but a line end becomes a blank, so that offsets hold."""
    text = Text("".join(c if c.isprintable() or c == "\n" else " " for c in p.passage.text))
    for e in evidence:
        start = e.start - p.passage.start
        text.stylize(f"underline {_STYLES[e.pole]}", start, start + len(e.quote))
    return text


def _spans(evidence: Iterable[Evidence]) -> RenderableType:
    table = Table(box=None, pad_edge=False, show_header=False)
    for e in evidence:
        table.add_row(
            Text(f"{e.contribution:+.2f}", style="green" if e.contribution > 0 else "red"),
            Text(e.signal, style="bold"),
            f"{e.assertion}, {e.agent}" if e.agent != "none" else e.assertion,
            Text(f'"{one_line(e.quote, 60)}"'),
        )
    return table


def _advice(signal: Signal) -> RenderableType:
    text = Text(f"{signal.label}: ", style="bold")
    text.append(signal.advice, style="not bold")
    text.append(f"\nFor example: {signal.example}", style="italic not bold")
    return text


def _named(probabilities: Sequence[float]) -> Iterator[tuple[str, float]]:
    return zip(("kind", "neutral", "transactional"), probabilities, strict=True)


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
