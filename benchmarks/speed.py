"""Time kindtext's whole scoring against spaCy's bare tokenizer on the same text: ``make bench``.

Both are warmed on other text, and each text is seen once by each. What is printed are ratios, since seconds tell of
the machine. Text is made from the project's own corpus and samples; another folder of documents may be named.

    python benchmarks/speed.py [FOLDER] [--megabytes 5]
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE_WORDS = 450  # words on a page of a tender, roughly


def texts_of(folder: Path) -> list[str]:
    """All passages of a folder of documents, or of a corpus, once each."""
    import kindtext as kt

    if any(folder.glob("*.jsonl")) and not any(folder.glob("*.pdf")):
        return [record.text for record in kt.load_corpus(folder)]
    documents = kt.read_all(folder, on_error=lambda error: None)
    return [passage.text for document in documents for passage in document.passages]


def documents_of(passages: list[str], megabytes: float, seed: int) -> list[str]:
    """Documents of 5 to 60 passages, drawn without repetition while they last, each text with words of its own.

    A number is written into every passage of a second or later round, so that no text is seen twice.
    """
    draw = random.Random(seed)
    documents, size, passage_round = [], 0, 0
    while size < megabytes * 1e6:
        order = draw.sample(passages, len(passages))
        if passage_round:
            order = [f"{text} See item {draw.randrange(10**6)}." for text in order]
        while order and size < megabytes * 1e6:
            count = draw.randint(5, 60)
            chosen, order = order[:count], order[count:]
            documents.append("\n\n".join(chosen))
            size += len(documents[-1])
        passage_round += 1
    return documents


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def consume(items: Iterable[object]) -> None:
    """Run an iterator to its end."""
    for _ in items:
        pass


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "corpora" / "excerpts")
    parser.add_argument("--megabytes", type=float, default=5.0)
    arguments = parser.parse_args()

    import spacy

    import kindtext as kt
    from kindtext.features import SignalVectorizer, TermVectorizer
    from kindtext.passages import from_text

    passages = texts_of(arguments.folder)
    half = len(passages) // 2
    warm = documents_of(passages[:half], 0.5, seed=1)
    texts = documents_of(passages[half:], arguments.megabytes, seed=2)
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{len(texts)} documents, {megabytes:.1f} MB, {sum(len(t.split()) for t in texts):,} words\n")

    bare = spacy.blank("en")
    consume(bare.pipe(warm))
    tokenizer = timed(lambda: consume(bare.pipe(texts)))

    nlp = kt.load_pipeline()
    model = kt.load_model()
    consume(kt.score_all([from_text(text) for text in warm], model=model))
    whole = timed(lambda: consume(kt.score(text, model=model) for text in texts))

    rows = [("spacy.blank('en'), tokenising", tokenizer), ("kindtext, text to score with evidence", whole)]
    cut: list[str] = []
    rows.append(("  of it: passages", timed(lambda: cut.extend(p.text for t in texts for p in from_text(t).passages))))
    consume(nlp.pipe(warm))
    docs = [nlp.make_doc(text) for text in cut]
    for name, component in nlp.pipeline:
        rows.append((f"  of it: {name}", timed(lambda c=component: consume(map(c, docs)))))
    for vectorizer in (SignalVectorizer().fit([]), model.terms or TermVectorizer().fit(docs)):
        name = type(vectorizer).__name__
        rows.append((f"  of it: {name}", timed(lambda v=vectorizer: v.transform(docs))))
    for name, seconds in rows:
        print(f"{name:45s} {seconds / tokenizer:6.2f} tokenizers")

    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (all texts held)")
    empty = start("pass")
    print(f"import kindtext: {start('import kindtext') - empty:.3f} s over an empty Python ({empty:.3f} s)")
    helping = "import sys; sys.argv = ['kindtext', '--help']; import kindtext.cli; kindtext.cli.main()"
    print(f"kindtext --help: {start(helping):.3f} s")
    two_pages = " ".join(" ".join(texts).split()[: 2 * PAGE_WORDS])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tender.txt"
        file.write_text(two_pages, encoding="utf-8")
        scoring = (
            f"import sys; sys.argv = ['kindtext', 'score', {str(file)!r}]; import kindtext.cli; kindtext.cli.main()"
        )
        print(f"first score of a file of two pages, cold: {start(scoring):.2f} s")


def start(code: str) -> float:
    """Seconds of the quickest of three fresh Pythons that run a line of code."""
    command = [sys.executable, "-c", code]
    return min(timed(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(3))


if __name__ == "__main__":
    main()
