import json

import pytest
from trained import excerpts

from kindtext.corpus import Record, Span, check_corpus, known_signals, load_corpus
from kindtext.errors import CorpusError, InputError
from kindtext.labelling import loop as loop_module
from kindtext.labelling.curve import FROM, Outlook, learning_curve, outlook
from kindtext.labelling.loop import SIGNAL_KEYS, Session
from kindtext.labelling.pool import RANDOM_EVERY, Chooser, Item, id_of, items_of, items_of_drafts
from kindtext.labelling.store import LabelFile
from kindtext.labelling.suggest import drafts_of
from kindtext.passages import from_text
from kindtext.scoring import score_all

SIGNALS = known_signals()


def item(name, text=None, P=(0.3, 0.4, 0.3), signals=(), **more):
    words = text or " ".join(f"{name}word{i}" for i in range(20))
    return Item(name, words, "tender.pdf", "p. 3", P, tuple(Span(0, 4, signal) for signal in signals), **more)


def pool(count):
    return [item(f"p{i}", P=(0.01 * (i % 50), 1 - 0.02 * (i % 50), 0.01 * (i % 50))) for i in range(count)]


class Keyboard:
    """Gives the keys of a text one by one, and keeps what was shown and told."""

    def __init__(self, keys):
        self.keys, self.views, self.told = list(keys), [], []

    def __call__(self):
        return self.keys.pop(0) if self.keys else ""

    def run(self, session):
        return session.run(self, self.views.append, self.told.append)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "labels.jsonl"


def session(path, items=None, **more):
    return Session(items if items is not None else pool(20), LabelFile(path), **more)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# One key each


def test_a_passage_is_labelled_with_a_key_for_stance_strength_and_each_signal(path):
    keys = f"k2{SIGNAL_KEYS[SIGNALS.index('inclusion')]}{SIGNAL_KEYS[SIGNALS.index('bidder_support')]}m\n"
    keyboard = Keyboard(keys)
    assert keyboard.run(session(path, register="itt", sector="care")) == 1
    (record,) = load_corpus(path)
    assert (record.stance, record.strength, set(record.signals)) == ("kind", 2, {"inclusion", "bidder_support"})
    assert (record.register, record.sector, record.group, record.mixed) == ("itt", "care", "tender.pdf", True)
    assert record.drawn == "chosen" and not record.seen


def test_every_signal_has_a_key_of_its_own_that_means_nothing_else():
    assert len(SIGNALS) <= len(SIGNAL_KEYS) == len(set(SIGNAL_KEYS))
    assert not set(SIGNAL_KEYS) & set("kntsuqm?\r\n ")


def test_neutral_has_no_strength_and_a_signal_is_taken_back_by_its_key(path):
    Keyboard("n11\r").run(session(path))
    (record,) = load_corpus(path)
    assert (record.stance, record.strength, record.signals) == ("neutral", 0, ())


def test_another_stance_can_be_chosen_before_saving(path):
    Keyboard("k2t1\n").run(session(path))
    (record,) = load_corpus(path)
    assert (record.stance, record.strength) == ("transactional", 1)


def test_a_key_without_a_meaning_says_so_and_changes_nothing(path):
    keyboard = Keyboard("z2\x1bk")
    keyboard.run(session(path))
    messages = [view.message for view in keyboard.views]
    assert messages == ["", "'z' means nothing here.", "'2' means nothing here.", "That key means nothing here.", ""]
    assert not path.exists()


def test_the_model_s_view_is_hidden_until_asked_for_and_the_record_says_that_it_was(path):
    keyboard = Keyboard("n\n?n\n")
    keyboard.run(session(path))
    assert [view.look for view in keyboard.views[:5]] == [False, False, False, True, True]
    assert [record.seen for record in load_corpus(path)] == [False, True]


# Saved, undone, gone on with


def test_each_answer_is_on_disk_before_the_next_question(path):
    seen = []

    def show(view):
        seen.append(len(lines(path)) if path.exists() else 0)

    session(path).run(Keyboard("n\nn\nn\n"), show, print)
    assert seen == [0, 0, 1, 1, 2, 2, 3]


def test_undo_takes_the_last_answer_off_the_disk_and_asks_again(path):
    keyboard = Keyboard("n\nk1\nuut2\n")
    keyboard.run(session(path))
    first = keyboard.views[0].item.id
    assert [(line["id"], line["stance"]) for line in lines(path)] == [(first, "transactional")]


def test_undo_within_a_question_begins_it_anew(path):
    keyboard = Keyboard("k2uq")
    keyboard.run(session(path))
    assert [view.step for view in keyboard.views] == ["stance", "strength", "signals", "stance"]
    assert keyboard.views[-1].stance is None


def test_undo_with_nothing_to_take_back_says_so(path):
    keyboard = Keyboard("uq")
    keyboard.run(session(path))
    assert keyboard.views[1].message == "There is nothing to take back."


def test_a_skipped_passage_is_not_asked_again_unless_taken_back(path):
    keyboard = Keyboard("s")
    keyboard.run(session(path))
    skipped = keyboard.views[0].item.id
    again = Keyboard("uq")
    again.run(session(path))
    assert again.views[0].item.id != skipped and again.views[1].item.id == skipped
    assert LabelFile(path).skipped == []


def test_a_later_session_goes_on_as_one_session_would(tmp_path):
    whole, parts = Keyboard("n\n" * 12), [Keyboard("n\n" * n) for n in (1, 4, 7)]
    whole.run(session(tmp_path / "whole.jsonl"))
    for part in parts:
        part.run(session(tmp_path / "parts.jsonl"))
    assert lines(tmp_path / "whole.jsonl") == lines(tmp_path / "parts.jsonl")


def test_it_ends_when_all_are_labelled(path):
    keyboard = Keyboard("n\n" * 30)
    assert keyboard.run(session(path, pool(7))) == 7
    assert len(keyboard.keys) == 2 * 23


def test_the_file_is_a_corpus_that_training_takes(path):
    Keyboard("k2\nn\nt1\n").run(session(path))
    assert check_corpus(path) == []


def test_a_line_cut_short_is_taken_off_and_the_rest_kept(path):
    Keyboard("n\nn\n").run(session(path))
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    file = LabelFile(path)
    assert file.mended and len(file.records) == 1
    assert path.read_bytes() == whole.splitlines(keepends=True)[0]


def test_a_file_that_is_no_corpus_is_refused_and_left_alone(path):
    path.write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(CorpusError, match=r"labels\.jsonl:1"):
        LabelFile(path)
    assert path.read_text(encoding="utf-8") == '{"id": 1}\n'
    with pytest.raises(InputError, match="name a file in a folder that is there"):
        LabelFile(path.parent / "none" / "labels.jsonl")


def test_a_file_that_an_editor_left_without_a_last_line_end_is_gone_on_with(path):
    Keyboard("n\n").run(session(path))
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    Keyboard("n\n").run(session(path))
    assert len(load_corpus(path)) == 2


# What is asked


def test_one_question_in_five_comes_by_chance_from_passages_that_are_never_chosen(path):
    keyboard = Keyboard("n\n" * 40)
    keyboard.run(session(path, pool(300)))
    drawn = [record.drawn for record in load_corpus(path)]
    assert [i for i, how in enumerate(drawn, start=1) if how == "random"] == list(range(5, 41, 5))


def test_what_is_set_aside_does_not_depend_on_what_the_model_thinks():
    plain, other = pool(200), [item(f"p{i}", P=(1 / 3, 1 / 3, 1 / 3)) for i in range(200)]
    one, two = Chooser(plain), Chooser(other)
    assert [one.drawn(i.id) for i in plain] == [two.drawn(i.id) for i in other]
    share = sum(one.drawn(i.id) == "random" for i in plain) / len(plain)
    assert 0.5 / RANDOM_EVERY < share < 1.6 / RANDOM_EVERY


def next_chosen(items, *asked):
    """What is asked next where nothing comes by chance."""
    chooser = Chooser(items, seed=next(s for s in range(99) if not Chooser(items, s)._aside))
    for name in asked:
        chooser.ask(name)
    return chooser.next()[0].id


def test_the_least_sure_passage_is_asked_first():
    assert (
        next_chosen([item("sure", P=(0.98, 0.01, 0.01)), item("unsure"), item("half", P=(0.7, 0.2, 0.1))]) == "unsure"
    )


def test_a_near_duplicate_of_what_was_asked_waits():
    clause = " ".join(f"clause{i}" for i in range(20))
    items = [item("a", clause), item("b", clause.replace("clause7", "changed")), item("c", P=(0.9, 0.08, 0.02))]
    assert next_chosen(items, "a") == "c"


def test_of_two_the_one_with_the_rarer_signal_is_asked():
    items = [item("a", signals=["sanction"]), item("b", signals=["sanction"]), item("c", signals=["fair_work"])]
    assert next_chosen(items, "a") == "c"


def test_taking_back_is_as_if_it_had_never_been_asked():
    chooser, fresh = Chooser(pool(30)), Chooser(pool(30))
    first = chooser.next()[0].id
    chooser.ask(first)
    chooser.take_back(first)
    assert chooser.next() == fresh.next() and chooser.left == 30


def test_items_are_the_passages_of_an_excerpt_s_length_each_text_once():
    long = "We will involve local residents in the design of the service and give feedback to every single bidder."
    documents = [from_text("Too short to be one."), from_text(f"{long}\n"), from_text(f" {long}\n\n")]
    (found,) = items_of(score_all(documents))
    assert (found.id, found.text) == (id_of(long), long)
    assert all(long[s.start : s.end] for s in found.evidence) and "community_engagement" in found.signals


# Drafts


def test_a_draft_is_confirmed_by_one_key_and_is_none_afterwards(path):
    text = "Feedback on its scores is given to every bidder within ten days of the award, by phone or letter."
    draft = Record("d", text, "kind", ("bidder_support",), strength=2, group="g", draft=True)
    draft = Record(**{**{f: getattr(draft, f) for f in Record.__slots__}, "spans": (Span(0, 8, "bidder_support"),)})
    items = [item("d", draft.text, draft=draft)]
    Keyboard("\n").run(session(path, items))
    (record,) = load_corpus(path)
    assert (record.stance, record.signals, record.spans, record.group) == (
        "kind",
        ("bidder_support",),
        (Span(0, 8, "bidder_support"),),
        "g",
    )
    assert record.seen and not record.draft


def test_drafts_of_a_document_have_the_model_s_stance_and_the_words_that_stand():
    text = "We will involve local residents in the design of the service and give feedback to every bidder in 2026."
    (draft,) = drafts_of(score_all([from_text(text)]), sector="care")
    assert draft.draft and draft.sector == "care" and draft.stance == "kind"
    assert {"community_engagement", "bidder_support"} <= set(draft.signals)
    assert {span.signal for span in draft.spans} == set(draft.signals)


def test_only_drafts_are_to_be_confirmed():
    corpus = excerpts(100)
    assert items_of_drafts(corpus) == []


# Whether another hour helps


def labelled(count):
    """Records of a corpus, in an order in which the stances take turns."""
    records = list(excerpts(100))
    return [records[(i % 3) * 100 + i // 3] for i in range(count)]


def test_the_labeller_hears_after_every_25_whether_more_would_help(path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        loop_module, "outlook", lambda records, *_: asked.append(len(records)) or Outlook((), 1, 1, reason="x")
    )
    keyboard = Keyboard("n\n" * 80)
    keyboard.run(session(path, pool(80)))
    assert asked == [25, 50, 75]
    assert keyboard.told.count("1 label: x.") == 3


def test_with_too_few_labels_it_says_from_when_on_it_can_tell():
    assert outlook(labelled(25), 60).sentence() == f"25 labels: whether more would help shows from {FROM} on."


def test_with_a_stance_hardly_labelled_it_asks_for_more_of_it():
    records = [record for record in labelled(200) if record.stance != "kind"][:70]
    assert "kind has 0; 5 of each are needed" in outlook(records, 60).sentence()


def test_the_curve_rises_where_there_is_something_to_learn_and_is_the_same_again():
    records = labelled(150)
    points = learning_curve(records)
    assert [size for size, _ in points] == sorted(size for size, _ in points)
    assert points[-1][1] > points[0][1] > 1 / 3
    assert points == learning_curve(records)


def test_what_another_hour_brings_grows_with_the_slope():
    rising = Outlook(((40, 0.5), (80, 0.6)), 100, 60, 0.06)
    flat = Outlook(((40, 0.6), (80, 0.6)), 100, 60, 0.0)
    assert rising.helps and "Another hour (some 60 labels) should help: about 6.0 points more." in rising.sentence()
    assert not flat.helps and "hardly help" in flat.sentence()


def test_the_pace_is_the_median_of_the_session(path):
    ticks = iter([0, 10, 10, 20, 20, 30, 30, 40, 40, 1000, 1000])
    slow = session(path, clock=lambda: next(ticks))
    Keyboard("n\n" * 5).run(slow)
    assert slow.per_hour == 360
