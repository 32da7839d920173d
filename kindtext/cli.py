"""The command: parses, calls the library, prints, and turns errors into one line and an exit code.

Exit codes: 0 all done, 1 some inputs failed (each named on stderr, the rest done), 2 wrong usage.
"""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from kindtext.document import Document
    from kindtext.errors import KindtextError
    from kindtext.scoring import Score

T = TypeVar("T")

COLLECT_AFTER = 100_000
"""New objects after which Python looks for garbage: its own 700 costs a quarter of a second while all is loaded."""

WHY_UP_TO = 15
"""Documents up to which a table is followed by the reasons for each; of more, only the extremes are shown."""

EXTREMES = 3
"""How many of either are shown then."""

app = typer.Typer(
    help="Score tender documents for kindness signals, with evidence for every claim.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog="Start with: kindtext score tender.pdf",
)
corpus_app = typer.Typer(help="Check and count labelled excerpts.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(corpus_app, name="corpus")

Paths = Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False)]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="A model folder; the default one comes with kindtext.")
]
TextColumn = Annotated[
    str | None, typer.Option("--text-column", help="Column that holds the text, where a file is a table.")
]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file; whole or not at all.")]


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Show the version and end.", is_eager=True)] = False,
) -> None:
    """Score tender documents for kindness signals, with evidence for every claim."""
    if show:
        from kindtext import __version__

        typer.echo(f"kindtext {__version__}")
        raise typer.Exit


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
) -> None:
    """Score documents: how kind each is from 0 to 100, how sure that is, and why."""
    from kindtext.errors import InputError
    from kindtext.report import files

    try:
        kind = files.format_of(output, output_format)
    except InputError as error:
        _stop(str(error))
    if jobs == 0:
        _stop("--jobs is 0; write how many processes to use, or -1 for one a core.")
    if output is not None and any(_reads(path, output) for path in paths):
        _stop(f"{output}: this is one of the inputs; name another file with -o.")
    _check_model(model)
    failures: list[KindtextError] = []
    scores = _scores(paths, text_column, model, jobs, failures)
    if kind != "table":
        if output is None:
            files.write_scores(scores, sys.stdout.buffer, kind)
        else:
            with files.atomic(output) as stream:
                files.write_scores(scores, stream, kind)
    else:
        _show_scores(list(scores), output)
    _end(failures)


@app.command(epilog="Examples:  kindtext explain tender.pdf   |   kindtext explain tender.pdf --signal sanction")
def explain(
    path: Annotated[Path, typer.Argument(help="A file.", show_default=False)],
    signal: Annotated[
        list[str] | None, typer.Option("--signal", help="Show this signal only; may be repeated.")
    ] = None,
    model: ModelOption = None,
    text_column: TextColumn = None,
) -> None:
    """Show every span with its place, signal, assertion and agent, and what to write instead."""
    from kindtext.lexicon import load_lexicon
    from kindtext.report import terminal

    lexicon = load_lexicon()
    wanted = [_known_signal(name) for name in signal or ()]
    _check_model(model)
    failures: list[KindtextError] = []
    console = _console()
    for result in _scores([path], text_column, model, 1, failures):
        for part in terminal.explanation(result, lexicon, wanted):
            console.print(part)
    _end(failures)


@app.command(epilog="Examples:  kindtext signals   |   kindtext signals fair_work")
def signals(
    signal: Annotated[str | None, typer.Argument(help="One signal, for its card.", show_default=False)] = None,
) -> None:
    """List the signals, or show one signal's card."""
    from kindtext.lexicon import lexicon_folder, read_lexicon
    from kindtext.report import terminal

    lexicon = read_lexicon(lexicon_folder())
    if signal is None:
        _console().print(terminal.signal_table(lexicon))
    else:
        _console().print(terminal.signal_card(lexicon.signals[_known_signal(signal)]))


@app.command(
    epilog="Examples:  kindtext train corpora/excerpts -o models/mine   |   kindtext train mine.jsonl -o m --seed 1"
)
def train(
    corpus: Annotated[Path, typer.Argument(help="A folder of JSON Lines, or one such file.", show_default=False)],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the model; made if need be.")],
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Decides the folds of cross-validation.")] = 0,
    penalty: Annotated[float, typer.Option("--C", help="Inverse strength of the penalty; smaller is stronger.")] = 1.0,
    signals_only: Annotated[
        bool, typer.Option("--signals-only", help="Leave words out; judge by signals alone.")
    ] = False,
) -> None:
    """Train a model from labelled excerpts; the same corpus and seed give the same model."""
    from kindtext.corpus import load_corpus
    from kindtext.model import check_target
    from kindtext.report.card import model_card
    from kindtext.training import train as train_model

    if not penalty > 0:
        _stop(f"--C is {penalty}; write a number above 0.")
    check_target(output)
    records = load_corpus(corpus)
    model = train_model(records, C=penalty, use_terms=not signals_only, random_state=seed, progress=_say)
    folder = model.save(output, card=model_card(model.metadata))
    for name in ("macro_f1", "auroc_kind", "auroc_transactional", "calibration_error"):
        metric = model.metadata["metrics"][name]
        low, high = metric["interval"]
        _say(f"{name.replace('_', ' ')}: {metric['value']:.3f} (95 % interval {low:.3f} to {high:.3f}), held out")
    _say(f"saved to {folder}; use it with 'kindtext score FILE --model {folder}'")


@app.command(
    epilog="Examples:  kindtext evaluate my-labels.jsonl   |   kindtext evaluate corpora/excerpts --format json"
)
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="A folder of JSON Lines, or one such file.", show_default=False)],
    model: ModelOption = None,
    output_format: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
) -> None:
    """Measure a model on labelled excerpts."""
    from kindtext.corpus import load_corpus
    from kindtext.model import load_model
    from kindtext.report import files, terminal
    from kindtext.training import evaluate as evaluate_model

    if output_format not in ("table", "json"):
        _stop(f"unknown format '{output_format}'; use table or json.")
    result = evaluate_model(load_model(model), load_corpus(corpus))
    if output_format == "json":
        typer.echo(files.dumps(result))
    else:
        _console().print(terminal.evaluation(result))


@corpus_app.command("check", epilog="Example:  kindtext corpus check corpora/excerpts")
def corpus_check(
    path: Annotated[Path, typer.Argument(help="A folder of JSON Lines, or one such file.", show_default=False)],
) -> None:
    """Find what is wrong with a corpus, one line a fault; exit 1 if anything is."""
    from kindtext.corpus import check_corpus

    faults = check_corpus(path)
    for fault in faults:
        typer.echo(_plain(fault))
    _say(f"{path}: {len(faults) or 'no'} fault{'s' if len(faults) != 1 else ''}")
    if faults:
        raise typer.Exit(1)


@corpus_app.command("stats", epilog="Example:  kindtext corpus stats corpora/excerpts")
def corpus_stats(
    path: Annotated[Path, typer.Argument(help="A folder of JSON Lines, or one such file.", show_default=False)],
) -> None:
    """Count a corpus by stance, signal, register and sector."""
    from kindtext.corpus import corpus_stats as count
    from kindtext.corpus import load_corpus
    from kindtext.report import terminal

    _console().print(terminal.statistics(count(load_corpus(path))))


def main() -> None:
    """Run the command; an error of ours becomes one line on stderr."""
    from kindtext.errors import KindtextError

    gc.set_threshold(COLLECT_AFTER)
    for stream in (sys.stdout, sys.stderr):
        # Where output goes in an encoding of few letters, as a pipe's on Windows, a mark may become "?", but no error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except KindtextError as error:
        _say(f"kindtext: {error}")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone, as 'head' does; Python must not complain when it closes stdout.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        # A full disk or a folder without permission, met while writing; what was being written is not left behind.
        _say(f"kindtext: {error.filename or 'output'}: {error.strerror or error}; make room or name another place.")
        sys.exit(1)
    except KeyboardInterrupt:
        _say("kindtext: stopped.")
        sys.exit(130)


def _scores(
    paths: Iterable[Path],
    text_column: str | None,
    model: str | None,
    jobs: int,
    failures: list[KindtextError],
) -> Iterator[Score]:
    """Score all documents of all paths, in order, naming on stderr what cannot be read."""

    def fail(error: KindtextError) -> None:
        failures.append(error)
        _say(f"kindtext: {error}")

    from kindtext.errors import NoTextError
    from kindtext.scoring import PLAIN, score_all
    from kindtext.scoring import score as score_one

    documents = _documents(paths, text_column, fail)
    with _progress() as advance:
        if jobs == 1:
            scores = score_all(documents, model=model)
        else:
            from joblib import Parallel, delayed

            tasks = (delayed(score_one)(document, model=model) for document in documents)
            scores = Parallel(n_jobs=jobs, return_as="generator")(tasks)
        for result in advance(scores):
            # One record of a table may well be empty; a file that cannot be scored is a mistake to tell.
            if result.reason not in (None, PLAIN) and "#" not in result.name:
                fail(NoTextError(f"{result.name}: {result.reason}; give the whole document, in English."))
            yield result


def _documents(
    paths: Iterable[Path], text_column: str | None, fail: Callable[[KindtextError], None]
) -> Iterator[Document]:
    from kindtext.errors import KindtextError
    from kindtext.readers import read_all

    for path in paths:
        try:
            yield from read_all(path, text_column=text_column, on_error=fail)
        except KindtextError as error:
            fail(error)


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
        console = _console()
        for part in parts:
            console.print(part)
    else:
        from rich.console import Console

        text = io.StringIO()
        plain = Console(file=text, width=120)
        for part in parts:
            plain.print(part)
        with files.atomic(output) as stream:
            stream.write(text.getvalue().encode("utf-8"))


@contextmanager
def _progress() -> Iterator[Callable[[Iterable[T]], Iterator[T]]]:
    """Count on stderr what has been done, where a person watches and it takes over a second."""
    if not sys.stderr.isatty():
        yield iter
        return
    import time

    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} documents scored"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=True) as bar:
        task = bar.add_task("", total=None)
        started = time.monotonic()

        def advance(items: Iterable[T]) -> Iterator[T]:
            for item in items:
                if bar.disable and time.monotonic() - started > 1:
                    bar.disable = False
                    bar.start()
                bar.advance(task)
                yield item

        yield advance


def _check_model(model: str | None) -> None:
    """Load the model before any file is read, so that a wrong one is said once."""
    from kindtext.model import load_model

    load_model(model)


def _known_signal(name: str) -> str:
    import difflib

    from kindtext.lexicon import load_lexicon

    known = list(load_lexicon().signals)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        _stop(f"no signal '{name}'{hint}; 'kindtext signals' lists them.")
    return name


def _console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else 120
    return Console(width=width, highlight=False, soft_wrap=False)


def _reads(path: Path, file: Path) -> bool:
    """Whether a file that is there would be read with a path: it is the same, or stands in that folder."""
    if not (path.exists() and file.is_file()):
        return False
    return path.samefile(file) or path.resolve() in file.resolve().parents


def _plain(text: str) -> str:
    from kindtext.report.plain import one_line

    return one_line(text)


def _say(line: str) -> None:
    """Tell a person something, on stderr, a line at a time and without control characters."""
    for part in line.splitlines():
        typer.echo(_plain(part), err=True)


def _stop(message: str) -> NoReturn:
    """End for wrong usage."""
    _say(f"kindtext: {message}")
    raise typer.Exit(2)


def _end(failures: list[KindtextError]) -> None:
    if failures:
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
