"""``kindtext train`` and ``kindtext evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kindtext.cli.app import app
from kindtext.cli.common import LexiconOption, ModelOption, console, say, stop


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
    notes: Annotated[Path | None, typer.Option(help="A Markdown file to add to the model card.")] = None,
    lexicon: LexiconOption = None,
) -> None:
    """Train a model from labelled excerpts; the same corpus and seed give the same model."""
    from kindtext.corpus import load_corpus
    from kindtext.model import check_target
    from kindtext.report.card import model_card
    from kindtext.training import train as train_model

    if not penalty > 0:
        stop(f"--C is {penalty}; write a number above 0.")
    if notes is not None and not notes.is_file():
        stop(f"{notes}: there is no such file; name a Markdown file, or leave --notes out.")
    check_target(output)
    records = load_corpus(corpus)
    model = train_model(records, C=penalty, use_terms=not signals_only, random_state=seed, progress=say)
    folder = model.save(output, card=model_card(model.metadata, notes.read_text("utf-8") if notes else ""))
    for name in ("macro_f1", "auroc_kind", "auroc_transactional", "calibration_error"):
        metric = model.metadata["metrics"][name]
        low, high = metric["interval"]
        say(f"{name.replace('_', ' ')}: {metric['value']:.3f} (95 % interval {low:.3f} to {high:.3f}), held out")
    say(f"saved to {folder}; use it with 'kindtext score FILE --model {folder}'")


@app.command(
    epilog="Examples:  kindtext evaluate my-labels.jsonl   |   kindtext evaluate corpora/excerpts --format json"
)
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="A folder of JSON Lines, or one such file.", show_default=False)],
    model: ModelOption = None,
    output_format: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    lexicon: LexiconOption = None,
) -> None:
    """Measure a model on labelled excerpts."""
    from kindtext.corpus import load_corpus
    from kindtext.model import load_model
    from kindtext.report import files, terminal
    from kindtext.training import evaluate as evaluate_model

    if output_format not in ("table", "json"):
        stop(f"unknown format '{output_format}'; use table or json.")
    result = evaluate_model(load_model(model), load_corpus(corpus))
    if output_format == "json":
        typer.echo(files.dumps(result))
    else:
        console().print(terminal.evaluation(result))
