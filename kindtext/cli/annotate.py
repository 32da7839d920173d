"""``kindtext annotate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kindtext.cli.app import app
from kindtext.cli.common import LexiconOption, ModelOption, Output, check_model, plain, say, stop, would_read

if TYPE_CHECKING:
    from kindtext.report.annotate import Annotated as Result

EXTRAS = ("language",)


@app.command(
    epilog="Examples:  kindtext annotate draft.docx   |   kindtext annotate draft.docx -o remarks.docx --with language"
)
def annotate(
    path: Annotated[Path, typer.Argument(help="A Word document.", show_default=False)],
    output: Output = None,
    extras: Annotated[
        list[str] | None, typer.Option("--with", help="language: remark on hard sentences and legalese too.")
    ] = None,
    model: ModelOption = None,
    lexicon: LexiconOption = None,
) -> None:
    """Write what could be kinder into a Word document, as comments on the very words.

    Nothing else in it is changed. Without -o the new file stands beside the old one, as NAME.kindtext.docx.
    """
    from kindtext.readers import read
    from kindtext.readers.source import Source
    from kindtext.report import annotate as word
    from kindtext.report.files import atomic
    from kindtext.scoring import score

    for extra in extras or ():
        if extra not in EXTRAS:
            stop(f"--with {extra}: there is no such extra; use {', '.join(EXTRAS)}.")
    target = _target(path, output)
    check_model(model)
    source, document = Source.from_path(path), read(path)
    word.check_word(document)
    result = word.annotate(source, document, score(document, model=model), language="language" in (extras or ()))
    with atomic(target) as stream:
        stream.write(result.data)
    _tell(path.name, target, result)


def _target(path: Path, output: Path | None) -> Path:
    """Choose the file to write: never the input, and of the same kind, since nothing else in it changes."""
    if output is None:
        target = path.with_name(f"{path.stem}.kindtext{path.suffix}")
        if target.exists():
            stop(f"{target}: this is there already; name another file with -o, or that one to write it anew.")
        return target
    if would_read(path, output):
        stop(f"{output}: this is the input; name another file with -o.")
    if output.suffix.lower() != path.suffix.lower():
        stop(
            f"{output}: what is written is of the same kind as the input; name a file in {path.suffix or 'no suffix'}."
        )
    return output


def _tell(name: str, target: Path, result: Result) -> None:
    count = len(result.exact) + len(result.near)
    where = f", {len(result.near)} of them near the words they speak of" if result.near else ""
    say(f"{target}: {count} comment{'' if count == 1 else 's'}{where}.")
    if result.signed:
        say(f"{name}: its digital signature does not hold for the new file.")
    if result.lost:
        say(f"{name}: {len(result.lost)} could not be placed and are not in it; 'kindtext explain' has them:")
        for remark in result.lost:
            say(f"  {remark.title}: {plain(remark.quote)[:100]}")
