"""Letters that were lost or swapped on the way: ligatures that a PDF cannot name, look-alikes, invisible characters.

Some programs draw "ti", "ff" or "fi" as one glyph and write down only its first letter, so that a contract speaks of
"obligatons" and "notce". Such words are put right where the dictionary knows exactly one word that they can have been,
and counted where it does not. Clean text pays for a few substring searches and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import simplemma

LIGATURES = ("ti", "tt", "ft", "fi", "fl", "ff", "tti", "ffi", "ffl")
"""What is drawn as one glyph and may be written down as its first letter alone."""

TELLTALES = (
    "aton", "cton", "ctve", "tng", "notce", "artcle", "partes", "specifc", "specifed", "fnanc", "beneft", "confden",
    "confrm", "defniton", "diferen", "sufcient", "signifcan", "efcien", "ofcer", "identfy", "notfy",
)  # fmt: skip
"""What no English word holds, names ("Clacton") aside, and a text with lost ligatures does on every page."""

FEWEST_KINDS = 3
"""Different telltales that a text needs to be looked at word by word: a council of Clacton has one, over and over."""

FEWEST_MARKS = 5
"""Telltales that it needs in all: a misprint or two is none of a program's doing."""

MOST_LOST = 3
"""Most ligatures that are put back in one word: "Rectfcaton" has lost three."""

LONGEST = 30
"""Longest word that is looked at; none in the dictionary is longer."""

MOST_TRIED = 1_000
"""Most ways in which one word is written out, and most words that are tried in one document: hostile text has words of
nothing but t."""

_WORD = re.compile(r"(?<![\w'’])[^\W\d_]{3,}+(?!\w)")

# The letters of other alphabets that are drawn as Latin ones are.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅԌԚԜ" + "οανριυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "ɑɡı",
    "aeopcyxijshdqwABEKMHOPCTYXIJSGQW" + "oavpiukABEZHIKMNOPTYX" + "agi",
)
_OTHER = "\u0370-\u03ff\u0400-\u052f\u0251\u0261\u0131"
_MIXED = re.compile(f"[A-Za-z][{_OTHER}]|[{_OTHER}][A-Za-z]")
_LETTERS = re.compile(r"[^\W\d_]++")
# Letters of advertising and mathematics: full width, bold, script, double-struck.
_STYLED = re.compile("[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]")
_INVISIBLE = re.compile("(?<=[A-Za-z])[\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff\U000e0000-\U000e007f]+(?=[A-Za-z])")


@dataclass
class Mender:
    """The words of one document that have lost letters.

    Attributes
    ----------
    repaired, doubtful : int
        How many words were put right, and how many look damaged and may be several words or none.
    """

    repaired: int = 0
    doubtful: int = 0
    _known: dict[str, str | None] = field(default_factory=dict)
    _tried: int = 0

    def mend(self, text: str) -> str:
        """Put back what a text's words have lost.

        Examples
        --------
        >>> Mender().mend("Notce of the obligatons is permited and afects the offer.")
        'Notice of the obligations is permitted and affects the offer.'
        """
        return _WORD.sub(self._word, text)

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        if word not in self._known:
            if self._tried < MOST_TRIED:
                self._known[word] = _repaired(word)
                self._tried += self._known[word] is None
            else:
                self._known[word] = word if _is_known(word.lower()) else None
        found = self._known[word]
        if found is None:
            self.doubtful += 1
            return word
        self.repaired += found != word
        return found

    @property
    def note(self) -> str:
        """What was done, a sentence for the user."""
        left = f"; {self.doubtful} more are not in the dictionary and were left" if self.doubtful else ""
        return (
            f"The file has lost letters (ti, ff, fi ...), as in “notce”: {self.repaired} words were repaired "
            f"by dictionary{left}."
        )


def has_lost_letters(texts: Iterable[str]) -> bool:
    """Tell a text whose ligatures were lost, by what no English word holds.

    Parameters
    ----------
    texts : iterable of str
        The text, in parts.

    Returns
    -------
    bool

    Examples
    --------
    >>> has_lost_letters(["The organisaton gives notce of terminaton.", "Meetng the specifc obligatons, actng well."])
    True
    >>> has_lost_letters(["Clacton and Acton buy cotton from Eaton, acting on notices."] * 9)
    False
    """
    whole = "\n".join(texts).lower()
    counts = [count for mark in TELLTALES if (count := whole.count(mark))]
    return len(counts) >= FEWEST_KINDS and sum(counts) >= FEWEST_MARKS


def as_latin(text: str) -> str:
    """Write letters that only look like Latin ones as those.

    Parameters
    ----------
    text : str
        Text that is not all ASCII.

    Returns
    -------
    str
        With letters of other alphabets replaced in words that also have Latin ones, and styled letters as plain ones.

    Examples
    --------
    >>> as_latin("sоle disсretion"), as_latin("𝐖𝐞 ｌｉｓｔｅｎ"), as_latin("Москва")
    ('sole discretion', 'We listen', 'Москва')
    """
    if _STYLED.search(text):
        text = _STYLED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return _LETTERS.sub(_one_alphabet, text) if _MIXED.search(text) else text


def disguised(text: str) -> int:
    r"""Count the words of a text that are written with look-alikes or with invisible characters in them.

    Parameters
    ----------
    text : str

    Returns
    -------
    int

    Examples
    --------
    >>> disguised("at its sоle disc\u200bretion")
    2
    """
    if text.isascii():
        return 0
    invisible = len(_INVISIBLE.findall(text))
    if not _MIXED.search(text):
        return invisible
    words = _LETTERS.findall(text)
    return invisible + sum(1 for word in words if _one_alphabet_word(word) != word)


def _one_alphabet(match: re.Match[str]) -> str:
    return _one_alphabet_word(match[0])


def _one_alphabet_word(word: str) -> str:
    """Return a word of two alphabets in Latin letters; one in a single alphabet, or with other letters, as it is."""
    if word.isascii() or not _MIXED.search(word):
        return word
    latin = word.translate(_LOOKALIKES)
    return latin if latin.isascii() else word


def _is_known(word: str) -> bool:
    return bool(simplemma.is_known(word, lang="en"))


def _repaired(word: str) -> str | None:
    """Return the one word that this was, itself if nothing is wrong with it; None if there is none or several."""
    if len(word) > LONGEST or not word[1:].islower() or _is_known(word.lower()):
        return word
    tried = {word}
    for _ in range(MOST_LOST):
        tried = {longer for shorter in tried for longer in _longer(shorter)}
        if len(tried) > MOST_TRIED:
            return None
        found = {longer for longer in tried if _is_known(longer.lower())}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _longer(word: str) -> Iterable[str]:
    """Yield a word with one letter more written out as each ligature that it may have been."""
    for at, letter in enumerate(word):
        for ligature in LIGATURES:
            if ligature[0] == letter.lower() and word[at : at + len(ligature)].lower() != ligature:
                yield word[:at] + letter + ligature[1:] + word[at + 1 :]
