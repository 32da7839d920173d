"""``kindtext score`` and ``kindtext explain``."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kindtext.cli.app import app
from kindtext.cli.common import (
    LexiconOption,
    ModelOption,
    Output,
    Paths,
    TextColumn,
    check_model,
    console,
    end,
    known_signal,
    scores_of,
    stop,
    would_read,
)

if TYPE_CHECKING:
    from kindtext.errors import KindtextError
    from kindtext.scoring import Score

WHY_UP_TO = 15
"""Documents up to which a table is followed by the reasons for each; of more, only the extremes are shown."""

EXTREMES = 3
"""How many of either are shown then."""


@app.command(
    epilog="Examples:  kindtext score tender.pdf   |   kindtext score tenders/ -o scores.csv   |   "
    "kindtext score notices.csv --text-column description --format jsonl"
)
def score(
    paths: Paths,
    output_format: Annotated[
        str | None,
        typer.Option("--format", help="table, json, jsonl, csv or parquet; by default from -o, else table."),
    ] = None,
    output: Output = None,
    model: ModelOption = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", help="Processes to use; -1 for one a core.")] = 1,
    text_column: TextColumn = None,
    lexicon: LexiconOption = None,
) -> None:
    """Score documents: how kind each is from 0 to 100, how sure that is, and why."""
    from kindtext.errors import InputError
    from kindtext.report import files

    try:
        kind = files.format_of(output, output_format)
    except InputError as error:
        stop(str(error))
    if jobs == 0:
        stop("--jobs is 0; write how many processes to use, or -1 for one a core.")
    if output is not None and any(would_read(path, output) for path in paths):
        stop(f"{output}: this is one of the inputs; name another file with -o.")
    check_model(model)
    failures: list[KindtextError] = []
    scores = scores_of(paths, text_column, model, jobs, failures)
    if kind != "table":
        if output is None:
            files.write_scores(scores, sys.stdout.buffer, kind)
        else:
            with files.atomic(output) as stream:
                files.write_scores(scores, stream, kind)
    else:
        _show_scores(list(scores), output)
    end(failures)


@app.command(epilog="Examples:  kindtext explain tender.pdf   |   kindtext explain tender.pdf --signal sanction")
def explain(
    path: Annotated[Path, typer.Argument(help="A file.", show_default=False)],
    signal: Annotated[
        list[str] | None, typer.Option("--signal", help="Show this signal only; may be repeated.")
    ] = None,
    model: ModelOption = None,
    text_column: TextColumn = None,
    lexicon: LexiconOption = None,
) -> None:
    """Show every span with its place, signal, assertion and agent, and what to write instead."""
    from kindtext.lexicon import load_lexicon
    from kindtext.report import terminal

    wanted = [known_signal(name) for name in signal or ()]
    check_model(model)
    failures: list[KindtextError] = []
    out = console()
    for result in scores_of([path], text_column, model, 1, failures):
        for part in terminal.explanation(result, load_lexicon(), wanted):
            out.print(part)
    end(failures)


def _show_scores(scores: list[Score], output: Path | None) -> None:
    from kindtext.report import files, terminal

    if not scores:
        return
    parts: list[Any] = [terminal.score_table(scores)]
    shown = scores
    if len(scores) > WHY_UP_TO:
        judged = [(result.interval, result) for result in scores if result.interval]
        kindest = sorted(judged, key=lambda pair: -pair[0][0])[:EXTREMES]
        hardest = sorted(judged, key=lambda pair: pair[0][1])[:EXTREMES]
        shown = [result for _, result in kindest + hardest]
        parts.append(f"\nThe {EXTREMES} that are most surely kind, and the {EXTREMES} most surely hard:")
    parts.append("")
    parts.extend(terminal.why(result) for result in shown)
    parts.append("Every span with its place, and what to write instead: kindtext explain FILE")
    if output is None:
        out = console()
        for part in parts:
            out.print(part)
    else:
        from rich.console import Console

        text = io.StringIO()
        plain = Console(file=text, width=120)
        for part in parts:
            plain.print(part)
        with files.atomic(output) as stream:
            stream.write(text.getvalue().encode("utf-8"))
