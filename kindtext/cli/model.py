"""``kindtext model``: what models there are, what is in them, whether they are whole, and how two differ."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from kindtext.cli.app import model_app
from kindtext.cli.common import LexiconOption, Output, console, plain, say, stop

Name = Annotated[
    str,
    typer.Argument(metavar="MODEL", help="A model's folder, its name in ./models, or 'default'.", show_default=False),
]
MOST_CHANGED = 10
"""Features that are named as moved most between two models."""


@model_app.command("list", epilog="Example:  kindtext model list   |   kindtext model list models/ /shared/models")
def model_list(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders to look in; ./models by default.", show_default=False)
    ] = None,
) -> None:
    """List models: the default one, that of KINDTEXT_MODEL, and those in a folder; * marks the one in use."""
    from rich.table import Table
    from rich.text import Text

    from kindtext.model import default_model_path, found_model, model_metadata

    chosen = os.environ.get("KINDTEXT_MODEL")
    in_use = found_model(chosen or "default").resolve()
    paths = [default_model_path()] + ([found_model(chosen)] if chosen else [])
    for folder in folders or [Path("models")]:
        if folder.is_dir():
            paths += sorted(path for path in folder.iterdir() if (path / "metadata.json").is_file())
        elif folders:
            stop(f"{folder}: there is no such folder.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "model", "trained on", "excerpts", "macro F1, held out", "lexicon"):
        table.add_column(column, overflow="fold")
    for path in dict.fromkeys(path.resolve() for path in paths):
        mark = "*" if path == in_use else ""
        shown = "default" if path == default_model_path().resolve() else str(path)
        try:
            found = model_metadata(path)
            metric = found["metrics"]["macro_f1"]
            low, high = metric["interval"]
            cells = [
                plain(str(found["corpus"]["name"])),
                str(found["corpus"]["excerpts"]),
                f"{metric['value']:.3f} ({low:.3f} to {high:.3f})",
                plain(str(found.get("lexicon", "default"))),
            ]
        except (ValueError, KeyError, TypeError):
            cells = ["damaged: 'kindtext model verify' says more", "", "", ""]
        table.add_row(mark, Text(plain(shown)), *map(Text, cells))
    console().print(table)


@model_app.command(
    "show", epilog="Examples:  kindtext model show default   |   kindtext model show models/mine --html -o card.html"
)
def model_show(
    model: Name = "default",
    html: Annotated[bool, typer.Option("--html", help="As a page, not as Markdown.")] = False,
    output: Output = None,
) -> None:
    """Show a model's card: what it is for, what it was trained on, and how well it does."""
    from kindtext.model import found_model
    from kindtext.report.card import card_page
    from kindtext.report.files import atomic
    from kindtext.report.plain import readable

    path = found_model(model) / "README.md"
    try:
        card = readable(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        say(f"kindtext: {path}: there is no card ({error.strerror}); train the model again to get one.")
        raise typer.Exit(1) from None
    text = card_page(card) if html else card
    if output is None:
        typer.echo(text)
    else:
        with atomic(output) as stream:
            stream.write(text.encode("utf-8"))


@model_app.command("verify", epilog="Example:  kindtext model verify models/mine")
def model_verify(model: Name = "default", lexicon: LexiconOption = None) -> None:
    """Check that a model is whole, unchanged and fits this kindtext and its lexicon; exit 1 if not."""
    from kindtext.model import found_model, load_model, versions

    loaded = load_model(str(found_model(model)))
    here, there = versions(), loaded.metadata.get("versions", {})
    for name, version in here.items():
        if there.get(name) not in (None, version):
            say(f"note: trained with {name} {there[name]}, and {version} is here; it was loaded all the same.")
    typer.echo(
        f"{plain(model)}: whole; its classifier is the one that was saved (SHA-256 "
        f"{loaded.metadata['classifier_sha256'][:16]}), its {len(loaded.feature_names()):,} features fit the lexicon."
    )


@model_app.command("diff", epilog="Example:  kindtext model diff default models/mine")
def model_diff(one: Name, other: Name) -> None:
    """Say how two models differ: excerpts, settings, metrics, and the features that count most differently."""
    from rich.table import Table
    from rich.text import Text

    from kindtext.model import found_model, load_model

    paths = [found_model(name) for name in (one, other)]
    models = [load_model(str(path)) for path in paths]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", one, other):
        table.add_column(Text(plain(column)))
    a, b = (_flat(model.metadata) for model in models)
    same = 0
    for name in dict.fromkeys([*a, *b]):
        if a.get(name) == b.get(name):
            same += 1
            continue
        table.add_row(Text(name), *(Text(plain(str(found.get(name, "-")))) for found in (a, b)))
    console().print(table)
    typer.echo(f"{same} other entries are the same.")
    moved = _moved(models)
    if moved:
        typer.echo("\nWhat counts most differently, as log-odds of kind against transactional for one unit:")
        for feature, before, after in moved:
            typer.echo(f"  {plain(feature)}: {before:+.2f} and {after:+.2f}")
    say(f"which is better is told by 'kindtext evaluate CORPUS --model {one} --model {other}'")


def _flat(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Give what is worth comparing of a model's metadata, a line each."""
    flat: dict[str, str] = {}
    for part in ("corpus", "settings", "features", "versions"):
        flat |= {f"{part}: {name}": str(value)[:60] for name, value in metadata.get(part, {}).items()}
    for name, metric in metadata.get("metrics", {}).items():
        low, high = metric["interval"]
        flat[f"held out: {name.replace('_', ' ')}"] = f"{metric['value']:.3f} ({low:.3f} to {high:.3f})"
    return flat | {"lexicon": str(metadata.get("lexicon_sha256"))[:16]}


def _moved(models: list[Any]) -> list[tuple[str, float, float]]:
    """Find the features that both have and weigh most differently."""
    weighed = []
    for model in models:
        coef = model.classifier.coef_ / model.classifier.temperature_
        weighed.append(dict(zip(model.feature_names(), (coef[0] - coef[1]).tolist(), strict=True)))
    both = [(name, weighed[0][name], weighed[1][name]) for name in weighed[0] if name in weighed[1]]
    both.sort(key=lambda row: -abs(row[1] - row[2]))
    return [row for row in both[:MOST_CHANGED] if row[1] != row[2]]
