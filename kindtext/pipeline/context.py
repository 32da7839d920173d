"""The spaCy component that reads a signal's context: ``nlp.add_pipe("kindtext_context")``.

Whether a span is affirmed, negated, hedged, conditional or a citation is decided by ConText's method [1]_: trigger
wordings near the span, each with a direction and a reach, whose scope ends at the clause and at terminating words.
Who acts is the subject of the span's clause, or the party that a passive names.

There is no parser behind it. Clauses are told by what procurement prose shows on its surface: its finite verbs are
nearly all auxiliaries ("shall", "will", "is"), so that a comma or an "and" with a noun and an auxiliary after it
opens a clause.

References
----------
.. [1] Harkema, Dowling, Thornblade, Chapman: "ConText: an algorithm for determining negation, experiencer, and
   temporal status from clinical reports", Journal of Biomedical Informatics 42 (2009).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from spacy.attrs import LOWER
from spacy.language import Language
from spacy.tokens import Span

from kindtext.lexicon import Lexicon, Pole, Trigger, load_lexicon
from kindtext.pipeline.normal import set_normal_forms
from kindtext.pipeline.search import CLAUSE_ENDS, Hit, PatternSearch
from kindtext.pipeline.signals import SPANS

if TYPE_CHECKING:
    from spacy.tokens import Doc

# Where more than one applies: a law's name promises nothing, whatever stands around it; what is refused is not
# weakened any further.
_STRENGTH = {"affirmed": 0, "hedged": 1, "conditional": 2, "negated": 3, "citation": 4}

# Grammar: closed classes of words, so that they stand here and not with the wordings of the lexicon.
_FINITE = frozenset(
    "will shall must may should would can could might cannot ca wo 'll ’ll is are was were am has have had does do "
    "did 's ’s 're ’re 've ’ve".split()
)
_BE = frozenset("is are was were am be been being 's ’s 're ’re".split())
_POSSESSIVE = frozenset(("'s", "’s", "'", "’"))
_NEGATIVES = frozenset(("not", "n't", "n’t"))
_NEGATIVE_STARTS = _NEGATIVES | frozenset(("no", "never", "without", "unless", "nor"))
_ADVERBS = _NEGATIVES | frozenset(
    "also then only either always still therefore both never again already further hereby themselves itself ourselves "
    "together first now thus so accordingly each all instead".split()
)
_WORD_JOINTS = frozenset(("and", "or", "but", "nor", "yet"))
_JOINTS = _WORD_JOINTS | frozenset((",", ":", "–", "—"))
_DASHES = frozenset(("-", "–", "—"))
_CONTENT = frozenset(("that", "how", "what", "whether", "why"))
_RELATIVE = frozenset(("who", "whom", "whose", "which"))
_CONDITION = frozenset(("if", "unless", "where", "wherever", "provided", "providing"))
_PLACES = frozenset(("where", "wherever"))
_OTHER_SUBORDINATE = frozenset(
    ("because", "although", "though", "whereas", "while", "whilst", "since", "until", "when", "once")
)
_OPENERS = _CONTENT | _RELATIVE | _CONDITION | _OTHER_SUBORDINATE | {"as"}
_TURNS = CLAUSE_ENDS | _JOINTS | _OPENERS | _FINITE  # words at which a clause may turn
_RARE_ENDS = frozenset(". \n\r\t\f\v\u2028\u2029\xa0")  # how "..." and line breaks begin
# "where possible" and its like open no clause.
_NO_CLAUSE_AFTER = frozenset(
    "possible appropriate practicable practical feasible relevant necessary reasonable reasonably available applicable "
    "required requested needed any so not otherwise agreed and or to".split()
)
_PRONOUNS = frozenset(("it", "they", "he", "she"))
_SUBJECT_WORDS = _PRONOUNS | frozenset("we you this these those there none nobody nothing neither both".split())
_PREPOSITIONS = frozenset(
    "to for with from of by in on at than between among amongst against upon towards toward within under into through "
    "about over across as per via including such like before after during regarding concerning alongside without "
    "around near behind".split()
)
_ARTICLES = frozenset(
    "the a an any each every all our their its your no some many most both these those this that such other more "
    "successful appointed preferred winning unsuccessful potential prospective individual small local new main lead "
    "chosen selected two three four five six older disabled vulnerable eligible".split()
)
# What acts in "members of the panel" and "failure of the Contractor" is named after the "of".
_HEADS_OF = frozenset(
    "member members staff failure duty obligation responsibility group groups team officer officers panel employee "
    "employees representative representatives one number none each all any most some behalf".split()
)
_IRREGULAR = frozenset(
    "given held made paid sent put set built told kept bought sought shut met found shown done borne led run taught "
    "won drawn seen known chosen taken written spent left brought cut lost sold read heard said".split()
)
# Participles that say how the subject is minded, not what is done to it.
_STATES = frozenset(
    "committed pleased dedicated interested concerned involved engaged experienced qualified entitled obliged bound "
    "prepared determined based located situated delighted".split()
)
# The first words of what bidders are told to do.
_IMPERATIVES = frozenset(
    "please describe explain provide submit demonstrate outline detail state tell confirm complete give show set "
    "include identify indicate list attach note ensure specify summarise summarize discuss supply propose consider "
    "use refer enter return upload sign read answer address evidence illustrate share present make".split()
)
_PLURALS = frozenset(("people", "children", "women", "we", "you"))
_REQUESTS = frozenset(("require", "requires", "ask", "asks", "expect", "expects", "seek", "seeks", "want", "wants"))
_NAMING = frozenset(("headed", "titled", "entitled", "called", "named", "heading", "headings", "title"))
_PARTS = frozenset(
    "clause section schedule annex appendix form part volume article paragraph item chapter table".split()
)
_TITLE_LINKS = frozenset("of and the for in to on at with & - – / ( ) 's ’s ' ’ or by".split())
_TITLE_OF = frozenset(("of", "for", "on", "in", "to"))
_QUOTES = frozenset("\" “ ” ' ‘ ’ « »".split())
_INDEFINITE = frozenset(("a", "an", "your", "their", "its", "his", "her", "own", "any"))
_ANSWER_MARKS = frozenset(("a", "answer", "response", "reply", ":", ".", "-", "–", ")"))

_LOOK_AHEAD = 8  # words from a joint to the verb of the clause that it opens: "and the costs of any visit will"
_BY_REACH = 10  # words from a span to the "by" that names its doer: "sent feedback in writing by the Board"
_TITLE_REACH = 8  # words of a title on each side of a span; names of laws and papers are rarely longer
_MASK_REACH = 12  # words of the longest wording that only looks like a trigger, gaps included
_INHERITED = 25  # clauses that may hand on their subject: a long list after one lead-in
_SENTENCE_REACH = 40  # words over which the "if" of a sentence still governs; legal sentences run on

_Kind = Literal["start", "main", "same", "after", "if", "relative", "other", "that"]
_SUBORDINATE = frozenset(("if", "relative", "other", "that"))


class _Clause(NamedTuple):
    """A clause of a text.

    ``kind`` is how it opens: a sentence, a new main clause, a further verb of the same subject, the main clause
    after an opening phrase or subordinate clause, or a subordinate one. ``verb`` is its first finite verb, or -1.
    Triggers do not reach from one ``scope`` to another, but for those that govern a whole ``sentence``.
    """

    start: int
    end: int
    verb: int
    kind: _Kind
    scope: int
    sentence: int


class _Cues(NamedTuple):
    """What bears on the assertions of a text: triggers, wordings that only look like them, and terminators."""

    triggers: _Hits
    masks: _Hits
    ends: _Hits


class _Place(NamedTuple):
    """Where a span stands: its tokens, and the number of the clause in which it begins."""

    start: int
    end: int
    clause: int


class _Hits:
    """Hits in order of their start, of which only those near a place are looked at: long texts stay linear."""

    __slots__ = ("_hits", "_starts")

    def __init__(self, hits: list[Hit]) -> None:
        self._hits = hits
        self._starts = [hit.start for hit in hits]

    def between(self, low: int, high: int) -> list[Hit]:
        """Give the hits that start at ``low`` or after and before ``high``."""
        return self._hits[bisect_left(self._starts, low) : bisect_left(self._starts, high)]


class _Text(NamedTuple):
    """What is read of a Doc, as plain lists: attributes of tokens are slow."""

    doc: Doc
    words: list[str]
    clauses: list[_Clause]
    starts: list[int]
    parties: _Hits

    def clause_at(self, token: int) -> int:
        return max(0, bisect_right(self.starts, token) - 1)


class ContextReader:
    """Sets ``span._.assertion`` and ``span._.agent`` on every span of ``doc.spans["kindtext"]``.

    Parameters
    ----------
    nlp : spacy.language.Language
        The pipeline it belongs to.
    lexicon : Lexicon
        Triggers, terminators and the names that the parties go by.

    Notes
    -----
    spaCy keeps a span's extensions by its place and not its label, so signals on exactly the same words share them.
    All but the pole is read alike for them; where signals of both poles stand on the same words and a trigger
    changes only one of them, the reading that weakens least is kept, so that no signal is lost by it.
    """

    def __init__(self, nlp: Language, lexicon: Lexicon) -> None:
        set_normal_forms(nlp.vocab)
        for name, default in (("assertion", "affirmed"), ("agent", "none")):
            if not Span.has_extension(name):
                Span.set_extension(name, default=default)
        self._poles = {signal.id: signal.pole for signal in lexicon.signals.values()}
        self._triggers = {f"trigger {trigger.id}": trigger for trigger in lexicon.triggers}
        patterns = {key: trigger.patterns for key, trigger in self._triggers.items()}
        patterns["end"] = lexicon.terminators
        patterns |= {f"agent {agent}": names for agent, names in lexicon.agents.items()}
        self._search = PatternSearch(nlp, patterns, lexicon.lists)
        self._sorts = {key: key.split(" ")[0] for key in patterns}
        for key, trigger in self._triggers.items():
            if trigger.assertion == "none":
                self._sorts[key] = "mask"
            elif trigger.looks == "across":
                self._sorts[key] = "title"

    def __call__(self, doc: Doc) -> Doc:
        """Read the context of a Doc's spans; a Doc without any is returned as it is."""
        spans = doc.spans.get(SPANS, ())
        if not spans:
            return doc
        sorts: dict[str, list[Hit]] = {sort: [] for sort in ("trigger", "title", "mask", "end", "agent")}
        for hit in self._search(doc):
            sorts[self._sorts[hit.key]].append(hit)
        text = _read(doc, sorts["agent"])
        titles = _Hits(sorts["title"])
        cues = _Cues(_Hits(sorts["trigger"]), _Hits(sorts["mask"]), _Hits(sorts["end"]))
        done: dict[tuple[int, int], str] = {}
        for span in spans:
            place = _Place(span.start, span.end, text.clause_at(span.start))
            if _is_title(text, place, titles):
                span._.assertion, span._.agent = "citation", "none"
            else:
                assertion = self._assertion(text, place, self._poles.get(span.label_, "kind"), cues)
                before = done.setdefault((place.start, place.end), assertion)
                span._.assertion = min(before, assertion, key=_STRENGTH.__getitem__)
                span._.agent = _agent(text, place)
        return doc

    def _assertion(self, text: _Text, place: _Place, pole: Pole, cues: _Cues) -> str:
        if _is_declined(text, place):
            return "negated"
        found = "affirmed"
        for hit in cues.triggers.between(place.start - _SENTENCE_REACH, place.end + _SENTENCE_REACH):
            trigger = self._triggers[hit.key]
            if (
                _STRENGTH[trigger.assertion] > _STRENGTH[found]
                and pole in trigger.poles
                and _governs(text, trigger, hit, place, cues.ends)
                and not self._is_masked(hit, trigger, place, pole, cues.masks)
            ):
                found = trigger.assertion
        return found

    def _is_masked(self, hit: Hit, trigger: Trigger, place: _Place, pole: Pole, masks: _Hits) -> bool:
        """Whether a trigger is part of a wording that only looks like one of its kind."""
        for mask in masks.between(hit.end - _MASK_REACH, hit.end):
            # A wording that reaches into the span says of the span itself what it says: "not be | excluded".
            if hit.end <= mask.end and (mask.end <= place.start or mask.start >= place.end):
                seeming = self._triggers[mask.key]
                if pole in seeming.poles and seeming.id.startswith(f"not_{trigger.assertion}"):
                    return True
        return False


def _read(doc: Doc, agents: Iterable[Hit]) -> _Text:
    strings = doc.vocab.strings
    words = [strings[word] for word in doc.to_array(LOWER).tolist()]
    for i in range(1, len(words) - 1):
        if words[i] in _DASHES and doc[i - 1].whitespace_:
            # Between blanks it is a dash and no hyphen; before a capital, most often the bullet of an item.
            words[i] = "•" if _is_capital(doc, i + 1) else "–"
    parties = _parties(agents)
    clauses = _clauses(words, {party.start for party in parties})
    return _Text(doc, words, clauses, [clause.start for clause in clauses], _Hits(parties))


def _is_capital(doc: Doc, i: int) -> bool:
    return doc[i].text[0].isupper()


def _parties(hits: Iterable[Hit]) -> list[Hit]:
    """Give the parties named, by the longest name: a "tenants' association" is no buyer's."""
    parties: list[Hit] = []
    end = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= end:
            parties.append(Hit(hit.key.removeprefix("agent "), hit.start, hit.end))
            end = hit.end
    return parties


def _clauses(words: Sequence[str], party_starts: AbstractSet[int]) -> list[_Clause]:
    """Cut a text into clauses, from its first word to its last."""
    clauses: list[_Clause] = []
    start, verb, scope, scopes, main_scope, sentence = 0, -1, 0, 1, 0, 0
    kind: _Kind = "start"
    for i, word in enumerate(words):
        if word not in _TURNS and word[0] not in _RARE_ENDS:
            continue  # most words
        at = i
        opened: _Kind | None = None
        if word in _JOINTS:
            opened = _after_joint(words, clauses, start, i, kind, verb, party_starts)
        elif word in _OPENERS:
            if i != start + 1 or kind not in _SUBORDINATE:
                opened = _subordinate(words, i, party_starts)
        elif word in _FINITE:
            if not _is_finite(words, i):
                continue
            if kind in ("relative", "that") and _returns(words, clauses, start, verb, i, party_starts):
                opened = "same"
            elif verb < 0:
                verb = i
                if word == "should" and kind in ("start", "main", "same"):
                    kind = "if" if _is_inverted(words, start, i, party_starts) else kind
        elif _ends_sentence(word):
            at, opened = i + 1, "start"
        if opened is None:
            continue
        if at > start:
            if kind == "that" and opened == "same":
                # It was a relative clause; what it denies is not denied of the main one.
                scope, scopes = scopes, scopes + 1
            clauses.append(_Clause(start, at, verb, kind, scope, sentence))
            if kind not in _SUBORDINATE:
                main_scope = scope
        if opened == "same" and clauses and (word in _FINITE or (word == "," and kind in _SUBORDINATE)):
            # Back in the main clause after "who ...": its triggers reach on.
            scope = main_scope
        elif opened != "that":
            scope, scopes = scopes, scopes + 1
        sentence += opened == "start"
        start, kind = at, opened
        verb = i if word in _FINITE else -1
    clauses.append(_Clause(start, len(words), verb, kind, scope, sentence))
    return clauses


def _ends_sentence(word: str) -> bool:
    return word in CLAUSE_ENDS or "\n" in word or (word[0] == "." and not word.strip("."))


def _after_joint(
    words: Sequence[str],
    clauses: Sequence[_Clause],
    start: int,
    i: int,
    kind: _Kind,
    verb: int,
    party_starts: AbstractSet[int],
) -> _Kind | None:
    """Tell what a comma, colon, dash, "and" or "but" opens: None where it only joins nouns."""
    joint = words[i]
    if joint == "yet" and i and words[i - 1] in _NEGATIVES:
        return None
    by_word = joint in _WORD_JOINTS
    j = i + 1
    while j < len(words) and (words[j] in _WORD_JOINTS or words[j] in _ADVERBS or words[j] == ","):
        by_word = by_word or words[j] in _WORD_JOINTS
        j += 1
    if j >= len(words) or words[j] in _OPENERS:
        return None
    if words[j] in _FINITE and _is_finite(words, j):
        return "same" if by_word or kind in _SUBORDINATE else None
    subject = _is_subject(words, j, party_starts)
    if not _verb_ahead(words, j, joins=kind in _SUBORDINATE):
        if not subject or joint != ",":
            return None
        if by_word:
            return "main" if verb >= 0 else None
        return "after" if kind in ("if", "other") else None
    if joint in (":", "–", "—"):
        return "main"
    if kind in ("if", "other"):
        return "after" if not by_word else "main" if subject and joint == "," else None
    if kind == "that" and not by_word and clauses and clauses[-1].verb < 0:
        return "after"  # "in the event that volumes double, the supplier shall ..."
    if kind in ("relative", "that") or verb >= 0:
        return "main"
    if by_word:
        # "..., and the price will ..." opens a clause, unless commas before it make it the last of a list.
        return "main" if joint == "but" or (joint == "," and (subject or "," not in words[start + 1 : i])) else None
    return "after"


def _is_subject(words: Sequence[str], j: int, party_starts: AbstractSet[int]) -> bool:
    """Whether a pronoun or a party's name stands at a place, article or not."""
    if words[j] in _SUBJECT_WORDS or j in party_starts:
        return True
    return words[j] in _ARTICLES and (j + 1 in party_starts or j + 2 in party_starts)


def _verb_ahead(words: Sequence[str], j: int, *, joins: bool) -> bool:
    """Whether a noun phrase and its finite verb follow, before anything that ends them."""
    for m in range(j + 1, min(j + _LOOK_AHEAD, len(words))):
        word = words[m]
        if word in _FINITE:
            if _is_finite(words, m):
                return True
        elif word in _JOINTS:
            if not joins or word not in ("and", "or"):
                return False
        elif (word in _OPENERS and word != "as") or word in CLAUSE_ENDS or word[0] in _RARE_ENDS:
            return False
    return False


def _subordinate(words: Sequence[str], i: int, party_starts: AbstractSet[int]) -> _Kind | None:
    """Tell what kind of clause an opening word opens, if any."""
    word = words[i]
    before = words[i - 1] if i else ""
    after = words[i + 1] if i + 1 < len(words) else ""
    if word in _RELATIVE:
        return "relative"
    if word in _OTHER_SUBORDINATE:
        return "other"
    if word == "as":
        return "other" if before == "," and (after in _SUBJECT_WORDS or after in _ARTICLES) else None
    if word in _CONTENT:
        return None if word == "that" and before == "so" else "that"
    if word in ("provided", "providing"):
        return "if" if after in ("that", "always") else None
    if word in ("if", "unless"):
        return "if"
    if after in _NO_CLAUSE_AFTER or not after[:1].isalpha():
        return None
    # "services where people meet" is no condition; "where a bidder fails" and ", where ..." are.
    named = before[-1:].isalpha() and before not in ("and", "or", "only", "except", "save", "cases", "circumstances")
    specific = _is_subject(words, i + 1, party_starts) and after not in ("we", "you", "they")
    return "relative" if named and not specific else "if"


def _is_finite(words: Sequence[str], i: int) -> bool:
    """Whether an auxiliary is a finite verb here: no infinitive, no possessive."""
    before = words[i - 1] if i else ""
    if words[i] in _POSSESSIVE:
        return before in _SUBJECT_WORDS or before in _RELATIVE or before in _CONTENT
    return before != "to"


def _is_inverted(words: Sequence[str], start: int, i: int, party_starts: AbstractSet[int]) -> bool:
    """Whether "should" comes before its subject, as in "should a bidder need them"."""
    if any(word not in _JOINTS and word not in _ADVERBS for word in words[start:i]):
        return False
    after = words[i + 1] if i + 1 < len(words) else ""
    return after in _ARTICLES or after in _SUBJECT_WORDS or i + 1 in party_starts


def _returns(
    words: Sequence[str], clauses: Sequence[_Clause], start: int, verb: int, i: int, party_starts: AbstractSet[int]
) -> bool:
    """Whether a finite verb in a relative clause is the main clause's: "any firm that bids *shall* ..."."""
    if not clauses or clauses[-1].verb >= 0:
        return False
    if verb >= 0:
        return i - verb > 2
    if words[start] in ("whose", "whom"):
        return False
    return i - start > 3 and not _is_subject(words, start + 1, party_starts) and words[start + 1] not in _ARTICLES


def _governs(text: _Text, trigger: Trigger, hit: Hit, place: _Place, ends: _Hits) -> bool:
    """Whether a trigger's scope takes in a span."""
    number = text.clause_at(hit.start)
    clause, own = text.clauses[number], text.clauses[place.clause]
    if clause.sentence != own.sentence:
        return False
    if trigger.assertion == "conditional" and text.words[hit.start] in _PLACES and clause.kind != "if":
        return False
    if hit.end <= place.start:
        if trigger.looks == "backward":
            return False
        if trigger.assertion == "negated" and (clause.kind == "if" or text.words[place.start] in _NEGATIVE_STARTS):
            return False  # "if they do not involve users ..." asks for it; "not ... without consent" is no negation
        if clause.scope == own.scope:
            return _is_near(trigger, hit.end, place.start, ends)
        if trigger.assertion == "hedged" and text.words[hit.end - 1] == "to":
            return False  # "intends to" weakens its own verb alone
        return trigger.assertion != "negated" and _opens_sentence(text, hit, number, place)
    if hit.start < place.end or trigger.looks == "forward":
        return False
    if text.words[hit.start] in _FINITE:
        # "... will not be held", "... may be asked for": said of a subject, so nothing else may be its verb.
        ours = number == place.clause or (own.verb < 0 and own.kind not in _SUBORDINATE and own.scope == clause.scope)
        return ours and hit.start <= clause.verb < hit.end and _is_near(trigger, place.end, hit.start, ends)
    if clause.scope == own.scope:
        return _is_near(trigger, place.end, hit.start, ends)
    return (
        trigger.assertion == "conditional"
        and clause.kind == "if"
        and hit.start - clause.start <= 2
        and hit.start - place.end <= 2 * trigger.reach
        and all(between.kind in _SUBORDINATE for between in text.clauses[place.clause + 1 : number])
        and not (number + 1 < len(text.clauses) and text.clauses[number + 1].kind == "after")
    )


def _is_near(trigger: Trigger, start: int, end: int, ends: _Hits) -> bool:
    return end - start <= trigger.reach and not ends.between(start, end)


def _opens_sentence(text: _Text, hit: Hit, number: int, place: _Place) -> bool:
    """Whether a trigger stands in the phrase or clause that opens a sentence, and the span in what it opens."""
    clause = text.clauses[number]
    if clause.kind == "if":
        if hit.start - clause.start > 2:
            return False
    elif clause.verb >= 0:
        return False
    following = text.clauses[number + 1 : place.clause + 1]
    first = next((k for k, c in enumerate(following) if c.kind == "after"), None)
    return (
        first is not None
        and all(c.kind in _SUBORDINATE for c in following[:first])
        and all(c.kind in ("same", "that") for c in following[first + 1 :])
    )


def _is_declined(text: _Text, place: _Place) -> bool:
    """Whether a span stands in a question that is answered with "no"."""
    words = text.words
    for i in range(place.end, min(place.end + _SENTENCE_REACH, len(words))):
        if words[i] == "?":
            break
        if words[i] in CLAUSE_ENDS:
            return False
    else:
        return False
    i += 1
    while i < len(words) and (words[i] in _ANSWER_MARKS or words[i].isspace()):
        i += 1
    if i >= len(words) or words[i] not in ("no", "none"):
        return False
    return words[i] == "none" or i + 1 == len(words) or words[i + 1] in (",", ".", ";", "–", "—")


def _is_title(text: _Text, place: _Place, titles: _Hits) -> bool:
    """Whether a span is part of a name: of a law, a paper, a body or a post, or of a heading."""
    doc, words = text.doc, text.words
    if not _is_capital(doc, place.start):
        return False
    for i in range(place.start + 1, place.end):
        if words[i][0].isalpha() and words[i] not in _TITLE_LINKS and words[i - 1] != "-" and not _is_capital(doc, i):
            return False
    first, last = _title_around(text, place)
    capitals = [i for i in range(first, last) if _is_capital(doc, i)]
    if len(capitals) > 1 and all(doc[i].is_upper for i in capitals):
        return False  # a text in capitals names nothing by them
    before = words[max(0, first - 3) : first]
    if any(
        hit.end <= last and (hit.end > place.start or words[hit.end] in _TITLE_OF)
        for hit in titles.between(first, last)
    ):
        return not (before and before[-1] in _INDEFINITE)
    if len(capitals) < 2:
        return False
    if before and before[-1] in _QUOTES:
        return not _QUOTES.isdisjoint(words[last : last + _TITLE_REACH])
    sentence = words[max(text.clauses[place.clause].start, first - _TITLE_REACH) : first]
    return not _NAMING.isdisjoint(sentence) or (
        len(before) > 1 and before[-1] in ("(", ",", ":") and not _PARTS.isdisjoint(before[:-1])
    )


def _title_around(text: _Text, place: _Place) -> tuple[int, int]:
    """Give the run of capitalised words, and small ones between them, that a span stands in."""
    first, last = place.start, place.end
    for i in range(place.start - 1, max(-1, place.start - 1 - _TITLE_REACH), -1):
        if _is_capital(text.doc, i):
            first = i
        elif not _links(text.words, i):
            break
    for i in range(place.end, min(len(text.words), place.end + _TITLE_REACH)):
        if _is_capital(text.doc, i) or text.words[i].isdigit():
            last = i + 1
        elif not _links(text.words, i):
            break
    return first, last


def _links(words: Sequence[str], i: int) -> bool:
    """Whether a small word may stand inside a name; "the" only as in "of the"."""
    return words[i] in _TITLE_LINKS if words[i] != "the" else i > 0 and words[i - 1] in _TITLE_OF


def _agent(text: _Text, place: _Place) -> str:
    """Tell who does what a span names."""
    doer = _infinitive_subject(text, place)
    if doer is not None:
        return doer
    subject, passive = _subject(text, place.clause, place.start)
    if passive or subject is None:
        doer = _by_party(text, place)
        if doer is not None:
            return doer
    if passive:
        return "none"
    if subject is None and text.clauses[place.clause].verb < 0 and place.clause + 1 < len(text.clauses):
        following = text.clauses[place.clause + 1]
        if following.kind == "after":  # "without asking tenants, the Council will ..."
            subject, _ = _subject(text, place.clause + 1, following.end)
    if subject is None:
        return "supplier" if _is_instruction(text, place) else "none"
    if subject == "buyer" and not _REQUESTS.isdisjoint(text.words[text.clauses[place.clause].start : place.start]):
        return _party_after(text, "from", place.end, place.end + 6) or subject
    return subject


def _infinitive_subject(text: _Text, place: _Place) -> str | None:
    """Find the party right before the span's "to", as in "help residents to shape"."""
    words = text.words
    for to in range(place.start - 1, max(0, place.start - 4), -1):
        if words[to] in _JOINTS or words[to] in CLAUSE_ENDS:
            return None
        if words[to] == "to":
            for party in text.parties.between(to - _MASK_REACH, to):
                if party.end == to:
                    before = words[_before_article(words, party.start) - 1] if party.start else ""
                    return party.key if before not in ("to", "with") else None
            return None
    return None


def _by_party(text: _Text, place: _Place) -> str | None:
    """Find the party that a passive names as its doer."""
    clause = text.clauses[place.clause]
    end = place.end + _BY_REACH
    for following in islice(text.clauses, place.clause + 1, place.clause + 1 + _BY_REACH):
        if following.kind not in ("that", "same"):
            end = min(end, following.start)
            break
    begin = clause.verb if 0 <= clause.verb < place.start else place.end
    return _party_after(text, "by", begin, end)


def _party_after(text: _Text, word: str, start: int, end: int) -> str | None:
    """Find the party that follows a preposition, whatever article stands before it."""
    for party in text.parties.between(start + 1, end + 4):
        before = _before_article(text.words, party.start) - 1
        if start <= before < end and text.words[before] == word:
            return party.key
    return None


def _subject(text: _Text, number: int, before: int, steps: int = _INHERITED) -> tuple[str | None, bool]:
    """Find the party that is the subject of a clause, and tell whether something is done to it."""
    clause = text.clauses[number]
    limit = clause.verb if clause.verb >= 0 else min(before, clause.end)
    passive = clause.verb >= 0 and _is_passive(text.words, clause)
    own = _own_subject(text, clause, limit)
    if own is None and clause.verb >= 0:
        own = _inverted_subject(text, clause)
    if passive and clause.kind == "that":
        own = None  # "ensure that users are heard": the doer is who ensures it
    if own is not None:
        return own, passive
    first = next((w for w in text.words[clause.start : limit] if w not in _JOINTS and w not in _ADVERBS), "")
    if first in _PRONOUNS or (
        clause.kind in _SUBORDINATE and not _PRONOUNS.isdisjoint(text.words[clause.start : limit])
    ):
        return _earlier_subject(text, number), passive
    if clause.kind == "relative":
        return _antecedent(text, clause), passive
    if clause.kind == "same":
        return _inherited(text, number, passive, steps)
    if clause.kind == "that":
        return _inherited(text, number, False, steps)
    if clause.kind == "start" and number and _continues(text, clause):
        return _inherited(text, number, passive, steps)
    return None, passive


def _inherited(text: _Text, number: int, passive: bool, steps: int) -> tuple[str | None, bool]:
    """Find the subject of the clause that this one goes on from."""
    for k in range(number - 1, max(-1, number - 1 - steps), -1):
        clause = text.clauses[k]
        if clause.kind not in ("if", "other", "relative"):
            subject, was_passive = _subject(text, k, clause.end, steps - (number - k))
            return subject, passive if text.clauses[number].verb >= 0 else was_passive
    return None, passive


def _earlier_subject(text: _Text, number: int) -> str | None:
    """Find whom a pronoun means: the subject of the nearest clause before it that has a party for one."""
    for k in range(number - 1, max(-1, number - 5), -1):
        clause = text.clauses[k]
        limit = clause.verb if clause.verb >= 0 else clause.end
        subject = _own_subject(text, clause, limit) or (_inverted_subject(text, clause) if clause.verb >= 0 else None)
        if subject is None and clause.verb < 0 and k == number - 1:
            subject = _antecedent(text, text.clauses[number])  # "without harm to its staff, it will ..."
        if subject is not None:
            return subject
    return None


def _antecedent(text: _Text, clause: _Clause) -> str | None:
    """Find the last party named before a "who" or "which" in its sentence."""
    parties = text.parties.between(clause.start - _SENTENCE_REACH, clause.start)
    if parties and text.clauses[text.clause_at(parties[-1].start)].sentence == clause.sentence:
        return parties[-1].key
    return None


def _own_subject(text: _Text, clause: _Clause, limit: int) -> str | None:
    """Find the party that heads the words before a clause's verb, or owns what heads them."""
    words = text.words
    owner = None
    for party in text.parties.between(clause.start, limit):
        front = _before_article(words, party.start)
        previous = words[front - 1] if front > clause.start else ""
        after = words[party.end] if party.end < len(words) else ""
        if previous in _PREPOSITIONS:
            if previous == "by" or (previous == "of" and words[front - 2] in _HEADS_OF):
                owner = owner or party.key
        elif words[party.start] in ("our", "your", "us") or after in _POSSESSIVE:
            owner = owner or party.key
        elif not _is_modifier(words, front, party, limit):
            return party.key
    return owner


def _is_modifier(words: Sequence[str], front: int, party: Hit, limit: int) -> bool:
    """Whether a party's name only describes the noun after it, as in "community benefits"."""
    last = words[party.end - 1]
    if party.end >= limit or front < party.start or last.endswith("s") or last in _PLURALS:
        return False
    after = words[party.end]
    return after.isalpha() and not (
        after in _PREPOSITIONS or after in _OPENERS or after in _JOINTS or after in _ADVERBS or after.endswith("ly")
    )


def _inverted_subject(text: _Text, clause: _Clause) -> str | None:
    """Find the party right after the verb of a question: "will you", "must the Contractor"."""
    if any(
        w not in _ADVERBS and w not in _JOINTS and w not in _OPENERS for w in text.words[clause.start : clause.verb]
    ):
        return None
    for party in text.parties.between(clause.verb + 1, clause.verb + _LOOK_AHEAD):
        return party.key if _before_article(text.words, party.start) == clause.verb + 1 else None
    return None


def _is_passive(words: Sequence[str], clause: _Clause) -> bool:
    """Whether a clause's verb is a passive that says nothing of what its subject shall do."""
    seen_be = False
    for i in range(clause.verb, min(clause.verb + 7, len(words) - 1)):
        word = words[i]
        if word in _BE:
            seen_be = True
        elif not (word in _FINITE or word in _ADVERBS or word == "," or word.endswith("ly")):
            done = word in _IRREGULAR or word.endswith("ed")
            return seen_be and done and word not in _STATES and words[i + 1] != "to"
    return False


def _continues(text: _Text, clause: _Clause) -> bool:
    """Whether a sentence has no subject of its own and goes on from a lead-in or a semicolon."""
    mark = text.words[clause.start - 1] if clause.start else ""
    if mark in (".", "!", "?"):
        return False
    return clause.verb < 0 or all(w in _JOINTS or w in _ADVERBS for w in text.words[clause.start : clause.verb])


def _is_instruction(text: _Text, place: _Place) -> bool:
    """Whether a span stands in what bidders are told to do: "Please describe ..."."""
    for k in range(place.clause, max(-1, place.clause - _INHERITED), -1):
        clause = text.clauses[k]
        words = text.words[clause.start : min(clause.end, place.start)]
        if "please" in words:
            return True
        if clause.kind in ("start", "after", "main"):
            first = next((w for w in words if w.isalpha() and len(w) > 1 and w not in _WORD_JOINTS), "")
            return first in _IMPERATIVES
    return False


def _before_article(words: Sequence[str], i: int) -> int:
    """Step back over the article, possessive or adjective in front of a party's name."""
    while i > 0 and words[i - 1] in _ARTICLES:
        i -= 1
    return i


@Language.factory("kindtext_context", requires=["doc.spans"], assigns=["span._.assertion", "span._.agent"])
def make_context(nlp: Language, name: str) -> ContextReader:
    """Make the component for a pipeline, with the lexicon that comes with kindtext."""
    return ContextReader(nlp, load_lexicon())
