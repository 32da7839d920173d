"""``kindtext label``."""

from __future__ import annotations

import json
from collections.abc import Callable
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
from kindtext.cli.keys import key_reader

if TYPE_CHECKING:
    from rich.console import Console

    from kindtext.errors import KindtextError
    from kindtext.labelling.loop import View
    from kindtext.labelling.pool import Item

Register = Annotated[str, typer.Option("--register", help="What kind of document the passages are from.")]
Sector = Annotated[str, typer.Option("--sector", help="What is bought.")]


@app.command(
    epilog="Examples:  kindtext label tenders/ -o labels.jsonl   |   kindtext label drafts.jsonl -o labels.jsonl   |   "
    "kindtext label notices.csv --text-column description -o mine.jsonl --register notice --sector care"
)
def label(
    paths: Paths,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The file of labels; one that is there is gone on with.")
    ],
    register: Register = "notice",
    sector: Sector = "general",
    seed: Annotated[int, typer.Option(help="Decides which passages come by chance; the same to go on.")] = 0,
    model: ModelOption = None,
    text_column: TextColumn = None,
    lexicon: LexiconOption = None,
) -> None:
    """Label passages one by one, a key each for stance, strength and signals; saved after every answer.

    What is asked next is chosen: what the model is unsure of, and unlike what came before; every fifth passage comes by
    chance and is marked so, and honest estimates can be made from those. Words that show signals are underlined; what
    the model thinks is hidden until you press "?". Quit at any time; the same command goes on.
    """
    from kindtext.labelling.loop import Session
    from kindtext.labelling.store import LabelFile

    check_register(register)
    if any(would_read(path, output) for path in paths):
        stop(f"{output}: this is one of the inputs; name another file with -o.")
    file = LabelFile(output)
    if file.mended:
        say(f"{output}: its last line was cut short and has been taken off; answer that passage again.")
    check_model(model)
    failures: list[KindtextError] = []
    items = _items(paths, text_column, model, failures)
    if not items:
        say("kindtext: there is no passage of 15 to 150 words to label; give whole documents.")
        raise typer.Exit(1)
    session = Session(items, file, register, sector, seed)
    screen = _screen()
    given = session.run(key_reader(), _shower(screen), _teller(screen))
    say(f"{given} labelled now, {len(file.records)} in {output}, {session.chooser.left} left")
    if given:
        say(session.outlook().sentence())
    end(failures)


def check_register(register: str) -> None:
    """End the command if there is no such register."""
    from kindtext.corpus import REGISTERS

    if register not in REGISTERS:
        stop(f"--register {register}: there is no such register; use {', '.join(REGISTERS)}.")


def _items(paths: list[Path], text_column: str | None, model: str | None, failures: list[KindtextError]) -> list[Item]:
    """Give the passages of all files; what cannot be read is named, and the rest goes on."""
    from kindtext.corpus import load_corpus
    from kindtext.errors import KindtextError
    from kindtext.labelling.pool import items_of, items_of_drafts
    from kindtext.scoring import score_all

    def fail(error: KindtextError) -> None:
        failures.append(error)
        say(f"kindtext: {error}")

    found: dict[str, Item] = {}
    for path in paths:
        if _is_corpus(path):
            try:
                items = items_of_drafts(load_corpus(path, drafts=True), model)
            except KindtextError as error:
                fail(error)
                continue
            if not items:
                say(f"{path}: none of its records is a draft; there is nothing to confirm in it.")
        else:
            with progress() as advance:
                items = items_of(advance(score_all(documents_of([path], text_column, fail), model=model)))
        for item in items:
            found.setdefault(item.id, item)
    return list(found.values())


def _is_corpus(path: Path) -> bool:
    """Whether a file holds labelled records, to be confirmed, and not documents."""
    if path.suffix.lower() != ".jsonl" or not path.is_file():
        return False
    try:
        with path.open(encoding="utf-8-sig") as stream:
            first = json.loads(stream.readline())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(first, dict) and {"text", "stance"} <= first.keys()


def _screen() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def _shower(screen: Console) -> Callable[[View], None]:
    from kindtext.labelling.showing import question

    def show(view: View) -> None:
        # A passage stands alone on the screen, so that the last answer does not lean on the next.
        if screen.is_terminal:
            screen.clear()
        screen.print(question(view))

    return show


def _teller(screen: Console) -> Callable[[str], None]:
    """Say a sentence; at a terminal it waits for a key, since the next question clears the screen."""

    def tell(sentence: str) -> None:
        say(sentence)
        if screen.is_terminal and not sentence.endswith("..."):
            say("Any key to go on.")
            key_reader()()

    return tell
