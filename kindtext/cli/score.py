"""``kindtext score`` and ``kindtext explain``."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
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
    limits_for,
    progress,
    say,
    scores_of,
    stop,
    would_read,
)

if TYPE_CHECKING:
    from kindtext.batch import Input, Outcome, Settings, Shape
    from kindtext.errors import KindtextError
    from kindtext.report.parts import Parts
    from kindtext.scoring import Score

WHY_UP_TO = 15
"""Documents up to which a table is followed by the reasons for each; of more, only the extremes are shown."""

KEPT = ("jsonl", "csv", "parquet")
"""Formats whose rows are kept as they come, so that a run can go on: what people write long runs to."""

SHAPES: dict[str, Shape] = {"table": "score", "csv": "row", "parquet": "row"}
"""What is made of each document for a format; a line of JSON for the others."""

EXTREMES = 3
"""How many of either are shown then."""


@app.command(
    epilog="Examples:  kindtext score tender.pdf   |   kindtext score tenders/ -o scores.csv   |   "
    "kindtext score notices.jsonl.gz -o scores.parquet --jobs 2   |   kindtext score pack/ --timeout 30"
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
    max_bytes: Annotated[
        int | None,
        typer.Option("--max-bytes", min=1, help="Refuse larger files; by default 200 MB.", show_default=False),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was stopped; the rest of the command as it was.")
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            min=0,
            help="Seconds after which a file is given up; by default 120 where there are several, 0 (none) for one.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Score documents: how kind each is from 0 to 100, how sure that is, and why."""
    from kindtext import batch
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
    if resume and (output is None or kind not in KEPT):
        stop(f"--resume is for runs that write {', '.join(KEPT)} to a file; name it with -o.")
    check_model(model)
    limits = limits_for(paths, max_bytes, timeout)
    settings = batch.Settings(SHAPES.get(kind, "line"), text_column, model, limits, measures=kind != "table")
    if output is not None and kind in KEPT:
        _score_to_file(paths, output, kind, settings, jobs, resume)
        return
    failures: list[str] = []
    scores = _told(batch.run(batch.inputs_of(paths), settings, jobs=jobs), failures)
    if kind == "table":
        _show_scores(list(scores), output)
    elif output is None:
        left_out = files.write_scores(scores, sys.stdout.buffer, kind)
        if left_out:
            say(f"kindtext: columns of later tables were left out ({', '.join(left_out)}); with -o all are written.")
    else:
        with files.atomic(output) as stream:
            files.write_scores(scores, stream, kind)
    if failures:
        raise typer.Exit(1)


def _told(outcomes: Generator[Outcome], failures: list[str]) -> Iterator[Any]:
    """Give what was scored, naming on stderr what was not."""
    with closing(outcomes), progress() as advance:
        for outcome in advance(outcomes):
            if outcome.failure is not None:
                failures.append(outcome.failure)
                say(f"kindtext: {outcome.failure}")
            if not outcome.unread:
                yield outcome.content


def _score_to_file(paths: list[Path], output: Path, kind: str, settings: Settings, jobs: int, resume: bool) -> None:
    """Write a row for each document, and for what could not be read one with its error; what is done is kept."""
    from kindtext import batch
    from kindtext.errors import InputError, KindtextError
    from kindtext.report import files
    from kindtext.report.parts import Parts, folder_of

    files.check_place(output)
    inputs = batch.inputs_of(paths, without=folder_of(output))
    try:
        parts = Parts(output, kind, _about(inputs, settings, kind), resume=resume)
    except InputError as error:
        stop(str(error))
    if parts.kept:
        say(f"kindtext: going on after {parts.kept:,} rows.")
    try:
        if not parts.finished:
            outcomes = batch.run(inputs, settings, jobs=jobs, start=parts.place)
            with closing(outcomes), progress() as advance:
                for outcome in advance(outcomes):
                    if outcome.failure is not None:
                        say(f"kindtext: {outcome.failure}")
                    parts.add(outcome.content, outcome.place, failed=outcome.failure is not None)
        failures = parts.failures
        parts.finish()
    except KeyboardInterrupt:
        say(f"kindtext: stopped. {_way_on(parts)}")
        raise typer.Exit(130) from None
    except BrokenPipeError:
        raise
    except (KindtextError, OSError):
        if parts.rows:
            say(f"kindtext: {_way_on(parts)}")
        raise
    if failures:
        raise typer.Exit(1)


def _about(inputs: list[Input], settings: Settings, kind: str) -> dict[str, Any]:
    """Say what the rows of a run depend on: who goes on with it must give the same."""
    from dataclasses import asdict

    from kindtext import __version__
    from kindtext.lexicon import load_lexicon
    from kindtext.model import load_model
    from kindtext.report.parts import run_of

    return run_of(
        (found.path for found in inputs),
        format=kind,
        text_column=settings.text_column,
        limits=asdict(settings.limits),
        model=load_model(settings.model).metadata.get("classifier_sha256"),
        lexicon=load_lexicon().digest,
        kindtext=__version__,
    )


def _way_on(parts: Parts) -> str:
    """Put away what is done, and say how to go on from there."""
    try:
        kept = parts.keep()
    except OSError:
        kept = bool(parts.kept)
    if not kept:
        return "Nothing was kept."
    arguments = [part for part in sys.argv[1:] if part != "--resume"]
    command = shlex.join(["kindtext", *arguments, "--resume"])
    return f"{parts.kept:,} rows are kept in {parts.folder}; go on with: {command}"


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
