"""``kindtext train`` and ``kindtext evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kindtext.cli.app import app
from kindtext.cli.common import LexiconOption, Output, console, say, stop, would_read

if TYPE_CHECKING:
    from kindtext.training import Trained

Corpora = Annotated[
    list[Path],
    typer.Argument(
        metavar="CORPUS...",
        help="Labelled excerpts: JSON Lines (files or folders), CSV, Excel or Parquet.",
        show_default=False,
    ),
]
TextOption = Annotated[
    str | None, typer.Option("--text-column", help="Column of the text, where a table does not call it 'text'.")
]
StanceOption = Annotated[
    str | None, typer.Option("--stance-column", help="Column of the label, where it is not called 'stance'.")
]
Drafts = Annotated[bool, typer.Option("--drafts", help="Allow labels that nobody has confirmed.")]


@app.command(
    epilog="Examples:  kindtext train corpora/excerpts -o models/mine   |   kindtext train labels.xlsx --base default "
    "-o models/mine   |   kindtext train a.csv b.csv --stance-column Verdict --search 5 -o models/mine"
)
def train(
    corpora: Corpora,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the model; made if need be.")],
    base: Annotated[
        str | None,
        typer.Option(
            help="Learn from these excerpts too: 'default' (kindtext's own), or a corpus.", show_default=False
        ),
    ] = None,
    text_column: TextOption = None,
    stance_column: StanceOption = None,
    search: Annotated[
        float | None, typer.Option(help="Minutes in which to look for the best --C.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Decides the folds of cross-validation.")] = 0,
    penalty: Annotated[float, typer.Option("--C", help="Inverse strength of the penalty; smaller is stronger.")] = 1.0,
    signals_only: Annotated[
        bool, typer.Option("--signals-only", help="Leave words out; judge by signals alone.")
    ] = False,
    drafts: Drafts = False,
    notes: Annotated[Path | None, typer.Option(help="A Markdown file to add to the model card.")] = None,
    lexicon: LexiconOption = None,
) -> None:
    """Train a model from labelled excerpts; the same excerpts and seed give the same model.

    A table needs a column for the text and one for the stance. All faults are told at once, before anything is made.
    """
    from kindtext.labelled import read_labelled
    from kindtext.model import check_target
    from kindtext.report.card import model_card
    from kindtext.report.model_files import model_files
    from kindtext.training import faults_for_training, train_and_measure

    if not penalty > 0:
        stop(f"--C is {penalty}; write a number above 0.")
    if search is not None and not 0 < search < 10_000:
        stop(f"--search is {search}; write a number of minutes above 0.")
    if notes is not None and not notes.is_file():
        stop(f"{notes}: there is no such file; name a Markdown file, or leave --notes out.")
    check_target(output)
    # A base makes up for what is few or missing in her own.
    check = faults_for_training if base is None else lambda corpus: ()
    read = read_labelled(corpora, text_column=text_column, stance_column=stance_column, drafts=drafts, check=check)
    for note in read.notes:
        say(note)
    trained = train_and_measure(
        read.corpus,
        base=_base(base),
        C=penalty,
        search=search,
        use_terms=not signals_only,
        random_state=seed,
        progress=say,
    )
    model = trained.model
    card = model_card(model.metadata, notes.read_text("utf-8") if notes else "")
    folder = model.save(output, card=card, extras=model_files(model))
    shown = [("held out", model.metadata["metrics"])]
    if base is not None:
        n = model.metadata["own"]["excerpts"]
        shown = [("held out, all", shown[0][1]), (f"held out, your {n} alone", model.metadata["own"]["metrics"])]
    for where, metrics in shown:
        for name in ("macro_f1", "auroc_kind", "auroc_transactional", "calibration_error"):
            value, (low, high) = metrics[name]["value"], metrics[name]["interval"]
            say(f"{name.replace('_', ' ')}: {value:.3f} (95 % interval {low:.3f} to {high:.3f}), {where}")
    _say_whether_better(trained)
    say(f"mistakes.csv, coefficients.csv and README.md in {folder} say why")
    say(f"saved to {folder}; use it with 'kindtext score FILE --model {folder}'")


def _base(name: str | None) -> Any:
    """Load the excerpts that are learnt from beside a person's own."""
    from kindtext.corpus import load_corpus, shipped_corpus

    if name is None:
        return None
    return shipped_corpus() if name == "default" else load_corpus(name)


def _say_whether_better(trained: Trained) -> None:
    """Compare with the default model on a person's own excerpts, none of which either had seen."""
    import numpy as np

    from kindtext.comparing_models import difference, seen_by
    from kindtext.corpus import Corpus
    from kindtext.errors import ModelError
    from kindtext.model import load_model
    from kindtext.training import FEWEST

    try:
        default = load_model("default")
    except ModelError:
        return  # another lexicon is in use, which the default model does not fit
    records = trained.corpus.records[-trained.own :]
    known = seen_by(default, Corpus("own", records))
    fresh = np.flatnonzero(~known)
    if len(fresh) < FEWEST:
        if not known.all() or trained.model.metadata["corpus"]["sha256"] != default.metadata["corpus"]["sha256"]:
            say("it is not compared with the default model, which was trained on the same excerpts, or nearly all")
        return
    own = Corpus("own", tuple(records[i] for i in fresh))
    P = trained.probabilities[-trained.own :][fresh]
    said = difference(own, ("the default model", default.predict_proba(own.texts)), ("your model", P))
    say(f"on {len(own)} of your excerpts, which neither had seen: {said.sentence()}")


@app.command(
    epilog="Examples:  kindtext evaluate my-labels.jsonl   |   kindtext evaluate labels.xlsx --model default --model "
    "models/mine   |   kindtext evaluate labels.csv --format html -o evaluation.html"
)
def evaluate(
    corpus: Annotated[
        Path, typer.Argument(help="Labelled excerpts: JSON Lines, CSV, Excel or Parquet.", show_default=False)
    ],
    model: Annotated[
        list[str] | None,
        typer.Option("--model", help="A model's folder or name; give it twice or more to compare.", show_default=False),
    ] = None,
    output_format: Annotated[str, typer.Option("--format", help="table, json or html.")] = "table",
    output: Output = None,
    text_column: TextOption = None,
    stance_column: StanceOption = None,
    drafts: Drafts = False,
    lexicon: LexiconOption = None,
) -> None:
    """Measure models on labelled excerpts, beside three baselines and each other."""
    from kindtext.comparing_models import evaluate_models
    from kindtext.labelled import read_labelled
    from kindtext.model import load_model
    from kindtext.report import files, terminal
    from kindtext.report.evaluation_html import evaluation_page

    if output_format not in ("table", "json", "html"):
        stop(f"unknown format '{output_format}'; use table, json or html.")
    if output is not None and would_read(corpus, output):
        stop(f"{output}: it is what is read; name another file.")
    models = {name: load_model(name) for name in model} if model else {"the model": load_model(None)}
    read = read_labelled([corpus], text_column=text_column, stance_column=stance_column, drafts=drafts)
    result = evaluate_models(models, read.corpus)
    if output_format == "table" and output is None:
        console().print(terminal.evaluation(result))
        return
    if output_format == "table":
        from io import StringIO

        from rich.console import Console

        stream = StringIO()
        Console(file=stream, width=120, highlight=False).print(terminal.evaluation(result))
        text = stream.getvalue()
    else:
        text = files.dumps(result) if output_format == "json" else evaluation_page(result, read.corpus.name)
    if output is None:
        typer.echo(text)
    else:
        with files.atomic(output) as target:
            target.write(text.encode("utf-8", "replace"))
        say(f"written to {output}")
