"""The labelling loop, without a terminal: keys come from one function and what is to be shown goes to another.

A question has three steps: the stance, its strength unless it is neutral, and the signals. What the model thinks is
not shown until asked for, and the record says whether it was.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kindtext.corpus import Record, known_signals
from kindtext.labelling.curve import FROM, Outlook, outlook
from kindtext.labelling.pool import Chooser, Item
from kindtext.labelling.store import LabelFile

STANCE_KEYS = {"k": "kind", "n": "neutral", "t": "transactional"}
ENTER = ("\r", "\n", " ")
SKIP, UNDO, QUIT, LOOK, MIXED = "s", "u", "q", "?", "m"

_DIGITS = "1234567890-="
_LETTERS = "abcdefghijlopvwxyz"
SIGNAL_KEYS = _DIGITS + _LETTERS
"""Keys for signals, in their order: the top row of the keyboard, then the letters that mean nothing else."""

TELL_EVERY = 25
"""Labels after which the labeller hears whether more would help."""

USUAL_SECONDS = 30.0
"""A label's time until the labeller's own is known: codebook in hand, two a minute."""

Step = Literal["stance", "strength", "signals"]
Keys = Callable[[], str]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class View:
    """What is to be shown.

    Parameters
    ----------
    item : Item
        The passage.
    step : {"stance", "strength", "signals"}
        What is asked.
    stance, strength, signals, mixed
        What has been answered so far.
    keys : tuple of (str, str)
        Key and id of each signal.
    look : bool
        Whether the model's view is to be shown.
    labelled, skipped, left : int
        How far it has gone.
    message : str
        What the last key led to, where it needs saying.
    """

    item: Item
    step: Step
    stance: str | None
    strength: int
    signals: tuple[str, ...]
    mixed: bool
    keys: tuple[tuple[str, str], ...]
    look: bool
    labelled: int
    skipped: int
    left: int
    message: str = ""


@dataclass
class _Answer:
    """What has been answered about a passage, so far."""

    item: Item
    drawn: str
    stance: str | None = None
    strength: int = 0
    signals: list[str] = field(default_factory=list)
    mixed: bool = False
    look: bool = False
    step: Step = "stance"
    message: str = ""


@dataclass
class Session:
    """A labeller at work on a pool of passages.

    Parameters
    ----------
    items : sequence of Item
    file : LabelFile
        Where answers go, and where those of earlier sessions are.
    register, sector : str
        What records are said to be from.
    seed : int
        Decides what is drawn by chance.
    clock : callable
        Gives seconds.
    """

    items: Sequence[Item]
    file: LabelFile
    register: str = "notice"
    sector: str = "general"
    seed: int = 0
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.chooser = Chooser(self.items, self.seed)
        for name in [*self.file.skipped, *(record.id for record in self.file.records)]:
            self.chooser.ask(name)
        self.signals = tuple(zip(SIGNAL_KEYS, known_signals(), strict=False))
        self._seconds: list[float] = []

    def run(self, keys: Keys, show: Callable[[View], None], tell: Tell) -> int:
        """Ask until the labeller quits or nothing is left.

        Parameters
        ----------
        keys : callable
            Gives the next key, as one character; an empty text is the end of input.
        show : callable
            Shows a view.
        tell : callable
            Says a sentence that stays.

        Returns
        -------
        int
            Labels given in this session, less those taken back.
        """
        before = len(self.file.records)
        again: _Answer | None = None
        while (answer := again or self._next()) is not None:
            again = None
            started = self.clock()
            match self._ask(answer, keys, show):
                case "quit":
                    break
                case "undo":
                    again = self._undo(answer)
                case "skip":
                    self.file.skip(answer.item.id)
                    self.chooser.ask(answer.item.id)
                case _:
                    self._save(answer)
                    self._seconds.append(self.clock() - started)
                    self._tell(tell)
        return len(self.file.records) - before

    @property
    def per_hour(self) -> int:
        """Labels that an hour gives, by the median of this session: a break for coffee does not count."""
        seconds = statistics.median(self._seconds) if len(self._seconds) >= 5 else USUAL_SECONDS
        return max(1, round(3600 / max(seconds, 1.0)))

    def outlook(self) -> Outlook:
        """Say whether another hour would help."""
        return outlook(self.file.records, self.per_hour, self.seed)

    def _next(self) -> _Answer | None:
        chosen = self.chooser.next()
        return None if chosen is None else _Answer(*chosen)

    def _ask(self, answer: _Answer, keys: Keys, show: Callable[[View], None]) -> str:
        """Take keys until a passage is answered, skipped or left; gives what became of it."""
        while True:
            show(self._view(answer))
            answer.message = ""
            key = keys()
            if key in ("", QUIT):
                return "quit"
            if key == SKIP:
                return "skip"
            if key == UNDO:
                if answer.step == "stance":
                    return "undo"
                answer.step, answer.stance, answer.signals, answer.mixed = "stance", None, [], False
            elif key == LOOK:
                answer.look = True
            elif key in STANCE_KEYS:
                answer.stance = STANCE_KEYS[key]
                answer.strength = 0
                answer.step = "signals" if answer.stance == "neutral" else "strength"
            elif answer.step == "stance" and key in ENTER and answer.item.draft is not None:
                draft = answer.item.draft
                answer.stance, answer.strength, answer.mixed = draft.stance, draft.strength, draft.mixed
                answer.signals = list(draft.signals)
                return "answered"
            elif answer.step == "strength" and key in ("1", "2"):
                answer.strength, answer.step = int(key), "signals"
            elif answer.step == "signals" and key in ENTER:
                return "answered"
            elif answer.step == "signals" and key == MIXED:
                answer.mixed = not answer.mixed
            elif answer.step == "signals" and key in dict(self.signals):
                signal = dict(self.signals)[key]
                (answer.signals.remove if signal in answer.signals else answer.signals.append)(signal)
            else:
                answer.message = f"'{key}' means nothing here." if key.isprintable() else "That key means nothing here."

    def _undo(self, answer: _Answer) -> _Answer:
        """Take back what was saved last and ask about it again."""
        last = self.file.last
        if last is None:
            answer.message = "There is nothing to take back."
            return answer
        if last not in self.chooser:
            answer.message = "The last answer was about a passage that is not in these files; it stays."
            return answer
        record = self.file.undo()
        self.chooser.take_back(last)
        drawn = record.drawn if record is not None else self.chooser.drawn(last)
        seen = record is not None and record.seen
        return _Answer(self.chooser[last], drawn, look=seen, message="Taken back; here it is again.")

    def _save(self, answer: _Answer) -> None:
        item, draft = answer.item, answer.item.draft
        assert answer.stance is not None
        order = known_signals()
        self.file.append(
            Record(
                id=item.id,
                text=item.text,
                stance=answer.stance,
                signals=tuple(sorted(answer.signals, key=order.index)),
                strength=answer.strength,
                register=draft.register if draft else self.register,
                sector=draft.sector if draft else self.sector,
                group=draft.group if draft else item.document,
                mixed=answer.mixed,
                spans=tuple(span for span in draft.spans if span.signal in answer.signals) if draft else (),
                drawn=answer.drawn,
                # A draft shows what a program thinks.
                seen=answer.look or draft is not None,
            )
        )
        self.chooser.ask(item.id)

    def _tell(self, tell: Tell) -> None:
        labels = len(self.file.records)
        if labels % TELL_EVERY == 0:
            if labels >= FROM:
                tell("Measuring whether more would help ...")
            tell(self.outlook().sentence())

    def _view(self, answer: _Answer) -> View:
        return View(
            item=answer.item,
            step=answer.step,
            stance=answer.stance,
            strength=answer.strength,
            signals=tuple(answer.signals),
            mixed=answer.mixed,
            keys=self.signals,
            look=answer.look,
            labelled=len(self.file.records),
            skipped=len(self.file.skipped),
            left=self.chooser.left,
            message=answer.message,
        )
