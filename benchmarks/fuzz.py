"""Feed damaged files to everything that reads: an error of kindtext's is right, anything else is a fault.

    python benchmarks/fuzz.py                                 # 20,000 inputs of every kind, some hours
    python benchmarks/fuzz.py --count 500 --kinds pdf docx    # a few minutes
    python benchmarks/fuzz.py --kinds pdf --seed 7 --start 1234 --count 1 --keep here/   # one input again, to look at

Inputs are mutations of corpora/samples, of the lexicon's files, of excerpts and of the default model: bytes changed,
pieces cut, doubled, moved and spliced from another sample, and tokens that parsers stumble over. Zips are mostly
damaged inside, so that the damage reaches the XML, and a model's checksum is put right. An input is known by its
kind, seed and number. Each kind runs in a process of its own, so that a crash is a finding and not the end.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import io
import json
import random
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kindtext.errors import KindtextError

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpora" / "samples"
SLOW = 10.0
"""Seconds that no input may take."""

TOKENS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", b"\n" * 50, b" " * 5_000, b"1e9999", b"-1",
    b"NaN", b"null", b"[]", b"{}", b"[" * 3_000, b"{\"a\":" * 3_000, b'"\\ud800"', b"9" * 5_000, b"<" * 500,
    b"<div>" * 3_000, b"&lol;" * 20, b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>", b"]]>",
    b"<![CDATA[", b"-->", b"%PDF-1.7", b"endobj", b"stream\n", b"/Length 999999999", b"/Count 1000000",
    b"/Kids[2 0 R]", b"/Filter[/FlateDecode/FlateDecode]", b"<< >>", b"0 0 R", b"PK\x03\x04", b"\"\"\"", b'",',
    b"\t", b"|", b"`" * 200, b"> " * 500, b"- [ ] ", b"{{", b"{%", b"..9", b"(a|", b"@list", b"[[",
)  # fmt: skip


@dataclass
class Result:
    """What became of the inputs of one kind."""

    kind: str
    tried: int = 0
    read: int = 0
    refused: int = 0
    slowest: tuple[float, int] = (0.0, -1)
    faults: list[str] = field(default_factory=list)


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Give data with one to six mutations."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        size = max(1, len(out))
        at, length = chance.randrange(size), min(chance.choice((1, 2, 8, 64, 1024)), size)
        match chance.randrange(9):
            case 0:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                out[at : at + 1] = bytes([out[at] ^ 1 << chance.randrange(8)]) if out else b""
            case 2:
                del out[at : at + length]
            case 3:
                out[at:at] = out[at : at + length] * chance.choice((1, 2, 50))
            case 4:
                del out[at:]
            case 5:
                other = chance.choice(others)
                begin = chance.randrange(max(1, len(other)))
                out[at : at + length] = other[begin : begin + length]
            case 6 | 7:
                out[at:at] = chance.choice(TOKENS)
            case 8:
                begin = chance.randrange(size)
                out[at : at + length], out[begin : begin + length] = out[begin : begin + length], out[at : at + length]
    return bytes(out[:5_000_000])


def mutated_zip(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Give a zip one of whose parts is damaged; now and then the zip itself."""
    if chance.random() < 0.2:
        return mutated(data, others, chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    hurt = chance.choice(list(parts))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, mutated(content, list(parts.values()), chance) if name == hurt else content)
    return packed.getvalue()


Seeds = dict[str, bytes]
Maker = Callable[[bytes, list[bytes], random.Random], bytes]
Reader = Callable[[Path, str, bytes], None]


def _read_file(folder: Path, name: str, data: bytes) -> None:
    from kindtext.readers import Limits, file_documents

    path = folder / name
    path.write_bytes(data)
    for document in file_documents(path, name, None, Limits()):
        assert all(document.text[p.start : p.end] == p.text for p in document.passages)


def _read_lexicon(folder: Path, name: str, data: bytes) -> None:
    from kindtext.lexicon import load_lexicon

    (folder / name).write_bytes(data)
    load_lexicon(folder)


def _read_corpus(folder: Path, name: str, data: bytes) -> None:
    from kindtext.corpus import load_corpus

    (folder / name).write_bytes(data)
    load_corpus(folder)


def _read_model(folder: Path, name: str, data: bytes) -> None:
    from kindtext.model import default_model_path, load_model

    model = folder / "model"
    model.mkdir()
    files = {each: (default_model_path() / each).read_bytes() for each in ("classifier.npz", "metadata.json")}
    files[name] = data
    if name == "classifier.npz":
        about = json.loads(files["metadata.json"])
        about["classifier_sha256"] = hashlib.sha256(data).hexdigest()
        files["metadata.json"] = json.dumps(about).encode()
    for each, content in files.items():
        (model / each).write_bytes(content)
    loaded = load_model(model)
    rows = loaded.predict_proba(["We will involve residents.", "Late tenders will be rejected."])
    assert abs(rows.sum() - 2) < 1e-6, "probabilities do not add to 1"


def _parquet() -> bytes:
    import pandas as pd

    return pd.DataFrame({"id": ["a", "b"], "text": ["We will listen to residents.", None]}).to_parquet()


def _samples(*names: str) -> Seeds:
    return {Path(name).name: (SAMPLES / name).read_bytes() for name in names}


def _small_corpus() -> Seeds:
    lines = (ROOT / "corpora" / "excerpts" / "near.jsonl").read_bytes().splitlines(keepends=True)
    return {"a.jsonl": b"".join(lines[:12])}


def _lexicon_files() -> Seeds:
    return {path.name: path.read_bytes() for path in sorted((ROOT / "kindtext" / "lexicons" / "en").glob("*.toml"))}


def _model_files() -> Seeds:
    from kindtext.model import default_model_path

    return {name: (default_model_path() / name).read_bytes() for name in ("classifier.npz", "metadata.json")}


def _either(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    return (mutated_zip if data.startswith(b"PK") else mutated)(data, others, chance)


KINDS: dict[str, tuple[Callable[[], Seeds], Maker, Reader]] = {
    "pdf": (lambda: _samples("01-price-only-cleaning-itt.pdf", "06-call-off-conditions.pdf"), mutated, _read_file),
    "docx": (lambda: _samples("02-codesigned-home-care.docx"), mutated_zip, _read_file),
    "odt": (lambda: _samples("04-grounds-maintenance-specification.odt"), mutated_zip, _read_file),
    "text": (lambda: _samples("03-laptops-supply-notice.txt"), mutated, _read_file),
    "html": (lambda: _samples("05-community-transport-prior-information.html"), mutated, _read_file),
    "markdown": (lambda: _samples("11-digital-service-rfq.md"), mutated, _read_file),
    "ocds": (lambda: _samples("07-school-meals-notice.json"), mutated, _read_file),
    "jsonl": (lambda: _samples("08-notices.jsonl"), mutated, _read_file),
    "ted": (lambda: _samples("09-water-framework-ted.xml"), mutated, _read_file),
    "eforms": (lambda: _samples("10-youth-employability-eforms.xml"), mutated, _read_file),
    "csv": (lambda: _samples("12-grants-and-contracts-register.csv"), mutated, _read_file),
    "parquet": (lambda: {"t.parquet": _parquet()}, mutated, _read_file),
    "lexicon": (_lexicon_files, mutated, _read_lexicon),
    "corpus": (_small_corpus, mutated, _read_corpus),
    "model": (_model_files, _either, _read_model),
}


def make(kind: str, seed: int, number: int) -> tuple[str, bytes]:
    """Make one input: its name and its content."""
    seeds, maker, _ = KINDS[kind]
    chance = random.Random(f"{kind} {seed} {number}")
    samples = seeds()
    name = chance.choice(sorted(samples))
    return name, maker(samples[name], list(samples.values()), chance)


def run(kind: str, seed: int, start: int, count: int, progress: Path | None = None) -> Result:
    """Try inputs in this process.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.
    seed, start, count : int
        Which inputs.
    progress : Path or None
        File that holds the number of the input in hand, for who looks on.

    Returns
    -------
    Result
    """
    result = Result(kind)
    seeds, maker, reader = KINDS[kind]
    samples = seeds()
    for number in range(start, start + count):
        chance = random.Random(f"{kind} {seed} {number}")
        name = chance.choice(sorted(samples))
        data = maker(samples[name], list(samples.values()), chance)
        with tempfile.TemporaryDirectory() as folder:
            if progress:
                progress.write_text(str(number), encoding="ascii")
                faulthandler.dump_traceback_later(3 * SLOW, exit=True)
            begun = time.perf_counter()
            outcome = _outcome(reader, Path(folder), name, data)
            took = time.perf_counter() - begun
            left = {path.name for path in Path(folder).iterdir()} - {name, "model"}
        faulthandler.cancel_dump_traceback_later()
        result.tried += 1
        result.read += outcome == "read"
        result.refused += outcome == "refused"
        result.slowest = max(result.slowest, (round(took, 2), number))
        if outcome not in ("read", "refused"):
            result.faults.append(f"{number}: {outcome}")
        if took > SLOW:
            result.faults.append(f"{number}: took {took:.0f} s")
        if left:
            result.faults.append(f"{number}: left {', '.join(sorted(left))} behind")
    return result


def _outcome(reader: Reader, folder: Path, name: str, data: bytes) -> str:
    """Say what a reader makes of an input."""
    try:
        reader(folder, name, data)
    except KindtextError as error:
        lines = str(error).splitlines()
        # A list of faults in a corpus has a line for each.
        return "refused" if lines and len(str(error)) < 20_000 else f"a message of {len(str(error))} characters"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {str(error)[:100]} ({Path(last.filename).name}:{last.lineno})"
    return "read"


def run_apart(kind: str, seed: int, start: int, count: int) -> Result:
    """Try inputs in a process of its own, and begin again behind one that ends it."""
    whole = Result(kind)
    end = start + count
    with tempfile.TemporaryDirectory() as folder:
        progress = Path(folder) / "number"
        while start < end:
            command = [
                sys.executable,
                __file__,
                "--child",
                kind,
                str(seed),
                str(start),
                str(end - start),
                str(progress),
            ]
            done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
            if done.returncode == 0:
                part = json.loads(done.stdout.splitlines()[-1])
                whole.tried += part["tried"]
                whole.read += part["read"]
                whole.refused += part["refused"]
                whole.faults += part["faults"]
                whole.slowest = max(whole.slowest, tuple(part["slowest"]))
                break
            at = int(progress.read_text(encoding="ascii")) if progress.exists() else start
            # What was counted before the crash is lost with the process, but it was tried.
            whole.tried += at - start + 1
            last = (done.stderr.strip().splitlines() or ["no word"])[-1]
            whole.faults.append(f"{at}: ended the process ({done.returncode}): {last[:150]}")
            start = at + 1
    return whole


def main() -> None:
    """Run it."""
    if sys.argv[1:2] == ["--child"]:
        kind, seed, start, count, progress = sys.argv[2:]
        print(json.dumps(vars(run(kind, int(seed), int(start), int(count), Path(progress)))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="inputs of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0, help="number of the first input")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--keep", type=Path, help="write the inputs to this folder instead of trying them")
    options = parser.parse_args()
    broken = False
    for kind in options.kinds:
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            for number in range(options.start, options.start + options.count):
                name, data = make(kind, options.seed, number)
                (options.keep / f"{number}-{name}").write_bytes(data)
            continue
        result = run_apart(kind, options.seed, options.start, options.count)
        slowest, number = result.slowest
        print(
            f"{kind:9} {result.tried:6} tried, {result.read:6} read, {result.refused:6} refused, "
            f"{len(result.faults):4} faults, slowest {slowest} s (number {number})",
            flush=True,
        )
        for fault in result.faults[:20]:
            print(f"          {fault}", flush=True)
        broken = broken or bool(result.faults)
    sys.exit(broken)


if __name__ == "__main__":
    main()
