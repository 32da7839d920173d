"""The file that answers are saved to, after each: nothing is lost when the power is.

Labels are a corpus file. Passages that were skipped are no records; their ids stand in a file beside it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from kindtext.corpus import Record, load_corpus
from kindtext.errors import InputError
from kindtext.report.files import atomic, dumps


class LabelFile:
    """Labels on disk, in the order in which they were given.

    Parameters
    ----------
    path : Path
        A corpus file, which need not be there yet.

    Attributes
    ----------
    records : list of Record
    skipped : list of str
        Ids of the passages that were skipped.
    mended : bool
        Whether the last line had been cut short, as happens when a machine stops while it writes, and was taken off.

    Raises
    ------
    InputError
        If its folder is not there.
    CorpusError
        If the file is there and is no corpus.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.skips = path.with_name(path.name + ".skipped")
        if path.is_dir() or not path.parent.is_dir():
            raise InputError(f"{path}: it cannot be written; name a file in a folder that is there.")
        self.mended = self._mend()
        has_records = path.is_file() and path.read_bytes().strip()
        self.records = list(load_corpus(path, drafts=True)) if has_records else []
        self.skipped = self.skips.read_text(encoding="utf-8").split() if self.skips.is_file() else []
        # What was skipped before comes first, so that undoing begins with the labels.
        self._history = [*(("skip", name) for name in self.skipped), *(("label", r.id) for r in self.records)]

    @property
    def last(self) -> str | None:
        """Id of the passage that was answered or skipped last."""
        return self._history[-1][1] if self._history else None

    def append(self, record: Record) -> None:
        """Save a label."""
        _append(self.path, dumps(record.to_dict()))
        self.records.append(record)
        self._history.append(("label", record.id))

    def skip(self, name: str) -> None:
        """Save that a passage was skipped."""
        _append(self.skips, name)
        self.skipped.append(name)
        self._history.append(("skip", name))

    def undo(self) -> Record | None:
        """Take back what was saved last.

        Returns
        -------
        Record or None
            The label taken back; None if it was a skip, or nothing was left to take back.
        """
        if not self._history:
            return None
        kind, _ = self._history.pop()
        if kind == "skip":
            self.skipped.pop()
            _rewrite(self.skips, self.skipped)
            return None
        record = self.records.pop()
        _rewrite(self.path, [dumps(record.to_dict()) for record in self.records])
        return record

    def _mend(self) -> bool:
        """Take off a last line that was cut short; anything else that is wrong is for a person to mend."""
        data = self.path.read_bytes() if self.path.is_file() else b""
        whole, newline, rest = data.rpartition(b"\n")
        if not rest.strip():
            return False
        try:
            json.loads(rest)
        except (ValueError, RecursionError):
            _rewrite(self.path, [], whole + newline)
            return True
        return False


def _append(path: Path, line: str) -> None:
    """Write a line and wait until it is on the disk."""
    with path.open("ab+") as stream:
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":  # as an editor may leave a file
                stream.write(b"\n")
        stream.write(line.encode("utf-8") + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def _rewrite(path: Path, lines: list[str], before: bytes = b"") -> None:
    with atomic(path) as stream:
        stream.write(before + "".join(line + "\n" for line in lines).encode("utf-8"))
        stream.flush()
        os.fsync(stream.fileno())
