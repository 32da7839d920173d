"""How much of a stranger's file is read: every bound that the readers keep, in one place.

A bound is far above what real tender packs need, and low enough that an office computer reads whatever stands under it.
Those that a user may want to change are the fields of :class:`Limits`; the others are constants.
"""

from __future__ import annotations

from dataclasses import dataclass

BYTES = 200 * 1024 * 1024
"""Largest file: the longest tender packs are some 50 MB, and all of it is held in memory."""

TEXT = 10_000_000
"""Most characters of text in one document: two thousand full pages have some 6 million."""

PAGES = 5_000
"""Most pages of a PDF: the longest tender packs have some 2,000."""

PAGE_SECONDS = 60.0
"""Longest wait for one page of a PDF that is read in this process: fifty are read in a second."""

MEMORY = 2 * 1024**3
"""Most memory, in bytes, of a worker that reads: ten times what a pack of 50 MB was seen to take."""

BATCH_SECONDS = 120.0
"""Longest wait for the next document of a file where several are read unattended: the slowest real file took 6 s."""

XML_BYTES = 200 * 1024 * 1024
"""Most XML that a Word or OpenDocument file may unpack to: a thousand pages of tender make some 20 MB. Pictures do not
count, since they are not unpacked."""

XML_RATIO = 200
"""How many times its packed size a part over 10 MB may unpack to: Word's own XML reaches about 50 in long tables of one
value, zip bombs 1,000."""

PARTS = 20_000
"""Most members of a zip: a document with a thousand pictures has some 1,100."""

MARKUP = 5
"""How many times longer than its text a page of HTML may be: with more it is a program and not a page."""

TABLE_BYTES = 2 * 1024**3
"""Most bytes that a Parquet file may unpack to: a million notices have some 1 GB."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of one file.

    Parameters
    ----------
    bytes : int
        Size of the largest file that is opened.
    text : int
        Characters of the longest document.
    pages : int
        Pages that are read of a PDF; the rest is left out with a note.
    seconds : float or None
        Longest wait for the next document of a file. With a number, files are read in a process of their own, which is
        killed when the time is over; None reads in this process, which starts sooner and waits as long as it takes.
    memory : int or None
        Bytes of memory that the other process may take, where the system can hold it to that (Linux); of no meaning
        without ``seconds``.

    Examples
    --------
    >>> Limits(seconds=30).pages
    5000
    """

    bytes: int = BYTES
    text: int = TEXT
    pages: int = PAGES
    seconds: float | None = None
    memory: int | None = MEMORY


DEFAULT = Limits()
"""What holds where nothing else is said."""
