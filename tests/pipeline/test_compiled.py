from kindtext.lexicon import _parsed, load_lexicon, parse_files
from kindtext.pipeline.compiled import _content, compile_lexicon, compiled_patterns
from kindtext.pipeline.search import PatternSearch


def test_the_compiled_file_is_what_the_lexicon_gives():
    assert _content() == compile_lexicon(), "run 'make lexicon'"


def test_the_parsed_tables_are_those_of_the_files():
    assert _parsed() == parse_files(), "run 'make lexicon'"


def test_other_lists_do_not_use_the_compiled_patterns():
    assert compiled_patterns({"buyer": ("council",)}) == {}


def test_compiled_and_uncompiled_patterns_find_the_same(nlp, monkeypatch):
    lexicon = load_lexicon()
    patterns = {signal.id: signal.patterns[:20] for signal in lexicon.signals.values()}
    doc = nlp(
        "We will involve local residents in the design. Late tenders will be rejected at our sole discretion, "
        "and the Contractor shall pay the real Living Wage, reduce carbon emissions and indemnify the Authority."
    )
    compiled = PatternSearch(nlp, patterns, lexicon.lists)(doc)
    monkeypatch.setattr("kindtext.pipeline.search.compiled_patterns", lambda lists: {})
    assert compiled == PatternSearch(nlp, patterns, lexicon.lists)(doc)
    assert compiled
