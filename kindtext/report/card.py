"""The model card: what a model is, what it is for, and how well it does, filled in from its metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_CARD = """# kindtext model

Judges one passage of a tender document: kind, neutral or transactional, each with a probability.

## What it is for

Drafting, reviewing and comparing tenders in English, with the evidence in front of the reader. It judges what the
words commit to, ask for or invite. It is not for ranking buyers or bidders by number alone, for deciding anything
about a person, or for text that is not about procurement.

## What it is

A logistic model over {signals} signal features and {terms} words and pairs of words, with bounded signs: a kind
signal never speaks against a passage, a transactional one never for it. Log-odds are calibrated on held-out excerpts.

## Trained on

`{corpus}`: {excerpts} excerpts in {groups} groups ({stances}), SHA-256 `{sha256}`. The datasheet beside the corpus says
where they come from; those that come with kindtext were written for it and are not quotations.

{own}## How it does on excerpts it had not seen

Cross-validation over {folds} folds that keep groups together, with 95 % bootstrap intervals over groups:

| metric | value | interval |
| --- | ---: | --- |
{metrics}

Signals found by the lexicon, on the same corpus, F1:

| signal | F1 |
| --- | ---: |
{signal_f1}

By register, length and sector (parts with 25 excerpts or more):

| part | excerpts | macro F1 | calibration error |
| --- | ---: | ---: | ---: |
{slices}

Calibration: how often the likeliest stance was right, by how likely it was said to be.

| said | right | excerpts |
| ---: | ---: | ---: |
{calibration}

The held-out excerpts are by the same writers as those it learned from, so the figures say little of tenders by
strangers. It does worse on what is worded unusually, and it knows no language but English.

## Known mistakes

- Plain description of a caring or green subject is sometimes taken for a commitment to it.
- Legal text between companies is sometimes taken for one-sided terms.
- Kindness or hardness in words of its own, without the field's stock phrases, is often called neutral.
- What is quoted or apologised for ("the old contract said that late bids will be rejected") counts as said.

The five worst of those excerpts:

{mistakes}
{notes}
## Made with

{versions}; seed {seed}, C = {C}. Lexicon SHA-256 `{lexicon}`.
Train it again with `kindtext train CORPUS -o DIR`; on two cores 6,500 excerpts take about a minute, some two
watt-hours at a desktop's 100 watts.
"""


def model_card(metadata: Mapping[str, Any], notes: str = "") -> str:
    """Write the card of a model, in Markdown.

    Parameters
    ----------
    metadata : mapping
        ``Model.metadata`` of a trained model.
    notes : str
        Markdown to add, such as what else was tried and how it does on other text.

    Returns
    -------
    str
    """
    corpus, settings = metadata["corpus"], metadata["settings"]
    rows = (
        f"| {name.replace('_', ' ')} | {m['value']:.3f} | {m['interval'][0]:.3f} to {m['interval'][1]:.3f} |"
        for name, m in metadata["metrics"].items()
    )
    slices = (
        f"| {name}: {value} | {row['excerpts']} | {row['macro_f1']:.3f} | {row['calibration_error']:.3f} |"
        for name, rows in metadata.get("slices", {}).items()
        for value, row in rows.items()
    )
    bars = (f"| {b['said']:.2f} | {b['right']:.2f} | {b['excerpts']} |" for b in metadata.get("calibration", ()))
    mistakes = (
        f"- labelled {m['labelled']}, taken for {m['predicted']}: {' '.join(m['text'].split())[:200]} (`{m['id']}`)"
        for m in metadata.get("mistakes", ())[:5]
    )
    return _CARD.format(
        own=_own(metadata),
        slices="\n".join(slices),
        calibration="\n".join(bars),
        mistakes="\n".join(mistakes),
        notes=f"\n{notes.strip()}\n" if notes else "",
        signals=metadata["features"]["signals"],
        terms=metadata["features"]["terms"],
        corpus=corpus["name"],
        excerpts=corpus["excerpts"],
        groups=corpus["groups"],
        stances=", ".join(f"{n} {stance}" for stance, n in corpus["stances"].items()),
        sha256=corpus["sha256"],
        folds=settings["folds"],
        metrics="\n".join(rows),
        signal_f1="\n".join(f"| {name} | {f1:.2f} |" for name, f1 in metadata["signal_f1"].items()),
        versions=", ".join(f"{name} {version}" for name, version in metadata["versions"].items()),
        seed=settings["random_state"],
        C=settings["C"],
        lexicon=metadata["lexicon_sha256"],
    )


def _own(metadata: Mapping[str, Any]) -> str:
    """Write what a model does on a person's own excerpts, where it was trained on a base too."""
    if "own" not in metadata:
        return ""
    own, base = metadata["own"], metadata["base"]
    rows = "\n".join(
        f"| {name.replace('_', ' ')} | {m['value']:.3f} | {m['interval'][0]:.3f} to {m['interval'][1]:.3f} |"
        for name, m in own["metrics"].items()
    )
    return (
        f"Of these, {own['excerpts']} are from `{own['name']}` and the rest from `{base['name']}`. On the former "
        f"alone, held out:\n\n| metric | value | interval |\n| --- | ---: | --- |\n{rows}\n\n"
    )


def card_page(card: str) -> str:
    """Make a page of a card.

    Parameters
    ----------
    card : str
        Markdown; HTML in it is shown as text, since excerpts and notes may hold any.

    Returns
    -------
    str
    """
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").render(card)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Model card</title><style>'
        "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
        "body{overflow-wrap:anywhere}td,th{padding:.2em .8em .2em 0;text-align:left}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )
