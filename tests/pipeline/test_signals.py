import json
import subprocess
import sys

import pytest
import spacy
from spacy.tokens import DocBin

from kindtext.errors import InputError
from kindtext.lexicon import load_lexicon
from kindtext.pipeline import COMPONENTS, load_pipeline
from kindtext.pipeline.signals import SPANS

TEXTS = [
    "We will give feedback to every bidder, and the service was co-designed with carers.",
    "Late tenders will be rejected.",
    "",
    "The contract covers 40 laptops.",
    "The contractor shall pay the real Living Wage and offer apprenticeships to local people.",
] * 3

# Run where nobody has imported kindtext, as by a user who only knows spaCy.
PROGRAM = """
import json, sys, tempfile
import spacy

def spans(docs):
    return [[[s.label_, s.start_char, s.end_char, s.text] for s in d.spans["kindtext"]] for d in docs]

if __name__ == "__main__":
    texts = json.loads(sys.argv[1])
    imported = "kindtext" in sys.modules
    nlp = spacy.blank("en")
    nlp.add_pipe("kindtext_signals")
    result = {"imported": imported, "assigns": nlp.get_pipe_meta("kindtext_signals").assigns}
    result["one"] = spans([nlp(text) for text in texts])
    result["pipe"] = spans(nlp.pipe(texts))
    result["two processes"] = spans(nlp.pipe(texts, n_process=2, batch_size=4))
    with tempfile.TemporaryDirectory() as folder:
        nlp.to_disk(folder)
        result["loaded"] = spans(spacy.load(folder).pipe(texts))
    json.dump(result, sys.stdout)
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    program = tmp_path_factory.mktemp("program") / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, program, json.dumps(TEXTS)], capture_output=True, encoding="utf-8", cwd=program.parent
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def spans(doc):
    return [[span.label_, span.start_char, span.end_char, span.text] for span in doc.spans[SPANS]]


def test_the_component_is_added_by_name_without_importing_kindtext(elsewhere):
    assert elsewhere["imported"] is False
    assert {label for doc in elsewhere["one"] for label, *_ in doc} >= {"bidder_support", "fair_work"}
    assert elsewhere["assigns"] == ["doc.spans"]


@pytest.mark.parametrize("way", ["pipe", "two processes", "loaded"])
def test_the_spans_are_the_same_however_the_pipeline_runs(elsewhere, way):
    assert elsewhere[way] == elsewhere["one"]


def test_the_spans_are_those_of_the_whole_pipeline(elsewhere, nlp):
    assert [spans(doc) for doc in nlp.pipe(TEXTS)] == elsewhere["one"]


def test_a_span_is_labelled_with_its_signal_and_lies_in_the_text(nlp):
    for doc in nlp.pipe(TEXTS):
        for label, start, end, quote in spans(doc):
            assert label in load_lexicon().signals
            assert doc.text[start:end] == quote != ""


def test_marking_a_doc_again_does_not_double_its_spans(nlp):
    doc = nlp(TEXTS[0])
    once = spans(doc)
    marker = nlp.get_pipe("kindtext_signals")
    assert once and spans(marker(marker(doc))) == once


@pytest.mark.parametrize("text", ["", " ", "\n\n", "The contract covers 40 laptops."])
def test_a_doc_without_a_signal_has_an_empty_group_of_spans(nlp, text):
    assert spans(nlp(text)) == []


def test_spans_outlive_a_doc_bin(nlp):
    docs = list(nlp.pipe(TEXTS))
    data = DocBin(docs=docs).to_bytes()
    again = list(DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab))
    assert [spans(doc) for doc in again] == [spans(doc) for doc in docs]


def test_a_longer_text_keeps_the_spans_of_its_sentences(nlp):
    sentences = [text for text in TEXTS[:5] if text]
    together = nlp(" ".join(sentences))
    assert [quote for *_, quote in spans(together)] == [quote for text in sentences for *_, quote in spans(nlp(text))]


def test_the_default_pipeline_is_blank_english_with_the_components_in_order(nlp):
    assert (nlp.lang, tuple(nlp.pipe_names)) == ("en", COMPONENTS)


def test_the_components_are_added_to_a_pipeline_that_is_given():
    base = spacy.blank("en")
    base.add_pipe("sentencizer")
    assert load_pipeline(base) is base
    assert base.pipe_names == ["sentencizer", *COMPONENTS]
    assert load_pipeline(base).pipe_names == ["sentencizer", *COMPONENTS]


def test_a_saved_pipeline_is_loaded_by_its_folder(tmp_path):
    base = spacy.blank("en")
    base.add_pipe("sentencizer")
    base.to_disk(tmp_path / "mine")
    loaded = load_pipeline(str(tmp_path / "mine"))
    assert loaded.pipe_names == ["sentencizer", *COMPONENTS]
    assert spans(loaded(TEXTS[1]))


def test_a_pipeline_that_is_not_installed_is_refused_with_the_way_out():
    with pytest.raises(InputError, match=r"^no spaCy pipeline 'en_core_web_xyz' is installed; install it, or"):
        load_pipeline("en_core_web_xyz")
