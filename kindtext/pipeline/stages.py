"""Which stage of a procurement a passage speaks of: ``nlp.add_pipe("kindtext_stages")``.

Four things bear on it. The file's own structure, where a notice has fields (:attr:`Passage.stage
<kindtext.document.Passage>`); the heading above; wording that plainly names a stage ("will sit on the evaluation
panel"); and wording that only goes with one ("portal"). They are weighed against one another, because what a passage
says is often not of the stage where it stands: a specification tells who will score the bids, and conditions of
contract who will review the service after a year.

The component finds the wording; :meth:`StageReader.stage_of` weighs it with what stands around the passage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc

from kindtext.document import STAGES, Stage
from kindtext.errors import LexiconError
from kindtext.lexicon import load_measure
from kindtext.pipeline.normal import set_normal_forms
from kindtext.pipeline.search import Hit, PatternSearch

FIRM: frozenset[Stage] = frozenset(("evaluate", "award", "engage"))
"""Stages that a notice's structure settles: their fields are narrow.

An award criterion "Mobilisation plan: 15 %" is still a criterion. Other fields are catch-alls (a tender's description
may tell everything), so what they say may speak louder.
"""

PLAIN = 2.0
"""Weight of wording that plainly names a stage: it beats a heading."""

HEADING = 1.5
"""Weight of the heading: more than any number of hints that count, less than plain wording."""

GIVEN = 1.0
"""Weight of a field that is no firm sign of its stage: it yields to plain wording, and adds to it."""

MORE_PLAIN = 0.5
"""Weight of each further plain wording of a stage."""

MOST_PLAIN = 3
"""Plain wordings of a stage that count; the same words count once."""

HINT = 0.35
"""Weight of wording that goes with a stage."""

MOST_HINTS = 4
"""Hints of a stage that count: long passages of plain description are full of some, and stay under a heading."""

LEAST = 0.8
"""Weight under which no stage is named: two hints are too little, in text that may be of anything."""

LEAST_OF_HEADING = 1 / 3
"""Share of a heading that a single word must be to tell its stage: "Delivery of school meals to islands" is a title."""

_MOST_HEADINGS = 10_000  # remembered at a time: documents repeat theirs for every passage
_NONE = "none"


class StageReader:
    """Weighs the wording of a Doc for each stage, in ``doc._.stages``, and names the stage of a passage.

    Parameters
    ----------
    nlp : spacy.language.Language
        The pipeline it belongs to.

    Examples
    --------
    >>> from kindtext import load_pipeline
    >>> nlp = load_pipeline()
    >>> reader = nlp.get_pipe("kindtext_stages")
    >>> reader.stage_of(nlp("Grass shall be cut to 25 mm."), "3. Specification")
    'specify'
    >>> reader.stage_of(nlp("Two residents will sit on the evaluation panel."), "3. Specification")
    'evaluate'
    >>> reader.stage_of(nlp("The islands lie twelve miles off the coast.")) is None
    True
    """

    def __init__(self, nlp: Language) -> None:
        set_normal_forms(nlp.vocab)
        if not Doc.has_extension("stages"):
            Doc.set_extension("stages", default=None)
        data = load_measure("stages")
        stages = data["stages"]
        for stage in (*STAGES, _NONE):
            if stage not in stages:
                raise LexiconError(f"stages.toml: the table 'stages.{stage}' is missing.")
        headings = {f"{stage} plain": stages[stage]["headings"] for stage in (*STAGES, _NONE)}
        wording = {f"{stage} {sort}": stages[stage][sort] for stage in STAGES for sort in ("plain", "hints")}
        self._make_doc = nlp.make_doc
        self._headings = PatternSearch(nlp, headings, data["lists"])
        self._wording = PatternSearch(nlp, wording, data["lists"])
        self._seen: dict[str, str | None] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Weigh a Doc's wording: ``doc._.stages`` is a dict of stage to weight and whether any of it is plain."""
        norms = [token.norm for token in doc]
        plain: dict[str, set[tuple[int, ...]]] = defaultdict(set)
        hints: dict[str, set[tuple[int, ...]]] = defaultdict(set)
        for hit in _apart(self._wording(doc)):
            stage, sort = hit.key.split()
            (plain if sort == "plain" else hints)[stage].add(tuple(norms[hit.start : hit.end]))
        doc._.stages = {
            stage: (
                (PLAIN + MORE_PLAIN * (min(len(plain[stage]), MOST_PLAIN) - 1) if stage in plain else 0.0)
                + HINT * min(len(hints.get(stage, ())), MOST_HINTS),
                stage in plain,
            )
            for stage in plain.keys() | hints.keys()
        }
        return doc

    def stage_of(self, doc: Doc, section: str | None = None, given: Stage | None = None) -> Stage | None:
        """Name the stage of one passage.

        Parameters
        ----------
        doc : spacy.tokens.Doc
            The passage, after this component.
        section : str, optional
            The nearest heading above it.
        given : Stage, optional
            What the file's own structure says.

        Returns
        -------
        Stage or None
            None where nothing says enough.
        """
        if given in FIRM:
            return given
        # In a notice with fields the headings are titles of lots: names of goods and places.
        heading = self.of_heading(section) if section and not given else None
        weights = {stage: weight for stage, (weight, plain) in doc._.stages.items() if plain or heading != _NONE}
        for stage, weight in ((heading, HEADING), (given, GIVEN)):
            if stage and stage != _NONE:
                weights[stage] = weights.get(stage, 0.0) + weight
        best = max(STAGES, key=lambda stage: weights.get(stage, 0.0))
        return best if weights.get(best, 0.0) >= LEAST else None

    def of_heading(self, section: str) -> str | None:
        """Name the stage of a heading: a stage, ``none`` for a heading of no stage, or None if it says nothing."""
        if section not in self._seen:
            if len(self._seen) > _MOST_HEADINGS:
                self._seen.clear()
            hits = self._headings(self._make_doc(section.lower()))
            best = max(hits, key=lambda hit: hit.end - hit.start, default=None)
            self._seen[section] = best.key.split()[0] if best and _is_told(best, section) else None
        return self._seen[section]


def _is_told(hit: Hit, section: str) -> bool:
    """Whether a hit in a heading is more than one word of a long title."""
    return hit.end - hit.start > 1 or LEAST_OF_HEADING * sum(word.isalpha() for word in section.split()) <= 1


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """Keep plain wording first, then the longer; what shares words with one that is kept is left out."""
    taken: list[Hit] = []
    used: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (not hit.key.endswith("plain"), hit.start - hit.end, hit.start)):
        places = range(hit.start, hit.end)
        if used.isdisjoint(places):
            used.update(places)
            taken.append(hit)
    return taken


@Language.factory("kindtext_stages", assigns=["doc._.stages"])
def make_stages(nlp: Language, name: str) -> StageReader:
    """Make the component for a pipeline, with the wording that comes with kindtext."""
    return StageReader(nlp)
