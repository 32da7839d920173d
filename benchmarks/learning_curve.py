"""Would more excerpts help? ``learning_curve.py REAL [--corpus FOLDER]``.

Trains on 25, 50, 75 and 100 % of the corpus, whole groups at a time, and measures each model on REAL: JSON Lines with
``text`` and ``stance``, which no model sees in training. Printed is the mean over several draws with its spread. A
curve that still climbs at its end asks for more excerpts; a flat one for better ones.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

import kindtext as kt
from kindtext.corpus import Corpus
from kindtext.counting import as_docs
from kindtext.training import fit_model, stance_metrics

ROOT = Path(__file__).parent.parent
SHARES = (0.25, 0.5, 0.75, 1.0)
DRAWS = 3


def part_of(corpus: Corpus, share: float, seed: int) -> list[int]:
    """Places of the records of a share of the groups, drawn at random."""
    groups = sorted(set(corpus.groups))
    random = np.random.default_rng(seed)
    chosen = set(random.permutation(groups)[: round(share * len(groups))].tolist())
    return [i for i, group in enumerate(corpus.groups) if group in chosen]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("real", type=Path)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpora" / "excerpts")
    arguments = parser.parse_args()
    corpus = kt.load_corpus(arguments.corpus)
    docs, y = as_docs(corpus.texts), np.array(corpus.y)
    rows = [json.loads(line) for line in arguments.real.read_text(encoding="utf-8").splitlines() if line.strip()]
    real, truth = as_docs([row["text"] for row in rows]), np.array([row["stance"] for row in rows])
    print("share  excerpts  macro-F1 (lowest to highest)  AUROC kind  AUROC transactional")
    for share in SHARES:
        measured = []
        for seed in range(DRAWS if share < 1 else 1):
            places = part_of(corpus, share, seed)
            model, _ = fit_model([docs[i] for i in places], y[places])
            measured.append(stance_metrics(truth, model.predict_proba(real)))
        f1 = [m["macro_f1"] for m in measured]
        kind, hard = (np.mean([m[f"auroc_{pole}"] for m in measured]) for pole in ("kind", "transactional"))
        print(
            f"{share:5.0%}  {len(places):8,}  {np.mean(f1):.3f} ({min(f1):.3f} to {max(f1):.3f})"
            f"         {kind:.3f}       {hard:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
