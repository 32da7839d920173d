import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindtext.report.plain import cell, one_line


@given(st.text(), st.integers(1, 40))
def test_one_line_is_one_printable_line_within_its_width(text, width):
    line = one_line(text, width)
    assert len(line) <= width
    assert "\x1b" not in line
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


@pytest.mark.parametrize(
    "control", ["\x00", "\x07", "\x08", "\x1b", "\x7f", "\x9b", "\u200b", "\u202e", "\u2066", "\ufeff"]
)
def test_controls_become_a_blank(control):
    assert one_line(f"a{control}{control}b") == "a b"


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", " =1+1", "\x00=1", "＝1"]
)
def test_a_text_that_a_spreadsheet_would_run_is_made_a_text(formula):
    assert cell(formula).startswith("'")


@pytest.mark.parametrize("value", ["", "plain", "a=b", 'say "yes"', 0, -3, 1.5, None, True])
def test_what_no_spreadsheet_would_run_is_left_alone(value):
    assert cell(value) == value


def test_a_cell_carries_no_escape_sequence():
    assert cell("a\x1b[2J\x9b31mb") == "a [2J 31mb"


def test_the_lines_of_a_cell_are_kept():
    assert cell("first\nsecond\tthird") == "first\nsecond\tthird"
