"""``kindtext corpus``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kindtext.cli.app import corpus_app
from kindtext.cli.common import console, plain, say


@corpus_app.command("check", epilog="Example:  kindtext corpus check corpora/excerpts")
def corpus_check(
    path: Annotated[Path, typer.Argument(help="A folder of JSON Lines, or one such file.", show_default=False)],
) -> None:
    """Find what is wrong with a corpus, one line a fault; exit 1 if anything is."""
    from kindtext.corpus import check_corpus

    faults = check_corpus(path)
    for fault in faults:
        typer.echo(plain(fault))
    say(f"{path}: {len(faults) or 'no'} fault{'s' if len(faults) != 1 else ''}")
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

    console().print(terminal.statistics(count(load_corpus(path))))
