"""Numbers, money and times: every spelling that real notices have, and what can be read in two ways."""

import pytest

from kindtext.measures._numbers import durations, money, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("1,250", 1250),
        ("5,000,000", 5_000_000),
        ("1.300.000", 1_300_000),
        ("500 000", 500_000),
        ("12,5", 12.5),
        ("200,000.00", 200_000),
        ("thirty", 30),
        ("twenty-four", 24),
        ("one hundred and eighty", 180),
        ("a hundred", 100),
        ("ninety", 90),
    ],
)
def test_numbers_are_read_in_digits_and_words(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("£5m", 5e6, "GBP"),
        ("£5 million", 5e6, "GBP"),
        ("£5,000,000 (five million)", 5e6, "GBP"),
        ("five million pounds", 5e6, "GBP"),
        ("€1.300.000", 1.3e6, "EUR"),
        ("eur 6.5 million", 6.5e6, "EUR"),
        ("500 000 gbp", 5e5, "GBP"),
        ("gbp5,000,000", 5e6, "GBP"),
        ("2m pounds sterling", 2e6, "GBP"),
        ("us$ 20,000", 20_000, "USD"),
        ("$1,500,000", 1.5e6, "$"),
        ("£250k", 250_000, "GBP"),
    ],
)
def test_money_is_read_in_all_its_spellings(text, value, currency):
    assert [(a.value, a.unit) for a in money(text)] == [(value, currency)]


@pytest.mark.parametrize(
    "text",
    [
        "€1.300",  # a decimal or a thousand
        "£5,000,000 (six million)",
        "£2-5 million",
        "£2 million to £5 million",
        "£5,00,000",
        "five of them",
        "two million five hundred thousand pounds",
        "one and a half million pounds",
        "section 5 m",
    ],
)
def test_money_that_can_be_read_in_two_ways_is_left_out(text):
    assert money(text) == []


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("30 days", 30, "days"),
        ("30 (thirty) days", 30, "days"),
        ("ninety (90) days", 90, "days"),
        ("six months’ written notice", 6, "months"),
        ("a 24-month term", 24, "months"),
        ("five working days", 5, "working days"),
        ("one hundred and twenty (120) calendar days", 120, "days"),
    ],
)
def test_durations_are_read_in_digits_and_words(text, value, unit):
    assert [(a.value, a.unit) for a in durations(text)] == [(value, unit)]


@pytest.mark.parametrize(
    "text", ["30 (sixty) days", "5-7 days", "two or three weeks", "between 5 to 10 days", "thirtydays"]
)
def test_durations_that_contradict_themselves_are_left_out(text):
    assert durations(text) == []
