"""The file a reader is given: its name, its suffix and its bytes, opened with care."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from kindtext.errors import NoTextError, ReadError

MAX_BYTES = 200 * 1024 * 1024
"""Largest file that is read: the longest tender packs are some 50 MB, and all of it is held in memory."""

HEAD_BYTES = 4096
"""How much of a file is looked at to tell its format."""


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

    Examples
    --------
    >>> source = Source("notice.TXT", None, b"We will listen.")
    >>> source.suffix, source.head
    ('.txt', b'We will listen.')
    """

    name: str
    path: Path | None
    data: bytes

    def __repr__(self) -> str:
        return f"Source({self.name!r}, {len(self.data)} bytes)"

    @property
    def suffix(self) -> str:
        """Last suffix of the name, in lower case and with its dot; empty if there is none."""
        return Path(self.name).suffix.lower()

    @property
    def head(self) -> bytes:
        """The first 4 kB."""
        return self.data[:HEAD_BYTES]

    @classmethod
    def from_path(cls, path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> Source:
        """Open a file.

        Parameters
        ----------
        path : str or path-like
            The file.
        max_bytes : int
            A larger file is refused.

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
        try:
            # Looked at before it is opened: opening a named pipe would wait for ever.
            state = path.stat()
            if stat.S_ISDIR(state.st_mode):
                raise ReadError(f"{path}: this is a folder, not a file; use read_all to read what is in it.")
            if not stat.S_ISREG(state.st_mode):
                raise ReadError(f"{path}: this is a pipe or a device; save its content as a file first.")
            if state.st_size > max_bytes:
                raise ReadError(
                    f"{path}: {_megabytes(state.st_size)} is over the limit of {_megabytes(max_bytes)}; "
                    "split the file, or save the text without its images."
                )
            data = path.read_bytes()
        except ReadError:
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
        if not data:
            raise NoTextError(f"{path}: the file is empty; check that it was saved or downloaded in full.")
        return cls(name=path.name, path=path, data=data)


def _megabytes(size: int) -> str:
    """Return a size as people write it."""
    return f"{size / (1024 * 1024):.1f} MB"
