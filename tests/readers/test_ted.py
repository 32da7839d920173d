import pytest

from kindtext.errors import NoTextError, ReadError, UnsupportedError
from kindtext.readers.source import Source
from kindtext.readers.ted import FLAGS_NOTE, read

FORM = """
<F02_2014 CATEGORY="{category}" FORM="F02" LG="{language}">
  <CONTRACTING_BODY><ADDRESS_CONTRACTING_BODY><OFFICIALNAME>Northtown Council</OFFICIALNAME>
    <ADDRESS>1 Long High Street Road</ADDRESS></ADDRESS_CONTRACTING_BODY></CONTRACTING_BODY>
  <OBJECT_CONTRACT>
    <TITLE><P>{title}</P></TITLE>
    <REFERENCE_NUMBER>R 1</REFERENCE_NUMBER>
    <SHORT_DESCR><P>{text}</P></SHORT_DESCR>
    <VAL_ESTIMATED_TOTAL CURRENCY="GBP">45000</VAL_ESTIMATED_TOTAL>
    <OBJECT_DESCR ITEM="1">
      <TITLE><P>Lot one</P></TITLE>
      <SHORT_DESCR><P>Visits in the north on the 1<FT TYPE="SUPERSCRIPT">st</FT> of May.</P>
    <P>Carers choose.</P></SHORT_DESCR>
      <AC><AC_QUALITY><AC_CRITERION>Social value</AC_CRITERION><AC_WEIGHTING>20</AC_WEIGHTING></AC_QUALITY>
          <AC_PRICE><AC_WEIGHTING>80</AC_WEIGHTING></AC_PRICE></AC>
    </OBJECT_DESCR>
    <OBJECT_DESCR ITEM="2"><SHORT_DESCR><P>Visits in the south of the town.</P></SHORT_DESCR></OBJECT_DESCR>
  </OBJECT_CONTRACT>
  <LEFTI><RESTRICTED_SHELTERED_WORKSHOP/><PERFORMANCE_CONDITIONS><P>Staff are paid a living wage.</P>
    </PERFORMANCE_CONDITIONS></LEFTI>
  <PROCEDURE><DATE_RECEIPT_TENDERS>2025-04-01</DATE_RECEIPT_TENDERS>
    <TIME_RECEIPT_TENDERS>12:00</TIME_RECEIPT_TENDERS></PROCEDURE>
  <COMPLEMENTARY_INFO><INFO_ADD><P>Ask us anything you like.</P></INFO_ADD>
    <REVIEW_PROCEDURE><P>Appeal within ten days.</P></REVIEW_PROCEDURE></COMPLEMENTARY_INFO>
</F02_2014>"""


def form(language="EN", category="ORIGINAL", title="Home care", text="We asked families first."):
    return FORM.format(language=language, category=category, title=title, text=text)


def source(*forms, before=""):
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<TED_EXPORT xmlns="http://publications.europa.eu/resource/schema/ted/R2.0.9/publication" DOC_ID="1-2025">
<CODED_DATA_SECTION><REF_OJS><DATE_PUB>20250301</DATE_PUB></REF_OJS>
<CODIF_DATA><TD_DOCUMENT_TYPE CODE="3">Contract notice</TD_DOCUMENT_TYPE></CODIF_DATA></CODED_DATA_SECTION>
<FORM_SECTION><NOTICE_UUID>x</NOTICE_UUID>{"".join(forms)}</FORM_SECTION></TED_EXPORT>"""
    return Source("notice.xml", None, xml.encode("utf-8"))


def draft(*forms):
    (found,) = read(source(*forms))
    return found


def test_fields_have_their_path_section_number_and_stage():
    assert [(block.field, block.stage, block.text) for block in draft(form()).blocks] == [
        ("OBJECT_CONTRACT/TITLE (II.1.1)", "specify", "Home care"),
        ("OBJECT_CONTRACT/SHORT_DESCR (II.1.4)", "specify", "We asked families first."),
        ("OBJECT_CONTRACT/OBJECT_DESCR[1]/TITLE (II.2.1)", "specify", "Lot one"),
        (
            "OBJECT_CONTRACT/OBJECT_DESCR[1]/SHORT_DESCR (II.2.4)",
            "specify",
            "Visits in the north on the 1st of May.",
        ),
        ("OBJECT_CONTRACT/OBJECT_DESCR[1]/SHORT_DESCR (II.2.4)", "specify", "Carers choose."),
        ("OBJECT_CONTRACT/OBJECT_DESCR[1]/AC/AC_QUALITY (II.2.5)", "evaluate", "Social value: 20"),
        ("OBJECT_CONTRACT/OBJECT_DESCR[1]/AC/AC_PRICE (II.2.5)", "evaluate", "Price: 80"),
        (
            "OBJECT_CONTRACT/OBJECT_DESCR[2]/SHORT_DESCR (II.2.4)",
            "specify",
            "Visits in the south of the town.",
        ),
        (
            "LEFTI/RESTRICTED_SHELTERED_WORKSHOP (III.1.5)",
            "tender",
            "The contract is reserved to sheltered workshops and economic operators aiming at the social and "
            "professional integration of disabled or disadvantaged persons.",
        ),
        ("LEFTI/PERFORMANCE_CONDITIONS (III.2.2)", "deliver", "Staff are paid a living wage."),
        ("COMPLEMENTARY_INFO/INFO_ADD (VI.3)", None, "Ask us anything you like."),
        ("COMPLEMENTARY_INFO/REVIEW_PROCEDURE (VI.4.3)", "award", "Appeal within ten days."),
    ]
    assert draft(form()).notes == (FLAGS_NOTE,)


def test_the_title_leads_and_a_lots_title_is_its_section():
    blocks = draft(form()).blocks
    assert blocks[0].kind == "title"
    assert [block.section for block in blocks if "OBJECT_DESCR[1]/SHORT" in block.field] == ["Lot one"] * 2
    assert blocks[7].section is None


def test_metadata_tells_who_when_and_how_much():
    metadata = dict(draft(form()).metadata)
    metadata.pop("criteria")
    assert metadata == {
        "id": "1-2025",
        "title": "Home care",
        "buyer": "Northtown Council",
        "published": "2025-03-01",
        "deadline": "2025-04-01T12:00",
        "language": "en",
        "value": {"amount": 45000.0, "currency": "GBP"},
        "tag": "Contract notice",
        "form": "F02",
        "award_method": "best_price_quality",
    }


def test_award_criteria_come_with_their_lot():
    path = "OBJECT_CONTRACT/OBJECT_DESCR[1]/AC"
    assert draft(form()).metadata["criteria"] == [
        {"name": "Social value", "kind": "quality", "weight": 20.0, "points": None, "lot": "Lot 1",
         "field": f"{path}/AC_QUALITY (II.2.5)"},
        {"name": "Price", "kind": "price", "weight": 80.0, "points": None, "lot": "Lot 1",
         "field": f"{path}/AC_PRICE (II.2.5)"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("weighting", "expected"),
    [
        ("20", (20.0, None)),
        ("20 %", (20.0, None)),
        ("20,5%", (20.5, None)),
        ("20 per cent", (20.0, None)),
        ("20/100", (20.0, None)),
        ("Max. 200 points", (None, 200.0)),
        ("150 marks", (None, 150.0)),
        ("20 to 30", (None, None)),
        ("see the documents", (None, None)),
    ],
)
def test_a_weighting_is_one_number_or_none(weighting, expected):
    found = draft(form().replace(">20<", f">{weighting}<")).metadata["criteria"][0]
    assert (found["weight"], found["points"]) == expected


def test_one_lot_has_no_name():
    one = form().replace(
        '<OBJECT_DESCR ITEM="2"><SHORT_DESCR><P>Visits in the south of the town.</P></SHORT_DESCR></OBJECT_DESCR>', ""
    )
    assert {item["lot"] for item in draft(one).metadata["criteria"]} == {None}


@pytest.mark.parametrize(
    ("inside", "method"),
    [
        ("<LOWEST_PRICE/>", "lowest_price"),
        ("<AC><AC_PROCUREMENT_DOC/></AC>", "best_price_quality"),
        ("<AC><AC_PRICE/></AC>", None),
    ],
)
def test_the_method_of_award_is_told(inside, method):
    body = f"<OBJECT_CONTRACT><TITLE><P>Care</P></TITLE>{inside}</OBJECT_CONTRACT>"
    body = f'<F02_2014 CATEGORY="ORIGINAL" LG="EN">{body}</F02_2014>'
    assert draft(body).metadata.get("award_method") == method


def test_english_is_read_where_there_is_a_full_english_form():
    found = draft(form("FR", title="Soins"), form("EN", "TRANSLATION"))
    assert found.blocks[0].text == "Home care"
    assert found.notes[0] == "The notice is in 2 languages; the EN text was read."


def test_an_english_stub_gives_way_to_the_original():
    title = "<OBJECT_CONTRACT><TITLE><P>Care</P></TITLE></OBJECT_CONTRACT>"
    stub = f'<F02_2014 CATEGORY="TRANSLATION" LG="EN">{title}</F02_2014>'
    found = draft(stub, form("FR", title="Soins"))
    assert found.metadata["language"] == "fr"
    assert found.blocks[0].text == "Soins"


def test_the_older_schema_is_read():
    old = """<CONTRACT CATEGORY="ORIGINAL" FORM="2" LG="EN"><FD_CONTRACT><OBJECT_CONTRACT_INFORMATION>
    <DESCRIPTION_CONTRACT_NOTICE_INFORMATION><TITLE_CONTRACT><P>Home care</P></TITLE_CONTRACT>
    <SHORT_CONTRACT_DESCRIPTION><P>We asked families first.</P></SHORT_CONTRACT_DESCRIPTION>
    </DESCRIPTION_CONTRACT_NOTICE_INFORMATION></OBJECT_CONTRACT_INFORMATION>
    <PROCEDURE_DEFINITION_CONTRACT_NOTICE><AWARD_CRITERIA_DETAIL><CRITERIA_DEFINITION><ORDER_C>1</ORDER_C>
    <CRITERIA>Quality</CRITERIA><WEIGHTING>60</WEIGHTING></CRITERIA_DEFINITION></AWARD_CRITERIA_DETAIL>
    </PROCEDURE_DEFINITION_CONTRACT_NOTICE></FD_CONTRACT></CONTRACT>"""
    assert [(block.kind, block.stage, block.text) for block in draft(old).blocks] == [
        ("title", "specify", "Home care"),
        ("field", "specify", "We asked families first."),
        ("field", "evaluate", "Quality: 60"),
    ]


def test_a_notice_without_a_form_or_without_text_is_refused():
    with pytest.raises(UnsupportedError, match="without a form"):
        list(read(source()))
    with pytest.raises(NoTextError, match="holds no text"):
        list(read(source('<F02_2014 LG="EN"><OBJECT_CONTRACT/></F02_2014>')))


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/hostname">',
        '<!ENTITY c SYSTEM "http://localhost:9/x">',
        '<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;',
    ],
)
def test_entities_are_refused(declared):
    bomb = source(form(text="&c;" if " c " in declared else "x"), before=f"<!DOCTYPE TED_EXPORT [{declared}]>")
    with pytest.raises(ReadError, match=r"notice\.xml: XML that declares entities"):
        list(read(bomb))


@pytest.mark.parametrize("data", [b"<TED_EXPORT>", b"<a/><b/>", b"<TED_EXPORT>&nope;</TED_EXPORT>", b"<a>" * 400])
def test_broken_xml_is_refused_in_one_line(data):
    with pytest.raises(ReadError, match=r"notice\.xml: broken XML at line 1") as caught:
        list(read(Source("notice.xml", None, data)))
    assert "\n" not in str(caught.value)
