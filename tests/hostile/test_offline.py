"""Nothing of kindtext needs a network, a home folder or a disk that it may write to."""

import os
import subprocess
import sys
from pathlib import Path

from making import FAIR

ROOT = Path(__file__).parents[2]
PROGRAM = """
import socket, sys

class Refused(socket.socket):
    def __init__(self, family=-1, *rest, **more):
        if family != getattr(socket, "AF_UNIX", None):
            raise AssertionError("a socket was opened")
        super().__init__(family, *rest, **more)

def refuse(*given, **named):
    raise AssertionError("a name was looked up")

socket.socket = Refused
socket.create_connection = socket.getaddrinfo = refuse
from pathlib import Path
import kindtext as kt
from kindtext.corpus import Corpus
from kindtext.readers import Limits

text, corpus, out = sys.argv[1:]
every = kt.load_corpus(corpus)
few = []
for stance in ("kind", "neutral", "transactional"):
    few += [record for record in every if record.stance == stance][:40]
model = kt.train(Corpus("few", tuple(few)), random_state=0)
assert 0 < kt.score(kt.read(text), model=model).value < 100
document = kt.read(text, limits=Limits(seconds=120))
assert kt.score_many([document], model=model).shape[0] == 1
assert kt.evaluate(model, Corpus("few", tuple(few)))
model.save(out)
print("done")
"""


def test_reading_scoring_training_and_evaluating_open_no_socket_and_need_no_home(tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    text = tmp_path / "tender.txt"
    text.write_text(FAIR * 5, encoding="utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, text, ROOT / "corpora" / "excerpts", tmp_path / "model"],
        cwd=here,
        env=kept | {"HOME": str(tmp_path / "none"), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.stdout.strip() == "done", ran.stderr[-2_000:]
    assert not list(here.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "model", "tender.txt"]


def test_the_worker_imports_nothing_from_the_folder_it_is_started_in(tmp_path, monkeypatch):
    from kindtext.readers import Limits, read, worker

    for name in ("lxml", "pypdfium2", "simplemma", "pickle", "kindtext"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", encoding="utf-8")
    (tmp_path / "tender.txt").write_text(FAIR * 5, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    worker._end()
    assert read("tender.txt", limits=Limits(seconds=60)).words > 50
    assert not (tmp_path / "ran").exists()
