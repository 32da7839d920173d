from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest

from kindtext.document import STAGES, Block, Document, Draft, Passage, Stage


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ({}, ""),
        ({"page": 3}, "p. 3"),
        ({"section": "2. Our approach"}, "2. Our approach"),
        ({"page": 3, "section": "2. Our approach"}, "p. 3, 2. Our approach"),
        ({"field": "tender/description"}, "tender/description"),
        ({"field": "BT-24-Lot", "section": "Lot 1"}, "BT-24-Lot, Lot 1"),
        ({"page": 3, "field": "BT-24-Lot"}, "p. 3"),
        ({"page": 0}, "p. 0"),
    ],
)
def test_a_place_is_the_page_or_field_then_the_section(where, place):
    assert Passage("We will listen.", 0, 15, **where).place == place


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("  \n", 0), ("one", 1), ("one  two\nthree", 3), ("co-design, then", 2)]
)
def test_words_are_counted_between_white_space(text, words):
    assert Passage(text, 0, len(text)).words == words
    assert Document("name", text, (), ()).words == words


@pytest.mark.parametrize(
    "record",
    [Block("text"), Passage("text", 0, 4), Draft("name", "text", ()), Document("name", "text", (), ())],
    ids=lambda record: type(record).__name__,
)
def test_what_was_read_cannot_be_changed(record):
    for field in fields(record):
        with pytest.raises(FrozenInstanceError):
            setattr(record, field.name, None)


def test_stages_are_those_of_the_type_in_order():
    assert get_args(Stage) == STAGES


def test_two_documents_do_not_share_their_metadata():
    one, two = (Document(name, "", (), ()) for name in ("one", "two"))
    assert one.metadata == two.metadata == {} and one.metadata is not two.metadata
