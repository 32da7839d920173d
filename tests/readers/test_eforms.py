import pytest

from kindtext.errors import NoTextError, ReadError
from kindtext.readers.eforms import RESERVED_NOTE, read
from kindtext.readers.source import Source

NAMESPACES = " ".join(f'xmlns:{prefix}="urn:x:{prefix}"' for prefix in ("cac", "cbc", "ext", "efext", "efac", "efbc"))
WRAPPERS = ("ext:UBLExtensions", "ext:UBLExtension", "ext:ExtensionContent", "efext:EformsExtension")
WRAP = "".join(f"<{name}>" for name in WRAPPERS) + "{}" + "".join(f"</{name}>" for name in reversed(WRAPPERS))
ORGANISATION = WRAP.format(
    "<efac:Organizations><efac:Organization><efac:Company>"
    "<cac:PartyIdentification><cbc:ID>ORG-1</cbc:ID></cac:PartyIdentification>"
    '<cac:PartyName><cbc:Name languageID="ENG">Northtown Council and Partners</cbc:Name></cac:PartyName>'
    "</efac:Company>"
    "</efac:Organization></efac:Organizations>"
)
WEIGHT = WRAP.format(
    '<efac:AwardCriterionParameter><efbc:ParameterCode listName="number-weight">per-exa</efbc:ParameterCode>'
    "<efbc:ParameterNumeric>20</efbc:ParameterNumeric></efac:AwardCriterionParameter>"
)
BODY = f"""
<cbc:ID>n-1</cbc:ID><cbc:ContractFolderID>p-1</cbc:ContractFolderID>
    <cbc:IssueDate>2025-03-01+01:00</cbc:IssueDate>
<cbc:NoticeTypeCode>cn-standard</cbc:NoticeTypeCode><cbc:NoticeLanguageCode>FRA</cbc:NoticeLanguageCode>
<cac:ContractingParty><cac:Party><cac:PartyIdentification><cbc:ID>ORG-1</cbc:ID></cac:PartyIdentification>
    </cac:Party></cac:ContractingParty>
<cac:TenderingTerms><cac:TendererQualificationRequest><cac:SpecificTendererRequirement>
  <cbc:TendererRequirementTypeCode listName="exclusion-ground">exg</cbc:TendererRequirementTypeCode>
  <cbc:Description languageID="ENG">Those who did not pay taxes.</cbc:Description>
</cac:SpecificTendererRequirement></cac:TendererQualificationRequest></cac:TenderingTerms>
<cac:TenderingProcess><cbc:Description languageID="ENG">We talk with every bidder twice.</cbc:Description>
<cac:ProcessJustification><cbc:ProcessReasonCode listName="accelerated-procedure">true</cbc:ProcessReasonCode>
<cbc:ProcessReason languageID="ENG">Winter comes soon.</cbc:ProcessReason></cac:ProcessJustification>
    </cac:TenderingProcess>
<cac:ProcurementProject><cbc:Name languageID="FRA">Soins</cbc:Name>
    <cbc:Name languageID="ENG">Home care</cbc:Name>
  <cbc:Description languageID="FRA">Les familles ont choisi.</cbc:Description>
  <cbc:Description languageID="ENG">Families chose what matters.</cbc:Description>
  <cac:RequestedTenderTotal>
    <cbc:EstimatedOverallContractAmount currencyID="EUR">99.5</cbc:EstimatedOverallContractAmount>
    </cac:RequestedTenderTotal>
</cac:ProcurementProject>
<cac:ProcurementProjectLot><cbc:ID schemeName="Lot">LOT-0001</cbc:ID>
  <cac:TenderingTerms>
    <cac:TendererQualificationRequest><cac:SpecificTendererRequirement>
      <cbc:TendererRequirementTypeCode listName="reserved-procurement">res-ws
      </cbc:TendererRequirementTypeCode>
    </cac:SpecificTendererRequirement></cac:TendererQualificationRequest>
    <cac:ContractExecutionRequirement>
    <cbc:Description languageID="ENG">Staff have a living wage.</cbc:Description>
    </cac:ContractExecutionRequirement>
    <cac:AwardingTerms><cac:AwardingCriterion><cac:SubordinateAwardingCriterion>{WEIGHT}
      <cbc:AwardingCriterionTypeCode>quality</cbc:AwardingCriterionTypeCode>
    <cbc:Name languageID="ENG">Social value</cbc:Name>
      <cbc:Description languageID="ENG">How bidders help people into work.</cbc:Description>
    </cac:SubordinateAwardingCriterion></cac:AwardingCriterion></cac:AwardingTerms>
    <cac:AppealTerms><cac:PresentationPeriod>
    <cbc:Description languageID="ENG">Within ten days.</cbc:Description></cac:PresentationPeriod>
    </cac:AppealTerms>
  </cac:TenderingTerms>
  <cac:TenderingProcess><cac:TenderSubmissionDeadlinePeriod><cbc:EndDate>2025-04-01+01:00</cbc:EndDate>
    <cbc:EndTime>12:00:00+01:00</cbc:EndTime></cac:TenderSubmissionDeadlinePeriod></cac:TenderingProcess>
  <cac:ProcurementProject><cbc:Name languageID="ENG">North</cbc:Name>
    <cbc:Description languageID="ENG">Visits in the north.</cbc:Description></cac:ProcurementProject>
</cac:ProcurementProjectLot>"""


def draft(body=BODY, root="ContractNotice"):
    xml = f'<{root} xmlns="urn:oasis:{root}-2" {NAMESPACES}>{ORGANISATION}{body}</{root}>'
    (found,) = read(Source("notice.xml", None, xml.encode("utf-8")))
    return found


@pytest.mark.parametrize("root", ["ContractNotice", "ContractAwardNotice", "PriorInformationNotice"])
def test_fields_have_their_business_term_and_stage(root):
    assert [(block.field, block.stage, block.text) for block in draft(root=root).blocks] == [
        ("BT-21-Procedure", "specify", "Home care"),
        ("BT-24-Procedure", "specify", "Families chose what matters."),
        ("BT-67-Procedure", "tender", "Those who did not pay taxes."),
        ("BT-88-Procedure", "tender", "We talk with every bidder twice."),
        ("BT-1351-Procedure", "tender", "Winter comes soon."),
        ("BT-21-Lot", "specify", "North"),
        ("BT-24-Lot", "specify", "Visits in the north."),
        (
            "BT-71-Lot",
            "tender",
            "The contract is reserved to sheltered workshops and economic operators aiming at the social and "
            "professional integration of disabled or disadvantaged persons.",
        ),
        ("BT-70-Lot", "deliver", "Staff have a living wage."),
        ("BT-734-Lot", "evaluate", "Social value: 20%"),
        ("BT-540-Lot", "evaluate", "How bidders help people into work."),
        ("BT-99-Lot", "award", "Within ten days."),
    ]


def test_a_lots_fields_stand_under_its_title():
    blocks = {block.field: block for block in draft().blocks}
    assert (blocks["BT-24-Lot"].section, blocks["BT-24-Procedure"].section) == ("North", None)
    assert blocks["BT-21-Procedure"].kind == "title"


def test_english_is_chosen_and_the_rest_told():
    assert draft().notes == ("Text in other languages (FRA) was left out.", RESERVED_NOTE)


def test_without_english_the_notices_own_language_is_read():
    body = BODY[: BODY.index("<cac:TenderingTerms>")]
    names = '<cbc:Name languageID="NLD">Zorg</cbc:Name><cbc:Name languageID="FRA">Soins</cbc:Name>'
    body += f"<cac:ProcurementProject>{names}</cac:ProcurementProject>"
    found = draft(body)
    assert [block.text for block in found.blocks] == ["Soins"]
    assert found.metadata["language"] == "fr"


def test_metadata_tells_who_when_and_how_much():
    assert draft().metadata == {
        "id": "n-1",
        "procedure": "p-1",
        "title": "Home care",
        "buyer": "Northtown Council and Partners",
        "published": "2025-03-01",
        "deadline": "2025-04-01T12:00:00+01:00",
        "language": "en",
        "value": {"amount": 99.5, "currency": "EUR"},
        "tag": "cn-standard",
        "criteria": [
            {
                "name": "Social value",
                "kind": "quality",
                "weight": 20.0,
                "points": None,
                "lot": None,
                "field": "BT-734-Lot",
            }
        ],
    }


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        ("per-exa", "20", (20.0, None)),
        ("per-mid", "20.5", (20.5, None)),
        ("dec-exa", "0.2", (20.0, None)),
        ("poi-exa", "200", (None, 200.0)),
        ("ord-imp", "1", (None, None)),
        ("per-exa", "twenty", (None, None)),
    ],
)
def test_the_unit_of_a_weight_is_heeded(code, number, expected):
    weight = WEIGHT.replace("per-exa", code).replace(">20<", f">{number}<")
    (found,) = draft(BODY.replace(WEIGHT, weight)).metadata["criteria"]
    assert (found["weight"], found["points"]) == expected


def test_a_threshold_is_no_weight():
    threshold = WEIGHT.replace("number-weight", "number-threshold").replace("per-exa", "min-score")
    (found,) = draft(BODY.replace(WEIGHT, threshold)).metadata["criteria"]
    assert found["weight"] is None


def test_criteria_of_several_lots_are_told_apart():
    second = BODY[BODY.index("<cac:ProcurementProjectLot>") :].replace("LOT-0001", "LOT-0002")
    group = second.replace("LOT-0002", "GLO-0001")
    found = draft(BODY + second + group).metadata["criteria"]
    assert [item["lot"] for item in found] == ["Lot 1", "Lot 2", "Group of lots 1"]


def test_organisations_are_left_out_of_the_text():
    assert not any("Northtown" in block.text for block in draft().blocks)


def test_a_market_consultation_is_engagement():
    assert {block.stage for block in draft(BODY.replace("cn-standard", "pmc")).blocks} >= {"engage"}


def test_a_notice_without_text_is_refused():
    with pytest.raises(NoTextError, match=r"notice\.xml: no field"):
        draft("<cbc:ID>n-1</cbc:ID>")


def test_entities_are_refused():
    data = b'<!DOCTYPE ContractNotice [<!ENTITY x SYSTEM "file:///etc/hostname">]><ContractNotice>&x;</ContractNotice>'
    with pytest.raises(ReadError, match="declares entities"):
        list(read(Source("notice.xml", None, data)))
