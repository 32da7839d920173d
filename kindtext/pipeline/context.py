"""The spaCy component that reads a signal's context: ``nlp.add_pipe("kindtext_context")``.

Whether a span is affirmed, negated, hedged, conditional or a citation is decided by ConText's method [1]_: trigger
wordings near the span, each with a direction and a reach, whose scope ends at the clause and at terminating words.
Who acts is the nearest party that may be the subject of the clause.

References
----------
.. [1] Harkema, Dowling, Thornblade, Chapman: "ConText: an algorithm for determining negation, experiencer, and
   temporal status from clinical reports", Journal of Biomedical Informatics 42 (2009).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spacy.language import Language
from spacy.tokens import Span

from kindtext.lexicon import Lexicon, Trigger, load_lexicon
from kindtext.pipeline.normal import set_normal_forms
from kindtext.pipeline.search import CLAUSE_ENDS, Hit, PatternSearch
from kindtext.pipeline.signals import SPANS

if TYPE_CHECKING:
    from spacy.tokens import Doc

# Where more than one applies: a law's name promises nothing, whatever stands around it; what is refused is not
# weakened any further.
_STRENGTH = {"affirmed": 0, "hedged": 1, "conditional": 2, "negated": 3, "citation": 4}
_NOT_SUBJECT = frozenset("to for with from of by in on at than between among against upon towards within under".split())
_CLAUSE_REACH = 40  # words to look for the ends of a clause; legal sentences run on, and reach is shorter anyway


class _Clause(NamedTuple):
    start: int
    end: int


class ContextReader:
    """Sets ``span._.assertion`` and ``span._.agent`` on every span of ``doc.spans["kindtext"]``.

    Parameters
    ----------
    nlp : spacy.language.Language
        The pipeline it belongs to.
    lexicon : Lexicon
        Triggers, terminators and the names that the parties go by.
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

    def __call__(self, doc: Doc) -> Doc:
        """Read the context of a Doc's spans; a Doc without any is returned as it is."""
        spans = doc.spans.get(SPANS, ())
        if not spans:
            return doc
        hits = self._search(doc)
        masks = [h for h in hits if h.key in self._triggers and self._triggers[h.key].assertion == "none"]
        triggers = [
            h
            for h in hits
            if h.key in self._triggers
            and self._triggers[h.key].assertion != "none"
            and not any(m.start <= h.start and h.end <= m.end for m in masks)
        ]
        ends = [h for h in hits if h.key == "end"]
        agents = [h for h in hits if h.key.startswith("agent ")]
        for span in spans:
            clause = _clause(doc, span.start, span.end)
            span._.assertion = self._assertion(span, clause, triggers, ends)
            span._.agent = _agent(doc, span, clause, agents)
        return doc

    def _assertion(self, span: Span, clause: _Clause, triggers: list[Hit], ends: list[Hit]) -> str:
        found = "affirmed"
        for hit in triggers:
            trigger = self._triggers[hit.key]
            if (
                clause.start <= hit.start
                and hit.end <= clause.end
                and self._poles[span.label_] in trigger.poles
                and _STRENGTH[trigger.assertion] > _STRENGTH[found]
                and _governs(trigger, hit, span, ends)
            ):
                found = trigger.assertion
        return found


def _governs(trigger: Trigger, hit: Hit, span: Span, ends: list[Hit]) -> bool:
    """Whether a trigger stands on the right side of a span, near enough, with nothing between that ends its scope."""
    if hit.end <= span.start and trigger.looks in ("forward", "both"):
        start, end = hit.end, span.start
    elif hit.start >= span.end and trigger.looks in ("backward", "both"):
        start, end = span.end, hit.start
    else:
        return False
    return end - start <= trigger.reach and not any(start <= e.start and e.end <= end for e in ends)


def _clause(doc: Doc, start: int, end: int) -> _Clause:
    """The stretch around a span up to the nearest sentence end, semicolon, bullet or blank line on each side."""
    first, last = start, end
    while first > max(0, start - _CLAUSE_REACH) and not _is_end(doc, first - 1):
        first -= 1
    while last < min(len(doc), end + _CLAUSE_REACH) and not _is_end(doc, last):
        last += 1
    return _Clause(first, last)


def _is_end(doc: Doc, i: int) -> bool:
    token = doc[i]
    return token.text in CLAUSE_ENDS or (token.is_space and "\n" in token.text)


def _agent(doc: Doc, span: Span, clause: _Clause, agents: list[Hit]) -> str:
    """Who does what the span names: the "by" party after it, else the nearest that may be the clause's subject."""
    after = [h for h in agents if span.end <= h.start < clause.end]
    for hit in after:
        if hit.start - span.end <= 8 and doc[_before_article(doc, hit.start) - 1].lower_ == "by":
            return hit.key.removeprefix("agent ")
    subject = None
    for hit in agents:
        if clause.start <= hit.start and hit.start < span.end:
            before = _before_article(doc, hit.start)
            if before == clause.start or doc[before - 1].lower_ not in _NOT_SUBJECT:
                subject = hit
    return subject.key.removeprefix("agent ") if subject is not None else "none"


def _before_article(doc: Doc, i: int) -> int:
    """Step back over the article, possessive or adjective-like word in front of a party's name."""
    while i > 0 and doc[i - 1].lower_ in {"the", "a", "an", "any", "each", "every", "all", "our", "their", "successful"}:
        i -= 1
    return i


@Language.factory("kindtext_context", requires=["doc.spans"], assigns=["span._.assertion", "span._.agent"])
def make_context(nlp: Language, name: str) -> ContextReader:
    """Make the component for a pipeline, with the lexicon that comes with kindtext."""
    return ContextReader(nlp, load_lexicon())
