"""Measure long runs of ``kindtext score``: two processes against one, memory, and cost against the number of notices.

The runs are taken in pairs, one after the other and in turn, and what is printed are the medians of ratios, since
another program may take a processor at any time. Each ratio is also given by the processor time that the runs took
(``cpu``), which tells what sharing the work out costs by itself. Notices are made of the project's own corpus, each
with words of its own, so that the growing of vocabularies counts.

    python benchmarks/scale.py [--notices 5000] [--pairs 3]
    python benchmarks/scale.py --sizes 1000 10000 100000      # memory and cost a notice
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write_notices(path: Path, number: int, seed: int = 0) -> None:
    """Write notices of four passages; one word in fifty is new."""
    import kindtext as kt

    texts = [record.text for record in kt.load_corpus(ROOT / "corpora" / "excerpts")]
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8") as stream:
        for i in range(number):
            words = "\n\n".join(draw.sample(texts, 4)).split(" ")
            for _ in range(len(words) // 50 + 1):
                words[draw.randrange(len(words))] = "".join(draw.choices(LETTERS, k=8))
            stream.write(json.dumps({"id": f"n{i}", "text": " ".join(words)}) + "\n")


def run(notices: Path, output: Path, jobs: int) -> tuple[float, float, float]:
    """Score, and give the seconds it takes, its processor seconds, and the peak memory of its largest process in MB."""
    before = os.times()
    began = time.perf_counter()
    program = "from kindtext.cli import main; main()"
    command = [sys.executable, "-c", program, "score", notices, "-o", output, "--jobs", str(jobs)]
    process = subprocess.Popen(command)
    peak: list[float] = [0.0]
    watcher = threading.Thread(target=watch, args=(process, peak), daemon=True)
    watcher.start()
    if process.wait():
        raise SystemExit("the command failed; see above.")
    seconds = time.perf_counter() - began
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    watcher.join()
    return seconds, cpu, peak[0]


def watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    """Look every half second at what the process and its children take (Linux)."""
    while process.poll() is None:
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
            except (OSError, ValueError):
                continue  # it has ended
            if process.pid in (int(lines["Pid"]), int(lines["PPid"])) and "VmHWM" in lines:
                peak[0] = max(peak[0], int(lines["VmHWM"].split()[0]) / 1024)
        time.sleep(0.5)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notices", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of notices to run with one process instead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if arguments.sizes:
            first = None
            for number in arguments.sizes:
                write_notices(folder / "notices.jsonl", number)
                _, cpu, peak = run(folder / "notices.jsonl", folder / "out.parquet", 1)
                first = first or cpu / number
                print(
                    f"{number:>8,} notices: {cpu / number / first:.2f} times the first a notice, {peak:.0f} MB at most"
                )
            return
        write_notices(folder / "notices.jsonl", arguments.notices)
        clock, processor = [], []
        for _ in range(arguments.pairs):
            one = run(folder / "notices.jsonl", folder / "one.csv", 1)
            two = run(folder / "notices.jsonl", folder / "two.csv", 2)
            same = (folder / "one.csv").read_bytes() == (folder / "two.csv").read_bytes()
            clock.append(one[0] / two[0])
            processor.append(two[1] / one[1])
            load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
            print(
                f"--jobs 2 is {clock[-1]:.2f} times as fast, at {processor[-1]:.2f} times the cpu; same rows: {same}; "
                f"{one[2]:.0f} and {two[2]:.0f} MB a process{load}"
            )
        print(
            f"medians: {statistics.median(clock):.2f} times as fast, {statistics.median(processor):.2f} times the cpu"
        )


if __name__ == "__main__":
    main()
