"""Is the shipped model still good? ``gate.py [--raise] [--lower]``.

Measures the shipped model on two sets that the project owns and no model is trained on, ``corpora/heldout`` (excerpts
at the odds of real text, kept back from ``corpora/excerpts``) and ``corpora/challenge`` (tricks and minimal pairs), and
holds the figures to the floors in ``gate.json``. The sets are pinned by SHA-256: a changed set is an error until the
floors are set anew. ``--raise`` lifts floors to what is reached, less a margin; ``--lower`` alone may set them lower.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import kindtext as kt

ROOT = Path(__file__).parent.parent
FILE = Path(__file__).with_name("gate.json")
SETS = ("heldout", "challenge")
MARGIN = 0.01
"""How far below what is reached a floor is set: less than a retraining moves a figure, more than rounding does."""


def measured(name: str) -> dict[str, float]:
    """Give the figures of a set, each the higher the better."""
    model, corpus = kt.load_model("default"), kt.load_corpus(ROOT / "corpora" / name)
    if model.metadata["corpus"]["sha256"] == corpus.digest:
        raise SystemExit(f"{name}: the model was trained on it.")
    result = kt.evaluate(model, corpus)
    stance = {key: metric["value"] for key, metric in result["stance"].items()}
    signals = [row["f1"] for row in result["signals"].values()]
    return {
        "macro_f1": stance["macro_f1"],
        "auroc_kind": stance["auroc_kind"],
        "auroc_transactional": stance["auroc_transactional"],
        "one_minus_calibration_error": 1 - stance["calibration_error"],
        "signal_macro_f1": sum(signals) / len(signals),
    }


def main() -> None:
    """Print the figures beside their floors; exit 1 if one is below."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raise", dest="lift", action="store_true", help="lift the floors to what is reached")
    parser.add_argument("--lower", action="store_true", help="set the floors anew, lower ones too")
    arguments = parser.parse_args()
    pinned = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    failed = False
    for name in SETS:
        digest = kt.load_corpus(ROOT / "corpora" / name).digest
        floors = pinned.setdefault(name, {"sha256": digest, "floors": {}})
        if floors["sha256"] != digest and not arguments.lower:
            print(f"{name}: the set has changed; look at what it gives and set the floors anew with --lower.")
            failed = True
            continue
        floors["sha256"] = digest
        for key, value in measured(name).items():
            floor = floors["floors"].get(key, 0.0)
            low = value < floor
            failed |= low and not arguments.lower
            print(f"{name:10} {key:28} {value:.3f}  floor {floor:.3f}{'  BELOW' if low else ''}")
            reached = round(value - MARGIN, 3)
            if arguments.lower or (arguments.lift and reached > floor):
                floors["floors"][key] = reached
    if arguments.lift or arguments.lower:
        FILE.write_text(json.dumps(pinned, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
