from handmade import assert_golden

from kindtext.report.card import model_card

METADATA = {
    "slices": {"register": {"notice": {"excerpts": 30, "macro_f1": 0.8, "calibration_error": 0.05}}},
    "calibration": [{"said": 0.95, "right": 0.9, "excerpts": 60}],
    "mistakes": [
        {"id": "a-1", "labelled": "kind", "predicted": "neutral", "probability": 0.01, "text": "We\nlisten. " * 40}
    ],
    "classes": ["kind", "neutral", "transactional"],
    "features": {"signals": 38, "terms": 1234},
    "lexicon_sha256": "0" * 64,
    "corpus": {
        "name": "excerpts",
        "sha256": "ab" * 32,
        "excerpts": 60,
        "groups": 40,
        "stances": {"kind": 20, "neutral": 30, "transactional": 10},
    },
    "settings": {"C": 1.0, "use_terms": True, "random_state": 7, "folds": 5},
    "metrics": {
        "macro_f1": {"value": 0.8125, "interval": [0.75, 0.875]},
        "log_loss": {"value": 0.5, "interval": [0.4, 0.6]},
    },
    "signal_f1": {"bidder_support": 0.9, "sanction": 0.75},
    "versions": {"kindtext": "0.1.0", "spacy": "3.8.0"},
}


def test_a_model_card():
    assert_golden("model_card.md", model_card(METADATA, "## What else\n\nNothing.\n"))
