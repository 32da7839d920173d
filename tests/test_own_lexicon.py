"""A folder of one's own that adds to the lexicon, changes it or switches signals off."""

import pytest
from typer.testing import CliRunner

import kindtext as kt
from kindtext.cli import app
from kindtext.errors import LexiconError, ModelError
from kindtext.lexicon import load_lexicon, new_signal, shipped_lexicon
from kindtext.pipeline import shared_pipeline, wrong_sentences

OWN = """
id = "lived_experience"
pole = "kind"
label = "Lived experience"
definition = "People who have lived it take part."
why = "They know."
source = "A panel."
advice = "Pay them."
example = "Two people who have been homeless sit on the panel."
patterns = ["(people|person) who have been ..1 homeless"]
matches = ["Two people who have been homeless will sit on the panel."]
misses = ["The hostel was built in 1970."]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder named in the environment, with one signal in it."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "lived_experience.toml").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("KINDTEXT_LEXICON", str(mine))
    return mine


def test_a_new_file_adds_a_signal_that_the_pipeline_finds(folder):
    lexicon = load_lexicon()
    assert set(lexicon.signals) == {*shipped_lexicon().signals, "lived_experience"}
    assert lexicon.name == "mine"
    assert lexicon.digest != shipped_lexicon().digest
    doc = shared_pipeline()("Two people who have been homeless will join the board.")
    assert [s.label_ for s in doc.spans["kindtext"]] == ["lived_experience"]


def test_without_the_folder_all_is_as_it_was(folder, monkeypatch):
    assert "lived_experience" in load_lexicon().signals
    monkeypatch.delenv("KINDTEXT_LEXICON")
    assert load_lexicon() is shipped_lexicon()
    doc = shared_pipeline()("Two people who have been homeless will join the board.")
    assert not doc.spans["kindtext"]


def test_a_known_id_changes_only_the_keys_that_it_gives(folder):
    text = 'label = "Fines"\nadd_patterns = ["naughty step"]\n'
    (folder / "sanction.toml").write_text(text, encoding="utf-8")
    before, after = shipped_lexicon().signals["sanction"], load_lexicon().signals["sanction"]
    assert after.label == "Fines"
    assert after.definition == before.definition
    assert after.patterns == (*before.patterns, "naughty step")


def test_a_pattern_can_be_dropped_by_naming_it(folder):
    pattern = shipped_lexicon().signals["sanction"].patterns[0]
    (folder / "sanction.toml").write_text(f"drop_patterns = ['''{pattern}''']\n", encoding="utf-8")
    assert pattern not in load_lexicon().signals["sanction"].patterns


def test_a_pattern_to_drop_that_is_not_there_is_an_error_with_the_nearest_one(folder):
    pattern = shipped_lexicon().signals["sanction"].patterns[0]
    (folder / "sanction.toml").write_text(f"drop_patterns = ['''{pattern} x''']\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"sanction.toml: drop_patterns: .* is not there \(did you mean"):
        load_lexicon()


def test_off_switches_a_signal_off(folder):
    (folder / "sanction.toml").write_text("off = true\n", encoding="utf-8")
    assert "sanction" not in load_lexicon().signals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('ptterns = ["x"]\n', r"sanction.toml: unknown key 'ptterns' \(did you mean 'patterns'\?\)"),
        ('add_patterns = "x"\n', r"sanction.toml: add_patterns: it is missing or no list"),
        ('add_patterns = ["(a|b"]\n', "sanction.toml: patterns"),
        ('off = "yes"\n', "sanction.toml: off is 'yes'; write true or false"),
        ("patterns = [\n", "sanction.toml: it is not valid TOML"),
        ('pole = "bad"\n', "sanction.toml: pole is 'bad'; write one of kind, transactional"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(folder, text, message):
    (folder / "sanction.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=message):
        load_lexicon()


def test_a_changed_file_is_read_again(folder):
    before = load_lexicon().digest
    file = folder / "lived_experience.toml"
    file.write_text(OWN.replace("homeless", "in care"), encoding="utf-8")
    assert load_lexicon().digest != before


def test_a_folder_that_is_missing_or_empty_is_said_with_the_way_on(tmp_path):
    with pytest.raises(LexiconError, match="no such folder; 'kindtext signals new ID"):
        load_lexicon(tmp_path / "none")
    with pytest.raises(LexiconError, match="no signal file"):
        load_lexicon(tmp_path)


def test_a_model_of_another_lexicon_is_refused_with_the_command_that_mends_it(folder):
    with pytest.raises(ModelError, match=r"another lexicon \('default'\).*--lexicon mine"):
        kt.load_model("default")


def test_the_scaffold_is_a_lexicon_that_passes_its_own_sentences(tmp_path, monkeypatch):
    new_signal("lived_experience", tmp_path)
    new_signal("sanction", tmp_path)
    monkeypatch.setenv("KINDTEXT_LEXICON", str(tmp_path))
    lexicon = load_lexicon()
    assert "lived_experience" in lexicon.signals
    assert [w for w in wrong_sentences(lexicon) if w[0] in ("lived_experience", "sanction")] == []


def test_a_scaffold_never_overwrites_and_wants_an_id(tmp_path):
    new_signal("sanction", tmp_path)
    with pytest.raises(LexiconError, match="there already"):
        new_signal("sanction", tmp_path)
    with pytest.raises(LexiconError, match="is no id"):
        new_signal("../evil", tmp_path)


def test_signals_check_says_which_sentence_is_wrong(folder, monkeypatch):
    wrong = OWN.replace("The hostel was built in 1970.", "People who have been homeless.")
    (folder / "lived_experience.toml").write_text(wrong, encoding="utf-8")
    ran = CliRunner().invoke(app, ["signals", "check"])
    assert ran.exit_code == 1
    assert "lived_experience.toml: finds 'People who have been homeless'" in ran.output
