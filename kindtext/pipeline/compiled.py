"""The lexicon's patterns as they are once unfolded, cut into tokens and brought to normal form.

Doing that takes longer than scoring a document, so its result comes with kindtext, in ``compiled.json`` beside the
lexicon. A pattern that is not in it, or shared lists that differ from those it was made with, are worked out anew, so
the file can make a start slower but never wrong; a test holds that it is what the lexicon gives. ``make lexicon``
writes it.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from kindtext.lexicon import PARSED, lexicon_folder, load_measure, parse_files, shipped_lexicon

FILE = ("shared", "compiled.json")
"""Where it lies in the lexicon's folder."""


MEASURES = {"participation": "rungs", "stages": "stages"}
"""Measures with patterns of their own, and the table that holds them: lists of patterns by sort, by what they tell."""


@cache
def _content() -> list[dict[str, Any]]:
    file = lexicon_folder().joinpath(*FILE)
    content: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return content


def compiled_patterns(lists: Mapping[str, Sequence[str]]) -> Mapping[str, list[Any]]:
    """Give the compiled patterns by their text, if they were made with these lists; else none.

    Parameters
    ----------
    lists : mapping of str to sequence of str
        What ``{name}`` stands for.

    Returns
    -------
    mapping of str to list
        Number of a pattern's anchor, the anchor's first words, and the steps, ``[gap, [[norms, forms], ...]]`` each.
    """
    wanted = {name: list(entries) for name, entries in lists.items()}
    for group in _content():
        if group["lists"] == wanted:
            patterns: Mapping[str, list[Any]] = group["patterns"]
            return patterns
    return {}


def compile_lexicon() -> list[dict[str, Any]]:
    """Work out all patterns of the lexicon and of the measures that come with kindtext.

    Returns
    -------
    list of dict
        What ``compiled.json`` should hold: for each set of shared lists, the lists and the patterns that use them.
    """
    import spacy

    from kindtext.pipeline.normal import set_normal_forms
    from kindtext.pipeline.search import compile_steps, cut_patterns

    lexicon = shipped_lexicon()
    nlp = spacy.blank("en")
    set_normal_forms(nlp.vocab)
    texts = [p for signal in lexicon.signals.values() for p in (*signal.patterns, *signal.exceptions)]
    texts += [p for trigger in lexicon.triggers for p in trigger.patterns]
    texts += [*lexicon.terminators, *(name for names in lexicon.agents.values() for name in names)]
    groups = [(lexicon.lists, texts)]
    for name, table in MEASURES.items():
        measure = load_measure(name)
        groups.append(
            (measure["lists"], [p for sorts in measure[table].values() for p in itertools.chain(*sorts.values())])
        )
    content = [
        {
            "lists": {name: list(entries) for name, entries in lists.items()},
            "patterns": {
                text: compile_steps(steps) for text, steps in cut_patterns(nlp, dict.fromkeys(patterns), lists)
            },
        }
        for lists, patterns in groups
    ]
    # Through JSON, so that what is compared with the file has lists where the file has them.
    compiled: list[dict[str, Any]] = json.loads(json.dumps(content))
    return compiled


def main() -> None:
    """Write the file, and that of the parsed tables."""
    parsed = Path(str(lexicon_folder())).joinpath(*PARSED)
    text = json.dumps(parse_files(), ensure_ascii=False, separators=(",", ":"))
    parsed.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{parsed}: {parsed.stat().st_size:,} bytes\n")
    file = Path(str(lexicon_folder())).joinpath(*FILE)
    file.write_text(json.dumps(compile_lexicon(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{file}: {file.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
