"""The command's two groups, to which the other modules add their commands."""

from __future__ import annotations

import typer

app = typer.Typer(
    help="Score tender documents for kindness signals, with evidence for every claim.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog="Start with: kindtext score tender.pdf",
)
corpus_app = typer.Typer(
    help="Check, count, draft, convert and compare labelled excerpts.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(corpus_app, name="corpus")
model_app = typer.Typer(help="List, show, verify and compare models.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(model_app, name="model")
