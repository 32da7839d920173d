"""Keys, one at a time: of a terminal as they are pressed, or of a pipe as they come."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer


def key_reader() -> Callable[[], str]:
    """Give a function that waits for a key; at the end of input, or after Ctrl-C or Ctrl-D, it gives an empty text."""
    if not sys.stdin.isatty():
        return lambda: sys.stdin.read(1)

    def pressed() -> str:
        try:
            return typer.getchar()
        except (EOFError, KeyboardInterrupt):
            return ""

    return pressed
