"""The lexicon: what each signal is, and the wording that shows it, as data.

A signal lives in one TOML file, which holds everything about it: what it is, why it matters, where the idea comes
from, the patterns that find it, the exceptions that must not count, sentences that must match and sentences that
must not (both run as tests), and what to advise a writer. Adding a signal is adding a file and retraining.

Patterns are phrases, matched word by word on a normal form in which inflection and British or American spelling
do not count (``organised`` finds ``organizing``):

==================  ===============================================================================
``feedback``        the word in any inflection and spelling
``lived experience``  words that follow one another
``co-design``       also ``codesign`` and ``co design``
``(ask|invite) users``  one of several; each may be of several words
``(regular )?meeting``  what stands in the brackets may be missing; note the blank inside
``{community}``     one of a shared list, from ``lists.toml``
``involve .. design``  a gap of up to six words in the same clause; ``..3`` for up to three
``=needs``          this very form and no inflection of it
``Fair Work``       a word with a capital is matched only with a capital
==================  ===============================================================================

A folder of one's own changes the lexicon that comes with kindtext: a file with a new id adds a signal, one with a known
id changes the keys that it gives (``add_patterns`` and ``drop_patterns`` change a list instead of replacing it), and
``off = true`` switches the signal off. The environment variable ``KINDTEXT_LEXICON`` names it, as ``--lexicon`` does.
"""

from __future__ import annotations

import difflib
import hashlib
import itertools
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from kindtext.errors import LexiconError

Pole = Literal["kind", "transactional"]
Assertion = Literal["affirmed", "negated", "hedged", "conditional", "citation"]
Agent = Literal["buyer", "supplier", "community", "none"]

POLES: tuple[Pole, ...] = ("kind", "transactional")
ASSERTIONS: tuple[Assertion, ...] = ("affirmed", "negated", "hedged", "conditional", "citation")
STANDING: tuple[Assertion, ...] = ("affirmed", "hedged", "conditional")
"""Assertions under which a signal counts as present: it is done or asked for, however weakly."""

AGENTS: tuple[Agent, ...] = ("buyer", "supplier", "community", "none")

DEFAULT_GAP = 6
"""Words that ``..`` may skip: wide enough for "involve the tenants of the estate in the design"."""

_TRIGGERED = ("negated", "hedged", "conditional", "citation", "none")
_DIRECTIONS = ("forward", "backward", "both", "across")
_MOST_PHRASES = 1_000  # a pattern that unfolds to more was written by mistake, and would slow every start


@dataclass(frozen=True, slots=True)
class Signal:
    """One kindness or transactional signal: what it is and the wording that shows it.

    Parameters
    ----------
    id : str
        Short name in snake case; also the label of its spans and its column in a frame.
    pole : {"kind", "transactional"}
        Which end of the scale it speaks for.
    label : str
        Its name for people.
    definition : str
        What counts, in a sentence or two.
    why : str
        Why it matters to the people on the other side of the tender.
    source : str
        Where the idea comes from: a policy, a statute, a study.
    advice : str
        What a writer should do about it.
    example : str
        Wording that a writer could use (kind) or use instead (transactional).
    patterns, exceptions : tuple of str
        Phrases that show it, and phrases that never do; the syntax is in the module's docstring.
    matches, misses : tuple of str
        Sentences that must and must not show it.
    """

    id: str
    pole: Pole
    label: str
    definition: str
    why: str
    source: str
    advice: str
    example: str
    patterns: tuple[str, ...]
    exceptions: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """Wording that changes what a nearby span asserts.

    Parameters
    ----------
    id : str
        Name of the group of wordings.
    assertion : str
        What the span becomes, or ``none`` for wording that only looks like a trigger ("not only").
    looks : {"forward", "backward", "both", "across"}
        Whether it governs what follows it, what stands before it, either, or what it overlaps.
    reach : int
        How many words away it still governs.
    poles : tuple of str
        The poles whose signals it changes.
    patterns : tuple of str
        Its wordings.
    """

    id: str
    assertion: Literal["negated", "hedged", "conditional", "citation", "none"]
    looks: Literal["forward", "backward", "both", "across"]
    patterns: tuple[str, ...]
    reach: int = 12
    poles: tuple[Pole, ...] = POLES


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Signals, context triggers, agents and shared word lists, with a digest of them all.

    Parameters
    ----------
    signals : mapping of str to Signal
        By id, kind ones first.
    triggers : tuple of Trigger
        What changes an assertion.
    terminators : tuple of str
        Wording that ends a trigger's scope.
    agents : mapping of str to tuple of str
        Names that buyers, suppliers and communities go by.
    lists : mapping of str to tuple of str
        What ``{name}`` in a pattern stands for.
    digest : str
        SHA-256 over all of it; a model remembers the digest it was trained with.
    name : str
        ``default``, or the name of the folder that changes it.
    """

    signals: Mapping[str, Signal]
    triggers: tuple[Trigger, ...]
    terminators: tuple[str, ...]
    agents: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, tuple[str, ...]]
    digest: str
    name: str = "default"

    def of_pole(self, pole: Pole) -> list[str]:
        """Ids of the signals of one pole, in order."""
        return [signal.id for signal in self.signals.values() if signal.pole == pole]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a pattern: its text, and whether form and capitals count."""

    text: str
    exact: bool = False

    @property
    def cased(self) -> bool:
        """Whether the word is matched with its capitals only."""
        return self.text != self.text.lower()


@dataclass(frozen=True, slots=True)
class Step:
    """Part of a pattern between two gaps: the phrases that may stand there, and the gap before it."""

    phrases: tuple[tuple[Word, ...], ...]
    gap: int = 0


def load_lexicon(folder: str | Path | None = None) -> Lexicon:
    """Load the English lexicon, as it comes with kindtext or changed by a folder of one's own.

    Parameters
    ----------
    folder : str or Path, optional
        A folder of TOML files that change it; by default the one that ``KINDTEXT_LEXICON`` names, else none.

    Returns
    -------
    Lexicon
        The same object at every call, until a file changes.

    Raises
    ------
    LexiconError
        If a file is wrong: the message names the file and the key.

    Examples
    --------
    >>> lexicon = load_lexicon()
    >>> lexicon.signals["fair_work"].pole
    'kind'
    """
    chosen = folder or os.environ.get(VARIABLE)
    if not chosen:
        return shipped_lexicon()
    path = Path(chosen)
    if not path.is_dir():
        raise LexiconError(f"{path}: there is no such folder; 'kindtext signals new ID --lexicon {path}' begins one.")
    files = sorted(path.glob("*.toml"))
    return _changed(path.resolve(), tuple((file.name, file.stat().st_mtime_ns) for file in files))


@cache
def shipped_lexicon() -> Lexicon:
    """Give the lexicon as it comes with kindtext."""
    return read_lexicon(lexicon_folder(), check_patterns=False)


@lru_cache(maxsize=4)
def _changed(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Lexicon:
    """Give the lexicon with a folder's changes; cached by the times at which its files were written."""
    base = shipped_lexicon()
    signals = dict(base.signals)
    if not stamp:
        raise LexiconError(f"{folder}: no signal file (*.toml) in it; 'kindtext signals new ID' writes one.")
    for name, _ in stamp:
        table = _read_toml(folder / name)
        known = signals.get(name.removesuffix(".toml"))
        off = table.pop("off", False)
        if not isinstance(off, bool):
            raise LexiconError(f"{name}: off is {off!r}; write true or false.")
        signal = _signal(table if known is None else _merged(known, table, name), name)
        _check_patterns(signal.patterns, f"{name}: patterns", base.lists)
        _check_patterns(signal.exceptions, f"{name}: exceptions", base.lists)
        signals[signal.id] = signal
        if off:
            del signals[signal.id]
    if not signals:
        raise LexiconError(f"{folder}: it switches every signal off; leave one.")
    ordered = sorted(signals.values(), key=lambda signal: POLES.index(signal.pole))
    changed = replace(base, signals={s.id: s for s in ordered}, name=folder.name)
    return replace(changed, digest=_digest(changed))


def _merged(known: Signal, table: dict[str, Any], name: str) -> dict[str, Any]:
    """Give a known signal's table with the keys that a folder changes."""
    merged = {key: list(value) if isinstance(value, tuple) else value for key, value in _as_dict(known).items()}
    for key, value in table.items():
        verb, _, target = key.partition("_")
        if verb in ("add", "drop") and target in ("patterns", "exceptions", "matches", "misses"):
            values = _texts(value, f"{name}: {key}")
            absent = [text for text in values if text not in merged[target]]
            if verb == "drop" and absent:
                raise LexiconError(f"{name}: {key}: '{absent[0]}' is not there{_nearest(absent[0], merged[target])}.")
            kept = [text for text in merged[target] if text not in values]
            merged[target] = kept + list(values) if verb == "add" else kept
        else:
            merged[key] = value
    return merged


def new_signal(name: str, folder: str | Path) -> Path:
    """Write the beginning of a signal's file, for a person to complete.

    Parameters
    ----------
    name : str
        Its id, in snake case. One that exists already gets a file that changes it.
    folder : str or Path
        Made if need be.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LexiconError
        If the id is no identifier, or the file is there already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise LexiconError(f"'{name}' is no id for a signal; write small letters, digits and _, such as fair_work.")
    file = Path(folder) / f"{name}.toml"
    if file.exists():
        raise LexiconError(f"{file}: it is there already; edit it, or choose another id.")
    file.parent.mkdir(parents=True, exist_ok=True)
    known = name in shipped_lexicon().signals
    file.write_text(_CHANGE if known else _NEW.format(name=name, label=name.replace("_", " ").capitalize()), "utf-8")
    return file


_CHANGE = """# Changes to a signal that comes with kindtext. Delete the lines that you do not need.
# 'kindtext signals check --lexicon FOLDER' tries them; then train a model again.
# off = true
add_patterns = [
    # "a phrase of yours",
]
drop_patterns = [
    # "a pattern, word for word, that does harm",
]
add_matches = [
    # "A sentence that must have it.",
]
add_misses = [
    # "A sentence that must not.",
]
"""

_NEW = """# A signal of your own. Complete every line, then: kindtext signals check --lexicon FOLDER
id = "{name}"
pole = "kind"                      # or "transactional"
label = "{label}"
definition = "What counts, in a sentence or two: what a passage does or asks for."
why = "Why it matters to the people on the other side of the tender."
source = "Where the idea comes from: a policy, a statute, a study."
advice = "What the writer of a tender should do about it."
example = "Wording that a writer could use."
patterns = [
    # Phrases, matched word by word, whatever their inflection. (a|b) either; ..3 up to three words between;
    # =word this very form; {{people}}, {{buyer}}, {{bidder}} a shared list.
    "replace this phrase",
]
exceptions = []                    # longer phrases in which a pattern does not count
matches = [
    "A sentence that must have it: replace this phrase and this sentence.",
]
misses = [
    "A sentence that must not have it, although it is near.",
]
"""

PARSED = ("shared", "parsed.json")
"""Where the tables of the shipped TOML files lie parsed, in the lexicon's folder."""

VARIABLE = "KINDTEXT_LEXICON"
"""Environment variable that names a folder which changes the lexicon."""

CARD = ("id", "label", "definition", "why", "source", "advice", "example")
"""Keys of every measure's file: its card. Its words and patterns stand beside them."""


@cache
def load_measure(name: str) -> Mapping[str, Any]:
    """Load what a measure is and the words that it looks for.

    Parameters
    ----------
    name : str
        Its id: the name of its file under ``measures/``, without the ending.

    Returns
    -------
    mapping
        The card's keys (:data:`CARD`), all texts, and the measure's own.

    Raises
    ------
    LexiconError
        If there is none of that name, or its card is not whole.
    """
    table = _read_toml(lexicon_folder() / "measures" / f"{name}.toml")
    for key in CARD:
        if not isinstance(table.get(key), str):
            raise LexiconError(f"{name}.toml: the key '{key}' is missing or no text.")
    return table


def measure_names() -> list[str]:
    """Names of the measures, in order: what else is read in a document beside its signals."""
    names = (file.name for file in (lexicon_folder() / "measures").iterdir() if file.name.endswith(".toml"))
    return sorted(name.removesuffix(".toml") for name in names)


def lexicon_folder() -> Traversable:
    """Folder of the English lexicon that comes with kindtext."""
    return resources.files("kindtext.lexicons") / "en"


def read_lexicon(folder: Traversable | Path, *, check_patterns: bool = True) -> Lexicon:
    """Read a lexicon folder: one TOML file a signal, and ``lists.toml`` and ``context.toml`` under ``shared/``.

    Parameters
    ----------
    folder : Path or Traversable
        The folder.
    check_patterns : bool
        Whether to unfold every pattern now, so that a wrong one is named with its file. The lexicon that comes with
        kindtext is checked by its tests and not at every start.

    Returns
    -------
    Lexicon

    Raises
    ------
    LexiconError
        If the folder holds no signal, or a file is wrong.
    """
    shared = folder / "shared"
    lists = {key: _texts(value, f"lists.toml: {key}") for key, value in _read_toml(shared / "lists.toml").items()}
    context = _read_toml(shared / "context.toml")
    for key in ("triggers", "terminators", "agents"):
        if key not in context:
            raise LexiconError(f"context.toml: the key '{key}' is missing.")
    paths = sorted((p for p in folder.iterdir() if p.name.endswith(".toml")), key=lambda p: p.name)
    signals = [_signal(_read_toml(path), path.name) for path in paths]
    if not signals:
        raise LexiconError(f"{folder}: no signal file (*.toml) in it; name a folder with one file a signal.")
    signals.sort(key=lambda signal: POLES.index(signal.pole))
    triggers = tuple(_trigger(name, table) for name, table in context["triggers"].items())
    terminators = _texts(context["terminators"], "context.toml: terminators")
    named = context["agents"]
    agents: dict[str, tuple[str, ...]] = {
        agent: _texts(named.get(agent), f"context.toml: agents.{agent}") for agent in AGENTS if agent != "none"
    }
    if check_patterns:
        for signal in signals:
            _check_patterns(signal.patterns, f"{signal.id}.toml: patterns", lists)
            _check_patterns(signal.exceptions, f"{signal.id}.toml: exceptions", lists)
        for trigger in triggers:
            _check_patterns(trigger.patterns, f"context.toml: triggers.{trigger.id}", lists)
        _check_patterns(terminators, "context.toml: terminators", lists)
        for agent, patterns in agents.items():
            _check_patterns(patterns, f"context.toml: agents.{agent}", lists)
    lexicon = Lexicon({s.id: s for s in signals}, triggers, terminators, agents, lists, "")
    return replace(lexicon, digest=_digest(lexicon))


def _digest(lexicon: Lexicon) -> str:
    content = {
        "signals": [_as_dict(signal) for signal in lexicon.signals.values()],
        "triggers": [_as_dict(trigger) for trigger in lexicon.triggers],
        "terminators": lexicon.terminators,
        "agents": lexicon.agents,
        "lists": lexicon.lists,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8")).hexdigest()


def parse_pattern(pattern: str, lists: Mapping[str, Sequence[str]]) -> list[Step]:
    """Unfold a pattern into its steps and the phrases that may stand at each.

    Parameters
    ----------
    pattern : str
        In the syntax of the module's docstring.
    lists : mapping of str to sequence of str
        What ``{name}`` stands for.

    Returns
    -------
    list of Step
        At least one, each with at least one phrase of at least one word.

    Raises
    ------
    LexiconError
        If brackets do not close, a list is unknown, or the pattern may match nothing.

    Examples
    --------
    >>> [[" ".join(w.text for w in p) for p in step.phrases] for step in parse_pattern("(ask|tell) us", {})]
    [['ask us', 'tell us']]
    >>> [step.gap for step in parse_pattern("involve ..3 design", {})]
    [0, 3]
    """
    steps = []
    gap = 0
    for part in re.split(r"(\s\.\.\d*\s)", pattern):
        if re.fullmatch(r"\s\.\.\d*\s", part):
            gap = int(part.strip()[2:] or DEFAULT_GAP)
            continue
        phrases = sorted({_fold_blanks(text) for text in _unfold(part, lists)})
        if any(word.startswith("..") for text in phrases for word in text.split(" ")):
            raise LexiconError(f"a gap in '{pattern}' does not stand between two words; write 'word .. word'.")
        if not phrases or "" in phrases:
            raise LexiconError(f"the pattern '{pattern}' may match nothing; leave one word outside '(...)?'.")
        if len(phrases) > _MOST_PHRASES:
            raise LexiconError(f"the pattern '{pattern}' unfolds to {len(phrases)} phrases; split it with '..'.")
        words = tuple(tuple(_word(w) for w in text.split(" ")) for text in phrases)
        steps.append(Step(words, gap))
    return steps


def _word(text: str) -> Word:
    return Word(text[1:], exact=True) if text.startswith("=") else Word(text)


def _fold_blanks(text: str) -> str:
    return " ".join(text.split())


def _unfold(text: str, lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """All strings that brackets and lists let a pattern's part stand for."""
    pieces = [_alternatives(piece, lists) for piece in _pieces(text)]
    for chosen in itertools.product(*pieces):
        joined = "".join(chosen)
        yield from _hyphens(joined)


def _hyphens(text: str) -> Iterator[str]:
    """Write a hyphenated compound the three ways that real text does."""
    yield text
    if "-" in text:
        yield text.replace("-", " ")
        yield text.replace("-", "")


def _pieces(text: str) -> Iterator[str]:
    """Cut a pattern's part into plain text, ``(...)``, ``(...)?`` and ``{...}``."""
    position = 0
    for found in re.finditer(r"\{[^{}]*\}|\((?:[^()]|\([^()]*\))*\)\??", text):
        yield text[position : found.start()]
        yield found.group()
        position = found.end()
    yield text[position:]


def _alternatives(piece: str, lists: Mapping[str, Sequence[str]]) -> list[str]:
    if piece.startswith("{") and piece.endswith("}"):
        name = piece[1:-1]
        if name not in lists:
            raise LexiconError(f"there is no list {{{name}}}{_nearest(name, lists)}; lists are in lists.toml.")
        return [option for entry in lists[name] for option in _unfold(entry, lists)]
    if piece.startswith("(") and piece.endswith((")", ")?")):
        optional = piece.endswith("?")
        inner = piece[1 : -2 if optional else -1]
        options = [o for branch in _branches(inner) for o in _unfold(branch, lists)]
        return [*options, ""] if optional else options
    if any(bracket in piece for bracket in "(){}|"):
        raise LexiconError(
            f"a bracket does not close or stands three deep, or '|' stands outside brackets, near '{piece.strip()}'."
        )
    return [piece]


def _branches(inner: str) -> list[str]:
    """Split at the bars that stand outside inner brackets."""
    depth, branches = 0, [""]
    for character in inner:
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            branches.append("")
        else:
            branches[-1] += character
    return branches


def _as_dict(record: Signal | Trigger) -> dict[str, Any]:
    return {f.name: getattr(record, f.name) for f in fields(record)}


def _read_toml(path: Traversable) -> dict[str, Any]:
    """Read a TOML file; what comes with kindtext is found parsed, by its digest, in a quarter of the time."""
    try:
        data = path.read_bytes()
        known = _parsed().get(hashlib.sha256(data).hexdigest())
        return dict(known) if known is not None else tomllib.loads(data.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path.name}: it cannot be read ({error}); a lexicon file is TOML in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path.name}: it is not valid TOML: {error}.") from error


@cache
def _parsed() -> Mapping[str, dict[str, Any]]:
    file = lexicon_folder().joinpath(*PARSED)
    parsed: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return parsed


def parse_files() -> dict[str, dict[str, Any]]:
    """Parse every TOML file that comes with kindtext.

    Returns
    -------
    dict
        What ``parsed.json`` should hold: tables by the SHA-256 of their file.
    """
    folder = lexicon_folder()
    files = [file for part in (folder, folder / "shared", folder / "measures") for file in part.iterdir()]
    contents = [file.read_bytes() for file in sorted(files, key=str) if file.name.endswith(".toml")]
    return {hashlib.sha256(data).hexdigest(): tomllib.loads(data.decode("utf-8")) for data in contents}


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise LexiconError(f"{where}: it is missing or no list of strings; write one.")
    return tuple(value)


def _nearest(word: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _signal(table: dict[str, Any], name: str) -> Signal:
    values = _checked(table, name, Signal)
    if values["pole"] not in POLES:
        raise LexiconError(f"{name}: pole is '{values['pole']}'; write one of {', '.join(POLES)}.")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", values["id"]) or name != f"{values['id']}.toml":
        raise LexiconError(f"{name}: id is '{values['id']}'; write it in snake case and name the file after it.")
    return Signal(**values)


def _trigger(name: str, table: dict[str, Any]) -> Trigger:
    values = _checked({"id": name, **table}, f"context.toml: triggers.{name}", Trigger)
    for key, allowed in (("assertion", _TRIGGERED), ("looks", _DIRECTIONS)):
        if values[key] not in allowed:
            raise LexiconError(
                f"context.toml: triggers.{name}: {key} is '{values[key]}'; write one of {', '.join(allowed)}."
            )
    return Trigger(**values)


def _checked(table: dict[str, Any], name: str, record: type[Signal | Trigger]) -> dict[str, Any]:
    """Give a table's values with lists as tuples, once every key is known and none is missing."""
    known = {f.name: f for f in fields(record)}
    for key in table:
        if key not in known:
            raise LexiconError(f"{name}: unknown key '{key}'{_nearest(key, known)}.")
    for key, f in known.items():
        if key not in table and f.default.__class__.__name__ == "_MISSING_TYPE":
            raise LexiconError(f"{name}: the key '{key}' is missing.")
        value = table.get(key)
        wanted = list if "tuple" in str(f.type) else int if f.type == "int" else str
        if value is not None and not isinstance(value, wanted):
            raise LexiconError(f"{name}: '{key}' is {type(value).__name__}; write a {wanted.__name__}.")
        if isinstance(value, list) and not all(isinstance(item, str) and item.strip() for item in value):
            raise LexiconError(f"{name}: '{key}' holds something that is no text; write a list of strings.")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _check_patterns(patterns: Sequence[str], where: str, lists: Mapping[str, Sequence[str]]) -> None:
    seen = set()
    for pattern in patterns:
        if pattern in seen:
            raise LexiconError(f"{where}: '{pattern}' stands there twice.")
        seen.add(pattern)
        try:
            parse_pattern(pattern, lists)
        except LexiconError as error:
            raise LexiconError(f"{where}: {error}") from error
