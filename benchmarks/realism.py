"""How real does the corpus read? Tells its excerpts from passages by others: ``realism.py REAL [--corpus FOLDER]``.

REAL is a JSON Lines file with a ``text`` a line, or a folder of such files or of documents. A word and character TF-IDF
model learns to tell the two apart; printed are its grouped, cross-validated AUROC (0.5: nothing tells them apart) and
the n-grams that tell most. Where the lines of REAL have a ``stance``, the tables of wording of both stand side by side.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

ROOT = Path(__file__).parent.parent


def real_passages(path: Path) -> list[dict[str, str]]:
    """Passages with their group (their source, where it is named) and, where they have one, their stance."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    rows = [json.loads(line) for f in files for line in f.read_text(encoding="utf-8").splitlines() if line.strip()]
    if rows:
        return [row for row in rows if isinstance(row.get("text"), str)]
    import kindtext as kt

    documents = kt.read_all(path, on_error=lambda error: None)
    return [{"text": p.text, "source": d.name} for d in documents for p in d.passages]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("real", type=Path)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpora" / "excerpts")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    import kindtext as kt
    from kindtext.corpus import wording_table

    real = real_passages(arguments.real)
    corpus = kt.load_corpus(arguments.corpus)
    size = min(len(real), len(corpus))
    draw = random.Random(arguments.seed)
    theirs, ours = draw.sample(real, size), draw.sample(list(corpus), size)
    texts = [row["text"] for row in theirs] + [record.text for record in ours]
    groups = [f"real {row.get('source') or row.get('group') or i}" for i, row in enumerate(theirs)]
    groups += [f"ours {record.id.split('-')[0]}" for record in ours]
    y = np.repeat([0, 1], size)

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=5, sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=10, sublinear_tf=True)
    X = sparse.hstack([words.fit_transform(texts), characters.fit_transform(texts)]).tocsr()
    scores = np.zeros(len(y))
    for seen, unseen in GroupKFold(5).split(X, y, groups):
        model = LogisticRegression(C=3, max_iter=1000).fit(X[seen], y[seen])
        scores[unseen] = model.decision_function(X[unseen])
    print(f"{size} passages of each; AUROC {roc_auc_score(y, scores):.3f} (0.5: as real, 1: told apart at once)\n")
    coefficients = LogisticRegression(C=3, max_iter=1000).fit(X, y).coef_[0][: len(words.vocabulary_)]
    names = words.get_feature_names_out()
    order = np.argsort(coefficients)
    print("tell the real:", ", ".join(names[order[:40]]))
    print("tell ours:    ", ", ".join(names[order[::-1][:40]]))
    lengths = [
        np.percentile([len(text.split()) for text in part], [10, 25, 50, 75, 90])
        for part in (texts[:size], texts[size:])
    ]
    print(
        "\nwords, 10th to 90th percentile: real",
        lengths[0].astype(int).tolist(),
        "ours",
        lengths[1].astype(int).tolist(),
    )
    labelled = [row for row in real if row.get("stance")]
    if labelled:
        print("\nreal\n", wording_table([r["text"] for r in labelled], [r["stance"] for r in labelled]).to_string())
        print("\nours\n", wording_table(corpus.texts, corpus.y).to_string())


if __name__ == "__main__":
    main()
