"""Reading in a process of its own, which may hang, swell or crash without taking the rest with it.

The parsers of PDF, XML and Parquet are C, and a file made for it can keep them busy for ever or end the process. So
where a limit of time is set, one worker reads file after file and hands over the documents; it is killed when a file
takes too long, and the next file gets a new one. It keeps crashes and hangs away, and is no sandbox: it may do what
the user may do.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kindtext.document import Document
from kindtext.errors import KindtextError, ReadError
from kindtext.readers.limits import Limits

# Without -P the worker would import modules that lie beside the files it is to read.
_COMMAND = ("-P", "-c", "import sys; sys.path.append(sys.argv[1]); from kindtext.readers.worker import serve; serve()")


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read, as :func:`kindtext.readers.file_documents` takes it."""

    path: Path
    name: str
    text_column: str | None
    limits: Limits
    strict: bool


class _Worker:
    """A process that reads, and the pipes to it."""

    def __init__(self, memory: int | None) -> None:
        self.memory = memory
        self.lock = threading.Lock()
        home = str(Path(__file__).parents[2])
        self.process = subprocess.Popen(
            [sys.executable, *_COMMAND, home, str(memory or 0)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def end(self) -> None:
        """Kill it; nothing of it is left."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            # Closing flushes what the dead process did not take.
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def documents(self, task: Task) -> Generator[Document]:
        """Yield what it reads; afterwards it waits for the next file."""
        process = self.process
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            pickle.dump(task, process.stdin)
            process.stdin.flush()
        while True:
            kind, value = self._answer(process.stdout, task)
            if kind == "document":
                yield value
            elif kind == "error":
                raise value
            else:
                return

    def _answer(self, pipe: IO[bytes], task: Task) -> tuple[str, Any]:
        """Wait for the next answer, as long as the limit says; ReadError where none comes."""
        over = threading.Event()

        def kill() -> None:
            over.set()
            self.process.kill()

        timer = threading.Timer(task.limits.seconds or 0, kill)
        timer.daemon = True
        timer.start()
        try:
            answer: tuple[str, Any] = pickle.load(pipe)
        except (EOFError, pickle.UnpicklingError, OSError):
            code = self.process.wait()
            if over.is_set():
                raise ReadError(
                    f"{task.name}: not read within {task.limits.seconds:g} seconds; it may be made to hang. "
                    "Raise --timeout if you trust it, or save its text in a new file."
                ) from None
            raise ReadError(
                f"{task.name}: the reader crashed on it ({_how(code)}); it is damaged or made to do so. "
                "Open it, print it to a new PDF and read that."
            ) from None
        finally:
            timer.cancel()
        return answer


_current: _Worker | None = None
_guard = threading.Lock()


def documents(task: Task) -> Generator[Document]:
    """Read one file in the worker.

    Parameters
    ----------
    task : Task
        The file, and its limits.

    Yields
    ------
    Document

    Raises
    ------
    KindtextError
        What reading raises; ReadError also where the worker hangs, crashes or runs out of memory.
    """
    worker = _take(task.limits.memory)
    finished = False
    try:
        yield from worker.documents(task)
        finished = True
    except KindtextError:
        finished = worker.process.poll() is None
        raise
    finally:
        # Whoever stops in the middle of a file leaves the rest of it in the pipe.
        if finished:
            _give_back(worker)
        else:
            worker.end()


def _take(memory: int | None) -> _Worker:
    """Take the worker that waits, or start one: two readers at once have one each."""
    global _current
    with _guard:
        worker, _current = _current, None
    if worker is not None and (worker.memory != memory or worker.process.poll() is not None):
        worker.end()
        worker = None
    return worker or _Worker(memory)


def _give_back(worker: _Worker) -> None:
    """Keep a worker for the next file, if none waits already."""
    global _current
    with _guard:
        spare, _current = _current, worker
    if spare is not None:
        spare.end()


@atexit.register
def _end() -> None:
    """End the worker that waits."""
    global _current
    with _guard:
        worker, _current = _current, None
    if worker is not None:
        worker.end()


def _how(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    return signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"


def serve() -> None:
    """Read files as they are asked for, until there are no more: what the worker's process runs."""
    from kindtext.readers import file_documents

    memory = int(sys.argv[2])
    if memory:
        _hold_to(memory)
    # A library that prints must not write into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    while True:
        try:
            task: Task = pickle.load(sys.stdin.buffer)
        except (EOFError, KeyboardInterrupt):
            return
        try:
            for document in file_documents(task.path, task.name, task.text_column, task.limits, strict=task.strict):
                _send(answers, ("document", document))
            answer: tuple[str, Any] = ("end", None)
        except KindtextError as error:
            answer = ("error", type(error)(error.message))
        except Exception as error:
            # A fault of ours, found by a strange file, must not end the batch.
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:120]
            answer = ("error", ReadError(f"{task.name}: cannot be read ({reason}); save it in another format."))
        _send(answers, answer)


def _send(pipe: IO[bytes], answer: tuple[str, Any]) -> None:
    pickle.dump(answer, pipe)
    pipe.flush()


def _hold_to(memory: int) -> None:
    """Let this process have so much memory and no more, where the system can do that."""
    try:
        import resource
    except ImportError:  # Windows
        return
    # The data segment, not the address space: libraries map files that cost no memory.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
