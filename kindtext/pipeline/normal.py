"""The normal form of a word: what is left when inflection and regional spelling do not count.

It is set once a lexeme as spaCy's ``NORM``, so that a token costs nothing, and phrases are matched on it.
Lemmas are simplemma's; spelling folds towards American, whose forms its dictionary confirms.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import simplemma
from spacy.attrs import NORM

if TYPE_CHECKING:
    from spacy.vocab import Vocab

# Words whose own form carries the meaning ("lowest price", "best value") or whose lemma is another word.
_KEEP = frozenset(
    "lowest cheapest best better least less most more further latest earliest highest living meeting building "
    "training learning wellbeing being housing cleaning catering planning engineering hearing saving savings "
    "standing caring binding existing us our ours we them their his her its me my those these an a others "
    "as this thus bus goods means needs damages terms works premises hours wages arms tenderer".split()
)

# British forms that no ending tells.
_AMERICAN = {
    "programme": "program",
    "centre": "center",
    "theatre": "theater",
    "metre": "meter",
    "litre": "liter",
    "fibre": "fiber",
    "licence": "license",
    "defence": "defense",
    "offence": "offense",
    "practise": "practice",
    "cheque": "check",
    "catalogue": "catalog",
    "fulfil": "fulfill",
    "enrol": "enroll",
    "instalment": "installment",
    "skilful": "skillful",
    "judgement": "judgment",
    "ageing": "aging",
    "tyre": "tire",
    "kerb": "curb",
    "storey": "story",
    "grey": "gray",
    "plough": "plow",
    "whilst": "while",
    "amongst": "among",
    "learnt": "learn",
    "co": "co",
    "re": "re",
    "plc": "plc",
}

# Lemmas that simplemma gets wrong, of words that tenders use often: "cancelled" must find "cancel".
_MISREAD = {
    "annexe": "annex",
    "attache": "attach",
    "cancell": "cancel",
    "crosse": "cross",
    "deposite": "deposit",
    "develope": "develop",
    "fixe": "fix",
    "growe": "grow",
    "labell": "label",
    "lense": "lens",
    "mixe": "mix",
    "modell": "model",
    "offerors": "offeror",
    "recoupe": "recoup",
    "signall": "signal",
    "thanke": "thank",
    "thinke": "think",
    "travell": "travel",
}
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-"})
_DIGITS = re.compile(r"\d")


@lru_cache(maxsize=200_000)
def normal_form(word: str) -> str:
    """Give a word's normal form: lower case, lemma, American spelling, digits as ``0``.

    Parameters
    ----------
    word : str
        One token.

    Returns
    -------
    str
        Never empty unless the word is.

    Examples
    --------
    >>> [normal_form(w) for w in ("Organisations", "ORGANIZED", "labour", "lowest", "2025", "’s")]
    ['organization', 'organize', 'labor', 'lowest', '0000', "'s"]
    """
    text = word.translate(_QUOTES).lower()
    if not text.isalpha():
        return _DIGITS.sub("0", text)
    if len(text) < 3 or text in _KEEP:
        return text
    if text.endswith("ings"):  # the dictionary takes "debriefings" for a noun and "debriefing" for a verb
        return normal_form(text[:-1])
    lemma = text if len(text) > 30 else simplemma.lemmatize(text, lang="en").lower()
    return _fold_spelling(lemma or text)


def _fold_spelling(lemma: str) -> str:
    lemma = _MISREAD.get(lemma, lemma)
    if lemma in _AMERICAN:
        return _AMERICAN[lemma]
    for british, american in (("isation", "ization"), ("ise", "ize"), ("yse", "yze")):
        if lemma.endswith(british):
            folded = lemma[: -len(british)] + american
            return folded if simplemma.is_known(folded, lang="en") else lemma
    if len(lemma) > 5 and "our" in lemma[3:]:
        folded = lemma[:3] + lemma[3:].replace("our", "or", 1)
        return folded if simplemma.is_known(folded, lang="en") else lemma
    return lemma


def set_normal_forms(vocab: Vocab) -> None:
    """Make ``NORM`` the normal form in a vocabulary, for the words it has and those to come.

    Parameters
    ----------
    vocab : spacy.vocab.Vocab
        Changed in place.
    """
    if vocab.lex_attr_getters.get(NORM) is normal_form:  # type: ignore[attr-defined]
        return
    vocab.lex_attr_getters[NORM] = normal_form  # type: ignore[attr-defined]
    for lexeme in vocab:
        lexeme.norm_ = normal_form(lexeme.text)
