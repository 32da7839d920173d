"""Letters lost or swapped on the way come back where there is one answer, and clean text is left alone."""

import time
from pathlib import Path

import pytest

import kindtext as kt
from kindtext.document import Block, Draft
from kindtext.mending import LIGATURES, Mender, as_latin, disguised, has_lost_letters
from kindtext.passages import assemble, from_text

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
CLAUSE = (
    "The Supplier must give the Buyer notification of any variation, and the confidential information in the "
    "specification remains subject to the obligations in this section. Termination is effective after thirty days. "
    "The officers of the organisation will be acting on the instructions of the Buyer, and will identify the benefits."
)


def damaged(text):
    for ligature in sorted(LIGATURES, key=len, reverse=True):
        text = text.replace(ligature, ligature[0])
    return text


def test_lost_ligatures_come_back_with_a_note():
    document = from_text(damaged(CLAUSE))
    assert "notfcaton" in damaged(CLAUSE)
    assert document.text == CLAUSE
    assert len(document.notes) == 1
    assert document.notes[0].startswith("The file has lost letters")
    assert all(document.text[p.start : p.end] == p.text for p in document.passages)


@pytest.mark.parametrize("word", ["bater", "Xyzton", "CEDR", "t" * 25, "ft" * 200])
def test_a_word_with_several_answers_or_none_stays_and_is_counted(word):
    mender = Mender()
    assert mender.mend(word) == word
    assert mender.repaired == 0


def test_what_could_not_be_repaired_is_counted_in_the_note():
    assert "2 more are not in the dictionary" in from_text(damaged(CLAUSE) + " Zqbton and bater.").notes[0]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.*")), ids=lambda path: path.name)
def test_clean_documents_are_left_alone(path):
    for document in kt.read_all(path):
        assert not has_lost_letters([document.text])
        assert disguised(document.text) == 0
        assert as_latin(document.text) == document.text


@pytest.mark.parametrize(
    "said",
    [
        "at its sоle disсretion",
        "at its sole disc\u200bre\u2060tion",
        "at its \U0001d42c\U0001d428\U0001d425\U0001d41e discretion",
        "\uff41\uff54 its sole discretion",
        "at its so\u00adle discretion",
    ],
    ids=["Cyrillic", "invisible", "mathematical", "full width", "soft hyphen"],
)
def test_disguised_words_are_read_as_they_look(said):
    assert (
        from_text(f"The Authority may terminate {said}.").text == "The Authority may terminate at its sole discretion."
    )


def test_disguises_are_told_and_soft_hyphens_are_not():
    assert from_text("The sоle disc\u200bretion.").notes == (
        "Words written with look-alike or invisible letters were read as they look: 2.",
    )
    assert from_text("The so\u00adle discretion.").notes == ()


@pytest.mark.parametrize("text", ["Москва", "Αθήνα", "5 μg of αβ-blockers", "naïve café", "Δt", "Zoë 社会"])
def test_words_of_other_alphabets_stay(text):
    assert as_latin(text) == text
    assert disguised(text) == 0


def test_clean_text_is_not_slowed():
    blocks = tuple(Block(f"{CLAUSE} {number}") for number in range(2_000))
    begun = time.process_time()
    has_lost_letters(block.text for block in blocks)
    assert time.process_time() - begun < 0.5
    assert assemble(Draft("a", "text", blocks[:3])).notes == ()
