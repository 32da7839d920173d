import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindtext.document import Block, Document, Draft
from kindtext.lexicon import CARD, load_measure
from kindtext.measures.criteria import KINDS, AwardCriteria, award_criteria
from kindtext.passages import assemble, from_text


def document(*blocks, metadata=None):
    made = [Block(*block) if isinstance(block, tuple) else block for block in blocks]
    return assemble(Draft("itt.docx", "docx", tuple(made), metadata or {}))


def table(*rows, heading="Award criteria"):
    return document((heading, "heading", 1), *((row, "row") for row in rows))


def items(document):
    return [(item.name, item.weight) for item in award_criteria(document).items]


def kinds(text):
    """Weights by kind of what a text says, for short cases."""
    found = award_criteria(from_text(text))
    return {item.kind: item.weight for item in found.items if item.level == 0}


SENTENCES = [
    ("Tenders will be evaluated on Price 60 %, Quality 30 %, Social Value 10 %.", (60, 30, 10)),
    ("The contract will be awarded on a 60/40 quality/price split.", (40, 60, None)),
    ("Bids are evaluated on a quality/price ratio of 70:30.", (30, 70, None)),
    ("The evaluation applies a weighting of 60% for price and 40% for quality.", (60, 40, None)),
    ("Proposals will be evaluated 70% Technical 30% Commercial.", (30, 70, None)),
    ("Quality (60%) and price (40%) are the award criteria.", (40, 60, None)),
    (
        "Award is to the most economically advantageous tender: technical merit weighted at 65%, cost at 35%.",
        (35, 65, None),
    ),
    ("Price will account for 45 per cent of the marks and quality for 55 per cent.", (45, 55, None)),
    ("The price element is worth 50% of the overall score and the quality element is worth 50%.", (50, 50, None)),
    ("60% of the marks are for quality, 30% of the marks are for price and 10% are for social value.", (30, 60, 10)),
    ("The contract will be let on the basis of 100% price.", (100, None, None)),
    ("Price carries one hundred per cent (100%) of the marks.", (100, None, None)),
    ("A 10% weighting for social value applies, with 50% for quality and 40% for price.", (40, 50, 10)),
    ("The price to quality ratio is 80:20.", (80, 20, None)),
    ("Price and quality will be weighted 40% and 60% respectively.", (40, 60, None)),
    ("Tenders are scored 55/35/10 (quality/price/social value).", (35, 55, 10)),
    ("Evaluation will be 80:20 in favour of quality, price being the smaller part.", (20, 80, None)),
    ("The weighted quality score (out of 60%) is added to the price score (out of 40%).", (40, 60, None)),
    ("Award criteria: Price - 40%; Quality - 50%; Social value - 10%.", (40, 50, 10)),
    ("Award criteria: ultimate cost 85%; delivery lead time 10%; warranty 5%.", (85, 15, None)),
    ("The total tendered sum counts 90%, programme 10%.", (90, 10, None)),
    ("Total tendered sum 90%, programme 10%.", (90, 10, None)),
    ("Technical competence 50%, cultural fit 15%, price 35%.", (35, 65, None)),
    ("The combined score is S = St x T + Sf x P, with weights T = 0.8 and P = 0.2.", (20, 80, None)),
    ("Under QCBS the weights are 0.75 technical and 0.25 financial.", (25, 75, None)),
    ("Tenders will be assessed on quality (70), social value (10) and price (20).", (20, 70, 10)),
    ("Evaluated 60 percent price; 40 percent non-price.", (60, 40, None)),
    ("Quality criterion - Name: Method / Weighting: 60. Price - Weighting: 40.", (40, 60, None)),
    (
        "Quality criterion - Name: Team / Weighting: 45\nCost criterion - Name: Whole life cost / Weighting: 55",
        (55, 45, None),
    ),
    (
        "Criterion Marks A Total cost 400 B Technical merit 300 C Warranty and repair 200 D Delivery programme 100",
        (40, 60, None),
    ),
    (
        "The award criteria are price at 30% and quality at 70%. Bids must offer a minimum discount of 6%.",
        (30, 70, None),
    ),
    ("Evaluation is 60% quality and 40% price. Bids below 50% on any quality question are rejected.", (40, 60, None)),
    ("Fee proposals: 90% of marks. The remaining 10% is for a method statement of one page.", (90, 10, None)),
    ("Pricing (35%), Technical (50%), Indigenous participation (15%)", (35, 50, 15)),
    (
        "Bids are evaluated on cost: 30 %, quality: 50 %, environmental sustainability: 10 % and social value: 10 %.",
        (30, 50, 10),
    ),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_shares_are_read_from_sentences(text, expected):
    row = award_criteria(from_text(text)).to_row()
    price, quality, social = expected
    assert row["price_weight"] == price
    assert row["quality_weight"] == (quality or 0)
    assert row["social_value_weight"] == (social or 0)
    assert row["award_method"] == ("lowest_price" if price == 100 else "best_price_quality")


TRAPS = [
    "The service shall be available 99.5 % of the time.",
    "Service level: 95% of calls are answered in 20 seconds; service credits of 5% of the monthly price apply.",
    "Suppliers offer a discount of 10% off the list price and a rebate of 2%.",
    "Prices exclude VAT at 20%.",
    "A minimum score of 60% must be achieved on quality.",
    "The minimum quality threshold is 60% overall and 50% in each of Questions 2 and 3.",
    "Bids that score below 50% on any quality question will be rejected.",
    "Payment: 40% on delivery, 60% on acceptance.",
    "Payment of the price: 30% on signature, 70% on completion.",
    "The Authority retains 5% of the contract price as retention until the end of the defects period.",
    "At least 30% of staff must hold a technical qualification.",
    "Liquidated damages are 0.5% of the Contract Price per week, up to 10%.",
    "Performance is measured by KPIs: quality 40%, cost 30%, time 30%.",
    "The performance score weights quality 60% and cost 40% for the bonus.",
    "The price has risen by 20% and quality has fallen by 10%.",
    "The lowest price gets 100% of the price score and others are scored pro rata.",
    "A price more than 20% beneath the mean of the others is flagged.",
    "Prices may be increased by up to 3% in line with CPI.",
    "Of the 611 households surveyed, 60% were content with price and 40% with quality.",
    "In the last competition price carried 60% and quality 40%.",
    "The bond is 10% of the tendered sum.",
    "Household waste was 31.4% food waste by weight, and textiles were 5.2%.",
    "Fee model: 30% service, 70% outcome.",
    "Up to 20% of the contract value may be sub-contracted.",
    "100%: an excellent response. 75%: a good response. 50%: an acceptable response. 25%: a poor response.",
    "Deliveries on 60/40 terms are made within 24/48 hours.",
    "Evaluation is as follows. Year 1 accounts are weighted at 67% and year 2 accounts at 33%.",
    "Price variation: labour 60%, materials 40%.",
    "For example, price 60% and quality 40% would give a score of 76.",
    "A margin of 7.5% price preference is given to domestic bidders.",
    "Energy costs make up 35% of the price and labour 65%.",
    "The ratio of staff to service users is 1:4 at a cost of 50/50 between the parties.",
]


@pytest.mark.parametrize("text", TRAPS)
def test_other_numbers_are_no_weights(text):
    found = award_criteria(from_text(text))
    assert found.items == ()
    assert found.shares == ()


@pytest.mark.parametrize(
    "rows",
    [
        ("Criterion | Weighting", "Price | 60 %", "Quality | 30 %", "Social value | 10 %", "Total | 100 %"),
        ("Price | 60 %", "Quality | 30 %", "Social value | 10 %"),
        ("Award criteria | %", "Price | 60", "Quality | 30", "Social value | 10"),
        ("No. | Criteria | Weight", "1 | Price | 60%", "2 | Quality | 30%", "3 | Social value | 10%"),
        ("Criteria | Weight", "1 | Price | 60%", "2 | Quality | 30%", "3 | Social value | 10%"),
        ("Criterion | Available marks", "Price | 600", "Quality | 300", "Social value | 100"),
        ("Criterion | Maximum points | %", "Price | 600 | 60%", "Quality | 300 | 30%", "Social value | 100 | 10%"),
        ("Criterion | Weight", "Price | 0.6", "Quality | 0.3", "Social value | 0.1"),
        ("| Price | Quality | Social value", "Weighting | 60% | 30% | 10%"),
        ("Price (60%) | Quality (30%) | Social value (10%)",),
        ("Criterion | What we look for | Weight (%)", "Price | Total of Schedule 4 | 60", "Quality | Method | 30",
         "Social value | Your offer | 10"),
    ],
)  # fmt: skip
def test_tables_are_read(rows):
    found = award_criteria(table(*rows))
    assert [item.name for item in found.items] == ["Price", "Quality", "Social value"]
    row = found.to_row()
    assert (row["price_weight"], row["quality_weight"], row["social_value_weight"]) == (60, 30, 10)


def test_points_are_points_and_no_percent():
    found = award_criteria(table("Criterion | Points", "Technical | 700", "Cost | 300"))
    assert [(item.name, item.weight, item.points) for item in found.items] == [
        ("Technical", None, 700.0),
        ("Cost", None, 300.0),
    ]
    assert found.to_row()["price_weight"] == 30


@pytest.mark.parametrize(
    "rows",
    [
        ("KPI | Target | Weighting", "Quality of work | 95% | 60%", "Cost control | 98% | 40%"),
        ("Item | Weight (kg)", "Price list box | 60", "Quality manual | 40"),
        ("Score | Description | %", "5 | Excellent | 100%", "4 | Good | 80%", "3 | Acceptable | 60%", "0 | Poor | 0%"),
        ("Milestone | Payment", "Design | 40%", "Delivery | 60%"),
        ("Question | Weight", "Approach | 3", "Team | 5", "Price | 2"),
        ("Year | Price increase", "1 | 0%", "2 | 2%", "3 | 2%"),
        ("Service level | Target", "Availability | 99.5%", "Response | 95%"),
    ],
)
def test_other_tables_are_left_alone(rows):
    assert award_criteria(table(*rows, heading="Schedule 3")).items == ()


def test_parts_of_a_criterion_stand_below_it():
    found = award_criteria(
        table("Criterion | Weight", "Quality | 60%", "Method | 30%", "Team | 20%", "Social value | 10%", "Price | 40%")
    )
    assert [(item.name, item.level) for item in found.items] == [
        ("Quality", 0),
        ("Method", 1),
        ("Team", 1),
        ("Social value", 1),
        ("Price", 0),
    ]
    assert found.to_row() == {
        "price_weight": 40.0,
        "quality_weight": 50.0,
        "social_value_weight": 10.0,
        "award_method": "best_price_quality",
    }


def test_parts_may_be_percent_of_their_criterion():
    found = award_criteria(
        table("Criterion | Weight", "Quality | 60%", "Method | 50%", "Team | 30%", "Social value | 20%", "Price | 40%")
    )
    assert [item.level for item in found.items] == [0, 1, 1, 1, 0]
    assert found.share("social_value") == 12


def test_parts_in_brackets_stand_below_their_criterion():
    text = (
        "Award criteria: Quality 60% (Methodology 25%, Team and Experience 20%, Risk 10%, Social Value 5%); Price 40%."
    )
    found = award_criteria(from_text(text))
    assert [(item.name, item.level) for item in found.items][:3] == [
        ("Quality", 0),
        ("Methodology", 1),
        ("Team and Experience", 1),
    ]
    assert (found.share("quality"), found.share("social_value"), found.share("price")) == (55, 5, 40)


def test_inner_lists_are_parts():
    found = award_criteria(
        document(
            ("Evaluation weightings", "heading", 1),
            ("60 % - Quality", "item", 1),
            ("70 % - Method", "item", 2),
            ("30 % - Team", "item", 2),
            ("40 % - Price", "item", 1),
        )
    )
    assert [(item.name, item.level) for item in found.items] == [
        ("Quality", 0),
        ("Method", 1),
        ("Team", 1),
        ("Price", 0),
    ]
    assert found.share("price") == 40


def test_what_is_said_twice_counts_once():
    found = award_criteria(
        document(
            ("Evaluation", "heading", 1),
            ("Tenders will be evaluated on quality (60%) and price (40%).",),
            ("Criterion | Weight", "row"),
            ("Quality | 60%", "row"),
            ("Price | 40%", "row"),
        )
    )
    assert len(found.items) == 2
    assert found.share("price") == 40


def test_questions_elsewhere_are_parts_of_quality():
    found = award_criteria(
        document(
            ("Evaluation", "heading", 1),
            ("Tenders will be evaluated on the basis of 60% quality and 40% price.",),
            ("Quality questions", "heading", 1),
            ("Question | Weighting", "row"),
            ("Mobilisation | 20%", "row"),
            ("Workforce | 30%", "row"),
            ("Social value | 10%", "row"),
        )
    )
    assert [(item.name, item.level) for item in found.items] == [
        ("quality", 0),
        ("price", 0),
        ("Mobilisation", 1),
        ("Workforce", 1),
        ("Social value", 1),
    ]
    assert (found.share("quality"), found.share("social_value")) == (50, 10)


def test_two_sets_that_differ_give_no_shares_and_say_so():
    found = award_criteria(
        from_text(
            "Award criteria\n\nTenders are judged on price 60%, quality 40%.\n\nThe split is price 50%, quality 50%."
        )
    )
    assert found.shares == ()
    assert found.notes == ("Two sets of weights for the criteria differ: price is 50 % and 60 %; no shares are given.",)


@pytest.mark.parametrize(
    ("text", "name", "weight"),
    [
        ("Social Value (10%). Bidders should say what they will do for the town.", "Social Value", 10),
        ("Fair Work First (weighting 10%). Please describe the pay of each grade.", "Fair Work First", 10),
        ("7.3 Community Benefits (weighting 8%) Tenderers should complete the form.", "Community Benefits", 8),
        ("Question 4 – Understanding of the population (weighting 10%). Use 1,200 words.",
         "Question 4 – Understanding of the population", 10),
        ("Q2 Safeguarding. Describe how you report concerns. Max 750 words. Weighting 12%.", "Q2 Safeguarding", 12),
        ("Social value carries 15% of the marks.", "Social value", 15),
        ("20 % of the marks are for social value.", "social value", 20),
        ("Price carries 85% of marks at call-off. Quality is pass or fail.", "Price", 85),
        ("Price is weighted at 80%.", "Price", 80),
    ],
)  # fmt: skip
def test_one_weight_alone_is_found_and_gives_no_share(text, name, weight):
    found = award_criteria(from_text(text))
    assert [(item.name, item.weight) for item in found.items] == [(name, weight)]
    assert found.shares == ()
    assert "not to 100 %" in found.notes[0]


def test_a_share_of_the_quality_score_is_a_part():
    found = award_criteria(from_text("Social value: 10% of the quality score will be allocated to social value."))
    assert [(item.kind, item.level) for item in found.items] == [("social_value", 1)]
    assert found.to_row()["social_value_weight"] is None


def test_a_line_with_a_weight_is_named_by_what_stands_above():
    found = award_criteria(
        document(("Award questions", "heading", 1), ("Social value", "heading", 2), ("Weighting: 10 %",))
    )
    assert [(item.name, item.kind, item.weight) for item in found.items] == [("Social value", "social_value", 10)]


def test_headings_with_weights_make_one_list():
    found = award_criteria(
        document(
            ("5 Evaluation", "heading", 1),
            ("5.1 Approach – 40% (400 points)", "heading", 2),
            ("Tell us how you will work." * 5,),
            ("5.2 Staffing – 25% (250 points)", "heading", 2),
            ("Tell us who will work." * 5,),
            ("5.3 Cost – 35% (350 points)", "heading", 2),
        )
    )
    assert [(item.name, item.weight, item.points) for item in found.items] == [
        ("Approach", 40, 400),
        ("Staffing", 25, 250),
        ("Cost", 35, 350),
    ]
    assert found.share("price") == 35


def test_lots_are_kept_apart():
    text = (
        "Award criteria\n\nLot 1: price 60%, quality 40%.\n\nLot 2: price 70%, quality 30%.\n\n"
        "Lot 3: price 75%, quality 20%."
    )
    found = award_criteria(from_text(text))
    assert [(share.lot, share.price) for share in found.shares] == [("Lot 1", 60), ("Lot 2", 70)]
    assert found.to_row()["price_weight"] is None
    assert found.notes == (
        "The weights of Lot 3 add to 95 %, not to 100 %; the rest is not stated, or was not found, "
        "so no shares are given.",
        "The lots have different weights; see the shares of each lot.",
    )


@pytest.mark.parametrize(
    "rows",
    [
        ("Lot | Price | Quality", "Lot 1 (North) | 60% | 40%", "Lot 2 (South) | 70% | 30%"),
        ("Criterion | Lot 1 | Lot 2", "Price | 60% | 70%", "Quality | 40% | 30%"),
    ],
)
def test_tables_with_lots(rows):
    found = award_criteria(table(*rows))
    assert [(share.lot, share.price) for share in found.shares] == [("Lot 1", 60), ("Lot 2", 70)]


def test_lots_that_agree_give_one_share():
    found = award_criteria(
        from_text("Award criteria\n\nLot 1: price 60%, quality 40%.\n\nLot 2: price 60%, quality 40%.")
    )
    assert [(share.lot, share.price) for share in found.shares] == [(None, 60)]


def test_a_heading_names_the_lot():
    found = award_criteria(
        document(
            ("Lot 4 - Catering", "heading", 1),
            ("Evaluation", "heading", 2),
            ("Price | 80%", "row"),
            ("Quality | 20%", "row"),
        )
    )
    assert {item.lot for item in found.items} == {"Lot 4"}


def test_weights_that_do_not_add_up_are_said():
    found = award_criteria(table("Criterion | Weight", "Price | 60%", "Quality | 35%"))
    assert len(found.items) == 2
    assert found.shares == ()
    assert found.notes[0].startswith("The weights of the criteria add to 95 %, not to 100 %")


def test_ranges_are_left_out_and_said():
    found = award_criteria(
        from_text("Call-offs are evaluated in these ranges. Quality: 40% to 70%. Price: 30% to 60%.")
    )
    assert found.items == ()
    assert found.notes == ("Some weights are given as ranges, which were left out.",)


def test_names_of_no_known_kind_leave_quality_open():
    found = award_criteria(table("Criterion | Weight", "Price | 40%", "Listening | 40%", "Quality | 20%"))
    assert found.to_row()["price_weight"] == 40
    assert found.to_row()["quality_weight"] is None
    assert "none of price, quality" in found.notes[0]


METHODS = [
    ("The contract will be awarded on the basis of the lowest price.", "lowest_price"),
    ("Award will be made on a lowest price technically acceptable basis.", "lowest_price"),
    ("The Government will use LPTA.", "lowest_price"),
    ("Award criteria: Lowest price", "lowest_price"),
    ("Call-offs will be awarded on price only.", "lowest_price"),
    ("The order goes out, the award being made to the cheapest compliant bid.", "lowest_price"),
    ("Award to the lowest responsive and responsible bidder.", "lowest_price"),
    ("The contract will be awarded to the most economically advantageous tender.", "best_price_quality"),
    ("The most advantageous tender will be accepted.", "best_price_quality"),
    ("Award is to the tender with the best price-quality ratio.", "best_price_quality"),
    ("The award will be made to the offer that represents the best value to the State.", "best_price_quality"),
    ("Selection follows the QCBS method.", "best_price_quality"),
    ("The Government will use a best value tradeoff.", "best_price_quality"),
    ("Price is not scored; tenders are judged on what they offer.", "quality_only"),
    ("The contract is awarded on quality alone, at a fixed price.", "quality_only"),
    ("The council does not bind itself to accept the lowest or any tender.", None),
    ("The lowest price receives the maximum score and others are scored pro rata.", None),
    ("We want to achieve best value for money across our estate.", None),
    ("MEAT – most economically advantageous tender.", None),
    ("The contract was awarded to the lowest bidder in 2019.", None),
    ("Award may be to other than the lowest priced proposer.", None),
    ("Best value may be awarded either on the lowest price or the most economically advantageous tender.", None),
]


@pytest.mark.parametrize(("text", "method"), METHODS)
def test_the_method_is_read_from_words(text, method):
    found = award_criteria(from_text(text))
    assert found.method == method
    assert (found.method_quote is None) == (method is None)


def test_both_methods_in_a_text_give_none_and_a_note():
    text = "Lot 1 is awarded to the lowest price. Lot 2 goes to the most economically advantageous tender."
    found = award_criteria(from_text(text))
    assert found.method is None
    assert "lowest price and of price with quality" in found.notes[0]


def entry(name, kind=None, weight=None, points=None, lot=None, field="tender/awardCriteria/criteria/0/name"):
    return {"name": name, "kind": kind, "weight": weight, "points": points, "lot": lot, "field": field}


def test_fields_of_the_file_come_first():
    criteria = [entry("Price", "price", 60.0), entry("Method", "quality", 30.0), entry("Social value", "quality", 10.0)]
    block = Block("Price: 60%", "field", field="tender/awardCriteria/criteria/0/name", stage="evaluate")
    found = award_criteria(document(block, ("Price 50%, quality 50%.",), metadata={"criteria": criteria}))
    assert [(item.name, item.kind, item.weight) for item in found.items] == [
        ("Method", "quality", 30),
        ("Social value", "social_value", 10),
        ("Price", "price", 60),
    ]
    assert [item.quote and item.quote.text for item in found.items] == [None, None, "Price: 60%"]
    assert found.to_row()["social_value_weight"] == 10
    assert found.method == "best_price_quality"


def test_lots_of_a_file_that_agree_are_one():
    criteria = [
        entry(n, k, w, lot=lot)
        for lot in ("Lot 1", "Lot 2")
        for n, k, w in (("Price", "price", 60.0), ("Q", "quality", 40.0))
    ]
    found = award_criteria(document(("Cleaning", "title"), metadata={"criteria": criteria}))
    assert [(item.name, item.lot) for item in found.items] == [("Price", None), ("Q", None)]


@pytest.mark.parametrize(
    ("weights", "price"),
    [((60.0, 40.0), 60), ((0.6, 0.4), 60), ((600.0, 400.0), None), ((60.0, 35.0), None), ((50.0, 0.0), None)],
)
def test_bare_numbers_of_a_form(weights, price):
    criteria = [entry("Price", "price", weights[0]), entry("Quality", "quality", weights[1])]
    found = award_criteria(document(("Cleaning", "title"), metadata={"criteria": criteria}))
    assert found.to_row()["price_weight"] == (60 if weights[0] == 600 else price)


def test_a_form_that_lists_only_price_is_lowest_price():
    found = award_criteria(document(("Cleaning", "title"), metadata={"criteria": [entry("Price", "price")]}))
    assert found.method == "lowest_price"


def test_a_code_of_the_file_gives_the_method():
    found = award_criteria(document(("Cleaning of schools", "title"), metadata={"award_method": "lowest_price"}))
    assert (found.method, found.method_quote) == ("lowest_price", None)
    assert found.notes == ("The method of award is a code of the file; the text does not say it in words.",)


def test_a_code_that_contradicts_the_weights_is_said():
    criteria = [entry("Price", "price", 60.0), entry("Quality", "quality", 40.0)]
    found = award_criteria(
        document(("Cleaning", "title"), metadata={"criteria": criteria, "award_method": "lowest_price"})
    )
    assert found.method == "best_price_quality"
    assert found.notes == ("The file's code says lowest price, but its criteria say price and quality.",)


def test_long_and_odd_texts_are_read_in_little_time():
    for text in ("60% " * 50_000, "60/40 " * 30_000, "(" * 200_000, "Price 60%. " * 20_000, "lowest price " * 15_000):
        for kind in ("paragraph", "row"):
            block = Block(text, kind, start=0, end=len(text))
            start = time.perf_counter()
            award_criteria(Document("x", text, (block,), ()))
            assert time.perf_counter() - start < 10


def test_numbers_without_unit_count_in_a_field_of_award_criteria():
    block = Block("Price 70 (hourly rate 50, basket 20). Quality 30, tested by questions.", "field",
                  field="tender/awardCriteriaDetails", stage="evaluate")  # fmt: skip
    assert award_criteria(document(block)).share("price") == 70


def test_an_empty_document_gives_an_empty_record():
    assert award_criteria(from_text("")) == AwardCriteria()
    assert award_criteria(Document("x", "", (), ())) == AwardCriteria()
    assert set(AwardCriteria().to_row().values()) == {None}


def test_the_record_is_plain_data():
    found = award_criteria(from_text("Tenders are evaluated on price (60%) and quality (40%)."))
    data = json.loads(json.dumps(found.to_dict()))
    assert data["items"][0]["quote"]["text"] == "price (60%"
    assert data["shares"] == [
        {"lot": None, "price": 60, "quality": 40, "social_value": 0, "sustainability": 0, "other": 0}
    ]


def test_the_card_is_whole():
    card = load_measure("criteria")
    assert all(card[key] for key in CARD)
    assert set(card["kinds"]) == set(KINDS) - {"other"}


PIECES = st.sampled_from(
    "Price Quality price quality social value 60% 40% 10 % 100 points (weighting 12%) Lot 1 / : | 60/40 . , ; \n\n and "
    "of the evaluated awarded lowest most economically advantageous Weight 0.8 technical financial Total é İ —".split(
        " "
    )
)


@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join)),
    st.sampled_from(["row", "item", "heading", "paragraph", "field"]),
)
def test_any_text_gives_quotes_that_are_in_it(text, kind):
    for made in (from_text(text), document((text, kind), (text, kind), ("Award criteria", "heading", 1), (text, kind))):
        found = award_criteria(made)
        quotes = [item.quote for item in found.items] + [found.method_quote]
        assert all(quote.text == made.text[quote.start : quote.end] for quote in quotes if quote)
        assert all(abs(sum(share.by_kind().values()) - 100) < 0.1 for share in found.shares)
        assert all(item.weight is None or 0 <= item.weight <= 100 for item in found.items)
        json.dumps(found.to_dict())
