"""SARIF: held to the schema of its standard, whatever the findings hold."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from kindtext.report.files import dumps
from kindtext.report.lint import Finding
from kindtext.report.rules import RULES
from kindtext.report.sarif import sarif

SCHEMA = Path(__file__).parents[1] / "data" / "sarif" / "sarif-2.1.0-rtm.5.json"

FINDINGS = [
    Finding(RULES["KT203"], "terms/a b%.md", quote="indemnify", place="3", line=3, end_line=4, section="1. Terms"),
    Finding(RULES["KT203"], "terms/a b%.md", quote="indemnify", place="9", line=9, end_line=9),
    Finding(RULES["KT601"], "/srv/tender.pdf", detail="Nobody takes part."),
    Finding(RULES["KT402"], "n.json", quote="70", place="tender/x", field="tender/x", notice="ocds-1"),
    Finding(RULES["KT202"], "b\udce9d.md", quote="a\x1b[2J\u202e</script>\ud800" + "x" * 9000, line=1, end_line=1),
]


@pytest.fixture(scope="module")
def validator():
    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize("findings", [[], FINDINGS])
def test_a_log_is_valid(findings, validator):
    log = json.loads(dumps(sarif(findings, version="1.2.3")))
    assert [error.message for error in validator.iter_errors(log)] == []


def test_the_validator_refuses_what_is_not_valid(validator):
    log = sarif(FINDINGS, version="1.2.3")
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not validator.is_valid(log)


def test_each_result_names_a_rule_of_the_driver():
    run = sarif(FINDINGS, version="1.2.3")["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["defaultConfiguration"]["level"] == result["level"]


def test_places_are_regions_and_logical_locations():
    results = sarif(FINDINGS, version="1.2.3")["runs"][0]["results"]
    first = results[0]["locations"][0]
    assert first["physicalLocation"]["artifactLocation"]["uri"] == "terms/a%20b%25.md"
    assert first["physicalLocation"]["region"] == {"startLine": 3, "endLine": 4, "snippet": {"text": "indemnify"}}
    assert results[2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "file:///srv/tender.pdf"
    assert results[3]["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "ocds-1 / tender/x"}]


def test_a_fingerprint_does_not_change_with_the_line_and_tells_like_words_apart():
    def prints(findings):
        return [one["partialFingerprints"] for one in sarif(findings, version="1")["runs"][0]["results"]]

    moved = [Finding(RULES["KT203"], "terms/a b%.md", quote="indemnify", place="30", line=30, end_line=30)]
    assert prints(moved)[0] == prints(FINDINGS)[0]
    assert prints(FINDINGS)[0] != prints(FINDINGS)[1]


def test_no_control_reaches_the_log():
    text = dumps(sarif(FINDINGS, version="1.2.3"))
    assert text.isprintable()
