"""``kindtext lint``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kindtext.cli.app import app
from kindtext.cli.common import (
    LexiconOption,
    ModelOption,
    Output,
    TextColumn,
    check_model,
    documents_of,
    end,
    limits_for,
    say,
    stop,
    would_read,
)

if TYPE_CHECKING:
    from kindtext.document import Document
    from kindtext.errors import KindtextError
    from kindtext.report.lint import Finding
    from kindtext.report.lint_config import LintConfig
    from kindtext.report.places import Places
    from kindtext.scoring import Score


@app.command(
    epilog="Examples:  kindtext lint tender.md   |   kindtext lint tenders/ --select KT2,KT3 --ignore KT202   |   "
    "kindtext lint tender.md --fail-under 50 --format github   |   kindtext lint --rules"
)
def lint(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders.", show_default=False)] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", help="Rules to use: codes or their beginnings, as KT2,KT501; instead of those set."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", help="Rules to leave out; the longer beginning decides.")
    ] = None,
    output_format: Annotated[str, typer.Option("--format", help="text, json, sarif or github.")] = "text",
    output: Output = None,
    fail_under: Annotated[
        float | None, typer.Option("--fail-under", min=0, max=100, help="A score under this is an error.")
    ] = None,
    least_days: Annotated[
        int | None, typer.Option("--least-days", min=0, help="Fewest days to answer that are enough; by default 14.")
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End with 0 whatever is found.")] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="A TOML file; by default the nearest kindtext.toml or pyproject.toml."),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules and end.")] = False,
    model: ModelOption = None,
    text_column: TextColumn = None,
    lexicon: LexiconOption = None,
) -> None:
    """Find what a reviewer would mark, one line each: file, place, rule, the words, and what to do.

    Ends with 1 if there is an error, a file that cannot be read or a score under --fail-under; warnings and notes end
    with 0. In Markdown and HTML, <!-- kindtext: off KT203 --> and <!-- kindtext: on --> switch rules off between them,
    and <!-- kindtext: off-line KT203 --> for its line.
    """
    from kindtext.report.lint_lines import FORMATS, rule_lines
    from kindtext.report.rules import RULES

    if rules:
        for line in rule_lines(RULES.values()):
            typer.echo(line)
        return
    if not paths:
        stop("no file given; write 'kindtext lint FILE', or 'kindtext lint --rules' for the rules.")
    if output_format not in FORMATS:
        stop(f"unknown format '{output_format}'; use {', '.join(FORMATS)}.")
    if output is not None and any(would_read(path, output) for path in paths):
        stop(f"{output}: this is one of the inputs; name another file with -o.")
    chosen = _config(config, select, ignore, fail_under, least_days)
    check_model(model)
    failures: list[KindtextError] = []
    linted = list(_linted(paths, chosen, text_column, model, failures))
    _write(linted, output_format, output)
    found = [finding for _, _, findings in linted for finding in findings]
    _summary(found, len(linted))
    end(failures)
    if any(finding.rule.severity == "error" for finding in found) and not exit_zero:
        raise typer.Exit(1)


def _config(
    file: Path | None,
    select: list[str] | None,
    ignore: list[str] | None,
    fail_under: float | None,
    least_days: int | None,
) -> LintConfig:
    """Put the configuration and the options together; what is wrong with either is wrong usage."""
    from kindtext.errors import InputError
    from kindtext.report.lint_config import LintConfig, find_config, read_config
    from kindtext.report.rules import check_codes, codes_of

    try:
        found = (read_config(file) or LintConfig()) if file else find_config(Path.cwd())
        return found.with_options(
            check_codes(codes_of(",".join(select or ())), "--select"),
            check_codes(codes_of(",".join(ignore or ())), "--ignore"),
            fail_under,
            least_days,
        )
    except InputError as error:
        stop(str(error))


def _linted(
    paths: list[Path],
    config: LintConfig,
    text_column: str | None,
    model: str | None,
    failures: list[KindtextError],
) -> Iterator[tuple[str, Score, list[Finding]]]:
    """Yield each document's file, score and findings, naming on stderr what cannot be read or scored."""
    from kindtext.errors import NoTextError
    from kindtext.report.lint import lint as findings_of
    from kindtext.scoring import PLAIN, score

    def fail(error: KindtextError) -> None:
        failures.append(error)
        say(f"kindtext: {error}")

    limits = limits_for(paths)
    for path in paths:
        for document in documents_of([path], text_column, fail, limits):
            file = _file(path, document.name)
            result = score(document, model=model)
            if result.reason not in (None, PLAIN) and "#" not in result.name:
                fail(NoTextError(f"{result.name}: {result.reason}; give the whole document, in English."))
            places = _places(document, file)
            for fault in places.faults:
                say(f"kindtext: {fault}")
            findings = findings_of(
                result,
                document,
                places=places,
                file=file.as_posix(),
                select=config.select,
                ignore=config.ignored_in(file),
                fail_under=config.fail_under,
                least_days=config.least_days,
            )
            yield file.as_posix(), result, findings


def _file(path: Path, name: str) -> Path:
    """Give the file that a document is in, of which several may have the name's beginning: "notices.json#ocds-1"."""
    if not path.is_dir():
        return path
    while not (path / name).is_file() and "#" in name:
        name = name.rpartition("#")[0]
    return path / name


def _places(document: Document, file: Path) -> Places:
    from kindtext.report.places import LINED, Places, lined_text

    return Places(document, lined_text(document, file.read_bytes()) if document.format in LINED else None)


def _write(linted: list[tuple[str, Score, list[Finding]]], output_format: str, output: Path | None) -> None:
    from kindtext import __version__
    from kindtext.report.files import atomic, dumps
    from kindtext.report.lint_lines import document_dict, github_line, text_line
    from kindtext.report.sarif import sarif

    found = [finding for _, _, findings in linted for finding in findings]
    content: Any
    if output_format == "json":
        content = {"schema": 1, "documents": [document_dict(*one) for one in linted]}
        text = dumps(content) + "\n"
    elif output_format == "sarif":
        text = dumps(sarif(found, version=__version__)) + "\n"
    else:
        line = github_line if output_format == "github" else text_line
        text = "".join(f"{line(finding)}\n" for finding in found)
    if output is None:
        if output_format in ("json", "sarif"):
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        else:
            typer.echo(text, nl=False)
    else:
        with atomic(output) as stream:
            stream.write(text.encode("utf-8", "replace"))


def _summary(found: list[Finding], documents: int) -> None:
    from kindtext.report.lint import counts

    parts = [f"{number} {name}{'s' if number != 1 else ''}" for name, number in counts(found).items() if number]
    of = f"{documents} document{'s' if documents != 1 else ''}"
    say(f"{of}: {', '.join(parts) or 'nothing found'}")
