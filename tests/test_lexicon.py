import json
import re
from importlib import resources
from pathlib import Path

import pytest
import spacy

from kindtext import lexicon as module
from kindtext.errors import LexiconError
from kindtext.lexicon import AGENTS, POLES, load_lexicon, parse_pattern, read_lexicon
from kindtext.pipeline.normal import set_normal_forms
from kindtext.pipeline.search import PatternSearch

KIND = [
    "community_engagement",
    "partnership",
    "wellbeing",
    "inclusion",
    "fair_work",
    "sustainability",
    "community_benefit",
    "bidder_support",
]
TRANSACTIONAL = ["price_focus", "sanction", "unilateral_control", "burden"]

# A pattern of the docstring's table: texts that it finds, and texts that it does not.
TABLE = {
    "feedback": (["feedback", "Feedback", "FEEDBACK"], ["feed back", "fed"]),
    "lived experience": (["lived experience", "live experience", "Lived Experiences"], ["lived an experience"]),
    "co-design": (["co-design", "codesign", "co design", "Co-designed", "co–design"], ["design", "company design"]),
    "(ask|invite) users": (["ask users", "invited users", "asking user"], ["users", "tell users"]),
    "(regular )?meeting": (["meeting", "regular meeting"], ["regular"]),
    "{community}": (["residents", "local people"], ["local", "community"]),
    "involve .. design": (
        ["involve design", "involve a b c d e f design", "involved tenants, and others, in designing"],
        ["involve a b c d e f g design", "involve us. Design", "design to involve"],
    ),
    "=needs": (["needs", "Needs", "NEEDS"], ["need", "needed"]),
    "Fair Work": (["Fair Work", "FAIR WORK"], ["fair work", "Fair work", "fair Work"]),
}
LISTS = {"community": ("resident", "local (people|firm)")}

SIGNAL = {
    "id": "listening",
    "pole": "kind",
    "label": "Listening",
    "definition": "Who buys listens.",
    "why": "It helps.",
    "source": "A study.",
    "advice": "Listen.",
    "example": "We will listen.",
    "patterns": ["listen", "hear ..3 {people}"],
    "exceptions": ["listening device"],
    "matches": ["We listen."],
    "misses": ["A listening device."],
}
CONTEXT = {
    "terminators": ["but"],
    "triggers": {"negation": {"assertion": "negated", "looks": "forward", "reach": 6, "patterns": ["not", "never"]}},
    "agents": {"buyer": ["we"], "supplier": ["bidder"], "community": ["resident"]},
}
WORDS = {"people": ["resident", "tenant"]}


def toml(table):
    """A table of texts, numbers, lists and tables as TOML, whose values JSON can write."""
    plain = [f"{key} = {json.dumps(value)}" for key, value in table.items() if not isinstance(value, dict)]
    for key, value in table.items():
        if isinstance(value, dict):
            plain += [f"{key}.{inner}" for inner in toml(value).splitlines()]
    return "\n".join(plain)


def write(path, table):
    path.parent.mkdir(exist_ok=True)
    path.write_text(table if isinstance(table, str) else toml(table), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    """A lexicon of one signal that is in order."""
    write(tmp_path / "listening.toml", SIGNAL)
    write(tmp_path / "shared" / "context.toml", CONTEXT)
    write(tmp_path / "shared" / "lists.toml", WORDS)
    return tmp_path


@pytest.fixture(scope="module")
def blank():
    nlp = spacy.blank("en")
    set_normal_forms(nlp.vocab)
    return nlp


def unfolded(pattern, lists=LISTS):
    return [
        (step.gap, [" ".join(word.text for word in phrase) for phrase in step.phrases])
        for step in parse_pattern(pattern, lists)
    ]


def error(folder):
    with pytest.raises(LexiconError) as caught:
        read_lexicon(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# The syntax of patterns


def test_every_row_of_the_docstrings_table_is_tested_here():
    assert re.findall(r"^``(.+?)``  ", module.__doc__, re.MULTILINE) == list(TABLE)


@pytest.mark.parametrize("pattern", TABLE)
def test_a_pattern_finds_what_the_docstring_says(blank, pattern):
    search = PatternSearch(blank, {"key": [pattern]}, LISTS)
    found, missed = TABLE[pattern]
    assert [text for text in found if not search(blank(text))] == []
    assert [text for text in missed if search(blank(text))] == []


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [
        ("one", [(0, ["one"])]),
        ("  one   two ", [(0, ["one two"])]),
        ("(a|b c) d", [(0, ["a d", "b c d"])]),
        ("((very )?open|closed) door", [(0, ["closed door", "open door", "very open door"])]),
        ("(a (b|c)|d) e", [(0, ["a b e", "a c e", "d e"])]),
        ("(re)?use", [(0, ["reuse", "use"])]),
        ("(a )?(b )?c", [(0, ["a b c", "a c", "b c", "c"])]),
        ("(a|) b", [(0, ["a b", "b"])]),
        ("(a|a) b", [(0, ["a b"])]),
        ("co-design", [(0, ["co design", "co-design", "codesign"])]),
        ("(co|re)-use", [(0, ["co use", "co-use", "couse", "re use", "re-use", "reuse"])]),
        ("{community}", [(0, ["local firm", "local people", "resident"])]),
        (
            "ask (the )?{community}",
            [(0, sorted(f"ask {t}{c}" for t in ("", "the ") for c in ("local firm", "local people", "resident")))],
        ),
        ("a .. b", [(0, ["a"]), (6, ["b"])]),
        ("a ..3 (b|c) .. d", [(0, ["a"]), (3, ["b", "c"]), (6, ["d"])]),
        ("a ..0 b", [(0, ["a"]), (0, ["b"])]),
        ("a ..12 b", [(0, ["a"]), (12, ["b"])]),
    ],
)
def test_a_pattern_unfolds_to_its_steps_and_phrases(pattern, steps):
    assert unfolded(pattern) == steps


def test_a_sign_before_a_word_makes_that_word_exact():
    (step,) = parse_pattern("meet =needs Now", {})
    assert [(w.text, w.exact, w.cased) for w in step.phrases[0]] == [
        ("meet", False, False),
        ("needs", True, False),
        ("Now", False, True),
    ]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("ask {comunity}", "there is no list {comunity} (did you mean 'community'?); lists are in lists.toml."),
        ("ask {xyz}", "there is no list {xyz}; lists are in lists.toml."),
        ("(a)?", "the pattern '(a)?' may match nothing; leave one word outside '(...)?'."),
        ("(a )?(b)?", "the pattern '(a )?(b)?' may match nothing; leave one word outside '(...)?'."),
        ("a .. (b)?", "the pattern 'a .. (b)?' may match nothing; leave one word outside '(...)?'."),
        ("", "the pattern '' may match nothing; leave one word outside '(...)?'."),
        ("(give feedback", "near '(give feedback'."),
        ("give (feedback", "near 'give (feedback'."),
        ("give feedback)", "near 'give feedback)'."),
        ("{community", "near '{community'."),
        ("(a (b c) d", "a bracket does not close"),
        ("ask|tell", "'|' stands outside brackets, near 'ask|tell'."),
        ("(a (b (c|d)))", "stands three deep"),
        ("(a .. b)", "a bracket does not close"),
        (".. design", "a gap in '.. design' does not stand between two words; write 'word .. word'."),
        ("design ..", "does not stand between two words"),
        ("involve ..design", "does not stand between two words"),
        ("involve .. .. design", "does not stand between two words"),
        (" ".join(["(a|b|c|d)"] * 5), "unfolds to 1024 phrases; split it with '..'."),
    ],
)
def test_a_wrong_pattern_is_refused_with_what_is_wrong(pattern, message):
    with pytest.raises(LexiconError) as caught:
        parse_pattern(pattern, LISTS)
    assert message in str(caught.value)


# Files


def test_a_lexicon_in_order_is_read(folder):
    write(folder / "burden.toml", {**SIGNAL, "id": "burden", "pole": "transactional", "patterns": ["burden"]})
    lexicon = read_lexicon(folder)
    assert list(lexicon.signals) == ["listening", "burden"]  # kind ones first
    assert lexicon.of_pole("kind") == ["listening"] and lexicon.of_pole("transactional") == ["burden"]
    assert lexicon.signals["listening"].patterns == ("listen", "hear ..3 {people}")
    assert [(t.id, t.assertion, t.looks, t.reach, t.poles) for t in lexicon.triggers] == [
        ("negation", "negated", "forward", 6, POLES)
    ]
    assert (lexicon.terminators, lexicon.lists) == (("but",), {"people": ("resident", "tenant")})
    assert lexicon.agents == {"buyer": ("we",), "supplier": ("bidder",), "community": ("resident",)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"patern": ["x"]}, "listening.toml: unknown key 'patern' (did you mean 'patterns'?)."),
        ({"xyzzy": "x"}, "listening.toml: unknown key 'xyzzy'."),
        ({"why": None}, "listening.toml: the key 'why' is missing."),
        ({"patterns": None}, "listening.toml: the key 'patterns' is missing."),
        ({"patterns": "listen"}, "listening.toml: 'patterns' is str; write a list."),
        ({"label": 3}, "listening.toml: 'label' is int; write a str."),
        ({"label": ["x"]}, "listening.toml: 'label' is list; write a str."),
        (
            {"patterns": ["listen", 3]},
            "listening.toml: 'patterns' holds something that is no text; write a list of strings.",
        ),
        ({"matches": [" "]}, "listening.toml: 'matches' holds something that is no text; write a list of strings."),
        ({"pole": "nice"}, "listening.toml: pole is 'nice'; write one of kind, transactional."),
        ({"id": "hearing"}, "listening.toml: id is 'hearing'; write it in snake case and name the file after it."),
        ({"id": "Listening"}, "listening.toml: id is 'Listening'; write it in snake case and name the file after it."),
        (
            {"patterns": ["ask {peopel}"]},
            "listening.toml: patterns: there is no list {peopel} (did you mean 'people'?); lists are in lists.toml.",
        ),
        (
            {"patterns": ["(x)?"]},
            "listening.toml: patterns: the pattern '(x)?' may match nothing; leave one word outside '(...)?'.",
        ),
        ({"patterns": ["x", "y", "x"]}, "listening.toml: patterns: 'x' stands there twice."),
        (
            {"exceptions": ["{x}"]},
            "listening.toml: exceptions: there is no list {x}; lists are in lists.toml.",
        ),
    ],
)
def test_a_wrong_signal_file_is_named_with_what_is_wrong(folder, change, message):
    table = {key: value for key, value in (SIGNAL | change).items() if value is not None}
    write(folder / "listening.toml", table)
    assert error(folder) == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"agents": None}, "context.toml: the key 'agents' is missing."),
        ({"triggers": None}, "context.toml: the key 'triggers' is missing."),
        ({"terminators": None}, "context.toml: the key 'terminators' is missing."),
        ({"terminators": "but"}, "context.toml: terminators: it is missing or no list of strings; write one."),
        (
            {"terminators": ["{x}"]},
            "context.toml: terminators: there is no list {x}; lists are in lists.toml.",
        ),
        (
            {"agents": {"buyer": ["we"], "supplier": ["you"]}},
            "context.toml: agents.community: it is missing or no list of strings; write one.",
        ),
        (
            {"agents": CONTEXT["agents"] | {"buyer": ["we", "we"]}},
            "context.toml: agents.buyer: 'we' stands there twice.",
        ),
        (
            {"triggers": {"no": {"assertion": "negated", "patterns": ["no"]}}},
            "context.toml: triggers.no: the key 'looks' is missing.",
        ),
        (
            {"triggers": {"no": {"assertion": "negative", "looks": "forward", "patterns": ["no"]}}},
            "context.toml: triggers.no: assertion is 'negative'; "
            "write one of negated, hedged, conditional, citation, none.",
        ),
        (
            {"triggers": {"no": {"assertion": "negated", "looks": "ahead", "patterns": ["no"]}}},
            "context.toml: triggers.no: looks is 'ahead'; write one of forward, backward, both, across.",
        ),
        (
            {"triggers": {"no": {"assertion": "negated", "looks": "both", "reach": "far", "patterns": ["no"]}}},
            "context.toml: triggers.no: 'reach' is str; write a int.",
        ),
        (
            {"triggers": {"no": {"assertion": "negated", "looks": "both", "patterns": ["{x}"]}}},
            "context.toml: triggers.no: there is no list {x}; lists are in lists.toml.",
        ),
    ],
)
def test_a_wrong_context_file_is_named_with_what_is_wrong(folder, change, message):
    table = {key: value for key, value in (CONTEXT | change).items() if value is not None}
    write(folder / "shared" / "context.toml", table)
    assert error(folder) == message


def test_a_list_that_is_one_text_is_refused_and_not_taken_letter_by_letter(folder):
    write(folder / "shared" / "lists.toml", {"people": "resident"})
    assert error(folder) == "lists.toml: people: it is missing or no list of strings; write one."


@pytest.mark.parametrize("name", ["listening.toml", "shared/lists.toml", "shared/context.toml"])
def test_a_file_that_is_no_toml_is_named_with_the_line(folder, name):
    write(folder / name, "id = listening\n")
    message = error(folder)
    assert message.startswith(f"{Path(name).name}: it is not valid TOML: ") and "line 1" in message


def test_a_file_that_is_not_utf8_is_named(folder):
    (folder / "listening.toml").write_bytes(toml(SIGNAL).replace("It helps.", "Café.").encode("latin-1") + b"\n# \xe9")
    message = error(folder)
    assert message.startswith("listening.toml: it cannot be read (")
    assert message.endswith("; a lexicon file is TOML in UTF-8.")


def test_a_folder_without_a_signal_is_refused(folder):
    (folder / "listening.toml").unlink()
    assert error(folder) == f"{folder}: no signal file (*.toml) in it; name a folder with one file a signal."


def test_an_empty_folder_is_refused(tmp_path):
    assert error(tmp_path).startswith("lists.toml: it cannot be read (")


# The digest


def test_a_digest_changes_with_every_part_of_the_lexicon(folder):
    digests = [read_lexicon(folder).digest]
    for key, value in SIGNAL.items():
        if key not in ("id", "pole"):
            changed = [*value, "another"] if isinstance(value, list) else f"{value} More."
            write(folder / "listening.toml", SIGNAL | {key: changed})
            digests.append(read_lexicon(folder).digest)
    write(folder / "listening.toml", SIGNAL)
    agents = CONTEXT["agents"] | {"buyer": ["we", "council"]}
    negation = CONTEXT["triggers"]["negation"] | {"reach": 7}
    for change in ({"terminators": ["but", "yet"]}, {"agents": agents}, {"triggers": {"negation": negation}}):
        write(folder / "shared" / "context.toml", CONTEXT | change)
        digests.append(read_lexicon(folder).digest)
    write(folder / "shared" / "context.toml", CONTEXT)
    write(folder / "shared" / "lists.toml", {"people": ["resident"]})
    digests.append(read_lexicon(folder).digest)
    assert len(set(digests)) == len(digests) == 15
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


def test_a_digest_does_not_depend_on_the_order_of_files_or_on_the_place(folder, tmp_path_factory, monkeypatch):
    write(folder / "another.toml", SIGNAL | {"id": "another"})
    digest = read_lexicon(folder).digest
    elsewhere = folder.rename(tmp_path_factory.mktemp("elsewhere") / "en")
    in_order = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda self: reversed(sorted(in_order(self))))
    assert read_lexicon(elsewhere).digest == digest


def test_a_digest_does_not_depend_on_layout_or_comments(folder):
    digest = read_lexicon(folder).digest
    write(folder / "listening.toml", "# A comment\n" + toml(dict(reversed(SIGNAL.items()))) + "\n\n")
    assert read_lexicon(folder).digest == digest


# The lexicon that comes with kindtext


def test_every_pattern_that_is_shipped_is_in_order():
    shipped = read_lexicon(resources.files("kindtext.lexicons") / "en")
    assert shipped.digest == load_lexicon().digest


def test_the_lexicon_is_loaded_once():
    assert load_lexicon() is load_lexicon()


def test_the_twelve_signals_of_the_codebook_are_there_with_their_poles():
    lexicon = load_lexicon()
    assert set(KIND) <= set(lexicon.of_pole("kind"))
    assert set(TRANSACTIONAL) <= set(lexicon.of_pole("transactional"))
    assert list(lexicon.signals) == [*lexicon.of_pole("kind"), *lexicon.of_pole("transactional")]
    assert set(lexicon.agents) == set(AGENTS) - {"none"}


@pytest.mark.parametrize("signal", load_lexicon().signals.values(), ids=lambda signal: signal.id)
@pytest.mark.parametrize("key", ["label", "definition", "why", "source", "advice", "example"])
def test_every_signal_tells_what_it_is_why_it_matters_and_what_to_do(signal, key):
    text = getattr(signal, key)
    assert text == text.strip() and len(text) > (3 if key == "label" else 20)


@pytest.mark.parametrize("signal", load_lexicon().signals.values(), ids=lambda signal: signal.id)
@pytest.mark.parametrize("key", ["matches", "misses"])
def test_every_signal_has_four_sentences_that_match_and_four_that_do_not(signal, key):
    assert len(set(getattr(signal, key))) >= 1


@pytest.mark.parametrize("signal", load_lexicon().signals.values(), ids=lambda signal: signal.id)
def test_no_pattern_is_its_signals_own_exception(signal):
    assert set(signal.patterns).isdisjoint(signal.exceptions)
