"""Plain language: how hard a document is to read, and the wording that makes it so.

Sentences are read from paragraphs, list items and fields of notices; headings, tables, notes and labels are none.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from kindtext.document import Document, Quote
from kindtext.lexicon import load_measure

__all__ = ["Acronym", "HardSentence", "Language", "Legalese", "language"]

FEWEST_WORDS = 100
"""Words under which no figure is given: Flesch made his formula on samples of 100 words."""

LONG_WORD_LETTERS = 6
"""A long word has more letters than this: LIX's border (Björnsson 1968)."""

FEWEST_UNENDED_WORDS = 6
"""A stretch without a full stop is a sentence from here on, as list items are; under it most are labels."""

FEWEST_ENDED_WORDS = 3
"""With a full stop, from here on: "Thank you." and "Prompt payment." say little of how a document reads."""

LEAST_ENGLISH = 0.2
"""Share of English function words under which nothing is measured: English has 0.3 to 0.5, other languages 0.1."""

HARDEST = 5
"""How many of the hardest sentences are named: as many as a writer mends at one sitting."""

FEWEST_HARD_WORDS = 15
"""No shorter sentence is named as hard: two long words make a short one look worse than it is."""

PASSIVE_NOTE = (
    "The passive share is an estimate: it counts sentences with a form of 'be' and a participle close after it, "
    "so it misses some passives and takes some adjectives for them."
)
LEFT_OUT_NOTE = (
    "Most of the words stand in tables, headings or labels, which were not read; the figures tell of the rest."
)
NOT_ENGLISH = "it does not read like English sentences, for which the figures are made"

_READ_KINDS = frozenset(("paragraph", "item", "field"))
_BE = frozenset(("am", "are", "be", "been", "being", "is", "was", "were", "aren't", "isn't", "wasn't", "weren't"))
_MOST_SYLLABLE_LETTERS = 50  # no word is longer; what is, is a link or a code, and would only cost time


@dataclass(frozen=True, slots=True)
class Legalese:
    """A legal stock phrase.

    Parameters
    ----------
    phrase : str
        As the list has it.
    plain : str
        What to write instead.
    quote : Quote
        Where it stands.
    """

    phrase: str
    plain: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Acronym:
    """An acronym that the document never spells out.

    Parameters
    ----------
    name : str
        Its letters.
    uses : int
        How many times it stands in running text.
    quote : Quote
        Its first use.
    """

    name: str
    uses: int
    quote: Quote


@dataclass(frozen=True, slots=True)
class HardSentence:
    """A sentence that is hard to read.

    Parameters
    ----------
    quote : Quote
        The sentence.
    words : int
        Its length.
    grade : float
        Its own Flesch-Kincaid grade.
    """

    quote: Quote
    words: int
    grade: float


@dataclass(frozen=True, slots=True)
class Language:
    """How hard a document is to read, and the wording that makes it so.

    Parameters
    ----------
    words, sentences : int
        Counted in paragraphs, list items and fields; a number is a word, a hyphenated word is one.
    flesch_reading_ease : float or None
        206.835 - 1.015 x words per sentence - 84.6 x syllables per word (Flesch 1948). 60 is plain English; under 30
        is for graduates. All figures are None where ``reason`` says why.
    flesch_kincaid_grade : float or None
        0.39 x words per sentence + 11.8 x syllables per word - 15.59 (Kincaid and others 1975): US school years.
    mean_sentence_words : float or None
        Mean length of a sentence in words.
    p90_sentence_words : int or None
        Nine sentences in ten have at most this many words.
    long_word_share : float or None
        Share of words with more than six letters (Björnsson 1968), 0 to 1.
    passive_share : float or None
        Share of sentences with a passive, 0 to 1; an estimate.
    legalese_per_1000_words : float or None
        Legal stock phrases in a thousand words.
    passives : tuple of Quote
        The first passive of each sentence that has one.
    legalese : tuple of Legalese
        Legal stock phrases in order, each with its plain equal.
    acronyms : tuple of Acronym
        Never spelt out, the most used first.
    hardest : tuple of HardSentence
        Up to five: those that end with a full stop and have at least 15 words, by their own Flesch-Kincaid grade.
    reason : str or None
        Why there are no figures. What was found is listed all the same, except in a text that is not English.
    notes : tuple of str
        What is doubtful, for the user.
    """

    words: int = 0
    sentences: int = 0
    flesch_reading_ease: float | None = None
    flesch_kincaid_grade: float | None = None
    mean_sentence_words: float | None = None
    p90_sentence_words: int | None = None
    long_word_share: float | None = None
    passive_share: float | None = None
    legalese_per_1000_words: float | None = None
    passives: tuple[Quote, ...] = ()
    legalese: tuple[Legalese, ...] = ()
    acronyms: tuple[Acronym, ...] = ()
    hardest: tuple[HardSentence, ...] = ()
    reason: str | None = None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, ready for JSON.

        Returns
        -------
        dict
            The fields, rounded, and ``legalese_counts``: how many times each phrase stands there, the most first.
        """
        counts = Counter(found.phrase for found in self.legalese)
        found = {
            "passives": [asdict(quote) for quote in self.passives],
            "legalese": [asdict(phrase) for phrase in self.legalese],
            "acronyms": [asdict(acronym) for acronym in self.acronyms],
            "hardest": [{**asdict(sentence), "grade": round(sentence.grade, 1)} for sentence in self.hardest],
        }
        figures = self.to_row()
        del figures["undefined_acronyms"]
        return {
            "words": self.words,
            "sentences": self.sentences,
            **figures,
            "p90_sentence_words": self.p90_sentence_words,
            "legalese_counts": dict(counts.most_common()),
            **found,
            "reason": self.reason,
            "notes": list(self.notes),
        }

    def to_row(self) -> dict[str, Any]:
        """One flat row for a table; every value is None where ``reason`` is set.

        Returns
        -------
        dict
            ``flesch_reading_ease``, ``flesch_kincaid_grade``, ``mean_sentence_words``, ``long_word_share``,
            ``passive_share``, ``legalese_per_1000_words`` and ``undefined_acronyms`` (how many).
        """
        return {
            "flesch_reading_ease": _rounded(self.flesch_reading_ease, 1),
            "flesch_kincaid_grade": _rounded(self.flesch_kincaid_grade, 1),
            "mean_sentence_words": _rounded(self.mean_sentence_words, 1),
            "long_word_share": _rounded(self.long_word_share, 3),
            "passive_share": _rounded(self.passive_share, 3),
            "legalese_per_1000_words": _rounded(self.legalese_per_1000_words, 2),
            "undefined_acronyms": len(self.acronyms) if self.reason is None else None,
        }


def language(document: Document) -> Language:
    """Measure how plainly a document is written.

    Parameters
    ----------
    document : Document
        The document.

    Returns
    -------
    Language
        Empty but for its reason where the text is too short or not English.

    References
    ----------
    R. Flesch (1948), "A new readability yardstick", Journal of Applied Psychology 32, 221-233.
    J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom (1975), "Derivation of new readability formulas for
    Navy enlisted personnel", Research Branch Report 8-75.

    Examples
    --------
    >>> from kindtext.passages import from_text
    >>> plain = "We will pay you within 30 days. If we are late, tell us and we will put it right. " * 6
    >>> stiff = "The Contractor shall forthwith indemnify the Authority pursuant to the IPRS provisions. " * 9
    >>> language(from_text(plain)).to_row()["flesch_reading_ease"]
    108.1
    >>> found = language(from_text(stiff))
    >>> found.legalese[0].quote.text, found.legalese[0].plain, found.acronyms[0].name
    ('forthwith', 'at once', 'IPRS')
    >>> language(from_text("This is too short to measure.")).reason
    'it has 6 words in sentences; 100 are needed'
    """
    sentences, vocabulary = _sentences(document)
    words = sum(sentence.words for sentence in sentences)
    if not words:
        return Language(reason=_too_short(0))
    english = sum(vocabulary[word] for word in _function_words()) / words
    if english < LEAST_ENGLISH:
        return Language(words, len(sentences), reason=NOT_ENGLISH if words >= FEWEST_WORDS else _too_short(words))
    spans = _Spans(document)
    passives = tuple(document.quote(*span) for span in _passives(document.text, sentences))
    legalese = tuple(_legalese(document, spans, vocabulary))
    acronyms = _acronyms(document, spans, vocabulary)
    hardest = _hardest(document, sentences)
    if words < FEWEST_WORDS:
        return Language(
            words, len(sentences), passives=passives, legalese=legalese, acronyms=acronyms, hardest=hardest,
            reason=_too_short(words),
        )  # fmt: skip
    length = words / len(sentences)
    weight = sum(sentence.syllables for sentence in sentences) / words
    lengths = sorted(sentence.words for sentence in sentences)
    notes = (PASSIVE_NOTE, LEFT_OUT_NOTE) if words * 2 < document.words else (PASSIVE_NOTE,)
    return Language(
        words=words,
        sentences=len(sentences),
        flesch_reading_ease=206.835 - 1.015 * length - 84.6 * weight,
        flesch_kincaid_grade=_grade(length, weight),
        mean_sentence_words=length,
        p90_sentence_words=lengths[math.ceil(0.9 * len(lengths)) - 1],
        long_word_share=sum(n for word, n in vocabulary.items() if len(word) > LONG_WORD_LETTERS and _is_long(word))
        / words,
        passive_share=len(passives) / len(sentences),
        legalese_per_1000_words=1000 * len(legalese) / words,
        passives=passives,
        legalese=legalese,
        acronyms=acronyms,
        hardest=hardest,
        notes=notes,
    )


def _too_short(words: int) -> str:
    return f"it has {words} words in sentences; {FEWEST_WORDS} are needed"


def _grade(length: float, weight: float) -> float:
    """Flesch-Kincaid grade of words per sentence and syllables per word."""
    return 0.39 * length + 11.8 * weight - 15.59


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


@cache
def _words_of(table: str, key: str | None = None) -> frozenset[str]:
    data = load_measure("language")
    return frozenset(data[table] if key is None else data[table][key])


@cache
def _function_words() -> frozenset[str]:
    words = _words_of("function_words")
    return words | {word.capitalize() for word in words}


class _Sentence(NamedTuple):
    start: int
    end: int
    words: int
    syllables: int
    ended: bool
    passive: bool  # it has a form of "be", so that a look for a passive pays


# A word: "co-operate", "can't", "U.S", "3.5" and "1,000" are one each.
_WORD = re.compile(r"[^\W_]++(?:[.,'’&-][^\W_]++)*+")
_LINK = re.compile(r"(?:https?://|www\.)\S+|[^\s@]{1,64}@\S+")
# A bullet, a mark and a blank, or a full stop whose blank was lost in conversion ("awarded.The"). Like the others that
# run over all of a text, it begins with a set of characters, which the engine looks for fastest.
_BREAK = re.compile(
    r"[.!?…•●▪◦](?:(?<=[•●▪◦])[•●▪◦\s]*+|[\"'”’)\]*]{0,3}+\s++(?=[\"'“‘(\[]?[^\Wa-z_]|\([a-z]{1,4}\))"
    r"|(?<=[a-z]{2}\.)(?=[A-Z][a-z]{1,20}\s))"
)
_NUMBER = re.compile(
    r"\s*+(?:[-–—*·]\s++)?(?:\(?(?:\d{1,3}(?:\.\d{1,3}){0,5}|[A-Za-z]|[ivx]{1,5}|[IVX]{1,5})[.)]{1,2}\s++"
    r"|[A-Z]{0,3}\.?\d{1,3}(?:\.\d{1,3}){1,5}\)?\s++(?=[\"'“‘(\[]?[^\W\d_a-z]))?"
)
_MARKS = ".!?…"
_BULLETS = "•●▪◦"
_CLOSERS = "\"'”’)]"


def _sentences(document: Document) -> tuple[list[_Sentence], Counter[str]]:
    """Give the sentences of the running text, and how many times each of their words stands there as written."""
    text = document.text
    function_words = _function_words()
    found: list[_Sentence] = []
    vocabulary: Counter[str] = Counter()
    for block in document.blocks:
        if block.kind not in _READ_KINDS:
            continue
        for start, end in _stretches(text, block.start, block.end):
            stretch = text[start:end]
            ended = stretch[-1:] in _MARKS or stretch.rstrip(_CLOSERS)[-1:] in _MARKS
            if "@" in stretch or "://" in stretch or "www." in stretch:
                stretch = _LINK.sub("link", stretch)
            words = _WORD.findall(stretch)
            grammar = len(function_words.intersection(words))
            if not _is_sentence(len(words), grammar, ended):
                continue
            vocabulary.update(words)
            found.append(
                _Sentence(start, end, len(words), sum(map(_syllables, words)), ended, not _BE.isdisjoint(words))
            )
    return found, vocabulary


def _is_sentence(words: int, grammar: int, ended: bool) -> bool:
    """Tell a sentence from a label, a run-in heading and a table's line, by its different function words."""
    if ended:
        return (
            words >= FEWEST_ENDED_WORDS
            and (grammar >= 1 or words > FEWEST_UNENDED_WORDS)
            and grammar * 25 >= words - 20
        )
    return words >= FEWEST_UNENDED_WORDS and grammar >= 2 and (grammar * 15 >= words or grammar >= 8)


def _stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a block at the ends of its sentences; numbers and bullets before them are left out."""
    at = _begin(text, start, end)
    for found in _BREAK.finditer(text, at, end):
        if found.start() < at:
            continue
        if not _is_break(text, at, found.start()):
            continue
        stop = found.start() if found[0][0] in _BULLETS else found.start() + len(found[0].rstrip())
        if at < stop:
            yield at, stop
        at = _begin(text, found.end(), end)
    if at < end:
        yield at, at + len(text[at:end].rstrip())


def _begin(text: str, start: int, end: int) -> int:
    # Most begin with a word, which settles it at once; "iv." may be a number.
    if text[start : start + 2].isalpha() and text[start] not in "ivxIVX":
        return start
    number = _NUMBER.match(text, start, end)
    return number.end() if number else start


def _is_break(text: str, start: int, stop: int) -> bool:
    """Tell whether a sentence that begins at ``start`` ends with the mark at ``stop``."""
    if text[stop] != ".":
        return True
    before = text[max(start, stop - 24) : stop].split()
    word = before[-1].lstrip("(\"'“‘[") if before else ""
    if len(word) > 6 or (word.isupper() and len(word) > 1 and "." not in word):
        return True
    if len(word) == 1 and word.isupper():
        return len(before) > 1 and before[-2].lower() in _words_of("sentences", "before_letters")
    lower = word.lower()
    if lower in _words_of("sentences", "abbreviations"):
        # "Ltd. The" ends one; "e.g. The Times" does not.
        return "." not in word and len(word) > 1 and _next_word(text, stop) in _function_words()
    if lower in _words_of("sentences", "before_numbers"):
        return not _next_word(text, stop)[:1].isdigit()
    return True


def _next_word(text: str, stop: int) -> str:
    found = _WORD.search(text, stop, stop + 30)
    return found[0] if found else ""


# In order: a final e, es, ed that is not spoken ("table", "boxes", "needed" keep it); that e before another ending
# ("careful", "engagement"); within a compound ("framework", "stakeholder"); two vowels that are one sound.
_SILENT = (
    r"(?<=[^aeiouyl])e$|(?<=[aeiouyrl]l)e$",
    r"(?<=[^aeiouycghlsxz])es$|(?<=[aeiouyrl]l)es$|(?<=[tgp]h)es$",
    r"(?<=[^aeioudlty])ed$|(?<=[aeiouyrl]l)ed$",
    r"(?:(?<=[^aeiouyl])|(?<=[aeiouyrl]l))e(?=(?:less|ful|ness|ly|ty)(?:ly|ness)?$)",
    r"(?:(?<=[bcgkrsv])|(?<=[^b]at)|(?<=fin))e(?=ments?$)",
    r"^(?:base|care|code|core|date|else|face|file|fire|fore|frame|gate|grave|guide|here|home|house|life|like|line|live"
    r"|love|make|mile|more|name|note|one|pipe|price|rate|safe|share|shore|side|smoke|some|space|stake|state|stone"
    r"|store|take|there|time|trade|type|use|voice|ware|waste|where|white|whole|wide|wire)"
    r"(?=(?:after|base|body|board|book|by|care|case|cast|craft|cycle|day|fore|frame|from|going|guard|hold|how|in|keep"
    r"|land|lif|lik|lin|load|mail|mak|man|mark|most|nam|of|one|over|page|paper|plac|proof|room|scale|school|seen|ship"
    r"|sid|sight|span|spread|ston|styl|tabl|thing|time|to|through|under|up|wal|war|wat|way|wear|what|where|wis|with"
    r"|wood|work)[a-z]{0,6}$)",
    r"(?<=[ft]ic)i(?=en)|(?<=ic)a(?=lly)|[gq]ue(?=s?$)|^busi(?=n)|^even(?=ing)|^wednes",
)
# Two vowels that are two sounds: material, various, client, being, actual, layer, react, cooperate, area.
_SPOKEN = (
    r"(?<![cgstx])i(?=a(?!ge|m(?:ent|$))|o(?!n)|u)|(?<=[dpb])i(?=on)|(?<=[tc])i(?=at(?:e|i|o))(?<!pati)",
    r"(?<![cgstxu])i(?=et)|(?<=[^cst])i(?=enc)|(?<=[cl])i(?=ents?$)(?<!ci)|(?<=[nd])i(?=ents?$)|(?<=[aeiouy])i(?=ng)",
    r"(?<=[dlprsv])i(?=ers?$|est$|able)|(?<=[^aeiougqy])u(?=[aoe][lrtn])|(?<=[^aeiougqy])u(?=i(?:ty|ties)$)",
    r"e(?=o(?!us|u|p(?:le|ard)|ff|ns?$|r(?!et))|um)|(?<=[^aeiouyl])is(?=ms?$)|[aou]y(?=a|er|ee)",
    r"(?<=r)e(?=a(?:ct|te[ds]?$|ti(?!n)|li[sz]|ss)|i[nmt]|u[ns])|(?<=^co)o(?=[rp])|^are(?=a)|ide(?=a)",
)


@cache
def _syllable_rules() -> tuple[Callable[[str], list[str]], Callable[[str], list[str]], Callable[[str], list[str]]]:
    vowels, silent, spoken = (re.compile(rule) for rule in ("[aeiouy]+", "|".join(_SILENT), "|".join(_SPOKEN)))
    return vowels.findall, silent.findall, spoken.findall


@lru_cache(maxsize=1 << 16)
def _syllables(word: str) -> int:
    """Count the syllables of a word as it is spoken; a number counts one.

    Hyphenation patterns, the usual stand-in, leave out breaks that look ugly in print ("a-ny"): they miss one syllable
    in ten words. These rules agree with a pronouncing dictionary on 99 words of tender text in 100.

    Examples
    --------
    >>> [_syllables(word) for word in ("table", "tables", "wished", "wanted", "stakeholder's", "co-operate", "NHS")]
    [2, 2, 1, 2, 3, 4, 3]
    """
    if word.isalpha() and (word.islower() or word[1:].islower()) and len(word) <= _MOST_SYLLABLE_LETTERS:
        return _part_syllables(word.lower())
    if word.isdigit():
        return 1
    word = word[:_MOST_SYLLABLE_LETTERS].replace("’", "'")
    capitals = word.removesuffix("'s").rstrip("s")
    if capitals.isupper() and capitals.isalpha() and _is_spelt(capitals):
        return len(capitals) + 2 * capitals.count("W")
    total = 0
    for part in re.split("[-.,&]", word.lower()):
        stem, _, tail = part.partition("'")
        if stem and not stem.isdigit():
            total += _part_syllables(stem) + (tail == "t" and stem[-2:] in ("dn", "sn", "tn"))
    return total or 1


def _is_spelt(capitals: str) -> bool:
    """Tell whether capitals are said letter by letter: two or three that are no word, or more without a vowel."""
    if len(capitals) < 4:
        return len(capitals) > 1 and capitals.lower() not in _function_words()
    return len(capitals) < 6 and not re.search("[AEIOUY]", capitals)


@cache
def _known_syllables() -> Mapping[str, int]:
    """Syllables of the words that the rules get wrong, in all their forms."""
    known: dict[str, int] = {}
    for word, count in load_measure("language")["syllables"].items():
        stem = word.removesuffix("e")
        known |= {word: count, f"{word}s": count, f"{stem}ed": count, f"{stem}ing": count + 1, f"{word}ly": count + 1}
        if word.endswith("y"):
            known[f"{word[:-1]}ies"] = count
    return known


def _part_syllables(part: str) -> int:
    if (known := _known_syllables().get(part)) is not None:
        return known
    vowels, silent, spoken = _syllable_rules()
    groups = vowels(part)
    count = len(groups)
    if "e" in part or "ically" in part:
        count -= len(silent(part))
    # Only two vowels side by side can be two sounds, but for the end of "racism".
    if sum(map(len, groups)) > len(groups) or "ism" in part:
        count += len(spoken(part))
    return count or 1


@lru_cache(maxsize=1 << 16)
def _is_long(word: str) -> bool:
    if word.isalpha():
        return len(word) > LONG_WORD_LETTERS
    letters = word.removesuffix("'s").removesuffix("’s")
    return len(letters) > LONG_WORD_LETTERS and sum(map(str.isalpha, letters)) > LONG_WORD_LETTERS


class _Spans:
    """Where the running text is, so that what was found elsewhere can be left out."""

    def __init__(self, document: Document) -> None:
        self._blocks = [block for block in document.blocks if block.kind in _READ_KINDS]

    def hold(self, start: int) -> bool:
        """Tell whether an offset is in running text."""
        at = bisect_right(self._blocks, start, key=lambda block: block.start) - 1
        return at >= 0 and start < self._blocks[at].end


def _hardest(document: Document, sentences: list[_Sentence]) -> tuple[HardSentence, ...]:
    graded = sorted(
        (-_grade(sentence.words, sentence.syllables / sentence.words), sentence.start, sentence)
        for sentence in sentences
        if sentence.ended and sentence.words >= FEWEST_HARD_WORDS
    )
    chosen: dict[str, HardSentence] = {}
    for grade, _, sentence in graded:
        quote = document.quote(sentence.start, sentence.end)
        chosen.setdefault(quote.text, HardSentence(quote, sentence.words, -grade))
        if len(chosen) == HARDEST:
            break
    return tuple(chosen.values())


@cache
def _passive_pattern() -> re.Pattern[str]:
    between = "|".join(sorted(map(re.escape, _words_of("passives", "between")), key=len, reverse=True))
    irregular = "|".join(sorted(_words_of("passives", "irregular")))
    return re.compile(
        r"(?:am|are|is|was|were|be|been|being|aren['’]t|isn['’]t|wasn['’]t|weren['’]t)"
        rf"(?: (?:not|{between}|[a-z]{{2,20}}ly)\b,?){{0,3}} (?P<participle>[a-z-]{{1,20}}ed|{irregular})\b(?![-'’])"
    )


def _passives(text: str, sentences: list[_Sentence]) -> Iterator[tuple[int, int]]:
    """Find the first passive of each sentence."""
    pattern, adjectives = _passive_pattern(), _words_of("passives", "not_passive")
    for sentence in sentences:
        if not sentence.passive:
            continue
        for found in pattern.finditer(text, sentence.start, sentence.end):
            participle = found["participle"]
            if participle in adjectives or (found.start() > sentence.start and text[found.start() - 1].isalnum()):
                continue
            if participle == "prepared" and text.startswith(" to ", found.end()):
                continue
            if text[max(sentence.start, found.start() - 6) : found.start()].lower() == "there ":
                continue
            yield found.span()
            break


@cache
def _phrases() -> tuple[tuple[str, str, frozenset[str]], ...]:
    """Legal stock phrases, their plain equals and the words that must all be there for it to be worth a look."""
    table: Mapping[str, str] = load_measure("language")["legalese"]
    return tuple((phrase, plain, frozenset(_WORD.findall(phrase))) for phrase, plain in table.items())


def _legalese(document: Document, spans: _Spans, vocabulary: Collection[str]) -> Iterator[Legalese]:
    """Find legal stock phrases; where two overlap, the first and longest counts."""
    # One letter in Unicode is longer in lower case, which would move all that follows.
    text = document.text.replace("İ", "I").lower()
    known = set(map(str.lower, vocabulary))
    found: list[tuple[int, int, str, str]] = []
    for phrase, plain, words in _phrases():
        at = text.find(phrase) if known.issuperset(words) else -1
        while at >= 0:
            end = at + len(phrase)
            if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()) and spans.hold(at):
                found.append((at, -end, phrase, plain))
            at = text.find(phrase, end)
    last = 0
    for start, end, phrase, plain in sorted(found):
        if start >= last:
            last = -end
            yield Legalese(phrase, plain, document.quote(start, last))


_MOST_CAPITALS = 6
_MOST_LOOKS = 100  # an acronym that was not spelt out at one of so many places will not be
_CAPITALS = re.compile(r"[A-Z][A-Z]++(?=s?\b(?![&@%/=]|\.\w|-[\dA-Z]))")
_NOT_BEFORE = frozenset("_./@&%=#-")  # capitals after these are part of a link, an address or a code
_CAPITAL_WORD = re.compile(r"[A-Z]+$")
_ROMAN = re.compile(r"(?:X{0,3}(?:IX|IV|V?I{0,3}))$")
_QUOTED = "\"'“‘”’«»"
_EXPLAINS = re.compile(
    rf"[{_QUOTED}]?,?\s?"
    r"(?:[-–—:=|/]|or\b|(?P<verb>means|shall mean|has the meaning|stands for|is short for|refers to)\b)\s?(?:the )?"
)
_MIXED_CASE = re.compile(rf"[(][{_QUOTED}]?(?![A-Z]+\b)([A-Z][A-Za-z]{{1,6}}?)s?[{_QUOTED}]?\)")
_OPENED = re.compile(rf"[(\[](?:[^()\[\]]{{0,40}} )?[{_QUOTED}]?$")
_JOINT = re.compile(rf"(?:[-–—:=|/,]|\bor)\s?[{_QUOTED}]?$")
_INITIAL_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(("a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"))


def _acronyms(document: Document, spans: _Spans, vocabulary: Mapping[str, int]) -> tuple[Acronym, ...]:
    """Find acronyms that stand in running text and are spelt out nowhere in the document."""
    text = document.text
    ignored: dict[str, bool] = {}
    uses: dict[str, list[int]] = {}
    # "Request for Information (RfI)" also explains RFI.
    explained = {found[1].upper() for found in _MIXED_CASE.finditer(text) if sum(map(str.isupper, found[1])) > 1}
    looks: Counter[str] = Counter()
    for found in _CAPITALS.finditer(text):
        name = found[0]
        if name not in ignored:
            ignored[name] = len(name) > _MOST_CAPITALS or _is_no_acronym(name, vocabulary)
        if ignored[name] or name in explained:
            continue
        start, end = found.span()
        looks[name] += 1
        if looks[name] > _MOST_LOOKS:
            if name in uses and spans.hold(start):
                uses[name].append(start)
            continue
        if start and (text[start - 1].isalnum() or text[start - 1] in _NOT_BEFORE):
            continue
        if _is_explained(text, name, start, end):
            explained.add(name)
        elif spans.hold(start) and not _is_code_or_shout(text, start, end):
            uses.setdefault(name, []).append(start)
    chosen = [(name, places) for name, places in uses.items() if name not in explained]
    chosen.sort(key=lambda item: (-len(item[1]), item[1][0]))
    return tuple(
        Acronym(name, len(places), document.quote(places[0], places[0] + len(name))) for name, places in chosen
    )


def _is_no_acronym(name: str, vocabulary: Mapping[str, int]) -> bool:
    """Tell whether capitals are known to everybody, a Roman number, or a word that is only stressed."""
    return (
        name in _words_of("acronyms", "common")
        or name in _words_of("acronyms", "emphasis")
        or _ROMAN.match(name) is not None
        or len(set(name)) == 1
        or name.lower() in vocabulary
        or name.capitalize() in vocabulary
    )


def _is_code_or_shout(text: str, start: int, end: int) -> bool:
    """Tell whether capitals belong to a reference ("RM 6187"), an address, or a line set in capitals."""
    after = text[end : end + 24]
    if re.match(r"s?[ -]?\d", after):
        return True
    before = text[max(0, start - 24) : start]
    if end - start == 2 and re.search(r"[A-Z][a-z]+, $", before):
        return True
    neighbours = (before.split()[-1:] if before.endswith(" ") else []) + (
        after.split()[:1] if after.startswith(" ") else []
    )
    common = _words_of("acronyms", "common")
    return any(
        word not in ("", "A", "I") and word not in common and _CAPITAL_WORD.match(word)
        for word in (neighbour.strip("()[],.;:\"'“”") for neighbour in neighbours)
    )


def _is_explained(text: str, name: str, start: int, end: int) -> bool:
    """Tell whether the words beside an acronym spell it out, before it or after it."""
    before = text[max(0, start - 120) : start].rsplit("\n", 1)[-1]
    after = text[end : end + 120].split("\n", 1)[0].removeprefix("s")
    if bracket := _OPENED.search(before):
        quoted = before[-1] in _QUOTED or "known as" in bracket[0] or "called" in bracket[0]
        return quoted or _names(name, before[: bracket.start()])
    if after[:2] in (" (", " ["):
        return _spells(name, re.split(r"[)\]]", after[2:], maxsplit=1)[0], forward=True)
    if (explains := _EXPLAINS.match(after)) and (
        explains["verb"] is not None or _spells(name, after[explains.end() :], forward=True)
    ):
        return True
    return _initials(name, _JOINT.sub("", before)) or _initials(name, after, forward=True)


def _names(name: str, words: str) -> bool:
    """Tell whether words are what the acronym in brackets after them stands for, if need be by their capitals."""
    if _spells(name, words):
        return True
    parts = _INITIAL_WORD.findall(words)[-8:]
    if not parts or parts[-1][0].upper() == name[0]:
        return bool(parts)
    return all(part[0].isupper() for part in parts[-2:]) and any(part[0] == name[0] for part in parts)


def _spells(name: str, words: str, *, forward: bool = False) -> bool:
    """Tell whether words spell an acronym out: those that end the text, or with ``forward`` those that begin it.

    Its letters need only stand in the words in order, the first as an initial (Schwartz and Hearst 2003).
    """
    letters = name.lower()
    reach = min(len(letters) + 5, len(letters) * 2)
    parts = _INITIAL_WORD.findall(words)
    parts = [part.lower() for part in (parts[:reach] if forward else parts[-reach:])]
    return any(
        part[0] == letters[0] and part != letters and _in_order(letters, " ".join(parts[first:]))
        for first, part in enumerate(parts)
    )


def _initials(name: str, words: str, *, forward: bool = False) -> bool:
    """Tell whether the letters of an acronym are the initials of the words next to it, small words apart."""
    letters = name.lower()
    nearest = _INITIAL_WORD.findall(words[:24] if forward else words[-24:])
    if not nearest:
        return False
    if forward:
        if nearest[0][0].lower() != letters[0] and nearest[0].lower() not in _SMALL:
            return False
    elif nearest[-1][0].lower() != letters[-1]:
        return False
    parts = [part.lower() for part in _INITIAL_WORD.findall(words)]
    for chosen in (parts, [part for part in parts if part not in _SMALL]):
        initials = "".join(part[0] for part in (chosen[: len(letters)] if forward else chosen[-len(letters) :]))
        if initials == letters:
            return True
    return False


def _in_order(letters: str, text: str) -> bool:
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True
