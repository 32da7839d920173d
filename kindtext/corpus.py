"""Labelled excerpts: loading, checking and splitting a corpus.

A corpus is a folder of JSON Lines files, or one such file, a record a line. ``corpora/CODEBOOK.md`` says what the
labels mean.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindtext.errors import CorpusError, ReadError

if TYPE_CHECKING:
    import pandas as pd

STANCES = ("kind", "neutral", "transactional")
REGISTERS = (
    "notice",
    "itt",
    "specification",
    "award-criteria",
    "conditions",
    "case-study",
    "policy",
    "guidance",
    "clarification",
    "contract-management",
)
SHORTEST, LONGEST = 15, 150
"""Words that an excerpt may have, as the codebook defines a passage."""

CUES = 15
"""How many of a signal's most telling words make a near miss."""

CUES_SHARE = 0.05
"""Share of a signal's excerpts that a word must stand in to be telling: what is rare tempts nobody."""

CUES_SHARED = 2
"""How many of them an excerpt without the signal must have to be one."""

RUN = 8
"""Words in a row that no two excerpts of different groups may share, unless one is marked as stock wording."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of an excerpt that show a signal.

    Parameters
    ----------
    start, end : int
        Offsets in the excerpt's text, half open.
    signal : str
        Id of the signal, which is one of the excerpt's signals, disputed or not.
    """

    start: int
    end: int
    signal: str


@dataclass(frozen=True, slots=True)
class Record:
    """One labelled excerpt.

    Parameters
    ----------
    id : str
        Unique in the corpus.
    text : str
        The passage.
    stance : str
        ``kind``, ``neutral`` or ``transactional``.
    signals : tuple of str
        Ids of the signals that it shows, both labellings agreeing; may be empty.
    disputed : tuple of str
        Ids of the signals that only one of two labellings marked: counted neither way when signals are measured.
    strength : int
        0 for neutral, 1 for weak, generic or hedged, 2 for specific.
    register, sector : str
        Kind of document, and what is bought.
    group : str
        Excerpts of one imagined source, or of one pair, share it; no split separates them.
    mixed : bool
        Whether both poles are operative in it.
    pair : str or None
        Name that two excerpts share which differ by a minimal edit and in stance.
    stock : bool
        Whether its wording is a stock clause, which others may share.
    spans : tuple of Span
        The words that show its signals, where somebody has marked them. Training does not need them.
    draft : bool
        Whether a program guessed the labels and nobody has confirmed them.
    drawn : str
        How it came to be labelled: ``random`` (of the share drawn by chance, from which honest estimates can be
        made), ``chosen`` (because the model was unsure), or empty where nobody noted it.
    seen : bool
        Whether the labeller had looked at the model's view before answering.
    """

    id: str
    text: str
    stance: str
    signals: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    strength: int = 0
    register: str = "notice"
    sector: str = "general"
    group: str = ""
    mixed: bool = False
    pair: str | None = None
    stock: bool = False
    spans: tuple[Span, ...] = ()
    draft: bool = False
    drawn: str = ""
    seen: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a corpus file: without what is at its default and says nothing."""
        record = asdict(self) | {"signals": list(self.signals), "disputed": list(self.disputed)}
        record["spans"] = [asdict(span) for span in self.spans]
        for key in ("disputed", "pair", "stock", "spans", "draft", "drawn", "seen"):
            if not record[key]:
                del record[key]
        return record


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled excerpts, in order, with a digest.

    Parameters
    ----------
    name : str
        Name of the folder or file.
    records : tuple of Record
        The excerpts.

    Examples
    --------
    >>> corpus = Corpus("two", (Record("a", "We will help you to bid.", "kind", group="x"),))
    >>> corpus.texts, corpus.y, corpus.groups
    (['We will help you to bid.'], ['kind'], ['x'])
    """

    name: str
    records: tuple[Record, ...]

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    @property
    def texts(self) -> list[str]:
        """The texts, in order: what scikit-learn calls X before it is a matrix."""
        return [record.text for record in self.records]

    @property
    def y(self) -> list[str]:
        """The stances, in order."""
        return [record.stance for record in self.records]

    @property
    def groups(self) -> list[str]:
        """What no split may separate, in order; a record without a group is its own."""
        return [record.group or record.id for record in self.records]

    @property
    def digest(self) -> str:
        """SHA-256 of the records, whatever files they came from."""
        lines = (json.dumps(record.to_dict(), sort_keys=True, ensure_ascii=False) for record in self.records)
        return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()

    def to_frame(self) -> pd.DataFrame:
        """One row a record, in order, with the record's keys as columns."""
        import pandas as pd

        columns = [f.name for f in fields(Record)]
        return pd.DataFrame([asdict(record) for record in self.records], columns=columns)


def load_corpus(path: str | Path, *, drafts: bool = False) -> Corpus:
    """Load a corpus.

    Parameters
    ----------
    path : str or Path
        A folder with ``*.jsonl`` files, or one such file.
    drafts : bool
        Whether labels that a program guessed and nobody has confirmed are allowed.

    Returns
    -------
    Corpus

    Raises
    ------
    ReadError
        If there is no such folder or file.
    CorpusError
        If a record is wrong; the message lists the faults, one a line, with file and line. If there are drafts, and
        they are not allowed.
    """
    records, faults = read_records(Path(path))
    if faults:
        raise CorpusError(_listed(faults, Path(path)))
    unconfirmed = [place for record, place in records if record.draft]
    if unconfirmed and not drafts:
        raise CorpusError(
            f"{path}: {len(unconfirmed)} of {len(records)} records are drafts that nobody has confirmed, the first at "
            f"{unconfirmed[0]}; confirm them with 'kindtext label', or allow them with --drafts."
        )
    return Corpus(Path(path).name, tuple(record for record, _ in records))


def shipped_corpus() -> Corpus:
    """Load the excerpts that come with kindtext, which its default model was trained on.

    Returns
    -------
    Corpus
        Named as its folder in the project, so that it has the name that the default model knows it by.
    """
    from importlib import resources

    return replace(load_corpus(Path(str(resources.files("kindtext.corpora")))), name="excerpts")


def check_corpus(path: str | Path) -> list[str]:
    """Find everything that is wrong with a corpus.

    Parameters
    ----------
    path : str or Path
        As for :func:`load_corpus`.

    Returns
    -------
    list of str
        One fault a line, ``file:line: what``; empty if all is well. Faults of the schema are reported alone, since
        the others need records to compare.
    """
    from kindtext.corpus_checks import faults_between

    records, faults = read_records(Path(path))
    return faults or faults_between(records)


def corpus_stats(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Count what a datasheet tells.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    dict of str to pandas.DataFrame
        ``stance`` (excerpts, share, strength 1, median words), ``signal``, ``register`` and ``sector``, each
        indexed by its own values, and ``wording``: see :func:`wording_table`.
    """
    import pandas as pd

    frame = corpus.to_frame()
    frame["words"] = [len(record.text.split()) for record in corpus]
    by_stance = frame.groupby("stance")
    stance = pd.DataFrame(
        {
            "excerpts": by_stance.size(),
            "share": (by_stance.size() / max(len(frame), 1)).round(3),
            "weak": by_stance["strength"].apply(lambda s: round(float((s == 1).mean()), 3)),
            "median words": by_stance["words"].median(),
        }
    )
    crossed = {key: pd.crosstab(frame[key], frame["stance"], margins=True) for key in ("register", "sector")}
    return {
        "stance": stance,
        "signal": signal_table(corpus),
        **crossed,
        "wording": wording_table(corpus.texts, corpus.y),
    }


def signal_table(corpus: Corpus) -> pd.DataFrame:
    """Count the excerpts that have each signal, and those that nearly have it.

    A near miss is text that tempts: it has at least :data:`CUES_SHARED` of the signal's :data:`CUES` most telling
    words, and neither has the signal nor is disputed. Telling are the words that raise the odds of the signal most, of
    those in :data:`CUES_SHARE` of the excerpts with it.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    pandas.DataFrame
        Index: the signals labelled in the corpus. Columns ``excerpts``, ``near misses`` and ``telling words``.
    """
    import numpy as np
    import pandas as pd
    from spacy.lang.en.stop_words import STOP_WORDS

    from kindtext.counting import as_docs

    bags = [
        {t.norm_ for t in doc if t.is_alpha and len(t) > 2 and t.lower_ not in STOP_WORDS}
        for doc in as_docs(corpus.texts)
    ]
    everywhere = Counter(word for bag in bags for word in bag)
    rows = {}
    for name in sorted({signal for record in corpus for signal in record.signals}):
        has = [name in record.signals for record in corpus]
        with_it = Counter(word for bag, here in zip(bags, has, strict=True) if here for word in bag)
        n = sum(has)

        others = len(has) - n
        odds = {
            word: np.log((count + 0.5) / (n - count + 0.5))
            - np.log((everywhere[word] - count + 0.5) / (others - everywhere[word] + count + 0.5))
            for word, count in with_it.items()
            if count >= max(10, CUES_SHARE * n)
        }
        cues = sorted(odds, key=lambda word: (-odds[word], word))
        telling = set(cues[:CUES])
        near = sum(
            not here and name not in record.disputed and len(telling & bag) >= CUES_SHARED
            for record, bag, here in zip(corpus, bags, has, strict=True)
        )
        rows[name] = {"excerpts": n, "near misses": near, "telling words": ", ".join(cues[:CUES])}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["excerpts", "near misses", "telling words"])


def wording_table(texts: Sequence[str], y: Sequence[str]) -> pd.DataFrame:
    """Tell how often each stance is said in stock wording, as the lexicon finds it.

    A corpus teaches the odds that it shows: where writers say kind things without the field's phrases, a model learns
    to distrust the phrases. This table of a corpus and that of real labelled text should be alike.

    Parameters
    ----------
    texts : sequence of str
        Passages.
    y : sequence of str
        Their stances.

    Returns
    -------
    pandas.DataFrame
        Index: which poles have a standing signal (``kind only``, ``transactional only``, ``both``, ``none``). Columns:
        ``passages`` and, of those, the share of each stance (0 to 1; NaN in an empty row).
    """
    import pandas as pd

    from kindtext.counting import as_docs
    from kindtext.lexicon import STANDING, load_lexicon
    from kindtext.pipeline.signals import SPANS

    poles = {signal.id: signal.pole for signal in load_lexicon().signals.values()}
    names = {("kind",): "kind only", ("transactional",): "transactional only", (): "none"}
    found = []
    for doc in as_docs(texts):
        here = sorted({poles[s.label_] for s in doc.spans[SPANS] if s._.assertion in STANDING})
        found.append(names.get(tuple(here), "both"))
    rows = pd.Categorical(found, categories=["kind only", "transactional only", "both", "none"])
    counts = pd.crosstab(rows, pd.Categorical(list(y), categories=list(STANCES)), dropna=False)
    table = counts.div(counts.sum(axis=1), axis=0).round(3)
    table.index.name = table.columns.name = None
    table.insert(0, "passages", counts.sum(axis=1))
    return table


Numbered = tuple[Record, str]
"""A record and where it stands, ``file:line``."""


def read_records(path: Path) -> tuple[list[Numbered], list[str]]:
    """Read all records that can be read, with their places, and tell the faults of those that cannot.

    Parameters
    ----------
    path : Path
        As for :func:`load_corpus`.

    Returns
    -------
    list of (Record, str)
        Each with where it stands, ``file:line``.
    list of str
        One fault a line.

    Raises
    ------
    ReadError
        If there is no such folder or file.
    """
    if path.is_dir():
        files = sorted(path.glob("*.jsonl"))
        if not files:
            raise ReadError(f"{path}: no *.jsonl file in the folder; a corpus is JSON Lines, one record a line.")
    elif path.is_file():
        files = [path]
    else:
        raise ReadError(f"{path}: there is no such file or folder; name a corpus such as corpora/excerpts.")
    records: list[Numbered] = []
    faults: list[str] = []
    seen: dict[str, str] = {}
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8-sig").split("\n")
        except UnicodeDecodeError:
            faults.append(f"{file.name}: it is not UTF-8; save it as UTF-8.")
            continue
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            place = f"{file.name}:{number}"
            try:
                record = parse_record(json.loads(line))
            except json.JSONDecodeError as error:
                faults.append(f"{place}: it is not JSON ({error.msg}, column {error.colno}); write one object a line.")
                continue
            except (ValueError, RecursionError) as error:
                faults.append(f"{place}: {error}")
                continue
            if record.id in seen:
                faults.append(f"{place}: id '{record.id}' stands at {seen[record.id]} already.")
            seen.setdefault(record.id, place)
            records.append((record, place))
    if not records and not faults:
        faults.append(f"{path.name}: it holds no record.")
    return records, faults


def parse_record(value: Any) -> Record:
    """Make a record of a JSON object.

    Parameters
    ----------
    value : object
        What stands on one line of a corpus file.

    Returns
    -------
    Record

    Raises
    ------
    CorpusError
        If something is wrong with it; the message does not say where it stands.

    Examples
    --------
    >>> parse_record({"id": "a", "text": "The lamps are 60 watts each.", "stance": "neutral"}).strength
    0
    """
    if not isinstance(value, dict):
        raise CorpusError("a record is a JSON object with id, text and stance.")
    known = {f.name for f in fields(Record)}
    for key in value:
        if key not in known:
            raise CorpusError(f"unknown key '{key}'{nearest(key, known)}.")
    for key in ("id", "text", "stance"):
        if not isinstance(value.get(key), str) or not value[key].strip():
            raise CorpusError(f"'{key}' is missing or no text.")
    _one_of("stance", value["stance"], STANCES)
    labels = {key: value.get(key, []) for key in ("signals", "disputed")}
    for key, signals in labels.items():
        if not isinstance(signals, list) or len(set(map(str, signals))) != len(signals):
            raise CorpusError(f"'{key}' is not a list of different ids.")
        for signal in signals:
            _one_of("signal", signal, known_signals())
    if "register" in value:
        _one_of("register", value["register"], REGISTERS)
    strength = value.get("strength", 0)
    if strength not in (0, 1, 2) or isinstance(strength, bool):
        raise CorpusError(f"strength is {strength!r}; write 0, 1 or 2.")
    if (strength == 0) != (value["stance"] == "neutral"):
        raise CorpusError(f"strength {strength} with stance {value['stance']}; neutral has 0, the others 1 or 2.")
    for key in ("mixed", "stock", "draft", "seen"):
        if not isinstance(value.get(key, False), bool):
            raise CorpusError(f"'{key}' is {value[key]!r}; write true or false.")
    for key in ("sector", "group", "pair"):
        if key in value and not isinstance(value[key], str) and not (key == "pair" and value[key] is None):
            raise CorpusError(f"'{key}' is no text.")
    if "drawn" in value:
        _one_of("drawn", value["drawn"], ("random", "chosen", ""))
    spans = tuple(_span(span, value["text"], {*labels["signals"], *labels["disputed"]}) for span in _spans(value))
    return Record(**{**value, **{key: tuple(signals) for key, signals in labels.items()}, "spans": spans})


def known_signals() -> tuple[str, ...]:
    """Ids of the signals that may be labelled: one that a folder switches off may be, and is counted by nobody."""
    from kindtext.lexicon import load_lexicon, shipped_lexicon

    return tuple({**load_lexicon().signals, **shipped_lexicon().signals})


def _spans(value: dict[str, Any]) -> list[Any]:
    spans = value.get("spans", [])
    if not isinstance(spans, list):
        raise CorpusError("'spans' is not a list of objects with start, end and signal.")
    return spans


def _span(value: Any, text: str, signals: set[str]) -> Span:
    """Make a span of a JSON object: its offsets must lie in the text, and its signal among the record's."""
    if not isinstance(value, dict) or set(value) != {"start", "end", "signal"}:
        raise CorpusError("a span is an object with start, end and signal.")
    start, end = value["start"], value["end"]
    if any(not isinstance(offset, int) or isinstance(offset, bool) for offset in (start, end)):
        raise CorpusError(f"a span goes from {start!r} to {end!r}; write two whole numbers.")
    if not 0 <= start < end <= len(text):
        raise CorpusError(f"a span goes from {start} to {end}, and the text has {len(text)} characters.")
    _one_of("signal", value["signal"], known_signals())
    if value["signal"] not in signals:
        raise CorpusError(f"a span shows '{value['signal']}', which is not among the record's signals; add it there.")
    return Span(start, end, value["signal"])


def _one_of(what: str, value: Any, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise CorpusError(f"unknown {what} {value!r}{nearest(str(value), allowed)}; use {', '.join(allowed)}.")


def nearest(word: str, known: Iterable[str]) -> str:
    """Give a hint at the nearest right word, to put behind a wrong one; empty if none is near.

    Examples
    --------
    >>> nearest("kinde", STANCES), nearest("xyz", STANCES)
    (" (did you mean 'kind'?)", '')
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _listed(faults: Sequence[str], path: Path) -> str:
    shown = faults[:20]
    more = f"\n... and {len(faults) - 20} more; 'kindtext corpus check {path}' lists them all." if faults[20:] else ""
    return f"{path}: {len(faults)} fault(s):\n" + "\n".join(shown) + more


def save_corpus(records: Iterable[Record], path: str | Path) -> None:
    """Save records as JSON Lines, whole or not at all.

    Parameters
    ----------
    records : iterable of Record
    path : str or Path
        The file to write; its folder must exist.
    """
    target = Path(path)
    lines = [json.dumps(record.to_dict(), ensure_ascii=False) + "\n" for record in records]
    temporary = target.with_name(target.name + ".part")
    temporary.write_text("".join(lines), encoding="utf-8")
    temporary.replace(target)
