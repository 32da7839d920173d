"""Burden in numbers: what is read from real wording, and what must give nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindtext.document import Block, Document, Draft
from kindtext.lexicon import CARD, load_measure
from kindtext.measures.burdens import KINDS, Burdens, burdens
from kindtext.passages import assemble, from_text

ROW = [
    "days_to_deadline",
    "turnover_required",
    "turnover_ratio",
    "insurance_required",
    "insurance_ratio",
    "currency",
    "mandatory_requirements",
    "mandatory_per_1000_words",
    "questions",
    "word_limit_total",
    "documents_to_attach",
    "contract_months",
    "notice_days_buyer",
    "notice_days_supplier",
    "payment_days",
    "bid_validity_days",
    "liability",
]


def found(text, kind, **metadata):
    """Facts of one kind in a text, as tuples (value, unit, side, detail)."""
    facts = burdens(document(text, **metadata)).of(kind)
    return [(fact.value, fact.unit, fact.side, fact.detail) for fact in facts]


def document(text, **metadata):
    read = from_text(text)
    return Document(read.name, read.text, read.blocks, read.passages, metadata=metadata)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bidders must have an annual turnover of at least £2,000,000.", (2e6, "GBP", "bidder", "yearly")),
        (
            "The Tenderer shall have had a turnover of not less than £4m in each of its last three years.",
            (4e6, "GBP", "bidder", "yearly"),
        ),
        ("Minimum yearly “specific” turnover of GBP 500 000 for the last 2 years.", (5e5, "GBP", "bidder", "yearly")),
        ("Applicants need a minimum of £750,000 annual turnover.", (750_000, "GBP", "bidder", "yearly")),
        ("Minimum average annual construction turnover of US$ 3 million.", (3e6, "USD", "bidder", "yearly")),
        (
            "Turnover must be at least twice the estimated contract value.",
            (2.0, "times contract value", "bidder", None),
        ),
        (
            "An annual turnover of at least 150% of the annual contract value.",
            (1.5, "times contract value", "bidder", "yearly"),
        ),
        ("Minimum turnover: 1.5 times the contract value.", (1.5, "times contract value", "bidder", None)),
    ],
)
def test_a_turnover_threshold_is_found(text, expected):
    assert found(text, "turnover") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "The strategy will double the sector's turnover to £30bn by 2030.",
        "Staff turnover must be no more than 10%, at a cost of at least £20,000 a post.",
        "No minimum turnover is set; a bond of at least £5,000 is.",
        "Organisations with a turnover of more than £36 million must publish a modern slavery statement.",
        "Give your turnover for each of the last two years.",
        "Turnover should be up to twice the estimated contract value.",
        "SMEs are firms with fewer than 250 staff and a turnover of not more than €50 million.",
        "Combined turnover was £41 million.",
        "Firms with turnover of less than £1 million must still answer Part B.",
    ],
)
def test_other_turnovers_are_no_threshold(text):
    assert found(text, "turnover") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Employer’s liability £10,000,000; public liability £5,000,000; professional indemnity £2m.",
            [(1e7, "employers"), (5e6, "public"), (2e6, "professional")],
        ),
        (
            "£10m Employers' Liability, £5m Public Liability, £2m Professional Indemnity.",
            [(1e7, "employers"), (5e6, "public"), (2e6, "professional")],
        ),
        (
            "Employers (Compulsory) Liability Insurance - GBP 5 million Public Liability Insurance - GBP 10 million",
            [(5e6, "employers"), (1e7, "public")],
        ),
        (
            "Tenderers hold Public Liability Insurance. The minimum cover level required is 5 million GBP.",
            [(5e6, "public")],
        ),
        ("Commercial general liability insurance of not less than $2,000,000 per occurrence.", [(2e6, "public")]),
        ("Public and products liability: five million pounds (£5,000,000) any one claim.", [(5e6, "public")]),
        (
            "| Public Liability | £5m |\n| Product Liability | £1m |\n| Professional Indemnity | £250,000 |",
            [(5e6, "public"), (250_000, "professional")],
        ),
        ("Professional indemnity (kept for 12 years after expiry) £10,000,000", [(1e7, "professional")]),
    ],
)
def test_insurance_levels_are_found_each_with_its_own(text, expected):
    assert [(value, detail) for value, _, _, detail in found(text, "insurance")] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Professional indemnity is not required. The budget is £500,000.",
        "The Contractor shall hold public liability insurance.",
        "Public liability insurance with an excess not exceeding £25,000.",
        "Motor insurance of £5,000,000.",
        "Public liability. Annual turnover of £5,000,000.",
    ],
)
def test_money_that_is_no_level_of_insurance_is_left_out(text):
    assert found(text, "insurance") == []


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("A performance bond of 10 per cent. of the contract sum is required.", 10, "percent"),
        ("An on-demand performance bond in the sum of ten per cent (10%) of the Tendered Sum.", 10, "percent"),
        ("Performance bond of 12,5 % of the annual value.", 12.5, "percent"),
        ("Bidders shall furnish a Bid Security of US$ 20,000.", 20_000, "USD"),
        ("A 5% retention bond will be held.", 5, "percent"),
        ("Retention: 3% until practical completion.", 3, "percent"),
    ],
)
def test_bonds_and_retentions_are_found(text, value, unit):
    assert [(v, u) for v, u, _, _ in found(text, "bond")] == [(value, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "A social impact bond pays 5% on results.",
        "No performance bond is needed; retained staff get 5% more.",
        "Staff retention of 90% is our aim.",
        "There is no guarantee that volumes will reach 80%.",
        "Fidelity guarantee / employee crime £2,000,000",
    ],
)
def test_other_bonds_and_guarantees_are_left_out(text):
    assert found(text, "bond") == []


@pytest.mark.parametrize(
    ("text", "days", "side"),
    [
        ("The Authority may terminate the Contract at any time on one (1) month’s notice.", 30, "buyer"),
        ("Either party may end the contract on six months' notice.", 182, "both"),
        (
            "The provider shall give not less than six months’ written notice if it wishes to withdraw from a Lot.",
            182,
            "bidder",
        ),
        ("The Contract may be terminated by the Client giving 90 days' prior written notice.", 90, "buyer"),
        (
            "If the Supplier fails to perform, the Council may terminate this Agreement on fourteen (14) days’ notice.",
            14,
            "buyer",
        ),
        ("This Agreement may be terminated by the Council or the Provider on 3 months' notice.", 91, "both"),
        ("The Contractor may terminate this contract by giving the Employer a month's notice.", 30, "bidder"),
        (
            "CCS has the right to terminate the Framework Contract by giving the Supplier at least 30 days' notce.",
            30,
            "buyer",
        ),
        ("Termination: notice period of 30 days.", 30, None),
    ],
)
def test_notice_for_ending_the_contract_is_found_with_its_side(text, days, side):
    assert [(f.days, f.side) for f in burdens(from_text(text)).of("termination_notice")] == [(days, side)]


@pytest.mark.parametrize(
    "text",
    [
        "The Customer may amend the service levels on thirty (30) days’ notice.",
        "The Council may terminate if the breach is not remedied within 28 days of notice.",
        "The Buyer may exercise the option by written notice within 5 days.",
        "The Supplier may terminate a licence by giving at least thirty (30) days’ notice.",
        "If the Buyer cancels the order with less than 14 days' notice it pays costs.",
    ],
)
def test_other_notices_are_left_out(text):
    assert found(text, "termination_notice") == []


@pytest.mark.parametrize(
    ("text", "days", "side"),
    [
        ("The Council pays undisputed invoices within 14 days.", 14, "buyer"),
        ("Payment terms are 30 days from receipt of a valid invoice.", 30, "buyer"),
        ("Valid invoices, submitted monthly, will be paid within thirty (30) days.", 30, "buyer"),
        ("The Supplier shall pay its sub-contractors within 30 days of a valid invoice.", 30, "bidder"),
        ("Paid quarterly in advance, within 10 days of invoice.", 10, "buyer"),
        ("Payment terms: net 30 days.", 30, "buyer"),
        ("Invoices are submitted monthly and paid within 20 working days of receipt.", 28, "buyer"),
    ],
)
def test_payment_days_are_found_with_who_pays(text, days, side):
    assert [(f.days, f.side) for f in burdens(from_text(text)).of("payment")] == [(days, side)]


@pytest.mark.parametrize(
    "text",
    [
        "Invoices must be submitted within 10 days of the month's end.",
        "The Supplier may suspend if payment is overdue by more than 60 days.",
        "We pay for planned hours for up to 14 days when a person is in hospital.",
        "The Supplier shall pay damages within 30 days of demand.",
        "Interest is due on late payment after 30 days.",
    ],
)
def test_other_days_are_no_payment(text):
    assert found(text, "payment") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Your bid must remain valid for 90 days after the deadline.", 90),
        ("Tenders shall remain open for acceptance for one hundred and eighty (180) days.", 180),
        ("Tender validity period: 120 days from the closing date for tenders.", 120),
        ("Bids shall be irrevocable for a period of 60 calendar days.", 60),
    ],
)
def test_bid_validity_is_found(text, value):
    assert burdens(from_text(text)).to_row()["bid_validity_days"] == value


@pytest.mark.parametrize(
    "text", ["The quoted licence is valid for 90 days.", "Within 30 days of a valid invoice the offer is paid."]
)
def test_other_validities_are_left_out(text):
    assert found(text, "bid_validity") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Supplier's total aggregate liability shall not exceed £1,000,000.", "GBP 1000000"),
        ("The liability of the Supplier under the Contract shall be unlimited.", "unlimited"),
        (
            "Each Party's total liability is no more than the greater of £1 million or 150% of the Contract Value.",
            "GBP 1000000; 150 %",
        ),
        ("The Contractor's liability is limited to 125% of the Charges.", "125 %"),
        ("The Council's liability to the Supplier shall not exceed £50,000.", None),
        ("Nothing limits either party's liability for death or personal injury, which is unlimited liability.", None),
        ("We do not ask for unlimited liability.", None),
        ("Public liability insurance of up to £5,000,000.", None),
    ],
)
def test_the_supplier_s_cap_on_liability_is_found(text, expected):
    assert burdens(from_text(text)).to_row()["liability"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Liquidated damages of £750 per building per day.", [(750, "GBP", "bidder", "per day")]),
        ("Delay damages are £3,200 per day per site.", [(3200, "GBP", "bidder", "per day")]),
        ("A Service Credit of 2% per day applies.", [(2, "percent", "bidder", "per day")]),
        ("Service credits in excess of ten per cent are a material breach.", []),
        ("There are no service credits. Staff get 5% more.", []),
    ],
)
def test_rates_of_damages_are_found(text, expected):
    assert found(text, "damages") == expected


@pytest.mark.parametrize(
    ("text", "kind", "months"),
    [
        ("The Contract will run for a period of three (3) years from 1 July.", "contract_length", 36),
        ("Contract length: 9 months", "contract_length", 9),
        ("The contract will be for an initial 3 year term.", "contract_length", 36),
        ("One base year, extended only in writing by option.", "contract_length", 12),
        ("There is an option to extend the contract for two further periods of twelve months each.", "extension", 24),
        ("The framework has two (2) one-year option periods.", "extension", 24),
        ("The contract may be extended for periods not exceeding 24 months in aggregate.", "extension", 24),
        ("Options to extend the contract for a further 2 x 6 months.", "extension", 12),
        ("The maximum duration of the framework is 4 years.", "contract_length_total", 48),
    ],
)
def test_lengths_and_extensions_are_told_apart(text, kind, months):
    facts = burdens(from_text(text)).facts
    assert [(f.kind, f.months) for f in facts if f.months and f.kind in (kind, "contract_length", "extension")] == [
        (kind, months)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Records are to be retained for six years after the contract ends.",
        "Five years of experience of contracts of this kind.",
        "The previous contract was for a period of 5 years.",
        "Accounts for the last three years of the contract.",
        "The contract may be extended by 1 + 1 years.",
        "Insurance shall be maintained for the term of the contract and for 12 years thereafter.",
    ],
)
def test_other_years_are_no_length_of_the_contract(text):
    assert found(text, "contract_length") == []
    assert found(text, "extension") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Question 1: Social value (500 words)", [(500, "words", "question")]),
        ("Describe your approach. Maximum 750 words.", [(750, "words", "question")]),
        ("Tested by three questions of 500 words.", [(500, "words", "question")] * 3),
        ("Answers are limited to 1,000 words a question.", [(1000, "words", "each question")]),
        ("Written tenders of no more than 3 000 words a lot are read first.", [(3000, "words", "whole")]),
        ("Proposals must not exceed 20 pages excluding annexes.", [(20, "pages", "whole")]),
        ("Method statement: no more than two sides of A4.", [(2, "pages", "question")]),
        ("Word limit: 400", [(400, "words", "question")]),
        ("Maximum 250 words", [(250, "words", "question")]),
        ("Attach a cover letter (1 page max).", [(1, "pages", "document")]),
        ("The final report should be a maximum of 30 pages.", []),
        ("Invitation, 14 pages, replaces version 1.", []),
        ("Words importing the singular include the plural; see page 12 of 40 pages.", []),
    ],
)
def test_limits_on_what_is_written_are_found(text, expected):
    assert [(value, unit, detail) for value, unit, _, detail in found(text, "response_limit")] == expected


def test_word_limits_add_up_by_question():
    row = burdens(from_text("Question 1 (500 words)\n\nQuestion 2 (750 words)\n\nQuestion 3 (2 pages)")).to_row()
    assert (row["questions"], row["word_limit_total"]) == (3, 1250)


def test_a_limit_for_each_question_gives_no_total():
    found_here = burdens(from_text("Each answer must not exceed 500 words. Describe your team (250 words)."))
    assert found_here.to_row()["word_limit_total"] is None
    assert any("every question" in note for note in found_here.notes)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The Supplier must notify the Council. The Contractor shall keep records.", 2),
        ("Bidders are required to confirm this. You must register first.", 2),
        ("The Tenderer, at its own cost, shall visit the site.", 1),
        ("Economic operators shall be required to satisfy minimum standards.", 1),
        ("No tenderer shall contact members of the Council.", 1),
        ("The successful contractor(s) will be required to attend.", 1),
        ("The Supplier shall be entitled to payment.", 0),
        ("The Supplier shall be paid within 30 days.", 0),
        ("The Tenderer shall be deemed to have satisfied itself.", 0),
        ("The Council must publish the notice.", 0),
        ("The sub-contractor shall comply.", 0),
        ("The charges of the Supplier shall be fixed.", 0),
        ("Disputes between the Council and the Contractor shall be mediated.", 0),
        ("Personnel employed by the Contractor must be polite.", 0),
        ("The Supplier's staff must be polite. Mustard suppliers mustered.", 0),
        ("The Supplier shall not be required to attend.", 0),
    ],
)
def test_what_the_bidder_must_do_is_counted(text, count):
    assert burdens(from_text(text)).to_row()["mandatory_requirements"] == count


def test_every_item_after_must_is_a_requirement():
    blocks = [
        Block("The Supplier must:"),
        *(Block(t, "item", 1) for t in ("keep full records", "report monthly", "train staff")),
    ]
    assert [q.text for q in burdens(assemble(Draft("x", "text", tuple(blocks)))).requirements] == [
        "keep full records",
        "report monthly",
        "train staff",
    ]


def test_you_in_guidance_for_buyers_is_not_the_bidder():
    found_here = burdens(
        from_text("As a buyer you must publish a notice. You must keep your suppliers informed of it.")
    )
    assert found_here.requirements == ()
    assert any("You" in note for note in found_here.notes)


def test_documents_are_counted_from_lists_and_from_verbs():
    blocks = [
        Block("Tenders must include the following:"),
        *(Block(t, "item", 1) for t in ("Form of Tender", "two years' accounts", "a smile", "CVs of key staff")),
        Block("Please attach a copy of your safeguarding policy."),
    ]
    assert burdens(assemble(Draft("x", "text", tuple(blocks)))).to_row()["documents_to_attach"] == 4


@pytest.mark.parametrize(
    "text",
    [
        "Do not attach brochures or policies.",
        "The contractor shall attach a copy of each invoice.",
        "See the attached form.",
    ],
)
def test_other_attachments_are_not_counted(text):
    assert found(text, "document") == []


def test_days_to_the_deadline_come_from_the_notice_s_own_data():
    read = document("A park.", published="2025-10-06T09:00:00Z", deadline="2025-12-01T12:00:00Z", tag=["tender"])
    assert burdens(read).to_row()["days_to_deadline"] == 56


@pytest.mark.parametrize(
    ("metadata", "note"),
    [
        ({"published": "2025-03-11", "deadline": "2024-10-28"}, "not after"),
        ({"published": "2025-03-11", "deadline": "2025-04-28", "tag": ["award"]}, "later version"),
        ({"published": "2025-03-11", "deadline": "2025-04-28", "tag": ["tenderUpdate"]}, "later version"),
        ({"published": "2025-02-19", "deadline": "2029-02-19", "tag": ["tender"]}, "stays open"),
    ],
)
def test_doubtful_days_to_the_deadline_are_a_note(metadata, note):
    found_here = burdens(document("A park.", **metadata))
    assert found_here.to_row()["days_to_deadline"] is None
    assert any(note in text for text in found_here.notes)


@pytest.mark.parametrize(
    ("text", "days", "clarification"),
    [
        (
            "ITT issued Monday 2 March 2026\n\n"
            "Last date for clarification questions Friday 20 March 2026, 12.00 noon\n\n"
            "Closing date and time for Tenders Wednesday 8 April 2026",
            37,
            19,
        ),
        (
            "Issued: January 5, 2026\n\nQuestions due: January 16, 2026\n\nQuotes due: ▲ February 6, 2026, 5:00 p.m.",
            32,
            21,
        ),
        ("Published: 14 May 2026\n\nResponse deadline: 12 June 2026, 12:00", 29, None),
        ("Published: 2026-05-14\n\nClosing date 12 noon on Friday 12th June 2026", 29, None),
        ("The plan was published 14 May 2019.\n\nClosing date: 12 June 2019", None, None),
        ("Published: 05/06/2026\n\nClosing date: 12/07/2026", None, None),
        ("Published: 14 May 2026\n\nClosing date: 12 June 2026\n\nClosing date: 19 June 2026", None, None),
    ],
)
def test_dates_in_the_text_are_used_only_if_both_are_sure(text, days, clarification):
    facts = burdens(from_text(text))
    assert facts.to_row()["days_to_deadline"] == days
    assert [f.days for f in facts.of("clarification")] == ([] if clarification is None else [clarification])


def test_the_last_day_for_questions_may_be_said_in_days():
    text = "Clarification questions may be sent no later than seven days before the closing date."
    assert found(text, "clarification") == [(7, "days", "bidder", None)]


def test_ratios_are_to_the_whole_value():
    text = "Annual turnover of at least £1,000,000. Public liability £5 million. Professional indemnity £2 million."
    row = burdens(document(text, value={"amount": 500_000, "currency": "GBP"})).to_row()
    assert (row["turnover_ratio"], row["insurance_ratio"], row["insurance_required"]) == (2.0, 10.0, 5e6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The contract value is £100,590.", 100_590),
        ("Estimated total contract value of 1 050 896 GBP.", 1_050_896),
        ("The maximum budget for this work is approximately £60,000.", 60_000),
        ("Total contract value (ex VAT): £1.5m", 1.5e6),
    ],
)
def test_the_contract_value_may_stand_in_the_text(text, value):
    assert [v for v, _, _, detail in found(text, "contract_value") if detail is None] == [value]


@pytest.mark.parametrize(
    "text",
    ["Contracts with a contract value of £25,000 or more are published.", "10% of the total contract value or £1,000."],
)
def test_thresholds_are_no_contract_value(text):
    assert found(text, "contract_value") == []


def test_no_ratio_is_made_of_other_currencies_or_a_yearly_value_or_several_turnovers():
    text = "Public liability £5 million. "
    assert burdens(document(text, value={"amount": 1e6, "currency": "EUR"})).insurance_ratio is None
    assert burdens(from_text(text + "The estimated annual value of the contract is £50,000.")).insurance_ratio is None
    lots = "Annual turnover of at least £2m (Lot 1) or £1m (Lot 2)."
    found_here = burdens(document(lots, value={"amount": 1e6, "currency": "GBP"}))
    assert (found_here.to_row()["turnover_required"], found_here.turnover_ratio) == (2e6, None)
    assert found_here.notes


def test_what_does_not_agree_is_left_out_of_the_row_with_a_note():
    found_here = burdens(from_text("Your bid must be valid for 90 days.\n\nBids must remain valid for 120 days."))
    assert found_here.to_row()["bid_validity_days"] is None
    assert found_here.notes


def test_an_empty_document_has_an_empty_record():
    found_here = burdens(from_text(""))
    assert found_here == Burdens()
    assert found_here.to_row() == dict.fromkeys(ROW)
    assert list(found_here.to_row()) == ROW


def test_the_record_is_ready_for_json_with_a_quote_for_all_that_stands_in_the_text():
    text = "The Supplier shall hold public liability insurance of £5 million. Payment terms are 30 days."
    data = json.loads(json.dumps(burdens(from_text(text)).to_dict()))
    assert list(data["row"]) == ROW
    assert all(set(f["quote"]) >= {"text", "start", "end", "page", "section", "field"} for f in data["facts"])


def test_the_card_is_whole_and_its_lists_are_lower_case_without_repeats():
    table = load_measure("burdens")
    assert all(table[key].strip() for key in CARD)
    for key, value in table.items():
        if isinstance(value, list):
            assert len(set(value)) == len(value), key
            assert all(phrase == phrase.lower() for phrase in value), key


PIECES = st.sampled_from(
    (
        "turnover at least £5m (five million) public liability insurance employer's terminate notice thirty 30 days "
        "ninety (90) months year £ 1.300.000 , ( ) % per cent bond liability unlimited supplier must shall : \n \n\n İ "
        "words page 500 valid tender within invoice paid closing date 12 June 2026 published may either party contract "
        "extend option of"
    ).split(" ")
)


@given(st.lists(PIECES, max_size=60).map(" ".join) | st.text(max_size=300))
def test_any_text_gives_quotes_that_stand_in_it(text):
    read = from_text(text)
    found_here = burdens(read)
    quotes = [f.quote for f in found_here.facts if f.quote] + list(found_here.requirements)
    assert all(read.text[q.start : q.end] == q.text and q.text for q in quotes)
    assert all(f.kind in KINDS for f in found_here.facts)
    json.dumps(found_here.to_dict())


@pytest.mark.parametrize(
    "unit",
    [
        "1,000,",
        "(",
        " ",
        "supplier must ",
        "one hundred and ",
        "terminate notice 30 days ",
        "public liability £5 million ",
        ":\n",
    ],
)
def test_time_grows_with_the_length_and_not_its_square(unit):
    def seconds(size):
        text = unit * (size // len(unit))
        whole = Document("x", text, (Block(text, end=len(text)),), ())
        start = time.perf_counter()
        burdens(whole)
        return time.perf_counter() - start

    seconds(2_000)
    assert seconds(200_000) < 0.5 + 40 * seconds(20_000)


def test_importing_the_measure_loads_nothing_heavy():
    heavy = "('spacy', 'pandas', 'sklearn', 'scipy')"
    code = f"import sys, kindtext.measures.burdens; print([m for m in {heavy} if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
