"""The passages that may be asked about, and which comes next.

Four in five are chosen because the model is unsure of them, they are unlike what was asked before, and their signals
have been asked about seldom. One in five comes by chance, from a fifth of the passages that is set aside for it and
never chosen otherwise: what was drawn from there is a plain random sample of the whole, so that figures measured on it
hold for the whole.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kindtext.corpus import LONGEST, SHORTEST, Corpus, Record, Span
from kindtext.model import Model
from kindtext.scoring import PassageScore, Score, classify
from kindtext.stance import STANCES

RANDOM_EVERY = 5
"""One question in so many is drawn by chance, and one passage in so many is set aside for that."""

TOO_ALIKE = 0.7
"""Share of words in common (Jaccard) from which a passage is a near duplicate: standing clauses with a name changed."""


@dataclass(frozen=True, slots=True)
class Item:
    """A passage that may be asked about.

    Parameters
    ----------
    id : str
        Made of its text, so that two labellers of the same files have the same ids.
    text : str
        The passage.
    document, place : str
        Where it is from, for people; the document is also the group that no split may separate.
    probabilities : tuple of float
        The model's P(kind), P(neutral), P(transactional).
    evidence : tuple of Span
        What the lexicon found, with offsets in the text.
    draft : Record or None
        Labels that a program guessed, to be confirmed.
    """

    id: str
    text: str
    document: str
    place: str
    probabilities: tuple[float, float, float]
    evidence: tuple[Span, ...] = ()
    draft: Record | None = None

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals that the lexicon found, each once."""
        return tuple(dict.fromkeys(span.signal for span in self.evidence))

    @property
    def uncertainty(self) -> float:
        """Entropy of the model's probabilities, 0 (sure) to 1 (no idea)."""
        P = np.clip(self.probabilities, 1e-12, 1.0)
        return float(-(P * np.log(P)).sum() / np.log(len(STANCES)))


def items_of(scores: Iterable[Score]) -> list[Item]:
    """Give the passages of scored documents that have the length of an excerpt, each text once.

    Parameters
    ----------
    scores : iterable of Score

    Returns
    -------
    list of Item
        In order.
    """
    found: dict[str, Item] = {}
    for score in scores:
        for judged in score.passages:
            if SHORTEST <= judged.passage.words <= LONGEST:
                item = _item(judged, score.name)
                found.setdefault(item.id, item)
    return list(found.values())


def items_of_drafts(corpus: Corpus, model: Model | str | None = None) -> list[Item]:
    """Give the drafts of a corpus, to be confirmed; records that are none are passed over."""
    drafts = [record for record in corpus if record.draft]
    P = classify([record.text for record in drafts], model=model)[list(STANCES)].to_numpy().tolist()
    return [
        Item(
            record.id,
            record.text,
            record.group or record.id,
            "",
            (row[0], row[1], row[2]),
            record.spans,
            record,
        )
        for record, row in zip(drafts, P, strict=True)
    ]


def id_of(text: str) -> str:
    r"""Give a passage's id, the same wherever its words stand.

    Examples
    --------
    >>> id_of("We will listen.") == id_of("We  will\nlisten.")
    True
    """
    return "p-" + hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:12]


class Chooser:
    """Chooses what to ask next; the same items, answers and seed give the same choice, also after a break.

    Parameters
    ----------
    items : sequence of Item
    seed : int
        Decides which passages are set aside to be drawn by chance, and their order.
    """

    def __init__(self, items: Sequence[Item], seed: int = 0) -> None:
        self.items = list(items)
        self._places = {item.id: place for place, item in enumerate(self.items)}
        draws = [hashlib.sha256(f"{seed}:{item.id}".encode()).digest() for item in self.items]
        share = [int.from_bytes(draw[:4], "big") / 2**32 for draw in draws]
        # The first bytes say whether a passage is set aside, others in what order it is drawn.
        aside = [i for i, x in enumerate(share) if x < 1 / RANDOM_EVERY]
        self._aside = sorted(aside, key=lambda i: draws[i][4:])
        self._set_aside = set(aside)
        self._words = _word_matrix([item.text for item in self.items])
        self._sizes = np.asarray(self._words.sum(axis=1)).ravel()
        self._uncertainty = np.array([item.uncertainty for item in self.items])
        self._asked: list[int] = []
        self._signals: Counter[str] = Counter()
        self._nearest: NDArray[np.float64] = np.zeros(len(self.items))

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __getitem__(self, name: str) -> Item:
        return self.items[self._places[name]]

    @property
    def left(self) -> int:
        """How many have not been asked about."""
        return len(self.items) - len(self._asked)

    def next(self) -> tuple[Item, str] | None:
        """Choose.

        Returns
        -------
        tuple of Item and str, or None
            The passage, and ``random`` or ``chosen``; None when all have been asked about.
        """
        asked = set(self._asked)
        by_chance = [i for i in self._aside if i not in asked]
        others = [i for i in range(len(self.items)) if i not in asked and i not in self._set_aside]
        turn = (len(self._asked) + 1) % RANDOM_EVERY == 0
        if by_chance and (turn or not others):
            return self.items[by_chance[0]], "random"
        if not others:
            return None
        fresh = [i for i in others if self._nearest[i] < TOO_ALIKE] or others
        return self.items[max(fresh, key=self._worth)], "chosen"

    def drawn(self, name: str) -> str:
        """Say how a passage comes to be asked about: ``random`` if it is set aside for that, else ``chosen``."""
        return "random" if self._places[name] in self._set_aside else "chosen"

    def ask(self, name: str) -> None:
        """Note that a passage has been asked about; one that is not here is passed over."""
        if name in self._places and self._places[name] not in self._asked:
            self._note(self._places[name])

    def take_back(self, name: str) -> None:
        """Forget that a passage has been asked about."""
        kept = [i for i in self._asked if self.items[i].id != name]
        self._forget_all()
        for i in kept:
            self._note(i)

    def _worth(self, i: int) -> float:
        """How much an answer would tell: unsure, unlike the others, and with a signal that was asked about seldom."""
        rarest = min((self._signals[signal] for signal in self.items[i].signals or ("",)), default=0)
        return float(self._uncertainty[i] * (1 - self._nearest[i]) * (1 + 1 / (1 + rarest)))

    def _note(self, i: int) -> None:
        self._asked.append(i)
        self._signals.update(self.items[i].signals or ("",))
        shared = np.asarray((self._words @ self._words[i].T).todense()).ravel()
        union = self._sizes + self._sizes[i] - shared
        self._nearest = np.maximum(self._nearest, shared / np.maximum(union, 1))

    def _forget_all(self) -> None:
        self._asked, self._signals, self._nearest = [], Counter(), np.zeros(len(self.items))


def _item(judged: PassageScore, document: str) -> Item:
    start = judged.passage.start
    evidence = tuple(Span(e.start - start, e.end - start, e.signal) for e in judged.evidence)
    text = judged.passage.text
    return Item(id_of(text), text, document, judged.passage.place, judged.probabilities, evidence)


def _word_matrix(texts: Sequence[str]) -> NDArray[np.float64]:
    """Which words stand in which text: a sparse matrix of ones, shape (n_texts, n_words)."""
    from scipy import sparse

    words = [{"".join(c for c in word if c.isalnum()) for word in text.casefold().split()} for text in texts]
    columns = {word: i for i, word in enumerate(sorted(set().union(*words)))}
    cells = [(row, columns[word]) for row, bag in enumerate(words) for word in sorted(bag)]
    rows, places = np.array(cells, dtype=np.int64).reshape(-1, 2).T
    shape = (len(texts), max(len(columns), 1))
    matrix: NDArray[np.float64] = sparse.csr_matrix((np.ones(len(cells)), (rows, places)), shape=shape)
    return matrix
