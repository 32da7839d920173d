"""``kindtext report``."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kindtext.cli.app import app
from kindtext.cli.common import (
    LexiconOption,
    ModelOption,
    Paths,
    TextColumn,
    check_model,
    documents_of,
    end,
    progress,
    say,
    stop,
    would_read,
)

if TYPE_CHECKING:
    from kindtext.document import Document
    from kindtext.errors import KindtextError
    from kindtext.scoring import Score

PAGES = (".html", ".htm")
NO_FOLDERS = (".pdf", ".docx", ".odt", ".md", ".txt", ".json", ".jsonl", ".csv")
PAGE = Path("kindtext-report.html")
FOLDER = Path("kindtext-report")


@app.command(
    epilog="Examples:  kindtext report tender.pdf   |   kindtext report tender.pdf -o report.html   |   "
    "kindtext report tenders/ -o reports"
)
def report(
    paths: Paths,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="A page (NAME.html) for one document, else a folder; by default kindtext-report.html or "
            "kindtext-report. Whole or not at all.",
        ),
    ] = None,
    dated: Annotated[
        bool, typer.Option("--date", help="Put today's date on the pages; without it they are the same every day.")
    ] = False,
    model: ModelOption = None,
    text_column: TextColumn = None,
    lexicon: LexiconOption = None,
) -> None:
    """Write a page for every document: score, what to change first, and its text with the evidence in place."""
    failures: list[KindtextError] = []
    _check_place(paths, output)
    check_model(model)
    day = date.today() if dated else None
    with progress() as advance:
        judged = advance(_scored(paths, text_column, model, failures))
        first = list(itertools.islice(judged, 2))
        if first and (output.suffix.lower() in PAGES if output else len(first) == 1):
            if len(first) > 1:
                stop(f"{output}: there are several documents; name a folder for them with -o.")
            _page(*first[0], output or PAGE, day)
        elif first:
            _folder(itertools.chain(first, judged), output or FOLDER, paths, failures, day)
    end(failures)


def _check_place(paths: list[Path], output: Path | None) -> None:
    """End for an output that is an input, holds one, or stands in a folder of them."""
    if output and output.suffix.lower() in NO_FOLDERS:
        stop(f"{output}: the report is HTML; name a page ending in .html, or a folder, with -o.")
    for place in [output] if output else [PAGE, FOLDER]:
        own, is_page = place.resolve(), place.suffix.lower() in PAGES
        for path in paths:
            other = path.resolve()
            if would_read(path, place) or own == other or (own in other.parents and not is_page):
                stop(f"{place}: this is one of the inputs, or holds one; name another place with -o.")
            if path.is_dir() and other in own.parents and not is_page:
                stop(f"{place}: it would stand among the inputs of {path}; name another place with -o.")


def _scored(
    paths: list[Path], text_column: str | None, model: str | None, failures: list[KindtextError]
) -> Iterator[tuple[Score, Document]]:
    """Score all documents, in order, naming on stderr what cannot be read or scored."""
    from kindtext.errors import NoTextError
    from kindtext.scoring import PLAIN
    from kindtext.scoring import score as score_one

    def fail(error: KindtextError) -> None:
        failures.append(error)
        say(f"kindtext: {error}")

    for document in documents_of(paths, text_column, fail):
        result = score_one(document, model=model)
        # One record of a table may well be empty; a file that cannot be scored is a mistake to tell.
        if result.reason not in (None, PLAIN) and "#" not in result.name:
            fail(NoTextError(f"{result.name}: {result.reason}; give the whole document, in English."))
        yield result, document


def _page(score: Score, document: Document, output: Path, day: date | None) -> None:
    from kindtext.lexicon import load_lexicon
    from kindtext.report.files import atomic
    from kindtext.report.html import document_html

    page = document_html(score, load_lexicon(), document, date=day)
    with atomic(output) as stream:
        stream.write(page.encode("utf-8"))
    say(f"{output}: the report on {score.name}")


def _folder(
    scored: Iterator[tuple[Score, Document]],
    output: Path,
    paths: list[Path],
    failures: list[KindtextError],
    day: date | None,
) -> None:
    from kindtext.lexicon import load_lexicon
    from kindtext.report.html import Names, document_html, entry, index_html, new_folder

    names, entries = Names(), []
    with new_folder(output) as folder:
        for score, document in scored:
            name = names.new(score.name)
            page = document_html(score, load_lexicon(), document, date=day, index="index.html")
            (folder / name).write_bytes(page.encode("utf-8"))
            entries.append(entry(score, name))
        not_read = [_without_folders(str(failure), paths) for failure in failures]
        index = index_html(entries, failures=not_read, date=day)
        (folder / "index.html").write_bytes(index.encode("utf-8"))
    say(f"{output}: the reports on {len(entries)} documents; begin with {output / 'index.html'}")


def _without_folders(message: str, paths: list[Path]) -> str:
    """Leave out of a message the folders in which the inputs stand: a page is for others to read."""
    folders = {str(path if path.is_dir() else path.parent) + os.sep for path in paths}
    for folder in sorted(folders, key=len, reverse=True):
        message = message.replace(folder, "")
    return message
