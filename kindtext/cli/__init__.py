"""The command: parses, calls the library, prints, and turns errors into one line and an exit code.

Exit codes: 0 all done, 1 some inputs failed (each named on stderr, the rest done), 2 wrong usage.
"""

from __future__ import annotations

import gc
import io
import sys
from typing import Annotated

import typer

from kindtext.cli import annotate, compare, corpus, label, lint, model, report, score, signals, train
from kindtext.cli.app import app
from kindtext.cli.common import say

__all__ = [
    "annotate",
    "app",
    "compare",
    "corpus",
    "label",
    "lint",
    "main",
    "model",
    "report",
    "score",
    "signals",
    "train",
]

COLLECT_AFTER = 100_000
"""New objects after which Python looks for garbage: its own 700 costs a quarter of a second while all is loaded."""


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Show the version and end.", is_eager=True)] = False,
) -> None:
    """Score tender documents for kindness signals, with evidence for every claim."""
    if show:
        from kindtext import __version__

        typer.echo(f"kindtext {__version__}")
        raise typer.Exit


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
        say(f"kindtext: {error}")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone, as 'head' does; Python must not complain when it closes stdout.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        # A full disk or a folder without permission, met while writing; what was being written is not left behind.
        say(f"kindtext: {error.filename or 'output'}: {error.strerror or error}; make room or name another place.")
        sys.exit(1)
    except KeyboardInterrupt:
        say("kindtext: stopped.")
        sys.exit(130)
