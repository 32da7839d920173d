"""The file a reader is given: its name, its suffix and its bytes, opened with care."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kindtext.errors import KindtextError, NoTextError, ReadError
from kindtext.readers.limits import DEFAULT, Limits

HEAD_BYTES = 4096
"""How much of a file is looked at to tell its format."""

PACKED = (".gz", ".zst")
"""Suffixes of one packed file, which say nothing of what is in it."""


@dataclass(frozen=True)
class Unread:
    """What stands in the place of a document that could not be read, so that the ones after it keep their places.

    Parameters
    ----------
    name : str
        What the document would have been called.
    error : KindtextError
        What is wrong with it.
    """

    name: str
    error: KindtextError


@dataclass(frozen=True)
class Source:
    """A file that is about to be read, or bytes that stand for one.

    Parameters
    ----------
    name : str
        Name shown to people and used in every message.
    path : Path or None
        Where the file is, for a library that wants to open it by itself; None for bytes without a file.
    data : bytes
        The whole content.
    limits : Limits
        How much of it is read.

    Examples
    --------
    >>> source = Source("notice.TXT", None, b"We will listen.")
    >>> source.suffix, source.head
    ('.txt', b'We will listen.')
    """

    name: str
    path: Path | None
    data: bytes
    limits: Limits = DEFAULT

    def __repr__(self) -> str:
        return f"Source({self.name!r}, {len(self.data)} bytes)"

    @property
    def suffix(self) -> str:
        """Last suffix of the name, in lower case and with its dot, that of packing aside; empty if there is none."""
        path = Path(self.name)
        return Path(path.stem if path.suffix.lower() in PACKED else path).suffix.lower()

    @property
    def head(self) -> bytes:
        """The first 4 kB."""
        return self.data[:HEAD_BYTES]

    def check_length(self, characters: int, times: int = 1) -> None:
        """Refuse a text that is longer than a document may be.

        Parameters
        ----------
        characters : int
            Length of the text.
        times : int
            How many times longer than its text the format may be.

        Raises
        ------
        ReadError
            If it is longer.

        Examples
        --------
        >>> Source("all.txt", None, b"", Limits(text=1_000)).check_length(2_000)
        Traceback (most recent call last):
        ...
        kindtext.errors.ReadError: all.txt: 2,000 characters in one document, over the limit of 1,000; split the file.
        """
        most = times * self.limits.text
        if characters > most:
            raise ReadError(
                f"{self.name}: {characters:,} characters in one document, over the limit of {most:,}; split the file."
            )

    @classmethod
    def from_path(cls, path: str | os.PathLike[str], *, limits: Limits = DEFAULT) -> Source:
        """Open a file.

        Parameters
        ----------
        path : str or path-like
            The file.
        limits : Limits
            A file that is larger than its ``bytes`` is refused.

        Returns
        -------
        Source
            Its name (without the folder), path and content.

        Raises
        ------
        ReadError
            If there is no such file, or it is a folder, a pipe or a device, may not be read or is too large.
        NoTextError
            If the file is empty.

        Examples
        --------
        >>> Source.from_path("no-such-file.pdf")
        Traceback (most recent call last):
        ...
        kindtext.errors.ReadError: no-such-file.pdf: no such file; check the path.
        """
        path = Path(path)
        with reading(path):
            size = size_of(path)
            if size > limits.bytes:
                raise too_large(path, size, limits.bytes)
            data = path.read_bytes()
        if not data:
            raise NoTextError(f"{path}: the file is empty; check that it was saved or downloaded in full.")
        return cls(name=path.name, path=path, data=data, limits=limits)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the system says when a file cannot be read into one line for its user."""
    try:
        yield
    except KindtextError:
        raise
    except FileNotFoundError:
        raise ReadError(f"{path}: no such file; check the path.") from None
    except PermissionError:
        raise ReadError(f"{path}: no permission to read it; check who may open the file.") from None
    except ValueError:
        # pathlib's answer to a NUL in a path.
        raise ReadError(f"{str(path)!r}: no such file; check the path.") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReadError(f"{path}: cannot be opened ({reason}); check the path and the disk.") from error


def size_of(path: Path) -> int:
    """Give a file's size, after a look at what it is: opening a named pipe would wait for ever."""
    state = path.stat()
    if stat.S_ISDIR(state.st_mode):
        raise ReadError(f"{path}: this is a folder, not a file; use read_all to read what is in it.")
    if not stat.S_ISREG(state.st_mode):
        raise ReadError(f"{path}: this is a pipe or a device; save its content as a file first.")
    return state.st_size


def too_large(path: Path, size: int, most: int) -> ReadError:
    """Say that a file is larger than what is read at once."""
    return ReadError(
        f"{path}: {_megabytes(size)} is over the limit of {_megabytes(most)}; "
        "split the file, or save the text without its images."
    )


def _megabytes(size: int) -> str:
    """Return a size as people write it."""
    return f"{size / (1024 * 1024):.1f} MB"
