"""``kindtext corpus``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kindtext.cli.app import corpus_app
from kindtext.cli.common import (
    LexiconOption,
    ModelOption,
    Output,
    Paths,
    TextColumn,
    check_model,
    console,
    documents_of,
    end,
    plain,
    progress,
    say,
    stop,
    would_read,
)
from kindtext.cli.keys import key_reader
from kindtext.cli.label import Register, Sector, check_register

if TYPE_CHECKING:
    from kindtext.errors import KindtextError
    from kindtext.labelling.agreement import Agreement, Pair

SHOWN = 10
"""Disagreements that are shown without being asked for; --all shows the rest."""

MOST_FAULTS = 20
"""Rows that are named; more than that is one mistake, and not many."""

_Corpus = Annotated[Path, typer.Argument(help="A folder of JSON Lines, or one such file.", show_default=False)]


@corpus_app.command("check", epilog="Example:  kindtext corpus check corpora/excerpts")
def corpus_check(path: _Corpus) -> None:
    """Find what is wrong with a corpus, one line a fault; exit 1 if anything is."""
    from kindtext.corpus import check_corpus

    faults = check_corpus(path)
    for fault in faults:
        typer.echo(plain(fault))
    say(f"{path}: {len(faults) or 'no'} fault{'s' if len(faults) != 1 else ''}")
    if faults:
        raise typer.Exit(1)


@corpus_app.command("stats", epilog="Example:  kindtext corpus stats corpora/excerpts")
def corpus_stats(path: _Corpus) -> None:
    """Count a corpus by stance, signal, register and sector."""
    from kindtext.corpus import corpus_stats as count
    from kindtext.corpus import load_corpus
    from kindtext.report import terminal

    corpus = load_corpus(path, drafts=True)
    drafts = sum(record.draft for record in corpus)
    if drafts:
        say(f"{path}: {drafts} of {len(corpus)} records are drafts that nobody has confirmed.")
    console().print(terminal.statistics(count(corpus)))


@corpus_app.command(
    "suggest",
    epilog="Examples:  kindtext corpus suggest tenders/ -o drafts.jsonl   |   then: kindtext label drafts.jsonl -o "
    "labels.jsonl, or: kindtext corpus convert drafts.jsonl for-label-studio.json --to label-studio",
)
def corpus_suggest(
    paths: Paths,
    output: Annotated[Path, typer.Option("-o", "--output", help="Write drafts to this file; whole or not at all.")],
    register: Register = "notice",
    sector: Sector = "general",
    model: ModelOption = None,
    text_column: TextColumn = None,
    lexicon: LexiconOption = None,
) -> None:
    """Draft labels by lexicon and model, for a person to confirm; training refuses them until then."""
    from kindtext.labelling.formats import write_labels
    from kindtext.labelling.suggest import drafts_of
    from kindtext.scoring import score_all

    check_register(register)
    _keep_inputs(output, paths)
    check_model(model)
    failures: list[KindtextError] = []

    def fail(error: KindtextError) -> None:
        failures.append(error)
        say(f"kindtext: {error}")

    with progress() as advance:
        scores = advance(score_all(documents_of(paths, text_column, fail), model=model))
        drafts = list(drafts_of(scores, register=register, sector=sector))
    if not drafts:
        say("kindtext: there is no passage of 15 to 150 words to draft labels for; give whole documents.")
        raise typer.Exit(1)
    write_labels(drafts, output, "jsonl")
    say(f"{len(drafts)} drafts in {output}; confirm them with 'kindtext label {output} -o labels.jsonl'")
    end(failures)


@corpus_app.command(
    "convert",
    epilog="Examples:  kindtext corpus convert labels.jsonl for-prodigy.jsonl --to prodigy   |   "
    "kindtext corpus convert export.json labels.jsonl   |   kindtext corpus convert labels.jsonl labels.csv",
)
def corpus_convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file of labels.", show_default=False)],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.", show_default=False)],
    source_format: Annotated[
        str | None,
        typer.Option(
            "--from", help="doccano, label-studio, prodigy, argilla, docbin, csv or jsonl; found out by default."
        ),
    ] = None,
    target_format: Annotated[
        str | None, typer.Option("--to", help="The same; by default from OUT: .csv, .spacy, else jsonl.")
    ] = None,
    annotator: Annotated[
        str | None, typer.Option("--annotator", help="Whose labels to take, where IN holds several people's.")
    ] = None,
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="Take all labels as confirmed by a person: no more drafts.")
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Leave rows out that are wrong, instead of writing nothing.")
    ] = False,
) -> None:
    """Convert labels between tools, without loss: stance, strength, signals, spans and notes."""
    from kindtext.errors import InputError
    from kindtext.labelling import formats

    guessed = {".csv": "csv", ".spacy": "docbin"}.get(target.suffix.lower(), "jsonl")
    try:
        kind = formats.known_format(target_format or guessed)
        if source_format is not None:
            formats.known_format(source_format)
    except InputError as error:
        stop(str(error))
    _keep_inputs(target, [source])
    read = formats.read_labels(source, source_format, annotator=annotator)
    for fault in read.faults[:MOST_FAULTS]:
        say(f"kindtext: {fault}")
    if len(read.faults) > MOST_FAULTS:
        say(f"kindtext: {source}: and {len(read.faults) - MOST_FAULTS} rows more; is --from right?")
    for reason, count in read.left_out.items():
        say(f"{source}: {count} row{'s' if count != 1 else ''} left out: {reason}")
    if read.faults and not keep_going:
        say(f"kindtext: {target} was not written; mend the rows, or leave them out with --keep-going.")
        raise typer.Exit(1)
    if not read.records:
        say(f"kindtext: {source}: no row of it is labelled, so there is nothing to convert.")
        raise typer.Exit(1)
    records = formats.confirmed(read.records) if confirmed else list(read.records)
    formats.write_labels(records, target, kind)
    drafts = sum(record.draft for record in records)
    say(f"{len(records)} records in {target}" + (f", {drafts} of them drafts" if drafts else ""))
    if kind == "label-studio":
        say("Paste this into Labeling Interface, Code, of the Label Studio project:")
        typer.echo(formats.label_studio.config())
    if read.faults:
        raise typer.Exit(1)


@corpus_app.command(
    "agreement",
    epilog="Examples:  kindtext corpus agreement ann.jsonl ben.jsonl   |   kindtext corpus agreement ann.jsonl "
    "ben.jsonl -o both.jsonl   |   kindtext corpus agreement ann.jsonl ben.jsonl -o both.jsonl --decisions open.csv",
)
def corpus_agreement(
    a: Annotated[Path, typer.Argument(metavar="A", help="One person's labels.", show_default=False)],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another's, of the same passages.", show_default=False)],
    output: Output = None,
    decisions: Annotated[
        Path | None,
        typer.Option(help="A CSV in which the column 'decision' settles them; made if it is not there."),
    ] = None,
    ask: Annotated[
        bool | None,
        typer.Option(
            "--ask/--no-ask", help="Settle key by key; by default at a terminal, with -o.", show_default=False
        ),
    ] = None,
    output_format: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    every: Annotated[bool, typer.Option("--all", help="Show all disagreements, not only the first.")] = False,
) -> None:
    """Say how far two labellers agree, show where they do not, and settle it.

    With -o, what they agree on is written as one corpus. A signal that one alone marked is kept as disputed; where the
    stances differ, the passage is left out until somebody settles it, key by key or in a table.
    """
    from kindtext.corpus import load_corpus
    from kindtext.labelling import adjudication
    from kindtext.labelling.agreement import agreement
    from kindtext.labelling.formats import write_labels
    from kindtext.report import files

    if output_format not in ("table", "json"):
        stop(f"unknown format '{output_format}'; use table or json.")
    for file in filter(None, (output, decisions)):
        _keep_inputs(file, [a, b])
    result = agreement(load_corpus(a, drafts=True), load_corpus(b, drafts=True))
    settled: dict[str, str] = {}
    if decisions is not None and decisions.exists():
        settled = adjudication.read_sheet(decisions, result.pairs)
    still_open = [pair for pair in result.disagreements if pair.a.id not in settled]
    asking = bool(still_open) and (ask if ask is not None else output is not None and sys.stdin.isatty())
    if output_format == "json":
        typer.echo(files.dumps(result.to_dict()))
    else:
        # Whoever settles them sees each in its turn.
        _show(result, a.name, b.name, 0 if asking and not every else None if every else SHOWN)
    if asking:
        settled |= _settle(still_open, a.name, b.name)
    if decisions is not None:
        adjudication.write_sheet(result.disagreements, decisions, settled)
        undecided = sum(pair.a.id not in settled for pair in result.disagreements)
        say(f"{decisions}: {len(result.disagreements)} disagreements, {undecided} still open")
    if output is not None:
        records, left_out = adjudication.adjudicated(result.pairs, settled)
        write_labels(records, output, "jsonl")
        more = f"; {left_out} left out, since the stances differ and nobody settled it" if left_out else ""
        say(f"{len(records)} records in {output}{more}")


def _show(result: Agreement, a: str, b: str, most: int | None) -> None:
    from kindtext.labelling import showing

    out = console()
    out.print(showing.agreement_table(result, a, b))
    differing = result.disagreements
    out.print(f"\n{len(differing)} disagreements" if differing else "\nThey agree on everything.", style="bold")
    for number, pair in enumerate(differing[:most], start=1):
        out.print(showing.disagreement(pair, a, b, number, len(differing)))
    if most and len(differing) > most:
        out.print(f"... and {len(differing) - most} more: --all shows them, --decisions writes them to a table.")


def _settle(pairs: list[Pair], a: str, b: str) -> dict[str, str]:
    from rich.console import Console

    from kindtext.labelling import adjudication, showing

    screen = Console(stderr=True, highlight=False)

    def show(pair: Pair, number: int, of: int) -> None:
        screen.print(showing.disagreement(pair, a, b, number, of))
        screen.print(showing.choices())

    return adjudication.ask(pairs, key_reader(), show)


def _keep_inputs(output: Path, paths: list[Path]) -> None:
    """End the command if what it would write is one of its inputs."""
    if any(would_read(path, output) for path in paths):
        stop(f"{output}: this is one of the inputs; name another file.")
