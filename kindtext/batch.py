"""Scoring of many files, in order, over one process or several, a piece at a time.

What is read is shared out as small files, which a worker reads by itself, and as pieces of long ones. Whatever goes
wrong with one document is its own outcome and never the end of the run, and every outcome knows its place, so that a
run that was stopped can go on from there.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from kindtext.document import Document, Draft
from kindtext.errors import KindtextError, NoTextError, ReadError
from kindtext.readers import file_documents, files_in
from kindtext.readers.limits import DEFAULT, Limits
from kindtext.readers.source import Unread, reading, size_of
from kindtext.readers.streams import is_long, open_long

if TYPE_CHECKING:
    from concurrent.futures import Future

    from kindtext.scoring import Score

Shape = Literal["score", "row", "line"]
"""What is made of a document: a Score, its flat row, or its line of JSON."""

CHUNK = 60_000
"""Characters or bytes that are handed to a worker at once: a second of work, some 30 notices."""

CHUNK_DOCUMENTS = 200
"""Most documents that are handed over at once: empty ones have no characters."""

WAITING = 4
"""Chunks a worker that are read ahead, so that none waits and memory stays bounded."""

Place = tuple[int, int]
"""How far a run has come: inputs that are done, and documents that are done of the next one."""

START: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Input:
    """One file to be read.

    Parameters
    ----------
    path : Path
    name : str
        Name shown to people; of a folder's file, its path inside the folder.
    strict : bool
        Whether a text column is an error for what is no table: so it is for a file that was named by itself.
    error : str or None
        Why there is nothing to read.
    """

    path: Path
    name: str
    strict: bool = True
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are read and scored.

    Parameters
    ----------
    shape : {"score", "row", "line"}
        What is made of each.
    text_column : str or None
        Column of a table that holds the text.
    model : str or None
        A model's folder.
    limits : Limits
        How much is read of each file.
    measures : bool
        Whether the measures are taken; a table on a terminal shows none of them.
    """

    shape: Shape = "row"
    text_column: str | None = None
    model: str | None = None
    limits: Limits = DEFAULT
    measures: bool = True


class Outcome(NamedTuple):
    """What became of one document.

    Parameters
    ----------
    place : tuple of int
        How far the run has come with it.
    content : Score, dict, bytes or None
        In the shape that was asked for; of what could not be read, a row or line with its error, or None.
    failure : str or None
        What to tell the user.
    unread : bool
        Whether nothing was scored.
    """

    place: Place
    content: Any
    failure: str | None = None
    unread: bool = False


class _Chunk(NamedTuple):
    """Work for one worker: a file to read from some document on, or documents of a long one."""

    inputs: Sequence[tuple[int, Input, int]] = ()
    drafts: Sequence[tuple[Place, Draft | Unread, str]] = ()


def inputs_of(paths: Iterable[Path], without: Path | None = None) -> list[Input]:
    """List the files of all paths, those of a folder in the order of their names.

    Parameters
    ----------
    paths : iterable of Path
    without : Path, optional
        A folder whose files are left out: the results' own.

    Returns
    -------
    list of Input
        An empty folder is one of them, with its error.

    Examples
    --------
    >>> inputs_of([Path("tender.pdf")])[0].name
    'tender.pdf'
    """
    inputs: list[Input] = []
    for path in paths:
        if not path.is_dir():
            inputs.append(Input(path, path.name))
            continue
        found = [file for file in files_in(path) if without is None or without not in file.parents]
        inputs += [Input(file, file.relative_to(path).as_posix(), strict=False) for file in found]
        if not found:
            error = f"{path}: the folder has no documents in it; name a folder with files to read."
            inputs.append(Input(path, path.name, error=error))
    return inputs


def run(inputs: Sequence[Input], settings: Settings, *, jobs: int = 1, start: Place = START) -> Generator[Outcome]:
    """Read and score all inputs, in order.

    Parameters
    ----------
    inputs : sequence of Input
    settings : Settings
    jobs : int
        Processes, as joblib counts them.
    start : tuple of int
        Place of the last outcome of an earlier run, to go on from there.

    Yields
    ------
    Outcome
        One a document, and one for what could not be read; the same whatever the number of processes.

    Raises
    ------
    KindtextError
        If a worker was ended by the system.
    """
    chunks = _chunks(inputs, settings, start)
    if jobs == 1:
        for chunk in chunks:
            yield from _outcomes(chunk, settings)
    else:
        yield from _shared_out(chunks, settings, jobs)


def failed_row(name: str, error: str) -> dict[str, Any]:
    """Give the row of a document that could not be read: its name and error, and the other columns empty."""
    return {**dict.fromkeys(row_columns()), "document": name, "error": error}


def row_columns() -> list[str]:
    """Columns of a row, without those of a table's own."""
    from kindtext.lexicon import load_lexicon

    return list(_columns(load_lexicon().digest))


@cache
def _columns(lexicon_digest: str) -> tuple[str, ...]:
    from kindtext.scoring import Score

    return tuple(Score("", "", "", 0, None, None, None, ()).to_row())


def _failed_line(name: str, error: str) -> bytes:
    from kindtext.report.files import dumps
    from kindtext.scoring import SCHEMA

    content = {"schema": SCHEMA, "document": {"name": name}, "score": None, "interval": None, "error": error}
    return dumps(content).encode("utf-8") + b"\n"


def _chunks(inputs: Sequence[Input], settings: Settings, start: Place) -> Iterator[_Chunk]:
    """Share the work out: pieces of long files, and small files together, in order and of like size."""
    first, skip = start
    files: list[tuple[int, Input, int]] = []
    size = 0
    for index in range(first, len(inputs)):
        skipped = skip if index == first else 0
        if is_long(inputs[index].path):
            if files:
                yield _Chunk(inputs=files)
                files, size = [], 0
            yield from _pieces(index, inputs[index], skipped, settings)
            continue
        files.append((index, inputs[index], skipped))
        size += _size(inputs[index].path)
        if size >= CHUNK or len(files) >= CHUNK_DOCUMENTS:
            yield _Chunk(inputs=files)
            files, size = [], 0
    if files:
        yield _Chunk(inputs=files)


def _pieces(index: int, found: Input, skip: int, settings: Settings) -> Iterator[_Chunk]:
    """Cut a long file into pieces of like size."""
    drafts: list[tuple[Place, Draft | Unread, str]] = []
    size = 0
    for number, (draft, digest) in enumerate(islice(_drafts(found, settings), skip, None), start=skip + 1):
        drafts.append(((index, number), draft, digest))
        size += sum(len(block.text) for block in draft.blocks) if isinstance(draft, Draft) else 0
        if size >= CHUNK or len(drafts) >= CHUNK_DOCUMENTS:
            yield _Chunk(drafts=drafts)
            drafts, size = [], 0
    if drafts:
        yield _Chunk(drafts=drafts)


def _drafts(found: Input, settings: Settings) -> Iterator[tuple[Draft | Unread, str]]:
    """Read a long file; what ends it is its last outcome."""
    try:
        opened = open_long(found.path, found.name, settings.text_column, settings.limits, strict=found.strict)
        if opened is None:
            # It was taken away or made shorter since it was looked at.
            raise ReadError(f"{found.name}: changed while it was read; score it again.")
        digest, drafts = opened
        for draft in drafts:
            yield draft, digest
    except Exception as error:
        yield Unread(found.name, _told(found.name, error)), ""


def _outcomes(chunk: _Chunk, settings: Settings) -> Iterator[Outcome]:
    """Read and score one chunk.

    spaCy keeps every word that it meets; what this chunk brings is given back at its end.
    """
    from kindtext.pipeline import shared_pipeline

    with shared_pipeline().memory_zone():
        for index, found, skip in chunk.inputs:
            for number, document in enumerate(islice(_documents(found, settings), skip, None), start=skip + 1):
                yield _outcome((index, number), document, settings)
        for place, draft, digest in chunk.drafts:
            yield _outcome(place, _assembled(draft, digest, settings), settings)


def _documents(found: Input, settings: Settings) -> Iterator[Document | Unread]:
    """Read a small file; a broken line takes its own place, and what else goes wrong ends the file."""
    if found.error is not None:
        yield Unread(found.name, NoTextError(found.error))
        return
    try:
        if (opened := _opened(found, settings)) is not None:
            digest, drafts = opened
            for draft in drafts:
                yield _assembled(draft, digest, settings)
            return
        limits = settings.limits
        if limits.seconds is not None:
            from kindtext.readers.worker import Task, documents

            read = documents(Task(found.path.absolute(), found.name, settings.text_column, limits, found.strict))
        else:
            read = file_documents(found.path, found.name, settings.text_column, limits, strict=found.strict)
        with closing(read):
            yield from read
    except Exception as error:
        yield Unread(found.name, _told(found.name, error))


def _opened(found: Input, settings: Settings) -> tuple[str, Iterator[Draft | Unread]] | None:
    if found.path.suffix.lower() not in (".json", ".jsonl", ".ndjson", ".gz", ".zst"):
        return None
    return open_long(found.path, found.name, settings.text_column, settings.limits, strict=found.strict)


def _assembled(draft: Draft | Unread, digest: str, settings: Settings) -> Document | Unread:
    from kindtext.passages import assemble

    if isinstance(draft, Unread):
        return draft
    characters = sum(len(block.text) for block in draft.blocks)
    if characters > settings.limits.text:
        most = settings.limits.text
        error = f"{draft.name}: {characters:,} characters in one document, over the limit of {most:,}; split the file."
        return Unread(draft.name, ReadError(error))
    try:
        return assemble(draft, digest)
    except Exception as error:
        return Unread(draft.name, _told(draft.name, error))


def _outcome(place: Place, document: Document | Unread, settings: Settings) -> Outcome:
    """Score one document into the shape that is wanted."""
    from kindtext.model import load_model
    from kindtext.scoring import PLAIN, score

    if isinstance(document, Document):
        try:
            result = score(document, model=load_model(settings.model), measures=settings.measures)
            content = _shaped(result, settings.shape)
        except Exception as error:
            document = Unread(document.name, _told(document.name, error))
        else:
            failure = None
            # One record of a table may well be empty; a file that cannot be scored is a mistake to tell.
            if result.reason not in (None, PLAIN) and "#" not in result.name:
                failure = f"{result.name}: {result.reason}; give the whole document, in English."
            return Outcome(place, content, failure)
    told = str(document.error)
    return Outcome(place, unread_content(document.name, told, settings.shape), told, unread=True)


def unread_content(name: str, error: str, shape: Shape) -> Any:
    """Give what stands in the results for a document that could not be read."""
    if shape == "row":
        return failed_row(name, error)
    return _failed_line(name, error) if shape == "line" else None


def _shaped(result: Score, shape: Shape) -> Any:
    if shape == "score":
        return result
    if shape == "row":
        return result.to_row()
    from kindtext.report.files import dumps

    return dumps(result.to_dict()).encode("utf-8") + b"\n"


def _told(name: str, error: Exception) -> KindtextError:
    """Give the error of one document; a fault of ours, found by a strange text, must not end the batch."""
    if isinstance(error, KindtextError):
        return error
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:120]
    return ReadError(f"{name}: cannot be scored ({reason}); leave it out, or save it in another format.")


def _size(path: Path) -> int:
    try:
        with reading(path):
            return size_of(path)
    except KindtextError:
        return 0


def _shared_out(chunks: Iterator[_Chunk], settings: Settings, jobs: int) -> Generator[Outcome]:
    """Let workers do the chunks, and give their outcomes in order.

    loky is used by itself: joblib's generators read ahead of a slow reader without end, and its workers stay for
    minutes after an interrupt.
    """
    from joblib import effective_n_jobs
    from joblib.externals.loky import ProcessPoolExecutor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    workers = effective_n_jobs(jobs)
    # One thread each: the workers are as many as the user wants processors to be busy.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    pool = ProcessPoolExecutor(workers, initializer=_begin, initargs=(os.getpid(), settings.model), env=threads)
    waiting: deque[Future[list[Outcome]]] = deque()
    try:
        for chunk in chunks:
            waiting.append(pool.submit(_work, chunk, settings))
            if len(waiting) >= WAITING * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except TerminatedWorkerError:
        raise ReadError(
            "a worker was ended by the system, most likely for want of memory; use fewer --jobs, and --resume to go on."
        ) from None
    finally:
        pool.shutdown(wait=True, kill_workers=True)


def _begin(parent: int, model: str | None) -> None:
    """Make a worker ready: it leaves Ctrl-C to the process that started it, and ends when that is gone."""
    from kindtext.model import load_model
    from kindtext.pipeline import shared_pipeline

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    load_model(model)
    shared_pipeline()


def _end_with(parent: int, seconds: float = 1.0, gone: Callable[[], Any] = lambda: os._exit(1)) -> None:
    """Wait until the process that started this one is no more."""
    while os.getppid() == parent:
        time.sleep(seconds)
    gone()


def _work(chunk: _Chunk, settings: Settings) -> list[Outcome]:
    return list(_outcomes(chunk, settings))
