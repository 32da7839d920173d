from dataclasses import replace

import pandas as pd
import pytest
from handmade import FEEDBACK, LEXICON, REJECTION, assert_golden, made_score, no_score, shown

from kindtext.lexicon import load_lexicon
from kindtext.report import terminal

EVIL = "a[/b] [red]b[/red] :smile: \x1b[2J\x1b]0;title\x07\x9b31m\u202etxt.\nfdp"


def test_the_table_of_scores():
    kinder = replace(made_score(), name="kinder.docx", value=91.0, interval=(70.0, 99.0))
    assert_golden("score_table.txt", shown(terminal.score_table([made_score(), kinder, no_score()])))


def test_why_a_document_got_its_score():
    assert_golden("why.txt", shown(terminal.why(made_score()), terminal.why(no_score())))


def test_the_explanation():
    assert_golden("explanation.txt", shown(*terminal.explanation(made_score(), LEXICON)))


def test_the_explanation_of_one_signal():
    text = shown(*terminal.explanation(made_score(), LEXICON, ["bidder_support"]))
    assert_golden("explanation_of_one_signal.txt", text)


def test_the_card_of_a_signal():
    assert_golden("signal_card.txt", shown(terminal.signal_card(FEEDBACK), terminal.signal_card(REJECTION)))


def test_the_evaluation():
    result = {
        "excerpts": 3,
        "stance": {"macro_f1": {"value": 0.75, "interval": [0.5, 1.0]}},
        "confusion": {a: {b: int(a == b) for b in ("kind", "neutral")} for a in ("kind", "neutral")},
        "signals": {"bidder_support": {"precision": 1.0, "recall": 0.5, "f1": 2 / 3, "support": 2}},
        "registers": {"notice": {"excerpts": 3, "macro_f1": 0.75}},
        "trained_on_this": True,
    }
    assert_golden("evaluation.txt", shown(terminal.evaluation(result)))


def test_the_statistics_of_a_corpus():
    tables = {
        "stance": pd.DataFrame({"excerpts": [3, 1], "share": [0.75, 0.25]}, index=["kind", "neutral"]),
        "sector": pd.DataFrame({"excerpts": [4]}, index=["health [all]"]),
    }
    assert_golden("statistics.txt", shown(terminal.statistics(tables)))


def test_every_signal_of_the_lexicon_has_a_card_and_a_line():
    lexicon = load_lexicon()
    table = shown(terminal.signal_table(lexicon), width=400)
    for signal in lexicon.signals.values():
        assert signal.id in table
        card = shown(terminal.signal_card(signal), width=2000)
        assert signal.definition in card
        assert signal.source in card


def evil_score():
    score = made_score()
    p = score.passages[0]
    passage = replace(p.passage, text=EVIL + p.passage.text, page=None, field=EVIL, section=EVIL)
    quote = EVIL[:20]
    evidence = replace(
        p.evidence[0], quote=quote, start=p.passage.start, end=p.passage.start + len(quote), section=EVIL
    )
    passages = (replace(p, passage=passage, evidence=(evidence,)), *score.passages[1:])
    return replace(score, name=EVIL, notes=(EVIL,), passages=passages)


@pytest.mark.parametrize(
    "show",
    [
        lambda score: [terminal.score_table([score])],
        lambda score: [terminal.score_table([replace(score, value=None, interval=None, reason="short")])],
        lambda score: [terminal.why(score)],
        lambda score: list(terminal.explanation(score, LEXICON)),
        lambda score: [terminal.statistics({"sector": pd.DataFrame({"excerpts": [1]}, index=[EVIL])})],
    ],
)
def test_no_document_can_move_a_cursor_or_be_taken_for_markup(show):
    text = shown(*show(evil_score()), width=400)
    assert not [c for c in text if c != "\n" and not c.isprintable()]
    assert "a[/b] [red]b[/red] :smile:" in text


def test_a_passage_is_marked_where_its_evidence_stands():
    marked = terminal._highlighted(made_score().passages[2], made_score().passages[2].evidence)
    spans = [marked.plain[span.start : span.end] for span in marked.spans]
    assert spans == ["will be rejected", "offer feedback"]
