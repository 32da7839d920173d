"""What several commands share: options, the reading and scoring of paths, and talking to people."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from kindtext.document import Document
    from kindtext.errors import KindtextError
    from kindtext.readers.limits import Limits
    from kindtext.scoring import Score

T = TypeVar("T")


def _use_lexicon(folder: Path | None) -> Path | None:
    """Make a folder's changes to the lexicon hold for this process and those it starts."""
    if folder is not None:
        from kindtext.lexicon import VARIABLE

        os.environ[VARIABLE] = str(folder)
    return folder


Paths = Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False)]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="A model folder; the default one comes with kindtext.")
]
TextColumn = Annotated[
    str | None, typer.Option("--text-column", help="Column that holds the text, where a file is a table.")
]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file; whole or not at all.")]
LexiconOption = Annotated[
    Path | None,
    typer.Option("--lexicon", help="A folder that changes the lexicon, or KINDTEXT_LEXICON.", callback=_use_lexicon),
]


def scores_of(
    paths: Iterable[Path],
    text_column: str | None,
    model: str | None,
    jobs: int,
    failures: list[KindtextError],
    limits: Limits | None = None,
) -> Iterator[Score]:
    """Score all documents of all paths, in order, naming on stderr what cannot be read.

    How much is read of a file is what :func:`limits_for` says where no limits are given.
    """

    def fail(error: KindtextError) -> None:
        failures.append(error)
        say(f"kindtext: {error}")

    from kindtext.errors import NoTextError
    from kindtext.scoring import PLAIN, score_all
    from kindtext.scoring import score as score_one

    documents = documents_of(paths, text_column, fail, limits)
    with progress() as advance:
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


def limits_for(paths: Sequence[Path], max_bytes: int | None = None, timeout: float | None = None) -> Limits:
    """Choose how much is read of each file.

    A person who scores one file waits for it, and sees when it hangs: it is read in this process, at no cost. Several
    are read unattended, so each has a limit of time, which takes a process that can be killed; 0 asks for none.
    """
    from kindtext.readers.limits import BATCH_SECONDS, BYTES, Limits

    if timeout is None and (len(paths) > 1 or any(path.is_dir() for path in paths)):
        timeout = BATCH_SECONDS
    return Limits(bytes=BYTES if max_bytes is None else max_bytes, seconds=timeout or None)


def documents_of(
    paths: Iterable[Path],
    text_column: str | None,
    fail: Callable[[KindtextError], None],
    limits: Limits | None = None,
) -> Iterator[Document]:
    """Read all documents of all paths, in order; what cannot be read is handed to ``fail``."""
    from kindtext.errors import KindtextError
    from kindtext.readers import read_all

    paths = list(paths)
    limits = limits or limits_for(paths)
    for path in paths:
        try:
            yield from read_all(path, text_column=text_column, on_error=fail, limits=limits)
        except KindtextError as error:
            fail(error)


@contextmanager
def progress() -> Iterator[Callable[[Iterable[T]], Iterator[T]]]:
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


def check_model(model: str | None) -> None:
    """Load the model before any file is read, so that a wrong one is said once."""
    from kindtext.model import load_model

    load_model(model)


def known_signal(name: str) -> str:
    """Give a signal's id back, or end the command with the nearest right one."""
    import difflib

    from kindtext.lexicon import load_lexicon

    known = list(load_lexicon().signals)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        stop(f"no signal '{name}'{hint}; 'kindtext signals' lists them.")
    return name


def console() -> Console:
    """Give a console on stdout; as wide as the terminal, or 120 where it is none."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 120
    return Console(width=width, highlight=False, soft_wrap=False)


def would_read(path: Path, file: Path) -> bool:
    """Whether a file that is there would be read with a path: it is the same, or stands in that folder."""
    if not (path.exists() and file.is_file()):
        return False
    return path.samefile(file) or path.resolve() in file.resolve().parents


def plain(text: str) -> str:
    """Give a text on one line, without control characters."""
    from kindtext.report.plain import one_line

    return one_line(text)


def say(line: str) -> None:
    """Tell a person something, on stderr, a line at a time and without control characters."""
    for part in line.splitlines():
        typer.echo(plain(part), err=True)


def stop(message: str) -> NoReturn:
    """End for wrong usage."""
    say(f"kindtext: {message}")
    raise typer.Exit(2)


def end(failures: list[KindtextError]) -> None:
    """End with exit code 1 where something failed."""
    if failures:
        raise typer.Exit(1)
