"""``kindtext signals``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kindtext.cli.app import app
from kindtext.cli.common import LexiconOption, console, known_signal, say, stop


@app.command(
    epilog="Examples:  kindtext signals   |   kindtext signals fair_work   |   "
    "kindtext signals new lived_experience --lexicon mine   |   kindtext signals check --lexicon mine"
)
def signals(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID | new ID | check]",
            help="One signal or measure, for its card; 'new ID' begins a file for a signal of your own; 'check' tries "
            "the sentences of every signal.",
            show_default=False,
        ),
    ] = None,
    lexicon: LexiconOption = None,
) -> None:
    """List the signals, show one's card, begin one of your own, or try them all."""
    match words or []:
        case []:
            _table()
        case ["new", name]:
            _new(name, lexicon or Path("lexicon"))
        case ["check"]:
            _check()
        case [name]:
            _card(name)
        case _:
            stop("write 'kindtext signals', 'signals ID', 'signals new ID' or 'signals check'.")


def _table() -> None:
    from kindtext.lexicon import load_lexicon, load_measure, measure_names
    from kindtext.report import terminal

    console().print(terminal.signal_table(load_lexicon()))
    console().print(terminal.measure_table([load_measure(name) for name in measure_names()]))


def _card(name: str) -> None:
    from kindtext.lexicon import load_lexicon, load_measure, measure_names
    from kindtext.report import terminal

    if name in measure_names():
        console().print(terminal.measure_card(load_measure(name)))
    else:
        console().print(terminal.signal_card(load_lexicon().signals[known_signal(name)]))


def _new(name: str, folder: Path) -> None:
    from kindtext.lexicon import new_signal

    file = new_signal(name, folder)
    say(f"{file}: complete it, then try it with 'kindtext signals check --lexicon {folder}',")
    say(f"and train with it: 'kindtext train corpora/excerpts -o models/mine --lexicon {folder}'")


def _check() -> None:
    """Try the sentences that each signal must and must not find."""
    from kindtext.lexicon import load_lexicon
    from kindtext.pipeline import wrong_sentences

    lexicon = load_lexicon()
    wrong = wrong_sentences(lexicon)
    for signal, sentence, what in wrong:
        typer.echo(f"{signal}.toml: {what}: {sentence}")
    tried = sum(len(signal.matches) + len(signal.misses) for signal in lexicon.signals.values())
    say(f"{len(lexicon.signals)} signals, {tried} sentences tried, {len(wrong) or 'none'} wrong")
    if wrong:
        raise typer.Exit(1)
