"""Pictures, drawn without a display."""

import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes

import kindtext as kt
from kindtext.document import STAGES, Passage, Quote
from kindtext.errors import ExtraMissingError, InputError
from kindtext.lexicon import load_lexicon
from kindtext.measures.participation import StagedPassage, TakingPart, participation
from kindtext.measures.record import Measures
from kindtext.plots import MOST_NAMES, plot_score, plot_scores, plot_signals, plot_stages
from kindtext.scoring import PassageScore, Score

EVIL = "<script>$\\frac{1}{$ ^_{ \x1b[31m\u202e =1+1"
SIGNALS = list(load_lexicon().signals)


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def made_score(name="tender.pdf", passages=6, value=40.0):
    def passage(i):
        text = "word " * 30
        p = (0.8, 0.1, 0.1) if i % 2 else (0.1, 0.2, 0.7)
        return PassageScore(Passage(text, 150 * i, 150 * i + 149, page=1 + i // 2), p, 0.7, (), None)

    taking = (TakingPart("co_design", Quote("help us to write", 0, 16)),)
    staged = [StagedPassage("engage", kind=2.5, taking_part=taking), StagedPassage("deliver", transactional=4.0)]
    return Score(
        name,
        "pdf",
        "",
        30 * passages,
        value,
        (20.0, 60.0) if value is not None else None,
        None if value is not None else "only 4 words",
        tuple(passage(i) for i in range(passages)),
        measures=Measures(participation=participation(staged if passages else [])),
    )


def made_frame(rows=9, **columns):
    scores = [10.0 * (i + 1) for i in range(rows)]
    return pd.DataFrame(
        {
            "document": [f"d{i}.txt" for i in range(rows)],
            "score": scores,
            "low": [s - 8 for s in scores],
            "high": [min(s + 8, 100) for s in scores],
            "words": 500,
            "sector": ["care", "roads", "care"] * (rows // 3) + ["care"] * (rows % 3),
            **{signal: [i % 3 for i in range(rows)] for signal in SIGNALS},
            **columns,
        }
    )


def drawn(ax):
    """Everything that the picture says, after it has been drawn, so that what cannot be drawn fails."""
    ax.figure.canvas.draw()
    texts = [ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()]
    texts += [label.get_text() for label in (*ax.get_xticklabels(), *ax.get_yticklabels(), *ax.texts)]
    return "\n".join(texts)


ALL = {
    "score": lambda ax=None: plot_score(made_score(), ax),
    "stages": lambda ax=None: plot_stages(made_score(), ax),
    "signals": lambda ax=None: plot_signals(made_frame(), ax),
    "scores": lambda ax=None: plot_scores(made_frame(), ax=ax),
    "groups": lambda ax=None: plot_scores(made_frame(), by="sector", ax=ax),
}


@pytest.mark.parametrize("name", ALL)
def test_a_picture_has_a_title_and_labelled_axes_and_can_be_saved(name, tmp_path):
    ax = ALL[name]()
    assert isinstance(ax, Axes)
    assert ax.get_title(loc="left")
    assert ax.get_xlabel()
    drawn(ax)
    ax.figure.savefig(tmp_path / "it.png")
    assert (tmp_path / "it.png").stat().st_size > 5000


@pytest.mark.parametrize("name", ALL)
def test_a_picture_is_drawn_into_the_axes_that_are_given(name):
    figure, axes = plt.subplots(1, 2)
    assert ALL[name](axes[1]) is axes[1]
    assert not axes[0].has_data()
    assert plt.get_fignums() == [figure.number]


@pytest.mark.parametrize("name", ALL)
def test_without_matplotlib_the_error_says_what_to_install(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ExtraMissingError, match=r"pip install 'kindtext\[plot\]'"):
        ALL[name]()


def test_a_score_draws_itself():
    ax = made_score().plot()
    assert "tender.pdf: score 40 of 100 (90 % interval 20 to 60)" in drawn(ax)
    assert ax.get_xlabel() == "Page"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2", "3"]


def test_a_long_document_names_only_the_pages_that_have_room():
    ax = plot_score(made_score(passages=400))
    pages = [int(label.get_text()) for label in ax.get_xticklabels()]
    assert pages[0] == 1
    assert len(pages) <= 30
    assert pages == sorted(pages)


def test_a_document_without_a_score_says_why():
    assert "no score: only 4 words" in drawn(plot_score(made_score(value=None)))
    assert "no score" in drawn(plot_score(made_score(value=None, passages=0)))


def test_all_stages_stand_in_order_with_the_rung_that_people_reach():
    ax = plot_stages(made_score())
    said = drawn(ax)
    assert [label.get_text().lower() for label in ax.get_xticklabels()] == list(STAGES)
    assert "co-\ndesigning" in said
    assert "People help to design" in said.replace("\n", " ")


def test_a_document_without_a_passage_has_an_empty_picture_of_stages():
    assert "no passage to judge" in drawn(plot_stages(made_score(passages=0)))


def test_weights_below_the_line_are_shown_without_a_sign():
    ax = plot_stages(made_score())
    ax.figure.canvas.draw()
    assert not [label for label in ax.get_yticklabels() if label.get_text().startswith(("-", "−"))]


def test_signals_are_counted_in_a_thousand_words():
    frame = made_frame(rows=2, **{signal: [0, 0] for signal in SIGNALS})
    frame["words"] = [400, 600]
    frame["fair_work"] = [3, 2]
    ax = plot_signals(frame)
    assert max(bar.get_width() for bar in ax.patches) == 5
    assert "2 of 2" in drawn(ax)
    assert ax.get_yticklabels()[0].get_text() == load_lexicon().signals["fair_work"].label


def test_signals_of_passages_are_counted_in_a_hundred_passages():
    ax = plot_signals(kt.classify(["Late tenders will be rejected.", "The lamps are 60 watts each."]))
    assert "100 passages" in ax.get_xlabel()
    assert "1 of 2" in drawn(ax)


def test_a_document_that_failed_is_left_out_of_the_signals():
    failed = pd.DataFrame([{"document": "broken.pdf", "error": "it is damaged"}])
    assert "Signals in 9 documents" in drawn(plot_signals(pd.concat([made_frame(), failed])))


def test_the_kindest_document_is_at_the_top():
    ax = plot_scores(made_frame().sample(frac=1, random_state=0))
    assert [label.get_text() for label in ax.get_yticklabels()][-1] == "d8.txt"


def test_documents_without_a_score_are_left_out_and_counted():
    frame = made_frame()
    frame.loc[:1, ["score", "low", "high"]] = None
    for by in (None, "sector"):
        said = drawn(plot_scores(frame, by=by))
        assert "Scores of 7 documents" in said
        assert "2 documents without a score left out" in said


def test_of_many_documents_none_is_named():
    ax = plot_scores(made_frame(rows=MOST_NAMES + 1))
    assert not ax.get_yticklabels()
    assert ax.figure.get_size_inches()[1] < 11


def test_groups_say_how_many_documents_they_have_and_what_has_none():
    frame = made_frame()
    frame["sector"] = ["care"] * 5 + ["roads"] * 3 + [None]
    said = drawn(plot_scores(frame, by="sector"))
    assert "care (5)" in said
    assert "not said (1)" in said


def test_only_a_group_of_three_or_more_has_a_mean():
    frame = made_frame(rows=5)
    frame["sector"] = ["care"] * 3 + ["roads"] * 2
    ax = plot_scores(frame, by="sector")
    diamonds = [line for line in ax.lines if line.get_marker() == "D"]
    assert [line.get_xdata()[0] for line in diamonds] == [20.0]


def test_the_interval_of_a_mean_is_no_narrower_than_single_scores_allow():
    """Three documents that happen to score alike are not known to the point."""
    frame = made_frame(rows=3)
    frame["score"], frame["low"], frame["high"], frame["sector"] = 50.0, 30.0, 70.0, "care"
    ax = plot_scores(frame, by="sector")
    (low, _), (high, _) = ax.collections[-1].get_segments()[0]
    assert 25 < low < 32
    assert 68 < high < 75


@pytest.mark.parametrize("by", [None, "sector"])
def test_a_table_without_a_scored_document_gives_an_empty_picture(by):
    assert "Scores of 0 documents" in drawn(plot_scores(made_frame().iloc[:0], by=by))


def test_a_wrong_table_is_one_clear_error():
    with pytest.raises(InputError, match=r"no column 'buyer'; .* It has: document, score"):
        plot_scores(made_frame(), by="buyer")
    with pytest.raises(InputError, match="no column 'score'"):
        plot_scores(made_frame().drop(columns="score"))
    with pytest.raises(InputError, match="no column of a signal"):
        plot_signals(pd.DataFrame({"document": ["a"]}))


def test_hostile_names_are_drawn_as_text():
    drawn(plot_score(made_score(name=EVIL + "x" * 100_000)))
    drawn(plot_stages(made_score(name=EVIL)))
    frame = made_frame(document=EVIL, sector=EVIL)
    said = drawn(plot_scores(frame)) + drawn(plot_scores(frame.rename(columns={"sector": EVIL}), by=EVIL))
    assert "$\\frac" in said
    assert "\x1b" not in said
    assert "\u202e" not in said
