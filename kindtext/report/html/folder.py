"""A folder of pages: their names, and putting it in place whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kindtext.errors import InputError

LONGEST_NAME = 80
"""Characters of a page's name without its ending: with the folder's path it stays under the 260 of Windows."""

INDEX = "index.html"

_SIGN = b'<meta name="generator" content="kindtext">'
_SIGN_WITHIN = 2_000  # bytes at the beginning of a page in which its sign stands


class Names:
    """Names for pages: short, plain, and no two alike, whatever the documents are called.

    Examples
    --------
    >>> names = Names()
    >>> names.new("Tender für Köln.pdf"), names.new("tender fur koln.pdf"), names.new("../../index.html")
    ('tender-fur-koln-pdf.html', 'tender-fur-koln-pdf-2.html', 'index-html.html')
    """

    def __init__(self) -> None:
        self._taken = {INDEX}

    def new(self, document: str) -> str:
        """Give the name of a document's page."""
        letters = unicodedata.normalize("NFKD", document).encode("ascii", "ignore").decode("ascii").lower()
        stem = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:LONGEST_NAME].rstrip("-") or "document"
        # Windows takes "con.html" and the like for devices.
        if re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d|index", stem):
            stem += "-document"
        name, number = f"{stem}.html", 1
        while name in self._taken:
            number += 1
            name = f"{stem}-{number}.html"
        self._taken.add(name)
        return name


def replaceable(folder: Path) -> bool:
    """Tell whether a folder may be put in place of what is there: nothing, an empty folder, or an earlier report."""
    if not folder.exists():
        return True
    if not folder.is_dir():
        return False
    files = list(folder.iterdir())
    return all(file.is_file() and file.suffix == ".html" and _is_ours(file) for file in files)


def _is_ours(file: Path) -> bool:
    with file.open("rb") as stream:
        return _SIGN in stream.read(_SIGN_WITHIN)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a scratch folder that takes a folder's place only when all went well.

    Parameters
    ----------
    folder : Path
        Where it is to be; an earlier report there is replaced.

    Yields
    ------
    Path
        The scratch folder, beside it.

    Raises
    ------
    InputError
        If something else is there, or the folder above it does not exist or cannot be written.
    """
    if not replaceable(folder):
        what = "it holds files that are no report of kindtext's" if folder.is_dir() else "this is a file"
        raise InputError(f"{folder}: {what}; name a new folder.")
    # A name such as "reports/.." has no parent of its own.
    folder = folder.resolve()
    try:
        scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.", suffix=".part"))
    except OSError as error:
        message = f"{folder.name}: cannot be written ({error.strerror}); name a place in a folder that exists."
        raise InputError(message) from error
    old = scratch.with_suffix(".old")
    try:
        yield scratch
        scratch.chmod(0o755)
        if folder.exists():
            folder.rename(old)
        try:
            scratch.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
