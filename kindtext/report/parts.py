"""Results that are kept as they come, so that a run that was stopped can go on where it was.

While ``scores.csv`` is being made there is a folder ``scores.csv.parts`` beside it, with files of whole rows and a
manifest that names them. A part is written under another name, synced, renamed, and only then named in the manifest,
so whatever stops the run, and when, the manifest names whole parts and how far the run had come with them. At the end
the parts are joined into the output, which is whole or not there, and the folder goes.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kindtext.errors import InputError
from kindtext.report import files

ROWS = 1_000
"""Most rows of a part, which are held in memory until then: some 5 MB."""

BYTES = 32_000_000
"""Most bytes of a part: everything about a long document as JSON has some 5 MB."""

SECONDS = 5.0
"""Longest time that a row waits to be put away: what a kill may cost."""

WORTH_KEEPING = 1.0
"""Seconds of work under which an interrupted run leaves nothing: doing it again is less bother than a folder."""

MANIFEST = "manifest.jsonl"
JOINED = "joined"
SCHEMA = 1
"""Version of the folder's layout; one of another version is refused."""


class _Waiting(NamedTuple):
    """A row that is not yet put away, and how far the run has come with it."""

    line: bytes
    place: tuple[int, int]
    failed: bool


class _Part(NamedTuple):
    """A line of the manifest."""

    part: str
    rows: int
    place: tuple[int, int]
    failures: int


class Parts:
    """The rows of one run: those put away in the folder, and those still waiting.

    Parameters
    ----------
    output : Path
        The file that they will make.
    kind : {"jsonl", "csv", "parquet"}
        Its format.
    about : mapping
        What the run is made of, as plain data; only a run of the same may go on with the parts.
    resume : bool
        Whether to go on with the parts of an earlier run, if there are any.

    Raises
    ------
    InputError
        If there are parts and they are not to be gone on with, or are another run's.
    """

    def __init__(self, output: Path, kind: str, about: Mapping[str, Any], *, resume: bool = False) -> None:
        self.output = output
        self.kind = kind
        self.about = json.loads(json.dumps(about))
        self.folder = folder_of(output)
        self.finished = False
        self._since, self._begun = time.monotonic(), 0.0
        self._size = 0
        # What is put away and what waits change in one step, so that an interrupt finds either before or after.
        self._state: tuple[tuple[_Part, ...], list[_Waiting]] = ((), [])
        if not self.folder.exists():
            return
        if not resume:
            raise InputError(
                f"{self.folder}: kept from a run that was stopped; go on with --resume, or delete the folder."
            )
        self._state = (self._read(), [])

    @property
    def place(self) -> tuple[int, int]:
        """How far the run has come."""
        kept, waiting = self._state
        return waiting[-1].place if waiting else kept[-1].place if kept else (0, 0)

    @property
    def rows(self) -> int:
        """Rows in all."""
        kept, waiting = self._state
        return sum(part.rows for part in kept) + len(waiting)

    @property
    def kept(self) -> int:
        """Rows that are put away."""
        return sum(part.rows for part in self._state[0])

    @property
    def failures(self) -> int:
        """Rows of what could not be scored."""
        kept, waiting = self._state
        return sum(part.failures for part in kept) + sum(row.failed for row in waiting)

    def add(self, content: Mapping[str, Any] | bytes, place: tuple[int, int], *, failed: bool = False) -> None:
        """Take a row, and put those that wait away when they are many or have waited long."""
        waiting = self._state[1]
        now = time.monotonic()
        if not self._begun:
            self._begun = now
        line = content if isinstance(content, bytes) else files.dumps(content).encode("utf-8") + b"\n"
        waiting.append(_Waiting(line, place, failed))
        self._size += len(line)
        if len(waiting) >= ROWS or self._size >= BYTES or now - self._since >= SECONDS:
            self.put_away()

    def put_away(self) -> None:
        """Write the rows that wait as a part."""
        kept, waiting = self._state
        if not waiting:
            return
        if not kept:
            self._begin()
        part = _Part(f"{len(kept) + 1:06}.jsonl", len(waiting), waiting[-1].place, sum(row.failed for row in waiting))
        with files.atomic(self.folder / part.part) as stream:
            stream.writelines(row.line for row in waiting)
        _sync(self.folder)
        self._note(part._asdict())
        self._state = ((*kept, part), [])
        self._since, self._size = time.monotonic(), 0

    def keep(self) -> bool:
        """Put away what there is, if it is worth it, and say whether there is anything to go on from."""
        if self._state[0] or (self._begun and time.monotonic() - self._begun >= WORTH_KEEPING):
            self.put_away()
        return bool(self._state[0])

    def finish(self) -> None:
        """Join the parts into the output, and remove the folder."""
        if not self._state[0]:
            with files.atomic(self.output) as stream:
                files.write_scores(self, stream, self.kind)
        elif not self.finished:
            # Made inside the folder: a kill leaves nothing beside the output.
            with files.atomic(self.folder / JOINED) as stream:
                files.write_scores(self, stream, self.kind)
            (self.folder / JOINED).replace(self.output)
            _sync(self.output.parent)
            self._note({"finished": True})
        if self.folder.exists():
            for path in sorted(self.folder.iterdir(), key=lambda path: path.name == MANIFEST):
                path.unlink()
            self.folder.rmdir()

    def __iter__(self) -> Iterator[Any]:
        """Give all rows in order: of JSON Lines the lines, else what they hold."""
        kept, waiting = self._state
        for part in kept:
            with (self.folder / part.part).open("rb") as stream:
                yield from stream if self.kind == "jsonl" else map(json.loads, stream)
        for row in waiting:
            yield row.line if self.kind == "jsonl" else json.loads(row.line)

    def _begin(self) -> None:
        """Make the folder, with a manifest that says what the run is made of."""
        if (self.folder / MANIFEST).exists():
            return
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(
                f"{self.folder}: cannot be made ({error.strerror}); name an output in a folder that may be written."
            ) from error
        with files.atomic(self.folder / MANIFEST) as stream:
            stream.write(json.dumps({"schema": SCHEMA, "about": self.about}).encode("utf-8") + b"\n")
        _sync(self.folder)
        _sync(self.folder.parent)

    def _note(self, entry: Mapping[str, Any]) -> None:
        """Add a line to the manifest."""
        with (self.folder / MANIFEST).open("ab", buffering=0) as stream:
            stream.write(json.dumps(entry).encode("utf-8") + b"\n")
            os.fsync(stream.fileno())

    def _read(self) -> tuple[_Part, ...]:
        """Read the manifest; what a kill left half done is removed."""
        path = self.folder / MANIFEST
        again = "delete the folder to start again"
        if not path.exists():
            # Killed before the first part, or while the folder was being removed.
            if any(not name.name.startswith(".") and name.suffix != ".jsonl" for name in self.folder.iterdir()):
                raise InputError(f"{self.folder}: holds something that is no part of a run; name another output.")
            shutil.rmtree(self.folder)
            return ()
        try:
            whole, _, torn = path.read_bytes().rpartition(b"\n")
            head, *entries = [json.loads(line) for line in whole.split(b"\n")]
            about, schema = head["about"], head["schema"]
            self.finished = any(entry.get("finished") for entry in entries)
            # An interrupt may have noted a part twice.
            parts = {
                entry["part"]: _Part(**{**entry, "place": tuple(entry["place"])})
                for entry in entries
                if "part" in entry
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path}: damaged ({error}); {again}.") from None
        if schema != SCHEMA:
            raise InputError(f"{self.folder}: made by another version of kindtext; {again}.")
        changed = [key for key in self.about if about.get(key) != self.about[key]]
        if changed:
            raise InputError(
                f"{self.folder}: its run differs from this one ({', '.join(changed)}); "
                f"give the same command on the same files, or {again}."
            )
        if torn:
            os.truncate(path, len(whole) + 1)
        missing = [name for name in parts if not (self.folder / name).is_file()]
        if missing and not self.finished:
            raise InputError(f"{self.folder}: {missing[0]} is missing; {again}.")
        for file in self.folder.iterdir():
            if file.name != MANIFEST and file.name not in parts:
                file.unlink()
        return tuple(parts.values())


def folder_of(output: Path) -> Path:
    """Folder in which the parts of an output are kept."""
    return output.with_name(f"{output.name}.parts")


def run_of(paths: Iterable[Path], **settings: Any) -> dict[str, Any]:
    """Describe what a run is made of: its settings, and a digest of the paths, sizes and times of its files.

    Parameters
    ----------
    paths : iterable of Path
        The files, in order.
    **settings
        What else the rows depend on, as plain data.

    Returns
    -------
    dict
        For :class:`Parts`.
    """
    import hashlib

    digest = hashlib.sha256()
    for path in paths:
        try:
            state = path.stat()
            line = f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n"
        except (OSError, ValueError):
            line = f"{path}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return {"files": digest.hexdigest(), **settings}


def _sync(folder: Path) -> None:
    """Make a folder's names last; where the system has no such thing they do by themselves."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
