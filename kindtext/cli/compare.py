"""``kindtext compare``."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
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
    limits_for,
    scores_of,
    stop,
    would_read,
)

if TYPE_CHECKING:
    from kindtext.errors import KindtextError
    from kindtext.scoring import Score

FORMATS = {".txt": "table", "": "table", ".json": "json", ".html": "html", ".htm": "html"}


@app.command(
    epilog="Examples:  kindtext compare draft-1.docx draft-2.docx   |   "
    "kindtext compare old.pdf new.pdf -o changes.html   |   kindtext compare tenders/"
)
def compare(
    paths: Paths,
    output_format: Annotated[
        str | None, typer.Option("--format", help="table, json or html; by default from -o, else table.")
    ] = None,
    output: Output = None,
    model: ModelOption = None,
    text_column: TextColumn = None,
    lexicon: LexiconOption = None,
) -> None:
    """Compare two drafts: what changed, and how each change moved the score. More than two are ranked."""
    kind = _format(output, output_format)
    if output is not None and any(would_read(path, output) for path in paths):
        stop(f"{output}: this is one of the inputs; name another file with -o.")
    check_model(model)
    failures: list[KindtextError] = []
    two = len(paths) == 2 and not any(path.is_dir() for path in paths)
    limits = limits_for(paths, timeout=0) if two else None  # who compares two files waits for them
    scores = list(scores_of(paths, text_column, model, 1, failures, limits))
    if len(scores) < 2:
        end(failures)
        stop("there is only one document to compare; name two or more.")
    _write(_shown(scores, kind), output)
    end(failures)


def _format(output: Path | None, wanted: str | None) -> str:
    """Choose the format: the one wanted, else by the file's suffix, else a table."""
    suffix = output.suffix.lower() if output else ""
    if wanted is None and suffix not in FORMATS:
        stop(f"{output}: no format goes with '{suffix}'; name a file in .txt, .json or .html, or use --format.")
    kind = wanted or FORMATS[suffix]
    if kind not in FORMATS.values():
        stop(f"unknown format '{kind}'; use table, json or html.")
    return kind


def _shown(scores: list[Score], kind: str) -> str | list[Any]:
    """Give the text of a file, or what a console prints."""
    from kindtext.comparing import compare as compare_two
    from kindtext.comparing import rank
    from kindtext.report import comparison, comparison_html
    from kindtext.report.files import dumps

    if len(scores) == 2:
        found = compare_two(*scores)
        if kind == "json":
            return dumps(found.to_dict()) + "\n"
        return comparison_html.comparison_page(found) if kind == "html" else list(comparison.comparison(found))
    ranked = rank(scores)
    if kind == "json":
        return dumps([each.to_dict() for each in ranked]) + "\n"
    return comparison_html.ranking_page(ranked) if kind == "html" else list(comparison.ranking(ranked))


def _write(shown: str | Iterable[Any], output: Path | None) -> None:
    from kindtext.report.files import atomic
    from kindtext.report.plain import writable

    if output is None:
        if isinstance(shown, str):
            sys.stdout.buffer.write(writable(shown).encode("utf-8"))
            return
        out = console()
        for part in shown:
            out.print(part)
        return
    if not isinstance(shown, str):
        from rich.console import Console

        text = io.StringIO()
        plain = Console(file=text, width=120)
        for part in shown:
            plain.print(part)
        shown = text.getvalue()
    with atomic(output) as stream:
        stream.write(writable(shown).encode("utf-8"))
