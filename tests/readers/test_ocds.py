import json

import pytest

from kindtext.errors import NoTextError, ReadError, UnsupportedError
from kindtext.readers._fields import HTML_NOTE
from kindtext.readers.ocds import DEPTH_NOTE, LANGUAGES_NOTE, read
from kindtext.readers.source import Source

HEAR = "Residents and carers will help us choose the provider."
RELEASE = {
    "ocid": "ocds-x-1",
    "id": "1",
    "date": "2025-03-01T00:00:00Z",
    "tag": ["tender"],
    "language": "en",
    "buyer": {"id": "GB-1", "name": "Northtown Council and Partners Board"},
    "parties": [{"name": "Northtown Council and Partners Board", "address": {"streetAddress": "1 Long High Street"}}],
    "tender": {
        "id": "T1",
        "title": "Home care",
        "description": HEAR,
        "status": "active",
        "value": {"amount": 1000, "currency": "GBP"},
        "tenderPeriod": {"endDate": "2025-04-01T12:00:00Z"},
        "procurementMethodRationale": "An open procedure lets small providers take part.",
        "eligibilityCriteria": "Bidders pay the Real Living Wage.",
        "submissionMethodDetails": "https://example.org/portal",
        "items": [
            {
                "id": "1",
                "description": "Care visits at home",
                "classification": {"description": "Care of the old"},
            }
        ],
        "lots": [
            {
                "id": "1",
                "title": "North",
                "description": "Visits in the north of the town, at hours people choose.",
                "awardCriteria": {
                    "criteria": [
                        {
                            "type": "quality",
                            "name": "Quality",
                            "numbers": [{"number": 60, "weight": "percentageExact"}],
                        },
                        {"type": "price", "description": "40"},
                        {"name": "Social value", "description": "How bidders help local people into work."},
                    ]
                },
            }
        ],
        "enquiries": [{"question": "May a consortium bid for one lot?", "answer": "Yes, and we welcome it."}],
        "documents": [
            {"id": "1", "title": "Specification.docx", "url": "https://example.org/d", "format": "text/html"}
        ],
        "reviewDetails": "Appeals go to the Sheriff Court within thirty days.",
    },
    "planning": {"rationale": "We asked families what they need before writing this."},
    "awards": [{"id": "a", "title": "Award", "description": "Three providers were chosen by the panel."}],
    "contracts": [
        {
            "description": "The contract runs for two years.",
            "implementation": {"milestones": [{"title": "Start", "description": "First visits take place in May."}]},
            "finalReport": {"summary": "What we learned with the families along the way."},
        }
    ],
    "x_wellbeing": {"statement": "Wellbeing of carers counts as an outcome of its own."},
}


def source(value, name="notices.json"):
    data = value if isinstance(value, bytes) else json.dumps(value).encode("utf-8")
    return Source(name, None, data)


def drafts(value, name="notices.json"):
    return list(read(source(value, name)))


def fields(draft):
    return {block.field: block for block in draft.blocks}


def test_every_text_field_has_its_path_and_stage():
    (draft,) = drafts(RELEASE)
    stages = {field: block.stage for field, block in fields(draft).items()}
    assert stages == {
        "tender/title": "specify",
        "planning/rationale": "plan",
        "tender/description": "specify",
        "tender/procurementMethodRationale": "tender",
        "tender/eligibilityCriteria": "tender",
        "tender/items/0/description": "specify",
        "tender/lots/0/title": "specify",
        "tender/lots/0/description": "specify",
        "tender/lots/0/awardCriteria/criteria/0/name": "evaluate",
        "tender/lots/0/awardCriteria/criteria/1/name": "evaluate",
        "tender/lots/0/awardCriteria/criteria/2/name": "evaluate",
        "tender/lots/0/awardCriteria/criteria/2/description": "evaluate",
        "tender/enquiries/0/question": "tender",
        "tender/enquiries/0/answer": "tender",
        "tender/reviewDetails": "award",
        "awards/0/title": "award",
        "awards/0/description": "award",
        "contracts/0/description": "deliver",
        "contracts/0/implementation/milestones/0/title": "deliver",
        "contracts/0/implementation/milestones/0/description": "deliver",
        "contracts/0/finalReport/summary": "review",
        "x_wellbeing/statement": None,
    }
    assert draft.blocks[0].kind == "title"
    assert draft.format == "ocds"


def test_award_criteria_are_written_with_their_weights():
    found = fields(drafts(RELEASE)[0])
    texts = [found[f"tender/lots/0/awardCriteria/criteria/{number}/name"].text for number in range(3)]
    assert texts == ["Quality: 60%", "Price: 40", "Social value"]


def test_a_lots_fields_stand_under_its_title():
    assert fields(drafts(RELEASE)[0])["tender/lots/0/description"].section == "North"


def test_codes_links_and_parties_are_left_out():
    text = " ".join(block.text for block in drafts(RELEASE)[0].blocks)
    for absent in (
        "Northtown",
        "High Street",
        "example.org",
        "Care of the old",
        "Specification.docx",
        "active",
    ):
        assert absent not in text


def test_metadata_tells_who_when_and_how_much():
    metadata = dict(drafts(RELEASE)[0].metadata)
    metadata.pop("criteria")
    assert metadata == {
        "ocid": "ocds-x-1",
        "id": "1",
        "title": "Home care",
        "buyer": "Northtown Council and Partners Board",
        "published": "2025-03-01T00:00:00Z",
        "deadline": "2025-04-01T12:00:00Z",
        "language": "en",
        "value": {"amount": 1000, "currency": "GBP"},
        "tag": ["tender"],
    }


def criteria(tender):
    found = drafts({"ocid": "a", "tender": {"title": "T"} | tender})[0].metadata.get("criteria", [])
    return [tuple(item.values()) for item in found]


def test_award_criteria_come_with_their_numbers():
    path = "tender/lots/0/awardCriteria/criteria"
    assert drafts(RELEASE)[0].metadata["criteria"] == [
        {"name": name, "kind": kind, "weight": weight, "points": None, "lot": None, "field": f"{path}/{number}/name"}
        for number, (name, kind, weight) in enumerate(
            [("Quality", "quality", 60.0), ("Price", "price", 40.0), ("Social value", None, None)]
        )
    ]


def test_award_criteria_are_told_by_lot_although_the_text_has_them_once():
    item = {"type": "cost", "description": "60%"}
    lots = [{"id": "7", "title": "Lot 2 - North"}, {"id": "3"}, {"id": "lot-of-care"}]
    found = criteria({"lots": [lot | {"awardCriteria": {"criteria": [item]}} for lot in lots]})
    assert [(name, kind, weight, lot) for name, kind, weight, _, lot, _ in found] == [
        ("Cost", "price", 60.0, "Lot 2"),
        ("Cost", "price", 60.0, "Lot 3"),
        ("Cost", "price", 60.0, "lot-of-care"),
    ]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([{"number": 30, "weight": "percentageExact"}], (30.0, None)),
        ([{"number": 0.3, "weight": "decimalExact"}], (30.0, None)),
        ([{"number": 300, "weight": "pointsExact"}], (None, 300.0)),
        ([{"number": 1, "weight": "order"}], (None, None)),
        ([{"number": 60, "threshold": "minimumScore"}], (None, None)),
        ([{"number": 60, "threshold": "minimumScore"}, {"number": 30, "weight": "percentageExact"}], (30.0, None)),
        ([{"number": "x"}, None], (None, None)),
        (None, (None, None)),
    ],
)
def test_thresholds_and_orders_are_no_weights(numbers, expected):
    item = {"type": "quality", "name": "Method", "numbers": numbers}
    ((_, _, weight, points, _, _),) = criteria({"awardCriteria": {"criteria": [item]}})
    assert (weight, points) == expected


@pytest.mark.parametrize(
    ("code", "method"),
    [
        ("priceOnly", "lowest_price"),
        ("lowestCost", "lowest_price"),
        ("ratedCriteria", "best_price_quality"),
        ("qualityOnly", "quality_only"),
        ("singleBidOnly", None),
        (["priceOnly"], None),
    ],
)
def test_the_code_of_the_award_is_told(code, method):
    metadata = drafts({"ocid": "a", "tender": {"title": "T", "awardCriteria": code}})[0].metadata
    assert metadata.get("award_method") == method


def other(ocid, text, date="2025-01-01"):
    return {"ocid": ocid, "date": date, "tag": ["tender"], "tender": {"title": "T", "description": text}}


A, B = other("a", "The first of the notices."), other("b", "The second of the notices.")


@pytest.mark.parametrize(
    "value",
    [
        [A, B],
        {"releases": [A, B], "uri": "https://example.org"},
        {"releases": [None, A, "x", B]},
        {"records": [{"ocid": "a", "compiledRelease": A}, {"ocid": "b", "releases": [B]}, None]},
        f"{json.dumps(A)}\n\n{json.dumps(B)}\n".encode(),
        json.dumps({"releases": [A]}).encode() + b"\n" + json.dumps({"releases": [B]}).encode(),
        b"\xef\xbb\xbf" + json.dumps([A, B]).encode(),
        json.dumps([A, B]).encode("utf-16"),
    ],
)
def test_packages_lists_and_lines_give_one_draft_a_notice(value):
    found = drafts(value)
    assert [draft.name for draft in found] == ["notices.json#a", "notices.json#b"]
    assert found[1].blocks[1].text == "The second of the notices."


def test_a_single_notice_bears_the_files_name():
    assert [draft.name for draft in drafts({"releases": [A]})] == ["notices.json"]


def test_several_releases_of_one_process_have_different_names():
    assert [draft.name for draft in drafts([A, A])] == ["notices.json#a", "notices.json#a (2)"]


def test_a_record_gives_its_compiled_release_else_the_newest():
    old, new = (
        other("a", "What the old one said.", "2024-01-01"),
        other("a", "What the new one says.", "2025-01-01"),
    )
    assert drafts({"ocid": "a", "releases": [new, old]})[0].blocks[1].text == "What the new one says."
    record = {
        "ocid": "a",
        "releases": [old],
        "compiledRelease": {"tender": {"description": "Compiled text here."}},
    }
    assert drafts(record)[0].blocks[0].text == "Compiled text here."
    assert drafts(record)[0].metadata["ocid"] == "a"


def test_links_to_releases_are_no_releases():
    with pytest.raises(NoTextError, match="not links"):
        drafts({"ocid": "a", "releases": [{"url": "https://example.org/1", "date": "2025"}]})


def test_a_notice_without_text_is_a_draft_without_blocks():
    assert drafts({"ocid": "a", "tender": {"id": "1"}})[0].blocks == ()


def test_a_market_engagement_notice_is_engagement():
    planning = {
        "ocid": "a",
        "tag": ["planning"],
        "planning": {"rationale": "Come and tell us what works.", "milestones": [{"type": "engagement"}]},
    }
    assert drafts(planning)[0].blocks[0].stage == "engage"


def test_html_and_repeats_are_mended_and_told():
    tender = {
        "title": "Park",
        "description": "<p>Children choose.</p>",
        "documents": [{"description": "Children choose."}],
    }
    (draft,) = drafts({"ocid": "a", "tender": tender})
    assert [block.text for block in draft.blocks] == ["Park", "Children choose."]
    assert draft.notes == (HTML_NOTE, "1 repeated paragraph was kept once.")


def test_paragraphs_and_bullets_of_a_field_are_blocks_of_the_same_field():
    text = f"{HEAR}\r\n\r\nWe want:\r\n- kind words\r\n- time to talk"
    blocks = drafts({"ocid": "a", "tender": {"description": text}})[0].blocks
    assert [block.kind for block in blocks] == ["field", "field", "item", "item"]
    assert {block.field for block in blocks} == {"tender/description"}


def test_english_is_read_where_a_field_is_translated():
    tender = {"description": "Gofal yn y cartref i bobl.", "description_en": "Care at home for people."}
    (draft,) = drafts({"ocid": "a", "language": "cy", "tender": tender})
    assert [block.text for block in draft.blocks] == ["Care at home for people."]
    assert draft.notes == (LANGUAGES_NOTE,)


@pytest.mark.parametrize("wrong", [None, 7, True, "x", [], {}, [None], [[]], {"title": None}, {"title": ["a b c d"]}])
@pytest.mark.parametrize(
    "key", ["tender", "planning", "awards", "contracts", "buyer", "parties", "tag", "date", "language"]
)
def test_a_wrong_type_anywhere_is_passed_over(key, wrong):
    release = {"ocid": "a", "tender": {"description": HEAR}, "awards": []} | {key: wrong}
    (draft,) = drafts([release])
    assert all(isinstance(block.text, str) for block in draft.blocks)


@pytest.mark.parametrize(
    "wrong", [None, 7, "x", [None, 3], {"criteria": [None, 4, {"numbers": [None, {"number": "x"}]}]}]
)
@pytest.mark.parametrize("key", ["value", "tenderPeriod", "lots", "items", "awardCriteria", "documents", "title"])
def test_a_wrong_type_in_the_tender_is_passed_over(key, wrong):
    (draft,) = drafts({"ocid": "a", "tender": {"description": HEAR} | {key: wrong}})
    assert HEAR in [block.text for block in draft.blocks]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e9999", "true"])
def test_a_number_that_is_none_is_no_value(number):
    data = f'{{"ocid": "a", "tender": {{"title": "T", "value": {{"amount": {number}}}}}}}'
    assert "value" not in drafts(data.encode())[0].metadata


def test_deep_nesting_ends_without_a_recursion_error():
    deep = {"description": "At the bottom of it all."}
    for _ in range(300):
        deep = {"more": deep}
    (draft,) = drafts({"ocid": "a", "tender": {"description": HEAR, "more": deep}})
    assert [block.text for block in draft.blocks] == [HEAR]
    assert draft.notes == (DEPTH_NOTE,)
    with pytest.raises(ReadError, match="nested too deeply"):
        drafts(b'{"ocid": "a", "tender": ' + b"[" * 200_000 + b"]" * 200_000 + b"}")


def test_bytes_that_are_not_utf8_are_read_and_told():
    data = json.dumps(A, ensure_ascii=False).replace("first", "caf\u00e9").encode("cp1252")
    (draft,) = drafts(data)
    assert "caf\u00e9" in draft.blocks[1].text
    assert "not valid UTF-8" in draft.notes[0]


def test_a_lone_surrogate_can_be_written_to_a_file():
    (draft,) = drafts(b'{"ocid": "a", "tender": {"description": "Half a pair \\ud83d of something."}}')
    assert draft.blocks[0].text.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            {"intervention": "x", "region": "y"},
            "found an object with intervention, region, expected a release",
        ),
        ({}, "an empty object"),
        (3, "a number"),
        ("text", "a string"),
        ([A, 5], "a number"),
    ],
)
def test_json_that_is_no_ocds_is_refused_with_the_way_out(value, found):
    with pytest.raises(UnsupportedError, match=found) as caught:
        drafts(value)
    assert str(caught.value).startswith("notices.json: JSON, but not OCDS")
    assert "text column" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_json_is_refused_with_its_line():
    with pytest.raises(ReadError, match=r"notices\.json: broken JSON at line 2"):
        drafts(b'{"ocid": "a",\n "tender": {')
    with pytest.raises(ReadError, match="broken JSON at line 3"):
        drafts(json.dumps(A).encode() + b"\n" + json.dumps(B).encode() + b'\n{"ocid": ')
